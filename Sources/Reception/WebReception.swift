import Centre
import Eligibility
import JapaneseCalendar
import MedicalAccess

/// マイナ在宅受付Web: consent, PIN and card on the facility's or the patient's device; then the staff (R119, R120, R170–R173).
public struct WebReception: ReceptionFlow {
    /// What the web reception does, as data.
    public struct Rules: Sendable, Equatable {
        /// On which devices it runs.
        public var devices = DeviceRules.web
        /// On whose devices a document with a photograph is to be looked at afterwards (R119).
        public var photoChecks: Set<ReceptionDevice.Owner> = [.patient]
        /// Whether that is left out where the identity is self-evident, as at a re-visit (R120).
        public var exemptsSelfEvident = true
        /// How bearers are proved: by PIN alone (R170).
        public var method = IdentityMethod.pin
        /// What the answers on the screen mean in a message.
        public var consent = ConsentRules.standard
        /// How often the same registration is sent again before its fate is called unknown (assumed).
        public var retries = 2
        /// From which day on the service can be had (R172): 2023-11-01.
        public var availableFrom = CalendarDay(inJapanAtUnixTime: 1_698_764_400)

        /// The rules of the guidance.
        public init() {}
    }

    /// What is known before anybody comes.
    public struct Configuration: Sendable, Equatable {
        /// The device.
        public var device: ReceptionDevice
        /// The address under which the web reception was opened.
        public var address: String
        /// For which care the consent is registered.
        public var care: CareSetting
        /// Whether it is self-evident who the patient is, as at a re-visit.
        public var isSelfEvident: Bool
        /// What the web reception does.
        public var rules = Rules()

        /// A configuration.
        public init(device: ReceptionDevice, address: String, care: CareSetting = .online, isSelfEvident: Bool = false) {
            self.device = device
            self.address = address
            self.care = care
            self.isSelfEvident = isSelfEvident
        }

        /// Whether the staff are to look at a document.
        var checksPhoto: Bool { rules.photoChecks.contains(device.owner) && !(isSelfEvident && rules.exemptsSelfEvident) }
    }

    /// Where it is.
    public enum Phase: Sendable, Hashable {
        /// Nothing is going on.
        case idle
        /// The centre is asked whether the address holds.
        case checkingAddress
        /// The patient chooses.
        case consenting
        /// The PIN is typed, and the card held to the device.
        case proving
        /// The consent is being registered.
        case registering
        /// The consent is registered; the staff go on at the terminal.
        case registered
        /// The staff look at a document with a photograph.
        case checkingPhoto
        /// The terminal asks for the eligibility.
        case fetching
        /// The staff compare the patient information.
        case comparing
    }

    /// What is known before anybody comes.
    public let configuration: Configuration
    /// Where it is.
    public private(set) var phase = Phase.idle
    private var choice: ConsentChoice
    private var consent: Consent?
    private var proof: BearerProof?
    private var fate = ConsentFate.notSent

    /// An idle web reception.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        // Nobody of the staff is at a patient's device.
        choice = ConsentChoice(operators: configuration.device.owner == .patient ? [.patient] : [.patient, .staff], confirms: false)
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
        case (.registering, .failed(let error)): fate.isSentAgain(after: error) ? send() : end(.failed(error))
        case (.registering, .timedOut): fate.isSentAgain(after: nil) ? send() : end(.timedOut)
        case (.registering, .touched), (.registering, .card): []
        case (_, .cancelled), (_, .touched(.end, _)): end(.cancelled)
        case (_, .timedOut): end(.timedOut)
        case (_, .failed(let error)): end(.failed(error))
        case (.checkingAddress, .answered(.environment(.checked(true)))): askConsent()
        case (.checkingAddress, .answered(.environment(.checked(false)))): end(.failed(ReceptionRefusal.addressInvalid))
        case (.consenting, .touched(let touch, let hand)): consent(touch, by: hand)
        case (.proving, _): follow(input)
        case (.registering, .answered(.eligibility)): acknowledged()
        case (.registered, .touched(.fetch, by: .staff)) where configuration.checksPhoto: go(to: .checkingPhoto, .show(.checkPhoto))
        case (.registered, .touched(.fetch, by: .staff)), (.checkingPhoto, .touched(.photoMatches(true), by: .staff)): fetch()
        case (.checkingPhoto, .touched(.photoMatches(false), by: .staff)): end(.failed(ReceptionRefusal.otherPerson))
        case (.fetching, .answered(.eligibility(let answer))): go(to: .comparing, .show(.compareInformation(answer)))
        case (.comparing, .touched(.informationMatches(true), by: .staff)): finish(.completed)
        case (.comparing, .touched(.informationMatches(false), by: .staff)): end(.failed(ReceptionRefusal.otherInformation))
        case (_, .answered): end(.failed(CentreError.otherAnswer))
        default: []
        }
    }

    private mutating func begin() -> [ReceptionEffect] {
        if let refusal = configuration.rules.devices.refusal(of: configuration.device) {
            return finish(.notCompleted(.failed(refusal)))
        }
        return go(to: .checkingAddress, .show(.working), .ask(.environment(.checkWebAddress(configuration.address)), from: .web))
    }

    private mutating func askConsent() -> [ReceptionEffect] {
        phase = .consenting
        return choice.begin(method: nil)
    }

    private mutating func consent(_ touch: Touch, by hand: Operator) -> [ReceptionEffect] {
        switch choice.receive(touch, by: hand) {
        case .pending(let effects): return effects
        case .notMeant: return []
        case .complete(let consent):
            self.consent = consent
            let proof = BearerProof(by: configuration.rules.method)
            self.proof = proof
            phase = .proving
            return proof.begin()
        }
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

    private mutating func send() -> [ReceptionEffect] {
        guard let consent else { return end(.cancelled) }
        let registration = ConsentRegistration(in: configuration.care, configuration.rules.consent.registration(of: consent).answers)
        return go(to: .registering, .show(.working), .askEligibility(.full, consent: registration, from: .web))
    }

    /// The commit point. The eligibility that comes with the acknowledgement is not for the patient's device.
    private mutating func acknowledged() -> [ReceptionEffect] {
        fate = .registered
        consent = nil
        return go(to: .registered, .show(.consentRegistered))
    }

    private mutating func fetch() -> [ReceptionEffect] {
        go(to: .fetching, .show(.working), .askEligibility(.full, consent: nil, from: .terminal))
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func end(_ outcome: VisitOutcome) -> [ReceptionEffect] { finish(fate.ending(outcome)) }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        self = WebReception(configuration)
        return [.finish(outcome)]
    }
}
