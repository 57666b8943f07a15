import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess

/// マイナ資格確認アプリ（居宅同意取得型）: consent first, then identity, on the facility's device (R114–R118, R184–R186).
public struct HomeConsentApp: ReceptionFlow {
    /// Why the app is used.
    public enum Route: Sendable, Hashable, CaseIterable {
        /// 訪問診療等
        case homeVisit
        /// 外来診療等（通常とは異なる動線）
        case otherRoute
        /// The certified reader is broken (機器故障時等).
        case readerBroken
    }

    /// What the app does by route, as data.
    public struct Rules: Sendable, Equatable {
        /// Where a bearer who was proved at an earlier visit need not be proved again (初回のみ, R117): at home alone.
        public var waivesIdentityAtRevisit: Set<Route> = [.homeVisit]
        /// For which care the consent is registered.
        public var care: [Route: CareSetting] = [.homeVisit: .homeVisit, .otherRoute: .outpatient, .readerBroken: .outpatient]
        /// Which switch of the environment must be on (R167). That visits at home have their own is said, but not shown.
        public var switches: [Route: EnvironmentSetting] = [
            .homeVisit: .homeVisits, .otherRoute: .otherRoutes, .readerBroken: .otherRoutes,
        ]
        /// On which devices it runs.
        public var devices = DeviceRules.homeConsent
        /// What each account may do (R177).
        public var accounts = ViewingRules.standard
        /// What can be set (R116, R170).
        public var methods: [IdentityMethod] = [.visual, .pin]
        /// What the answers on the screen mean in a message.
        public var consent = ConsentRules.standard
        /// At which refusal the patient is asked whether to register the card as insurance card (R174).
        public var offersCardAt = CentreRefusal.cardNotRegistered
        /// How often the same registration is sent again before its fate is called unknown (assumed).
        public var retries = 2
        /// How often the passcode of the app may be wrong (assumed).
        public var passcodeTries = 5
        /// From which day on the app can be had (R172): 2025-04-01.
        public var availableFrom = CalendarDay(inJapanAtUnixTime: 1_743_433_200)

        /// The rules of the guidance.
        public init() {}
    }

    /// What is known before anybody comes.
    public struct Configuration: Sendable, Equatable {
        /// The device.
        public var device: ReceptionDevice
        /// What the account that the app was set up with may do.
        public var right: AccountRight
        /// Why the app is used.
        public var route: Route
        /// Whether it is the patient's first visit (初回訪問時).
        public var isFirstVisit: Bool
        /// How bearers are proved, as it is set (R041).
        public var method: IdentityMethod
        /// What the app does.
        public var rules = Rules()

        /// A configuration.
        public init(
            device: ReceptionDevice, right: AccountRight, route: Route, isFirstVisit: Bool, method: IdentityMethod = .visual
        ) {
            self.device = device
            self.right = right
            self.route = route
            self.isFirstVisit = isFirstVisit
            self.method = method
        }

        /// How the bearer is proved in this visit; `nil` where they need not be.
        var identity: IdentityMethod? { !isFirstVisit && rules.waivesIdentityAtRevisit.contains(route) ? nil : method }
    }

    /// Where it is.
    public enum Phase: Sendable, Hashable {
        /// Nothing is going on.
        case idle
        /// The staff open the app.
        case loggingIn
        /// The centre is asked what the facility has switched on.
        case checking
        /// The patient chooses, and confirms what will be registered.
        case consenting
        /// The settings, opened from the consent screen.
        case settings
        /// The bearer is proved.
        case proving
        /// The consent is being registered.
        case registering
        /// The patient is asked whether to register the card as insurance card.
        case offeringCard
        /// The card is being registered.
        case registeringCard
        /// The consent is registered; the staff may ask for the eligibility.
        case registered
        /// The centre is asked for the eligibility.
        case fetching
        /// The eligibility is shown.
        case showing
    }

    /// What is known before anybody comes; the method may be set anew.
    public private(set) var configuration: Configuration
    /// Where it is.
    public private(set) var phase = Phase.idle
    private var choice: ConsentChoice
    private var consent: Consent?
    private var proof: BearerProof?
    private var fate = ConsentFate.notSent
    private var passcodeTries: Int
    private var wasOffered = false

