import Centre
import Diagnosis
import Eligibility
import Station

/// The result of a visit for programs. Names and numbers of a person are in it only where they were asked for.
struct VisitJSON: Encodable {
    let outcome: String
    let error: Failure?
    let eligibility: Eligibility?
    let reader: String
    /// The reader in which the card was placed; only where there are two, and a card.
    let cardReader: String?
    /// How the bearer was proved; absent where they were not.
    let identity: String?
    /// What came of checking the certificate.
    let certificate: String?
    /// Whether the card is genuine, where that was asked.
    let card: String?
    let consent: [ConsentAnswer]?
    /// Whether the answers are registered at the centre (`registered`), or that is not known (`sent`), or they are not (`none`).
    let consentDelivery: String?
    /// On whose word the staff have looked: `passcode`, or the situation that was ticked at the terminal.
    let visualCheck: String?
    let screens: [Screen]?
    /// Whether the card still lay there at the end; only at a reader with a screen.
    let cardLeft: Bool?
    let day: String
    let milliseconds: Double
    let stages: [Stage]
    let apdus: Int
    let bytesSent: Int
    let bytesReceived: Int

    struct Failure: Encodable {
        let code: String
        let message: String
        let cause: String?

        init(_ failure: any DiagnosedError, in language: Language) {
            code = failure.code
            message = failure.sentence.text(in: language)
            cause = failure.cause
        }
    }

    struct ConsentAnswer: Encodable {
        let group: String
        let agreed: Bool
    }

    struct Screen: Encodable {
        let name: String
        let milliseconds: Double
        let words: [String]
    }

    struct Stage: Encodable {
        let name: String
        let milliseconds: Double
        let apdus: Int
    }

    struct Eligibility: Encodable {
        let validity: Int
        let meaning: String
        let insurer: String?
        let contributionPercent: Int?
        let person: Person?
        let qualification: Number?
    }

    struct Person: Encodable {
        let name: String
        let kana: String
        let birth: String
        let sex: Int
    }

    struct Number: Encodable {
        let insurerNumber: String
        let symbol: String?
        let number: String
        let branch: String?
        let from: String
        let lostOn: String?
    }

    init(_ report: VisitReport, reader: String, personal: Bool, language: Language) {
        identity = report.identity?.rawValue
        card = report.card?.code
        consent = report.consent.map { consent in
            consent.groups.compactMap { group in consent.answers[group].map { ConsentAnswer(group: group.rawValue, agreed: $0) } }
        }
        consentDelivery = report.consent.map { _ in report.delivery.rawValue }
        visualCheck = report.sight.map(\.code)
        let hasScreen = !report.screens.isEmpty
        screens = hasScreen ? report.screens.map { Screen($0, personal: personal, language: language) } : nil
        cardLeft = hasScreen ? report.isCardLeft : nil
        outcome = report.outcome.code
        error = OutcomeFailure(report.outcome).map { Failure($0, in: language) }
        eligibility = report.outcome.eligibility.map { Eligibility($0, personal: personal) }
        self.reader = reader
        cardReader = report.cardReader
        certificate = report.certificate?.code
        day = report.day.description
        milliseconds = report.stages.reduce(0) { $0 + $1.duration.wholeNanoseconds }.milliseconds
        stages = report.stages.map { Stage(name: $0.name.rawValue, milliseconds: $0.duration.milliseconds, apdus: $0.apdus) }
        apdus = report.tally.apdus
        bytesSent = report.tally.bytesSent
        bytesReceived = report.tally.bytesReceived
    }
}

extension Int64 {
    /// Nanoseconds in milliseconds.
    fileprivate var milliseconds: Double { Duration.nanoseconds(self).milliseconds }
}

extension VisualCheckGround {
    fileprivate var code: String {
        switch self {
        case .passcode: "passcode"
        case .terminal(let reason): reason?.rawValue ?? "terminal"
        }
    }
}

extension VisitJSON.Screen {
    fileprivate init(_ screen: ShownScreen, personal: Bool, language: Language) {
        name = screen.code
        milliseconds = (screen.moment - .zero).milliseconds
        words = screen.text(personal: personal).text(in: language)
    }
}

extension VisitJSON.Eligibility {
    fileprivate init(_ answer: EligibilityAnswer, personal: Bool) {
        validity = answer.validity.rawValue
        meaning = answer.validity.code
        insurer = answer.qualification?.insurerName
        contributionPercent = answer.qualification?.contributionPercent
        person = personal ? answer.person.map(VisitJSON.Person.init) : nil
        qualification = personal ? answer.qualification.map(VisitJSON.Number.init) : nil
    }
}

extension VisitJSON.Person {
    fileprivate init(_ person: InsuredPerson) {
        self.init(name: person.name, kana: person.kana, birth: person.birth.description, sex: person.sex)
    }
}

extension VisitJSON.Number {
    fileprivate init(_ qualification: Qualification) {
        self.init(
            insurerNumber: qualification.insurerNumber, symbol: qualification.symbol, number: qualification.number,
            branch: qualification.branch, from: qualification.from.description, lostOn: qualification.lostOn?.description)
    }
}
