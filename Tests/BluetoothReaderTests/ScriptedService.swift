import ReaderKit
import ReaderTransport
import Station
import TestSupport

/// A test double of a reader's GATT service: it answers as told, well or badly. Its time passes on the station.
final class ScriptedService: Attachment, TimeDriven {
    let source: SourceID
    let lanes: [Lane]
    /// What was written, one value after the other.
    private(set) var seen: [[UInt8]] = []
    private(set) var isClosed = false
    /// What a write ends with; `nil` for one that never ends.
    var writeStatus: (_ number: Int) -> TransferStatus? = { _ in .completed }

    private let station: Station
    private let script: (_ service: ScriptedService, _ value: [UInt8]) -> Void
    private var replies: [(due: Instant, status: TransferStatus, value: [UInt8])] = []
    private var reads: [TransferID] = []
    private var ended: [TransferID: (TransferStatus, [UInt8])] = [:]
    private var writes = 0

    /// A service whose script is asked at every value that is written.
    init(
        service: [UInt8], packetSize: Int = 20, on station: Station,
        _ script: @escaping (_ service: ScriptedService, _ value: [UInt8]) -> Void
    ) {
        self.station = station
        self.script = script
        source = station.makeSource()
        lanes = [Lane(id: LaneID(rawValue: 0), kind: .gatt, slots: 1, descriptor: service, packetSize: packetSize)]
        station.attach(self)
    }

    /// Notifies bytes in pieces of `size`.
    func notify(_ bytes: [UInt8], pieces size: Int = 20, after delay: Duration = .milliseconds(1)) {
        for start in stride(from: 0, to: max(1, bytes.count), by: size) {
            end(next: Array(bytes[start..<min(start + size, bytes.count)]), .completed, after: delay)
        }
    }

    /// Ends the next read so.
    func end(next value: [UInt8] = [], _ status: TransferStatus, after delay: Duration = .milliseconds(1)) {
        replies.append((max(station.now + delay, replies.last?.due ?? .zero), status, value))
    }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        switch transfer.operation {
        case .write:
            writes += 1
            guard let status = writeStatus(writes) else { return id }
            finish(id, status)
            guard status == .completed else { return id }
            let value = bytes.withUnsafeBufferPointer { Array($0) }
            seen.append(value)
            script(self, value)
        case .read: reads.append(id)
        default: finish(id, .failed(0))
        }
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        buffer.removeAll(keepingCapacity: true)
        guard let (status, bytes) = ended.removeValue(forKey: transfer) else { return .aborted }
        buffer.append(contentsOf: bytes)
        return status
    }

    func abort(_ transfer: TransferID) {
        reads.removeAll { $0 == transfer }
        ended[transfer] = nil
    }

    func close() {
        isClosed = true
        station.detach(self)
    }

    var nextDue: Instant? { reads.isEmpty ? nil : replies.first.map { max($0.due, station.now) } }

    func advance(to now: Instant) {
        guard let reply = replies.first, reply.due <= now, !reads.isEmpty else { return }
        replies.removeFirst()
        finish(reads.removeFirst(), reply.status, reply.value)
    }

    private func finish(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8] = []) {
        ended[id] = (status, bytes)
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
    }
}

/// Why `body` failed; `nil` where it did not.
func failure(_ body: () throws(ReaderError) -> Void) -> ReaderError? {
    do {
        try body()
        return nil
    } catch { return error }
}

extension CardChannel {
    /// Sends a command APDU.
    func ask(_ command: [UInt8], until deadline: Instant) throws(ReaderError) -> [UInt8] {
        var response: [UInt8] = [0xEE]
        try transmit(command.span, into: &response, until: deadline)
        return response
    }
}
