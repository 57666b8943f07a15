import Centre
import CentreSimulator
import Diagnosis
import Eligibility
import Reception
import Scenarios
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import YAML

/// The patient and the staff before an app, the terminal or the web reception: each screen has its usual answer, with a human's pause, and a
/// line of the scenario another one.
final class DeskPeople: ReceptionScreens, Prompts {
    let source: SourceID
    /// The screens that were shown, in order.
    private(set) var shown: [ReceptionScreen] = []
    private let station: Station
    private let desk: Desk
    private let cast: StagedCast
    private let visualCode: Secret?
    private let code: String
    private let reader: SimulatedReader
    private let placing: Duration
    private var random: SeededGenerator
    private var counts: [ReceptionScreen.Kind: Int] = [:]
    private var codesAsked = 0
    private var happened: Set<DeskLine> = []
    private var searches: ArraySlice<Desk.Search>
    private var views: ArraySlice<Desk.View>
    /// What is typed at the next question for a PIN; `nil` for nothing.
    private var pin: (digits: Secret, after: Duration)?

    /// People who act in a scenario; `code` is the activation code that they have got.
    init(
        _ scenario: Scenario, _ card: ScenarioCard, code: String, at reader: SimulatedReader, from origin: Instant,
        using random: SeededGenerator,
        on station: Station
    ) {
        self.station = station
        self.reader = reader
        self.random = random
        desk = scenario.desk
        self.code = code
        cast = StagedCast(card: card.staged, pin: card.pin(scenario.people.pin), passcode: Self.passcode)
        visualCode = card.credentials[.verificationNumberB].map { Secret($0) }
        placing = scenario.people.placing ?? .milliseconds(1_200)
        searches = desk.searches[...]
        views = desk.views[...]
        source = station.makeSource()
        for line in desk.stage.map(\.line) { stage(line, from: origin) }
    }

    /// The passcode of every app here.
    static var passcode: Secret { Secret("2468".utf8) }

    /// What a scenario has happen, and did not.
    var neverHappened: [Mismatch] {
        desk.stage.filter { $0.line.word != .nothing && !happened.contains($0.line) }
            .map { Mismatch(place: $0.place, expected: "this to happen", got: "the end before") }
    }

    /// What does not wait for a screen.
    private func stage(_ line: DeskLine, from origin: Instant) {
        guard case .stage(let word) = line.word, let action = word.action(by: cast) else { return }
        let onset = { [weak self] in _ = self?.happened.insert(line) }
        switch line.cue {
        case .at(let after): reader.stage(StagedEvent(.at(origin + after), action, onset: onset))
        case .exchange(let number): reader.stage(StagedEvent(.exchange(number: number), action, onset: onset))
        case .shown, .visualCode: break
        }
    }

    // MARK: Screens

    func show(_ screen: ReceptionScreen) -> UInt64 {
        shown.append(screen)
        let token = station.makeToken()
        let time = counts[screen.kind, default: 0] + 1
        counts[screen.kind] = time
        pin = nil
        let lines = desk.stage.map(\.line).filter { if case .shown(screen.kind, time, _) = $0.cue { true } else { false } }
        for line in lines {
            happened.insert(line)
            guard case .shown(_, _, let after) = line.cue else { continue }
            act(line.word, at: screen, by: line.hand, after: after ?? pause(), token)
        }
        if lines.isEmpty, let usual = usual(at: screen) { act(usual, at: screen, by: nil, after: pause(), token) }
        return token
    }

    private func act(_ word: DeskWord, at screen: ReceptionScreen, by hand: Operator?, after: Duration, _ token: UInt64) {
        switch word {
        case .nothing, .type(.visualCode, _): break
        case .type(.pin, let isRight): pin = (isRight ? cast.pin : cast.pin.changed, after)
        case .stage(let word):
            if let action = word.action(by: cast) {
                reader.stage(StagedEvent(.at(station.now + (screen.kind == .holdCard && word == .place ? placing : after)), action))
            }
        case .type(.passcode, let isRight):
            if let passcode = AppPasscode(isRight ? cast.passcode : cast.passcode.changed) {
                post(screen.kind == .choosePasscode ? ScreenReply.newPasscode(passcode) : .passcode(passcode), token, after)
            }
        default:
            guard let touch = touch(word, at: screen) else { return }
            post(ScreenReply.touched(touch, by: hand ?? (screen.kind == .deviceSafety ? .staff : touch.usualHand)), token, after)
        }
    }

    private func post(_ payload: any Sendable, _ token: UInt64, _ after: Duration) {
        station.schedule(Event(source: source, token: token, payload: payload), at: station.now + after)
    }

    private func pause() -> Duration { .milliseconds(Int.random(in: 1_200...2_500, using: &random)) }

    // MARK: Secrets

    func askPIN(triesLeft: Int?) -> UInt64 {
        let token = station.makeToken()
        if let pin { post(PromptAnswer.pin(pin.digits), token, pin.after) }
        pin = nil
        return token
    }

    func askVisualCode() -> UInt64 {
        let token = station.makeToken()
        codesAsked += 1
        let line = desk.stage.map(\.line).first { if case .visualCode(codesAsked, _) = $0.cue { true } else { false } }
        if let line { happened.insert(line) }
        var after: Duration?
        if case .visualCode(_, let written)? = line?.cue { after = written }
        let code: Secret? =
            switch line?.word {
            case .type(.visualCode, isRight: true), nil: visualCode
            case .type(.visualCode, isRight: false): visualCode?.changed
            default: nil
            }
        if let code {
            post(PromptAnswer.visualCode(code), token, after ?? pause())
        } else if line?.word != .nothing {
            post(PromptAnswer.cancelled, token, after ?? pause())
        }
        return token
    }

