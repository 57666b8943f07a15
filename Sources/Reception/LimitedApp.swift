import Centre
import Eligibility

/// マイナ資格確認アプリ（資格確認限定型）: eligibility and nothing else (R030–R042).
///
/// The device shows that it is registered; the method that is set is performed, the card is read, the eligibility is shown and kept. Nobody is
/// asked to consent to anything, and what is shown and kept cannot hold medical information.
public struct LimitedApp: ReceptionFlow {
    /// What is known before anybody comes.
    public struct Configuration: Sendable, Equatable {
        /// The device.
        public var device: ReceptionDevice
        /// What the device shows to the centre (R039).
        public var token: DeviceToken
        /// How bearers are proved, as it is set (R041).
        public var method: IdentityMethod
        /// What can be set: the staff's eye or the PIN, never a face (R034).
        public var methods: [IdentityMethod] = [.visual, .pin]
        /// On which devices it runs.
        public var devices = DeviceRules.limited

        /// A configuration.
        public init(device: ReceptionDevice, token: DeviceToken, method: IdentityMethod = .visual) {
            self.device = device
            self.token = token
            self.method = method
        }
    }

    /// Where it is.
    public enum Phase: Sendable, Hashable {
        /// Nothing is going on.
        case idle
        /// The centre is asked whether the device is registered.
        case authenticating
        /// The method that is set is shown.
        case ready
        /// 設定メニュー
        case settings
        /// The bearer is proved.
        case proving
        /// The centre is asked for the eligibility.
        case asking
        /// The result is shown.
        case showing
    }

    /// What is known before anybody comes; the method may be set anew.
    public private(set) var configuration: Configuration
    /// Where it is.
    public private(set) var phase = Phase.idle
    private var proof: BearerProof?

    /// An idle app.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): begin()
        case (.idle, _): []
        // What was shown is kept already.
        case (.showing, .cancelled), (.showing, .timedOut), (.showing, .failed), (.showing, .touched(.end, _)): finish(.completed)
        case (_, .cancelled), (_, .touched(.end, _)): finish(.notCompleted(.cancelled))
        case (_, .timedOut): finish(.notCompleted(.timedOut))
        case (_, .failed(let error)): finish(.notCompleted(.failed(error)))
        // 更新 (R080)
        case (.showing, .touched(.fetch, _)): go(to: .asking, .show(.working), .askEligibility(.limited, consent: nil, from: .app))
        case (.authenticating, .answered(.app(.authenticated))): go(to: .ready, .show(.ready(configuration.method)))
        case (.ready, .touched(.openSettings, _)): go(to: .settings, .show(.settings(configuration.methods, set: configuration.method)))
        case (.settings, .touched(.method(let method), _)): set(method)
        case (.ready, .touched(.start, _)): prove()
        case (.proving, _): follow(input)
        case (.asking, .answered(.eligibility(let answer))): show(LimitedResult(answer))
        case (.authenticating, .answered), (.asking, .answered): finish(.notCompleted(.failed(CentreError.otherAnswer)))
        default: []
        }
    }

    private mutating func begin() -> [ReceptionEffect] {
        if let refusal = configuration.devices.refusal(of: configuration.device) { return [.finish(.notCompleted(.failed(refusal)))] }
        return go(to: .authenticating, .show(.working), .ask(.app(.authenticate(configuration.token)), from: .app))
    }

    private mutating func set(_ method: IdentityMethod) -> [ReceptionEffect] {
        guard configuration.methods.contains(method) else { return [] }
        configuration.method = method
        return go(to: .ready, .show(.ready(method)))
    }

    private mutating func prove() -> [ReceptionEffect] {
        guard configuration.methods.contains(configuration.method) else {
            return finish(.notCompleted(.methodNotOffered(configuration.method)))
        }
        let proof = BearerProof(by: configuration.method)
        self.proof = proof
        phase = .proving
        return proof.begin()
    }

    private mutating func follow(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch proof?.receive(input) {
        case .pending(let effects): return effects
        case .refused(let outcome): return finish(.notCompleted(outcome))
        case .proved:
            proof = nil
            return go(to: .asking, .release, .show(.working), .askEligibility(.limited, consent: nil, from: .app))
        case nil: return []
        }
    }

    private mutating func show(_ result: LimitedResult) -> [ReceptionEffect] {
        go(to: .showing, .keep(result), .show(.limitedResult(result)))
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        self = LimitedApp(configuration)
        return [.finish(outcome)]
    }
}
