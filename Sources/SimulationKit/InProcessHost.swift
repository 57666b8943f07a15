import ReaderTransport
import Station

/// A passive device as an attachment of the station in the same process: the station makes its time pass.
public final class InProcessHost: Attachment, TimeDriven {
    /// The source of its completion events.
    public let source: SourceID
    private let device: any PassiveDevice
    private let station: Station
    private var completed = TransferTable<(status: TransferStatus, bytes: [UInt8])>()
    // In the order of submission: a run repeats to the byte.
    private var underWay: [TransferID] = []

    /// Attaches `device` to `station`.
    public init(_ device: any PassiveDevice, on station: Station) {
        self.device = device
        self.station = station
        source = station.makeSource()
        station.attach(self)
    }

    /// The lanes of the device.
    public var lanes: [Lane] { device.lanes }

    /// Hands the transfer to the device.
    public func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        underWay.append(id)
        device.submit(transfer, id: id, sending: bytes, at: station.now)
        return id
    }

    /// The bytes of a completed transfer; `.aborted` for one that has not completed.
    public func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        guard let completion = completed.remove(transfer) else {
            buffer.removeAll(keepingCapacity: true)
            return .aborted
        }
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: completion.bytes)
        return completion.status
    }

    /// Gives the transfer up.
    public func abort(_ transfer: TransferID) {
        completed[transfer] = nil
        underWay.removeAll { $0 == transfer }
        device.abort(transfer, at: station.now)
    }

    /// Gives up what is under way and detaches the device from the station.
    public func close() {
        for transfer in underWay { device.abort(transfer, at: station.now) }
        underWay.removeAll()
        station.detach(self)
        completed.removeAll()
    }

    /// When the device next does something by itself.
    public var nextDue: Instant? { device.nextDue }

    /// Lets the device's time pass; what it completes becomes events.
    public func advance(to now: Instant) {
        device.advance(to: now) { id, status, bytes in
            underWay.removeAll { $0 == id }
            completed[id] = (status, bytes)
            station.schedule(Event(source: source, token: id.rawValue), at: now)
        }
    }
}