    /// An idle app.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        // The staff may enter what they hear; the patient confirms it.
        choice = ConsentChoice(operators: [.patient, .staff], confirms: true)
        passcodeTries = configuration.rules.passcodeTries
    }

    /// R172.
    public var availableFrom: CalendarDay? { configuration.rules.availableFrom }
    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): begin()
        case (.idle, _): []
        case (.registering, .failed(let error as CentreError)) where error.isRefusal(configuration.rules.offersCardAt): offerCard(error)
        case (.registering, .failed(let error)): fate.isSentAgain(after: error) ? send() : end(.failed(error))
        case (.registering, .timedOut): fate.isSentAgain(after: nil) ? send() : end(.timedOut)
        // What is on its way cannot be taken back by a touch; the screen has no 終了する.
        case (.registering, .touched), (.registering, .card): []
        case (.registered, .touched(.end, _)), (.registered, .timedOut), (.showing, .touched(.end, _)), (.showing, .timedOut):
            finish(.completed)
        case (.showing, .cancelled), (.showing, .failed): finish(.completed)
        case (_, .cancelled), (_, .touched(.end, _)): end(.cancelled)
        case (_, .timedOut): end(.timedOut)
        case (_, .failed(let error)): end(.failed(error))
        case (.loggingIn, _): logIn(input)
        case (.checking, .answered(.environment(.settings(let settings)))): check(settings)
        case (.consenting, .touched(let touch, let hand)): consent(touch, by: hand)
        case (.settings, .touched(.method(let method), _)): set(method)
        case (.proving, _): follow(input)
        case (.registering, .answered(.eligibility)): acknowledged()
        case (.offeringCard, .touched(.register(true), _)): go(to: .registeringCard, .show(.working), .registerCard(from: .app))
        case (.offeringCard, .touched(.register(false), _)): end(.failed(ReceptionRefusal.notRegistered))
        case (.registeringCard, .answered(.registration(let answer))): cardRegistered(answer)
        // 資格情報を取得, and 更新 (R080).
        case (.registered, .touched(.fetch, by: .staff)), (.showing, .touched(.fetch, by: .staff)):
            go(to: .fetching, .show(.working), .askEligibility(.full, consent: nil, from: .app))
        case (.fetching, .answered(.eligibility(let answer))): go(to: .showing, .show(.result(answer)))
        // An answer to something else leaves open what became of the request.
        case (_, .answered): end(.failed(CentreError.otherAnswer))
        default: []
        }
    }

    // MARK: Before the patient is asked

    private mutating func begin() -> [ReceptionEffect] {
        let rules = configuration.rules
        if let refusal = rules.devices.refusal(of: configuration.device) { return finish(.notCompleted(.failed(refusal))) }
        guard rules.accounts.allows(.app, to: configuration.right) else {
            return finish(.notCompleted(.failed(ReceptionRefusal.account)))
        }
        return go(to: .loggingIn, .show(.openApp))
    }

    /// By biometrics or by the passcode of the app (R184).
    private mutating func logIn(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch input {
        case .touched(.biometrics(true), by: .staff), .passcodeChecked(true):
            passcodeTries = configuration.rules.passcodeTries
            return go(to: .checking, .show(.working), .ask(.environment(.read), from: .app))
        case .touched(.biometrics(false), _): return go(to: .loggingIn, .show(.openApp))
        case .passcodeChecked(false):
            passcodeTries -= 1
            return passcodeTries > 0 ? go(to: .loggingIn, .show(.openApp)) : end(.failed(ReceptionRefusal.loginRefused))
        default: return []
        }
    }

    private mutating func check(_ settings: Set<EnvironmentSetting>) -> [ReceptionEffect] {
        if let needed = configuration.rules.switches[configuration.route], !settings.contains(needed) {
            return end(.failed(ReceptionRefusal.functionOff))
        }
        return askConsent()
    }

    // MARK: Consent, then identity

    private mutating func askConsent() -> [ReceptionEffect] {
        phase = .consenting
        return choice.begin(method: configuration.method)
    }

    private mutating func consent(_ touch: Touch, by hand: Operator) -> [ReceptionEffect] {
        if case .openSettings = touch, choice.isFresh {
            return go(to: .settings, .show(.settings(configuration.rules.methods, set: configuration.method)))
        }
        if case .correct = touch { return askConsent() }
        switch choice.receive(touch, by: hand) {
        case .pending(let effects): return effects
        case .notMeant: return []
        case .complete(let consent):
            self.consent = consent
            let proof = BearerProof(by: configuration.identity)
            self.proof = proof
            phase = .proving
            return proof.begin()
        }
    }

    private mutating func set(_ method: IdentityMethod) -> [ReceptionEffect] {
        guard configuration.rules.methods.contains(method) else { return [] }
        configuration.method = method
        return askConsent()
    }

    private mutating func follow(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch proof?.receive(input) {
        case .pending(let effects): return effects
        case .refused(let outcome): return end(outcome)
        case .proved:
            proof = nil
            fate = .sent(triesLeft: configuration.rules.retries)
            return [.release] + send()
        case nil: return []
        }
    }

    // MARK: Registration

    private mutating func send() -> [ReceptionEffect] {
        guard let consent, let care = configuration.rules.care[configuration.route] else { return end(.cancelled) }
        let registration = ConsentRegistration(in: care, configuration.rules.consent.registration(of: consent).answers)
        return go(to: .registering, .show(.working), .askEligibility(.full, consent: registration, from: .app))
    }

    /// The centre has refused: nothing was registered. The patient may register the card, once (R174).
    private mutating func offerCard(_ error: any DiagnosedError) -> [ReceptionEffect] {
        fate = .notSent
        guard !wasOffered else { return end(.failed(error)) }
        wasOffered = true
        return go(to: .offeringCard, .show(.offerCard))
    }

    private mutating func cardRegistered(_ answer: RegistrationAnswer) -> [ReceptionEffect] {
        guard answer != .unknown else { return end(.failed(ReceptionRefusal.notRegistered)) }
        fate = .sent(triesLeft: configuration.rules.retries)
        return send()
    }

    /// The commit point.
    private mutating func acknowledged() -> [ReceptionEffect] {
        fate = .registered
        consent = nil
        return go(to: .registered, .show(.consentRegistered))
    }

    // MARK: The end

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func end(_ outcome: VisitOutcome) -> [ReceptionEffect] { finish(fate.ending(outcome)) }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        self = HomeConsentApp(configuration)
        return [.finish(outcome)]
    }
}
