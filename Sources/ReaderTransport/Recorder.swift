import Diagnosis
import Station

/// Writes what crosses the cables of one station as a `Recording`.
///
/// Bytes are written only where the card is proven to be synthetic. Until then they are held back in memory, and of what crosses the cable
/// only lane, operation, length and time are written; without a proof they never are.
public final class Recorder {
    /// How much is held back at most, in bytes; more, and the recording stays without bytes.
    public static let mostHeld = 1 << 20

    private let output: RecordingOutput
    private let station: Station
    private let isSynthetic: Bool
    private var state: State
    // What is held back, one after the other in one buffer that never grows, so that no copy of it is left behind; and the line of each.
    private var held: [UInt8] = []
    private var heldLines: [(line: Int, count: Int)] = []
    private var devices = 0
    private var names: Set<String> = []
    private var isCancelled = false
    private var isOver = false

    private enum State {
        /// Nobody knows yet whether the card is synthetic.
        case holding
        /// It is.
        case open
        /// It cannot be known any more.
        case closed
    }

    /// A recording at `path` that begins now. Throws where the file cannot be created, or is there and no recording.
    ///
    /// `program` has its version with it. `options` are what a reader of the recording must know beside, such as the options of the command,
    /// never a secret. `isSynthetic` says that everything that can be on the cable is simulated, which is as good as a proof. `clock` is how time
    /// passed, where that is not how it passes on `station`: for what is repeated there and has happened elsewhere.
    public init(
        path: String, program: String, options: [String: String] = [:], isSynthetic: Bool = false, clock: Station.Time? = nil,
        on station: Station
    ) throws(RecordingError) {
        output = try RecordingOutput(path: path)
        self.station = station
        self.isSynthetic = isSynthetic
        state = isSynthetic ? .open : .holding
        var line = RecordingLine("recording")
        line.add("version", Recording.version)
        line.add("at", Int(station.now.nanoseconds))
        line.add("program", program)
        line.add("clock", (clock ?? station.time).text)
        line.add("unixTime", Int(station.startUnixTime))
        let pairs = options.sorted { $0.key < $1.key }.map { "\(JSONText.quoted($0.key)): \(JSONText.quoted($0.value))" }
        line.add("options", literally: "{\(pairs.joined(separator: ", "))}")
        output.write(line)
    }

    deinit { wipe() }

    /// Why nothing is written any more; `nil` while all is well.
    public var failure: RecordingError? { output.failure }

    // MARK: What is recorded

    /// `attachment`, recorded from now on under `name`, which must be tapped before a driver opens it.
    ///
    /// The proof is of one card and of nothing else. What people type at a real reader's own screen crosses its control lane, and at a second
    /// device another card may lie: there it stays without bytes.
    public func tap(_ attachment: any Attachment, name: String) -> any Attachment {
        let device = devices
        devices += 1
        names.insert(name)
        let carriesCardsOnly = attachment.lanes.allSatisfy { $0.kind == .card || $0.kind == .ccid }
        if !isSynthetic, !carriesCardsOnly || names.count > 1 { withhold() }
        write("open", at: station.now) {
            $0.add("device", device)
            $0.add("name", name)
            $0.add("lanes", literally: "[\(attachment.lanes.map(\.json).joined(separator: ", "))]")
        }
        return TappedAttachment(attachment, tellingTo: DeviceRecorder(device, self), on: station)
    }

    /// Records that something came to the station from elsewhere, such as the answer of a person or of a centre: a replay hands it over again.
    public func post(_ name: String, _ bytes: Span<UInt8>) {
        write("post", at: station.now, bytes) { $0.add("name", name) }
    }

    /// Records how it ended, and has everything written. Throws what went wrong with the file at any time.
    public func end(outcome: String) throws(RecordingError) {
        guard !isOver else { return try output.finish() }
        write("end", at: station.now) {
            $0.add("outcome", outcome)
            $0.add("records", output.lines + 1)
        }
        isOver = true
        wipe()
        try output.finish()
    }

