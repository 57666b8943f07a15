import Centre
import Eligibility
import MedicalAccess

/// What an administrator prepares at the terminal for app and web (事前準備①–③): accounts (R178), activation codes for a memo of the device
/// (R175), and the address of the web reception (R168).
public struct AppPreparation: ReceptionFlow {
    /// What is known before.
    public struct Configuration: Sendable, Equatable {
        /// What each account may do.
        public var accounts = ViewingRules.standard

        /// The rules of the guidance.
        public init() {}
    }

    /// Where it is.
    public enum Phase: Sendable, Hashable, CaseIterable {
        /// Nothing is going on.
        case idle
        /// An account logs in.
        case loggingIn
        /// The centre checks the account.
        case checkingAccount
        /// What to prepare is chosen.
        case choosing
        /// The centre makes it.
        case making
        /// What was made is shown.
        case showing
    }

    /// What is known before.
    public let configuration: Configuration
    /// Where it is.
    public private(set) var phase = Phase.idle

    /// An idle flow.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): go(to: .loggingIn, .show(.logIn))
        case (.idle, _): []
        case (.choosing, .touched(.end, _)), (.showing, .touched(.end, _)), (.showing, .timedOut): finish(.completed)
        case (_, .cancelled), (_, .touched(.end, _)): finish(.notCompleted(.cancelled))
        case (_, .timedOut): finish(.notCompleted(.timedOut))
        case (.loggingIn, .touched(.logIn(let user, let password), by: .staff)):
            ask(.account(.logIn(user: user, password: password)), then: .checkingAccount)
        case (.checkingAccount, .answered(.account(.loggedIn(let right)))): loggedIn(right)
        case (.choosing, .touched(.createAccount(let account), by: .staff)): ask(.account(.create(account)), then: .making)
        case (.choosing, .touched(.issueCode(let memo), by: .staff)): ask(.app(.issueCode(memo: memo)), then: .making)
        case (.choosing, .touched(.makeWebAddress, by: .staff)): ask(.environment(.makeWebAddress), then: .making)
        case (.making, .answered(.account(.created))): go(to: .showing, .show(.accountMade))
        case (.making, .answered(.app(.code(let code)))): go(to: .showing, .show(.activationCode(code)))
        case (.making, .answered(.environment(.webAddress(let address)))): go(to: .showing, .show(.webAddress(address)))
        // What was typed can be typed again.
        case (.making, .failed(let error)) where error.category == .notPermitted: go(to: .showing, .show(.message(error.sentence)))
        case (.showing, .touched(.again, _)): go(to: .choosing, .show(.preparation))
        case (_, .failed(let error)): finish(.notCompleted(.failed(error)))
        case (_, .answered): finish(.notCompleted(.failed(CentreError.otherAnswer)))
        default: []
        }
    }

    /// The log-in counts at the centre, whatever the account may do here: without one no account serves the app (R180).
    private mutating func loggedIn(_ right: AccountRight) -> [ReceptionEffect] {
        guard configuration.accounts.allows(.activationCodes, to: right) else {
            return finish(.notCompleted(.failed(AccessRefusal.account)))
        }
        return go(to: .choosing, .show(.preparation))
    }

    private mutating func ask(_ request: CentreRequest, then next: Phase) -> [ReceptionEffect] {
        go(to: next, .show(.working), .ask(request, from: .terminal))
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        self = AppPreparation(configuration)
        return [.finish(outcome)]
    }
}
