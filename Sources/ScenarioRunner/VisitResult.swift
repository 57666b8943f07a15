import Centre
import Certificates
import Diagnosis
import Eligibility
import MedicalAccess
import MyNumberCard
import Scenarios
import Station

extension ScenarioResult {
    /// What has come of a visit.
    public init(_ report: VisitReport, exchanges: [Exchange], rules: ConsentRules, from began: Instant, to ended: Instant) {
        let told = [report.outcome.code, report.outcome.sentence?.japanese, report.outcome.sentence?.english, report.outcome.cause]
        self.init(
            fields: [:],
            screens: report.screens.map { screen in
                let text = screen.text
                return ShownScreen(
                    name: screen.code,
                    words: [.japanese: text.text(in: .japanese), .english: text.text(in: .english)])
            },
            exchanges: exchanges, commands: report.tally.apdus, duration: ended - began,
            written: told.compactMap { $0 }.joined(separator: "\n"))
        fields["outcome"] = report.outcome.code
        fields["exit"] = "\(report.outcome.category?.exitStatus ?? 0)"
        fields["identity"] = report.identity?.rawValue
        fields["certificate"] = report.certificate?.scenarioWord
        fields["genuine"] = report.card?.scenarioWord
        fields["delivery"] = report.delivery.rawValue
        fields["card-left"] = "\(report.isCardLeft)"
        if let consent = report.consent {
            for (category, agrees) in rules.registration(of: consent).answers { fields["consent.\(category.rawValue)"] = "\(agrees)" }
            fields["consent"] = "given"
        }
        if let answer = report.outcome.eligibility {
            fields["eligibility"] = "given"
            for (key, value) in Self.fields(answer.validity, answer.qualification, answer.person) { fields["eligibility.\(key)"] = value }
            for (category, state) in answer.consents { fields["registered.\(category.rawValue)"] = "\(state.flag.rawValue)" }
            fields["eligibility.day"] = report.day.description
        }
    }

    /// Eligibility, by the keys under `eligibility`.
    static func fields(
        _ validity: QualificationValidity, _ qualification: Qualification?, _ person: InsuredPerson?
    ) -> [String: String] {
        var fields = ["validity": "\(validity.rawValue)"]
        if let qualification {
            fields["contribution"] = "\(qualification.contributionPercent)"
            fields["insurer"] = qualification.insurerName
            fields["insurer-number"] = qualification.insurerNumber
            fields["symbol"] = qualification.symbol
            fields["number"] = qualification.number
            fields["branch"] = qualification.branch
        }
        if let person {
            fields["name"] = person.name
            fields["birth"] = person.birth.description
            fields["sex"] = "\(person.sex)"
        }
        return fields
    }
}

extension CertificateVerdict {
    fileprivate var scenarioWord: String {
        switch self {
        case .valid: "valid"
        case .validInGrace: "in-grace"
        case .invalid(let flaws): flaws.first?.code ?? "invalid"
        case .notChecked: "not-checked"
        }
    }
}

extension CardVerdict {
    fileprivate var scenarioWord: String {
        switch self {
        case .valid: "valid"
        case .chainNotChecked: "not-checked"
        case .invalid: "invalid"
        }
    }
}