    // MARK: The proof

    /// Says that the card is synthetic: what was held back is written, and everything after it at once. Too late where too much was held back.
    public func proveSynthetic() {
        guard case .holding = state, !isOver else { return }
        state = .open
        var offset = 0
        for (line, count) in heldLines {
            var late = RecordingLine("payload")
            late.add("line", line)
            late.add("bytes", hexadecimal: held.span.extracting(offset..<offset + count))
            output.write(late)
            offset += count
        }
        wipe()
    }

    /// Says that another card may be there, which is not proven yet: bytes are held back again, and those that are held back already were
    /// of a card that nobody will prove any more. Where everything is simulated nothing changes.
    public func doubt() {
        guard !isSynthetic else { return }
        wipe()
        if case .open = state { state = .holding }
    }

    /// Says that the card is not synthetic: no byte is written any more, whatever is said later.
    public func withhold() {
        state = .closed
        wipe()
    }

    private func hold(_ bytes: Span<UInt8>, line: Int) {
        guard held.count + bytes.count <= Self.mostHeld else { return withhold() }
        if held.capacity < Self.mostHeld { held.reserveCapacity(Self.mostHeld) }
        bytes.withUnsafeBufferPointer { held.append(contentsOf: $0) }
        heldLines.append((line, bytes.count))
    }

    private func wipe() {
        held.wipe()
        held.removeAll(keepingCapacity: true)
        heldLines.removeAll()
    }

    // MARK: Lines

    fileprivate func write(_ event: String, at moment: Instant, _ bytes: Span<UInt8>, _ fields: (inout RecordingLine) -> Void) {
        write(event, at: moment) { line in
            fields(&line)
            line.add("length", bytes.count)
            guard !bytes.isEmpty else { return }
            switch state {
            case .open: line.add("bytes", hexadecimal: bytes)
            case .holding: hold(bytes, line: output.lines + 1)
            case .closed: break
            }
        }
    }

    fileprivate func write(_ event: String, at moment: Instant, _ fields: (inout RecordingLine) -> Void) {
        guard !isOver else { return }
        noticeCancel(at: moment)
        var line = RecordingLine(event)
        line.add("at", Int(moment.nanoseconds))
        fields(&line)
        output.write(line)
    }

    /// A cancel comes from any thread; it stands before the first thing that happened after it.
    private func noticeCancel(at moment: Instant) {
        guard !isCancelled, station.inbox.isCancelled else { return }
        isCancelled = true
        var line = RecordingLine("cancel")
        line.add("at", Int(moment.nanoseconds))
        output.write(line)
    }
}

/// Writes what crosses the cable of one device.
private final class DeviceRecorder: CableObserver {
    private let device: Int
    private let recorder: Recorder

    init(_ device: Int, _ recorder: Recorder) {
        self.device = device
        self.recorder = recorder
    }

    func submits(_ number: Int, _ transfer: Transfer, sending bytes: Span<UInt8>, at moment: Instant) {
        recorder.write("submit", at: moment, bytes) { line in
            add(number, to: &line)
            line.add("lane", Int(transfer.lane.rawValue))
            line.add("slot", Int(transfer.slot))
            line.add("operation", transfer.operation.text)
            if transfer.deadline < .distantFuture { line.add("deadline", Int(transfer.deadline.nanoseconds)) }
        }
    }

    func completed(_ number: Int, _ status: TransferStatus, receiving bytes: Span<UInt8>, at moment: Instant) {
        recorder.write("complete", at: moment, bytes) { line in
            add(number, to: &line)
            line.add("status", status.text)
        }
    }

    func aborts(_ number: Int, at moment: Instant) {
        recorder.write("abort", at: moment) { add(number, to: &$0) }
    }

    func closes(at moment: Instant) {
        recorder.write("close", at: moment) { $0.add("device", device) }
    }

    private func add(_ number: Int, to line: inout RecordingLine) {
        line.add("device", device)
        line.add("transfer", number)
    }
}