    func withdraw(_ prompt: UInt64) {}

    // MARK: What is usual

    private func usual(at screen: ReceptionScreen) -> DeskWord? {
        switch screen {
        case .openApp: .type(.passcode, isRight: true)
        case .ready: .touch(.start)
        case .consent: .touch(.consentToAll)
        case .consentTo, .disasterConsent: .touch(.agree)
        case .consentSummary: .touch(.confirm)
        case .lookAtBearer: .touch(.looked)
        case .enterPIN: .type(.pin, isRight: true)
        case .holdCard: .stage(.place)
        case .offerCard: .touch(.register)
        case .consentRegistered: .touch(.fetch)
        case .checkPhoto, .compareInformation: .touch(.matches)
        case .result, .limitedResult: .touch(.end)
        case .candidates: .choose(1)
        case .logIn: .type(.password, isRight: true)
        case .failureSearch, .disasterSearch, .medicalSearch, .bulkUpload, .chooseRecords, .records, .hidden, .message: .touch(.send)
        // Elsewhere than at a system failure the search is there still.
        case .nobodyFound: searches.isEmpty ? .touch(.end) : counts[.failureSearch] != nil ? .touch(.again) : .touch(.send)
        case .terms: .touch(.agree)
        case .deviceSafety: .touch(.confirm)
        // What was refused is not typed again.
        case .setUpForm, .deviceForm: counts[screen.kind] == 1 ? .touch(.send) : .touch(.end)
        case .choosePasscode: .type(.passcode, isRight: true)
        case .working, .settings, .processing, .preparation, .accountMade, .activationCode, .webAddress: nil
        }
    }

    /// What a word means at a screen.
    private func touch(_ word: DeskWord, at screen: ReceptionScreen) -> Touch? {
        switch word {
        case .touch(.send): next(at: screen)
        case .touch(let name): name.touch(at: screen.kind)
        case .method(let method): .method(method)
        case .choose(let number): .choose(number - 1)
        case .type(.password, let isRight):
            logIn(at: screen, password: isRight ? SyntheticAccounts.password : SyntheticAccounts.password.changed)
        default: nil
        }
    }

    /// At the first start of an app more than an account is typed (R181).
    private func logIn(at screen: ReceptionScreen, password: Secret) -> Touch {
        guard case .setUpForm = screen else { return .logIn(user: desk.user, password: password) }
        return .activate(
            AppActivation(
                institution: ScenarioCentre.institution, user: desk.user, password: password, code: code, device: desk.device.device.kind))
    }

    /// The next of what is filled in or looked at; the end where there is none.
    private func next(at screen: ReceptionScreen) -> Touch {
        switch screen {
        case .setUpForm: return logIn(at: screen, password: SyntheticAccounts.password)
        case .deviceForm: return .registerDevice(name: "受付の端末")
        case .bulkUpload: return .upload(desk.searches.compactMap(\.card))
        case .failureSearch: return searches.popFirst().map { .search($0.fields) } ?? .end
        case .disasterSearch, .medicalSearch, .nobodyFound: return searches.popFirst()?.touch ?? .end
        default: return views.popFirst().map { .view($0.category, from: $0.from, until: $0.until) } ?? .end
        }
    }
}

extension DeskWord.Name {
    fileprivate func touch(at screen: ReceptionScreen.Kind) -> Touch {
        switch self {
        case .end, .send: .end
        case .start: .start
        case .openSettings: .openSettings
        case .biometrics: .biometrics(true)
        case .biometricsFail: .biometrics(false)
        case .consentToAll: .consentToAll
        case .consentIndividually: .consentIndividually
        case .agree: .consent(true)
        case .disagree: .consent(false)
        case .confirm: .confirm
        case .correct: .correct
        case .looked: .looked
        case .register: .register(true)
        case .doNotRegister: .register(false)
        case .fetch: .fetch
        case .matches: screen == .checkPhoto ? .photoMatches(true) : .informationMatches(true)
        case .differs: screen == .checkPhoto ? .photoMatches(false) : .informationMatches(false)
        case .again: .again
        }
    }
}

extension Touch {
    /// Whose it is where nothing is said: the patient answers, the staff do the rest.
    fileprivate var usualHand: Operator {
        switch self {
        case .consentToAll, .consentIndividually, .confirm, .correct, .register: .patient
        default: .staff
        }
    }
}

extension Desk {
    /// Who uses the terminal or the app.
    var synthetic: SyntheticAccount? { account.flatMap { right in SyntheticAccounts.all.first { $0.right == right } } }
    /// Their user id; empty for nobody.
    var user: String { synthetic?.user ?? "" }
}

extension Desk.Search {
    /// A search in a disaster: by card where there is a number, else by person.
    fileprivate var touch: Touch? {
        if let card { return .searchByCard(card) }
        guard let birth = fields.birth else { return nil }
        return .searchByPerson(
            name: fields.name ?? fields.kana ?? "", birth: birth, sex: fields.sex ?? 0, address: fields.address ?? "")
    }

    /// What stands on an insurance card; `nil` without its numbers.
    var card: InsuredCardQuery? {
        guard let insurerNumber, let number, let birth = fields.birth, let day = fields.day else { return nil }
        return InsuredCardQuery(insurerNumber: insurerNumber, symbol: symbol, number: number, branch: branch, birth: birth, day: day)
    }
}

extension Secret {
    /// As many characters, of which the last is another one.
    fileprivate var changed: Secret {
        withBytes { bytes in
            Secret(bytes.indices.map { $0 == bytes.count - 1 ? (bytes[$0] == 0x30 ? 0x31 : 0x30) : bytes[$0] })
        }
    }
}
