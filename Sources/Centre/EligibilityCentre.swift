import Station

/// The eligibility system (オンライン資格確認等システム) as a terminal, a receipt computer, an app and the web reception see it.
///
/// Asking never waits: the answer arrives as an event at the station's inbox. The embedded centre and a client of a server both implement
/// this protocol.
public protocol EligibilityCentre: AnyObject {
    /// Sends a message; the answer arrives at the centre's station as an event from `source` whose token is the one returned and whose
    /// payload is a `CentreReply`.
    func submit(_ message: CentreMessage) -> UInt64
    /// Which source the events of this centre come from.
    var source: SourceID { get }
}

/// What a centre posts: an answer, or why there is none.
public typealias CentreReply = Result<CentreAnswer, CentreError>

/// What is sent to the centre: who asks what.
public struct CentreMessage: Sendable {
    /// Who asks.
    public let caller: CentreCaller
    /// What.
    public let request: CentreRequest
    /// The name of what is to be done, where it is to be done once: the answer to one that was done already is the same again.
    public let operation: OperationKey?

    /// A message.
    public init(_ request: CentreRequest, from caller: CentreCaller = .terminal, operation: OperationKey? = nil) {
        self.caller = caller
        self.request = request
        self.operation = operation
    }
}

/// The name of one thing to be done, chosen by whoever asks for it: letters and digits, of 16 random bytes as a rule.
public struct OperationKey: Sendable, Hashable {
    /// The letters and digits, 64 at most.
    public let value: String

    /// A key.
    public init(_ value: String) { self.value = value }
}

/// From where a message comes; some functions are for some places only (R002, R146).
public struct CentreCaller: Sendable, Equatable {
    /// The program that asks.
    public enum Place: String, Sendable, CaseIterable {
        /// 資格確認端末
        case terminal
        /// レセプトコンピュータ
        case receiptComputer = "receipt-computer"
        /// マイナ資格確認アプリ
        case app
        /// マイナ在宅受付Web
        case web
    }

    /// The program.
    public let place: Place
    /// The account that has logged in (ユーザID); `nil` where nobody has.
    public let account: String?

    /// A caller.
    public init(_ place: Place, account: String? = nil) {
        self.place = place
        self.account = account
    }

    /// The terminal, at which nobody has logged in.
    public static let terminal = CentreCaller(.terminal)
}
