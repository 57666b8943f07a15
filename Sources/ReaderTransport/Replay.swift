import Station

/// Plays a recording back on a station in virtual time: attachments that behave as the recorded ones did, to a program that does as it did.
///
/// It is strict. What comes to the program is delivered at its recorded moment, and not before everything that the program had done until
/// then was done again: the same transfers with the same bytes, given up at the same point, and at the same moments where the recorded clock
/// was virtual too. At the first difference everything ends as if
/// the cable had been pulled out, so that nothing hangs.
public final class Replay: TimeDriven {
    /// Receives what came to the station from elsewhere (`Recorder.post`).
    public var post: (_ name: String, _ bytes: [UInt8]) -> Void = { _, _ in }
    /// The first difference; `nil` while there is none.
    public private(set) var difference: ReplayDifference?

    private let recording: Recording
    private let station: Station
    private let records: [Recording.Record]
    // The next record of the program's doing, and the next that comes to it.
    private var outbound: Int
    private var inbound: Int
    private var attachments: [ReplayedAttachment] = []
    // The moment of the last record that the program has repeated, in the recording and here.
    private var last: (recorded: Instant, here: Instant)?

    /// A replay of `recording` on a station in virtual time that begins at `Recording.startUnixTime`. Throws where bytes were withheld.
    public init(_ recording: Recording, on station: Station) throws(ReplayError) {
        if let record = recording.records.first(where: { $0.event.payload.map { $0.bytes == nil } ?? false }) {
            throw ReplayError(line: record.line)
        }
        self.recording = recording
        self.station = station
        records = recording.records
        outbound = records.firstIndex { !$0.event.isInbound } ?? records.endIndex
        inbound = records.firstIndex { $0.event.isInbound } ?? records.endIndex
        station.attach(self)
    }

    /// The device that is opened next in the recording; one without lanes after a difference, and where none is.
    public func open() -> any Attachment {
        var event = Recording.Event.open(device: attachments.count, name: "", lanes: [])
        if outbound < records.endIndex, case .open = records[outbound].event { event = records[outbound].event }
        var lanes: [Lane] = []
        if repeated(event), case .open(_, _, let recorded) = event { lanes = recorded }
        let attachment = ReplayedAttachment(device: attachments.count, lanes: lanes, self, on: station)
        attachments.append(attachment)
        return attachment
    }

    /// Ends the replay. Throws the first difference; something recorded that has not happened is one.
    public func finish() throws(ReplayDifference) {
        takeDueCancels()
        station.detach(self)
        if difference == nil, let record = records[min(outbound, inbound)...].first {
            differ(record, came: "nothing more")
        }
        if let difference { throw difference }
    }

    // MARK: What the program does

    /// Takes note of what the program does; `false` where that, or something before it, differs from the recording.
    func repeated(_ event: Recording.Event) -> Bool {
        guard difference == nil else { return false }
        takeDueCancels()
        guard outbound < records.endIndex else {
            differ(nil, came: event.words)
            return false
        }
        let record = records[outbound]
        // On a real clock nothing happens at exactly the same moment twice, so there the program may be a little ahead.
        if recording.clock == .virtual, inbound < outbound {
            differ(records[inbound], came: event.words + " before it")
        } else if !record.event.isAlike(event) {
            differ(record, came: event.words(comparedTo: record.event), comparedTo: event)
        } else if let shift = shift(from: record) {
            differ(record, came: "the same, \(shift) later")
        } else {
            last = (record.at, station.now)
            outbound = records[(outbound + 1)...].firstIndex { !$0.event.isInbound } ?? records.endIndex
        }
        return difference == nil
    }

    /// How much later than in the recording it is; `nil` where it is the same moment, or on a real clock, where no moment repeats.
    private func shift(from record: Recording.Record) -> Duration? {
        guard recording.clock == .virtual, let last else { return nil }
        let shift = (station.now - last.here) - (record.at - last.recorded)
        return shift == .zero ? nil : shift
    }

    private func differ(_ record: Recording.Record?, came: String, comparedTo event: Recording.Event? = nil) {
        guard difference == nil else { return }
        let expected = record.map { record in event.map { record.event.words(comparedTo: $0) } ?? record.event.words }
        let line = record?.line ?? (records.last?.line ?? 1) + 1
        difference = ReplayDifference(line: line, expected: expected ?? "nothing more", came: came)
        for attachment in attachments { attachment.unplug() }
    }

