import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar

/// The first start of an app on a device of the facility (事前準備④, R181): terms, safety of the device, what ties it to the facility, and for
/// the home-consent app the passcode by which it is opened from then on.
public struct AppSetUp: ReceptionFlow {
    /// Which app.
    public enum App: Sendable, Hashable, CaseIterable {
        /// 居宅同意取得型: tied to an account by an activation code (R175–R183).
        case homeConsent
        /// 資格確認限定型: the device itself is registered (R039).
        case limited
    }

    /// What is asked, as data.
    public struct Rules: Sendable, Equatable {
        /// On which devices each app runs.
        public var devices: [App: DeviceRules] = [.homeConsent: .homeConsent, .limited: .limited]
        /// How many digits 機関コード has (R182).
        public var institutionDigits = 10
        /// How long a user id may be (R179).
        public var userLength = 2...8
        /// Whether the device must be safe before anything is registered on it (R185).
        public var asksForSafety = true
        /// From which day on each app can be had (R172); one without a line always can.
        public var available: [App: CalendarDay] = [.homeConsent: CalendarDay(inJapanAtUnixTime: 1_743_433_200)]

        /// The rules of the guidance.
        public init() {}
    }

    /// What is known before.
    public struct Configuration: Sendable, Equatable {
        /// Which app.
        public var app: App
        /// The device.
        public var device: ReceptionDevice
        /// What is asked.
        public var rules = Rules()

        /// A configuration.
        public init(_ app: App, on device: ReceptionDevice) {
            self.app = app
            self.device = device
        }
    }

    /// Where it is.
    public enum Phase: Sendable, Hashable, CaseIterable {
        /// Nothing is going on.
        case idle
        /// 利用規約 is shown.
        case terms
        /// The measures that the device needs are shown.
        case safety
        /// What ties the device to the facility is typed.
        case filling
        /// The centre checks it.
        case registering
        /// The passcode of the app is chosen.
        case choosing
    }

    /// What is known before.
    public let configuration: Configuration
    /// Where it is.
    public private(set) var phase = Phase.idle

    /// An idle flow.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }
    /// R172.
    public var availableFrom: CalendarDay? { configuration.rules.available[configuration.app] }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): begin()
        case (.idle, _): []
        case (_, .cancelled), (_, .touched(.end, _)): end(.cancelled)
        case (_, .timedOut): end(.timedOut)
        case (.terms, .touched(.consent(true), by: .staff)): agreed()
        case (.terms, .touched(.consent(false), by: .staff)): end(.failed(ReceptionRefusal.termsRefused))
        case (.safety, .touched(.confirm, by: .staff)): fill()
        case (.filling, .touched(.activate(let form), by: .staff)) where configuration.app == .homeConsent: activate(form)
        case (.filling, .touched(.registerDevice(let name), by: .staff)) where configuration.app == .limited:
            ask(.registerDevice(name: name, configuration.device.kind))
        case (.registering, .answered(.app(.device(let token)))): registered(token)
        // What was typed can be typed again, a code that is too young (R176) after a while.
        case (.registering, .failed(let error)) where error.category == .notPermitted: fill(refused: error.sentence)
        case (.choosing, .passcodeChosen): finish(.completed, after: [.keepPasscode])
        case (_, .failed(let error)): end(.failed(error))
        case (_, .answered): end(.failed(CentreError.otherAnswer))
        default: []
        }
    }

    private mutating func begin() -> [ReceptionEffect] {
        if let refusal = configuration.rules.devices[configuration.app]?.refusal(of: configuration.device) { return end(.failed(refusal)) }
        return go(to: .terms, .show(.terms))
    }

    private mutating func agreed() -> [ReceptionEffect] {
        configuration.rules.asksForSafety ? go(to: .safety, .show(.deviceSafety)) : fill()
    }

    private mutating func fill(wrong: Set<SetUpField> = [], refused: Sentence? = nil) -> [ReceptionEffect] {
        let form: ReceptionScreen =
            configuration.app == .limited ? .deviceForm(refused: refused) : .setUpForm(wrong: wrong, refused: refused)
        return go(to: .filling, .show(form))
    }

    /// What cannot be right is not sent.
    private mutating func activate(_ form: AppActivation) -> [ReceptionEffect] {
        let wrong = wrongFields(of: form)
        return wrong.isEmpty ? ask(.activate(form)) : fill(wrong: wrong)
    }

    private func wrongFields(of form: AppActivation) -> Set<SetUpField> {
        let rules = configuration.rules
        var wrong: Set<SetUpField> = []
        if form.institution.utf8.count != rules.institutionDigits || !form.institution.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            wrong.insert(.institution)
        }
        let isUser = form.user.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
        if !rules.userLength.contains(form.user.utf8.count) || !isUser { wrong.insert(.user) }
        if form.password.count == 0 { wrong.insert(.password) }
        if form.code.isEmpty { wrong.insert(.code) }
        return wrong
    }

    private mutating func ask(_ request: AppRequest) -> [ReceptionEffect] {
        go(to: .registering, .show(.working), .ask(.app(request), from: .app))
    }

    /// The centre knows the device from now on, whatever comes after.
    private mutating func registered(_ token: DeviceToken) -> [ReceptionEffect] {
        guard configuration.app == .homeConsent else { return finish(.completed, after: [.keepDevice(token)]) }
        return go(to: .choosing, .keepDevice(token), .show(.choosePasscode))
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func end(_ outcome: VisitOutcome) -> [ReceptionEffect] {
        finish(phase == .choosing ? .registered(butNot: outcome) : .notCompleted(outcome))
    }

    private mutating func finish(_ outcome: ReceptionOutcome, after effects: [ReceptionEffect] = []) -> [ReceptionEffect] {
        self = AppSetUp(configuration)
        return effects + [.finish(outcome)]
    }
}

/// What is typed to set up the home-consent app (R181).
public enum SetUpField: String, Sendable, Hashable, CaseIterable {
    /// 機関コード
    case institution
    /// ID
    case user
    /// パスワード
    case password
    /// アクティベーションコード
    case code

    /// Its name, and what it has to be.
    public var name: Sentence {
        switch self {
        case .institution: Sentence(ja: "機関コード（10桁）", en: "institution code (ten digits)")
        case .user: Sentence(ja: "ID（半角英数字2～8桁）", en: "ID (2 to 8 half-width letters and digits)")
        case .password: Sentence(ja: "パスワード", en: "password")
        case .code: Sentence(ja: "アクティベーションコード", en: "activation code")
        }
    }
}
