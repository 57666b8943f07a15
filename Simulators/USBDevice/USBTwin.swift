import ReaderTransport
import SimulationKit
import Station

/// A simulated reader that is one device at USB: what a host does with the reader it does with that.
public protocol USBTwin: PassiveDevice {
    /// The device as a kernel sees it.
    var device: USBDevice { get }
}

extension USBTwin {
    /// One for each interface of the device.
    public var lanes: [Lane] { device.lanes }

    /// Accepts a transfer.
    public func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {
        device.submit(transfer, id: id, sending: bytes, at: now)
    }

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID, at now: Instant) { device.abort(transfer, at: now) }

    /// When the next completion is due or something happens at it.
    public var nextDue: Instant? { device.nextDue }

    /// Lets time pass.
    public func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void) {
        device.advance(to: now, complete: complete)
    }
}