    // MARK: What comes to it

    /// When the next record comes that waits for nothing but time.
    public var nextDue: Instant? {
        guard difference == nil, inbound < outbound, inbound < records.endIndex else { return nil }
        return max(station.now, moment(of: records[inbound]))
    }

    /// As long after the last thing that the program repeated as it was in the recording.
    private func moment(of record: Recording.Record) -> Instant {
        guard let last else { return record.at }
        return last.here + (record.at - last.recorded)
    }

    /// Delivers what is due.
    public func advance(to now: Instant) {
        while let due = nextDue, due <= now { deliver() }
    }

    private func deliver() {
        let record = records[inbound]
        inbound = records[(inbound + 1)...].firstIndex { $0.event.isInbound } ?? records.endIndex
        switch record.event {
        case .complete(let device, let number, let status, let payload):
            guard attachments.indices.contains(device), attachments[device].complete(number, status, payload.bytes ?? []) else {
                return differ(record, came: "no such transfer")
            }
        case .post(let name, let payload): post(name, payload.bytes ?? [])
        case .cancel: station.inbox.cancel()
        case .open, .submit, .abort, .close: break
        }
    }

    /// A cancel that is due is there, even where nobody has waited since.
    private func takeDueCancels() {
        while let due = nextDue, due <= station.now, records[inbound].event == .cancel { deliver() }
    }
}

extension Recording.Event {
    /// Whether the program does the same. The deadline of a transfer does not count: it follows from the moment.
    fileprivate func isAlike(_ other: Self) -> Bool {
        guard case .submit(let device, let number, let transfer, let payload) = self,
            case .submit(let otherDevice, let otherNumber, let otherTransfer, let otherPayload) = other
        else { return self == other }
        return (device, number, transfer.lane, transfer.slot, transfer.operation)
            == (otherDevice, otherNumber, otherTransfer.lane, otherTransfer.slot, otherTransfer.operation) && payload == otherPayload
    }
}

/// One device of a recording.
final class ReplayedAttachment: Attachment {
    let source: SourceID
    let lanes: [Lane]
    private let device: Int
    private let replay: Replay
    private var invented: InventedTransfers
    private var submitted = 0
    private var isClosed = false
    // Those that have neither been collected nor given up.
    private var numbers: [TransferID: Int] = [:]
    // Those that have not ended either.
    private var underWay: [Int: TransferID] = [:]

    init(device: Int, lanes: [Lane], _ replay: Replay, on station: Station) {
        self.device = device
        self.lanes = lanes
        self.replay = replay
        source = station.makeSource()
        invented = InventedTransfers(source: source, on: station)
    }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = invented.begin()
        guard !isClosed else {
            invented.end(id, .unplugged)
            return id
        }
        submitted += 1
        numbers[id] = submitted
        underWay[submitted] = id
        let payload = Recording.Payload(bytes.withUnsafeBufferPointer { Array($0) })
        _ = replay.repeated(.submit(device: device, number: submitted, transfer, payload))
        // A difference, whether new or old, has ended all that was under way; this one may have come after it.
        if replay.difference != nil { unplug() }
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        numbers[transfer] = nil
        buffer.removeAll(keepingCapacity: true)
        return invented.collect(transfer, into: &buffer) ?? .aborted
    }

    func abort(_ transfer: TransferID) {
        _ = invented.forget(transfer)
        guard let number = numbers.removeValue(forKey: transfer) else { return }
        underWay[number] = nil
        _ = replay.repeated(.abort(device: device, number: number))
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        numbers.removeAll()
        _ = replay.repeated(.close(device: device))
        unplug()
    }

    /// Completes a transfer; `false` where there is none of that number.
    func complete(_ number: Int, _ status: TransferStatus, _ bytes: [UInt8]) -> Bool {
        guard let id = underWay.removeValue(forKey: number) else { return false }
        invented.end(id, status, bytes)
        return true
    }

    /// Ends everything that is under way, in order.
    func unplug() {
        for (_, id) in underWay.sorted(by: { $0.key < $1.key }) { invented.end(id, .unplugged) }
        underWay.removeAll()
    }
}
