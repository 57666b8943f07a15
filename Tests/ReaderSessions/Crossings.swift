import ReaderTransport
import Station

/// Counts what crosses a cable.
public final class Crossings: CableObserver {
    /// The transfers that were submitted, in order.
    public private(set) var transfers: [Transfer] = []
    /// Everything else, one word each, with the number of the transfer.
    public private(set) var other: [String] = []

    /// None yet.
    public init() {}

    /// Called by the tap.
    public func submits(_ number: Int, _ transfer: Transfer, sending bytes: Span<UInt8>, at moment: Instant) { transfers.append(transfer) }
    /// Called by the tap.
    public func completed(_ number: Int, _ status: TransferStatus, receiving bytes: Span<UInt8>, at moment: Instant) {
        other.append("\(number) \(status.text) \(bytes.count)")
    }
    /// Called by the tap.
    public func aborts(_ number: Int, at moment: Instant) { other.append("\(number) abort") }
    /// Called by the tap.
    public func closes(at moment: Instant) { other.append("close") }
}
