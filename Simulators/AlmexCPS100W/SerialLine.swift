import ReaderTransport
import SimulationKit
import Station

/// The line with its adapter: bytes take their time in both directions; what is not read waits in the adapter.
struct SerialLine {
    private struct Write {
        let id: TransferID
        let bytes: [UInt8]
        let start: Instant
        let end: Instant
    }

    let timing: CPS100WTiming
    var pending = PendingCompletions()
    private var writes: [Write] = []
    private var reads: [(id: TransferID, limit: Int)] = []
    private var chunks: [(bytes: [UInt8], due: Instant)] = []
    private var arrived: [UInt8] = []
    private var hostFreeAt = Instant.zero
    private var deviceFreeAt = Instant.zero

    /// What the adapter keeps for a host that does not read; more is lost.
    private static let mostArrived = 1 << 16

    init(timing: CPS100WTiming) { self.timing = timing }

    // MARK: The host

    mutating func write(_ bytes: [UInt8], id: TransferID, at now: Instant) {
        let start = max(now, hostFreeAt)
        hostFreeAt = start + timing.character * bytes.count
        writes.append(Write(id: id, bytes: bytes, start: start, end: hostFreeAt))
    }

    mutating func read(_ limit: Int, id: TransferID, at now: Instant) {
        guard limit > 0 else { return pending.add(id, .failed(0), [], due: now) }
        reads.append((id, limit))
        serve(at: now)
    }

    mutating func abort(_ id: TransferID) {
        pending.remove(id)
        writes.removeAll { $0.id == id }
        reads.removeAll { $0.id == id }
    }

    /// The adapter is gone: everything ends.
    mutating func unplug(at now: Instant) {
        for id in writes.map(\.id) + reads.map(\.id) { pending.add(id, .unplugged, [], due: now) }
        writes.removeAll()
        reads.removeAll()
        arrived.removeAll()
        silence()
        hostFreeAt = now
    }

    // MARK: The device

    /// Sends from a moment on, or when what is being sent has been.
    mutating func send(_ bytes: [UInt8], from moment: Instant) {
        deviceFreeAt = max(moment, deviceFreeAt)
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(max(1, timing.adapterRoom))
            rest = rest.dropFirst(chunk.count)
            deviceFreeAt = deviceFreeAt + timing.character * chunk.count
            chunks.append((Array(chunk), deviceFreeAt))
        }
    }

    /// The device stops in the middle of a byte.
    mutating func silence() {
        chunks.removeAll()
        deviceFreeAt = .zero
    }

    /// Whether bytes of the host are coming at a moment.
    func isReceiving(at moment: Instant) -> Bool { writes.contains { $0.start + timing.character <= moment } }

    // MARK: Time

    /// When bytes have crossed the line.
    var nextDue: Instant? { Instant.earliest(writes.first?.end, chunks.first?.due) }

    /// Bytes of the host, one after the other.
    struct Arrival {
        let bytes: [UInt8]
        let start: Instant
        let character: Duration

        /// When a byte has come.
        func moment(of index: Int) -> Instant { start + .nanoseconds(character.wholeNanoseconds * Int64(index + 1)) }
    }

    /// Lets bytes arrive; those of the host are returned.
    mutating func advance(to now: Instant) -> Arrival? {
        while let chunk = chunks.first, chunk.due <= now {
            chunks.removeFirst()
            if arrived.count + chunk.bytes.count <= Self.mostArrived { arrived += chunk.bytes }
        }
        serve(at: now)
        guard let write = writes.first, write.end <= now else { return nil }
        writes.removeFirst()
        pending.add(write.id, .completed, [], due: write.end)
        return Arrival(bytes: write.bytes, start: write.start, character: timing.character)
    }

    private mutating func serve(at now: Instant) {
        while !arrived.isEmpty, let read = reads.first {
            reads.removeFirst()
            let part = Array(arrived.prefix(read.limit))
            arrived.removeFirst(part.count)
            pending.add(read.id, .completed, part, due: now)
        }
    }
}
