import ReaderTransport
import Station

/// A test double of a device with one lane: it answers every read at once by what lies ready, or by nothing for ever.
final class Cable: ReaderTransport.Attachment {
    let source: SourceID
    let lanes: [Lane]
    /// What was submitted, with what was sent.
    private(set) var submitted: [(transfer: Transfer, bytes: [UInt8])] = []
    private(set) var aborted: [TransferID] = []
    private(set) var isClosed = false
    /// What comes next, and how the transfer ends that brings it.
    var ready: [(status: TransferStatus, bytes: [UInt8])] = []
    private let station: Station
    private var ended: [TransferID: (status: TransferStatus, bytes: [UInt8])] = [:]

    static let lane = LaneID(rawValue: 3)

    init(_ kind: Lane.Kind = .bulk, on station: Station) {
        self.station = station
        source = station.makeSource()
        lanes = [Lane(id: Self.lane, kind: kind, slots: 1, descriptor: [0x36, 0x21], packetSize: 64)]
    }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        submitted.append((transfer, bytes.indices.map { bytes[$0] }))
        if transfer.operation == .write {
            end(id, .completed, [])
        } else if !ready.isEmpty {
            let next = ready.removeFirst()
            end(id, next.status, next.bytes)
        }
        return id
    }

    private func end(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8]) {
        ended[id] = (status, bytes)
        station.schedule(Event(source: source, token: id.rawValue), at: station.now + .milliseconds(1))
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        guard let end = ended.removeValue(forKey: transfer) else { return .aborted }
        buffer = end.bytes
        return end.status
    }

    func abort(_ transfer: TransferID) {
        aborted.append(transfer)
        ended[transfer] = nil
    }

    func close() { isClosed = true }
}

extension ReaderTransport.Attachment {
    /// Submits a transfer on the lane of a `Cable`.
    func start(_ operation: Transfer.Operation, _ bytes: [UInt8] = []) -> TransferID {
        submit(Transfer(lane: Cable.lane, slot: 0, operation: operation), sending: bytes.span)
    }

    /// How a transfer ends and what it brings; `nil` where it does not end within `limit`.
    func wait(_ id: TransferID, on station: Station, atMost limit: Duration = .seconds(1)) -> Ended? {
        guard case .event = station.next(from: source, token: id.rawValue, until: station.now + limit) else {
            abort(id)
            return nil
        }
        var bytes: [UInt8] = []
        let status = collect(id, into: &bytes)
        return Ended(status: status, bytes: bytes)
    }

    /// Carries a transfer out.
    func perform(_ operation: Transfer.Operation, _ bytes: [UInt8] = [], on station: Station, atMost limit: Duration = .seconds(1))
        -> Ended?
    {
        wait(start(operation, bytes), on: station, atMost: limit)
    }
}

/// How a transfer ended.
struct Ended: Equatable {
    let status: TransferStatus
    let bytes: [UInt8]

    init(status: TransferStatus = .completed, bytes: [UInt8] = []) {
        self.status = status
        self.bytes = bytes
    }
}
