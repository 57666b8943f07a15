import ReaderTransport
import Station

/// A simulated device: no thread, no clock, no sleep. A host tells it the time and hands it transfers.
///
/// The same object serves every host: the station in virtual or real time, USB/IP, a GATT server.
public protocol PassiveDevice: AnyObject {
    /// What can be used of it.
    var lanes: [Lane] { get }

    /// Accepts a transfer; the completion becomes due later, or never.
    func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant)

    /// Gives a transfer up: it completes no more.
    func abort(_ transfer: TransferID, at now: Instant)

    /// When its next completion is due or it changes by itself; `nil` while it waits for others.
    var nextDue: Instant? { get }

    /// Lets time pass up to `now` and hands every completion that is due to `complete`, earliest first.
    func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void)
}

/// The completions that a passive device has promised, by due time.
public struct PendingCompletions {
    private struct Pending {
        let due: Instant
        let id: TransferID
        let status: TransferStatus
        let bytes: [UInt8]
    }

    private var pending: [Pending] = []

    /// Nothing is pending.
    public init() {}

    /// When the earliest is due.
    public var nextDue: Instant? { pending.first?.due }

    /// Promises a completion; those due at one moment keep their order.
    public mutating func add(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8], due: Instant) {
        let index = pending.firstIndex { $0.due > due } ?? pending.endIndex
        pending.insert(Pending(due: due, id: id, status: status, bytes: bytes), at: index)
    }

    /// Takes a promise back.
    public mutating func remove(_ id: TransferID) {
        pending.removeAll { $0.id == id }
    }

    /// Hands over what is due at `now`, earliest first.
    public mutating func takeDue(at now: Instant, _ complete: (TransferID, TransferStatus, [UInt8]) -> Void) {
        while let first = pending.first, first.due <= now {
            pending.removeFirst()
            complete(first.id, first.status, first.bytes)
        }
    }
}
