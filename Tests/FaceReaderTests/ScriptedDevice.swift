import Diagnosis
import ReaderKit
import ReaderTransport
import Station
import TestSupport

/// A test double of a device with lanes: it answers as told, well or badly. Its time passes on the station.
final class ScriptedDevice: Attachment, TimeDriven {
    let source: SourceID
    let lanes: [Lane]
    /// What was written on each lane, in order.
    private(set) var seen: [LaneID: [[UInt8]]] = [:]
    /// Where the last command APDU lay that was written (EXCHANGE of the serial line). It is the driver's, who uses it again.
    private(set) var place: UnsafeBufferPointer<UInt8>?
    private(set) var isClosed = false
    private(set) var haltsCleared = 0
    /// What is asked at every write.
    var script: (_ lane: LaneID, _ bytes: [UInt8]) -> Void = { _, _ in }
    /// What a write ends with; `nil` for one that never ends.
    var writeStatus = TransferStatus?.some(.completed)
    /// How many of the next writes find the endpoint halted.
    var halts = 0

    private struct Reply {
        let lane: LaneID
        let due: Instant
        let status: TransferStatus
        let bytes: [UInt8]
    }

    private let station: Station
    private var replies: [Reply] = []
    private var reads: [LaneID: [TransferID]] = [:]
    private var ended: [TransferID: (TransferStatus, [UInt8])] = [:]
    private var interrupt: TransferID?
    private var isUnplugged = false

    init(_ lanes: [Lane], on station: Station) {
        self.lanes = lanes
        self.station = station
        source = station.makeSource()
        station.attach(self)
    }

    /// What the device sends next on a lane, after what it sends already.
    func reply(_ bytes: [UInt8], on lane: LaneID, status: TransferStatus = .completed, after delay: Duration = .milliseconds(1)) {
        let due = replies.last { $0.lane == lane }?.due ?? .zero
        replies.append(Reply(lane: lane, due: max(station.now + delay, due), status: status, bytes: bytes))
    }

    /// What the interrupt endpoint says now.
    func notify(_ bytes: [UInt8]) {
        guard let id = interrupt else { return }
        interrupt = nil
        end(id, .completed, bytes)
    }

    /// The cable is pulled.
    func unplug() {
        isUnplugged = true
        for id in reads.values.joined().sorted(by: { $0.rawValue < $1.rawValue }) { end(id, .unplugged) }
        reads = [:]
    }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        if isUnplugged {
            end(id, .unplugged)
            return id
        }
        switch transfer.operation {
        case .write where halts > 0:
            halts -= 1
            end(id, .stalled)
        case .write:
            guard let writeStatus else { return id }
            end(id, writeStatus)
            guard writeStatus == .completed else { return id }
            let written = bytes.withUnsafeBufferPointer { Array($0) }
            if written.count > 4, written[4] == 0x58 { place = bytes.withUnsafeBufferPointer { $0 } }
            seen[transfer.lane, default: []].append(written)
            script(transfer.lane, written)
        case .read: reads[transfer.lane, default: []].append(id)
        case .readInterrupt: interrupt = id
        case .clearHalt:
            haltsCleared += 1
            end(id, .completed)
        case .control: end(id, .completed)
        case .powerCard, .powerOffCard, .exchange, .watchPresence: end(id, .failed(0))
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
        for lane in lanes { reads[lane.id]?.removeAll { $0 == transfer } }
        ended[transfer] = nil
    }

    func close() {
        isClosed = true
        station.detach(self)
    }

    private func isReading(_ reply: Reply) -> Bool { !(reads[reply.lane] ?? []).isEmpty }

    var nextDue: Instant? { replies.filter(isReading).map { max($0.due, station.now) }.min() }

    func advance(to now: Instant) {
        // What is sent meanwhile waits for the next time.
        guard let index = replies.firstIndex(where: { $0.due <= now && isReading($0) }) else { return }
        let reply = replies.remove(at: index)
        guard let id = reads[reply.lane]?.removeFirst() else { return }
        end(id, reply.status, reply.bytes)
    }

    private func end(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8] = []) {
        ended[id] = (status, bytes)
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
    }
}

extension Reader {
    /// Waits for a prompt to end; `false` where it does not before `limit`.
    func waitFor(_ prompt: PromptID, on station: Station, within limit: Duration = .seconds(200)) -> Bool {
        if case .event = station.next(from: source, token: prompt.rawValue, until: station.now + limit) { true } else { false }
    }
}

extension CardChannel {
    /// Sends the bytes that `text` writes.
    func ask(_ text: String, until deadline: Instant) throws(ReaderError) -> [UInt8] {
        var response: [UInt8] = [0xEE]
        try transmit(hex(text).span, into: &response, until: deadline)
        return response
    }
}

/// Why `body` failed; `nil` where it did not.
func reason(_ body: () throws(ReaderError) -> Void) -> ReaderError.Reason? {
    do {
        try body()
        return nil
    } catch { return error.reason }
}

/// The bytes of a secret, which only tests show.
func shown(_ secret: Secret?) -> String? {
    secret.map { secret in secret.withBytes { bytes in String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self) } }
}

/// Lets time pass with nobody waiting for anything; the tokens of the events that came.
@discardableResult
func pass(_ time: Duration, on station: Station) -> [UInt64] {
    let end = station.now + time
    var tokens: [UInt64] = []
    while case .event(let event) = station.next(until: end) { tokens.append(event.token) }
    return tokens
}
