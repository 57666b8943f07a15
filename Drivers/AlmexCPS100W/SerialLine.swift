import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// The serial line: messages acknowledged by number, and polls for what the device has to say (PROTOCOL.md, "Line", assumed).
///
/// Half duplex: one thing at a time is under way, a message that waits for its ACK or a poll that waits for its answer. Whatever cannot be
/// brought to an end means that the line is lost, because nobody knows then what the device has done; a new opening begins with RESET.
final class SerialLine: OrderLine, EventReceiver {
    /// How long an ACK, or the answer to a poll, may take.
    static let patience = Duration.milliseconds(300)
    /// How long the line is quiet when a message is broken off.
    static let quiet = Duration.milliseconds(50)
    /// How long one waits for what was sent to be acknowledged.
    static let drainPatience = Duration.seconds(2)
    /// How often the device is asked.
    static let pollInterval = Duration.milliseconds(50)
    /// How often a message is sent at most.
    static let mostSends = 4
    /// How many polls in a row may stay without an answer.
    static let mostPolls = 10
    /// More than the line can carry in a second by far.
    static let mostBytesASecond = 65_536
    /// How often in a row the line may fail to take or to give bytes.
    static let mostFailures = 8
    /// A bit, at 115,200 bit/s; a byte has eleven of them with start, parity and stop.
    static let byteTime = Duration.nanoseconds(11 * 8_681)

    /// Receives every message that means something, once each.
    var hear: (LineReport) -> Void = { _ in }
    /// Receives why the line cannot be used any more, once.
    var lose: (ReaderError) -> Void = { _ in }
    /// Whether anything is awaited of the device.
    var isAwaiting: () -> Bool = { false }
    /// Why the line cannot be used any more.
    private(set) var failure: ReaderError?

    private let lane: LaneID
    private let attachment: any Attachment
    private let station: Station
    private let source: SourceID
    // The token of the event that somebody waits for who drains the line.
    private let drained: UInt64
    private var isDraining = false
    private var parser = LineParser()
    private var queue: [[UInt8]] = []
    // The message that waits for its ACK. It may hold a PIN, as the queue may, and is wiped as soon as it is not sent again.
    private var outgoing: [UInt8] = []
    private var state = State.idle
    private var alarm: Alarm
    private var quietAlarm: Alarm
    private var nextPoll = Instant.zero
    private var nextNumber: UInt8 = 0
    private var lastHeard: UInt8?
    private var isResetting = false
    private var read: TransferID?
    private var writes: [TransferID] = []
    private var received: [UInt8] = []
    private var failures = 0
    private var flood = (since: Instant.zero, count: 0)

    private enum State {
        case idle
        case sending(number: UInt8, sends: Int)
        case polling(unanswered: Int)
    }

    init(_ lane: LaneID, of attachment: any Attachment, on station: Station) {
        self.lane = lane
        self.attachment = attachment
        self.station = station
        source = station.makeSource()
        drained = station.makeToken()
        alarm = Alarm(source: source)
        quietAlarm = Alarm(source: source)
        station.attach(self, to: attachment.source)
        station.attach(self, to: source)
        listen()
    }

    // MARK: Sending

    /// Sends the messages of an order after those before them.
    func send(_ order: LineOrder) { send(HostMessage.messages(of: order)) }

    private func send(_ messages: [HostMessage]) {
        guard failure == nil else { return }
        for message in messages {
            queue.append(message.code)
            goOn()
        }
    }

    /// Sends RESET: both sides count from 00 afterwards. Its own number is not 00, nor the same at every try, so that neither it nor what
    /// follows is taken for a repetition of what an earlier program sent.
    func greet(attempt: UInt8) {
        nextNumber = 0xFF &- attempt
        isResetting = true
        send([.reset])
    }

    /// Takes note that the device counts from 00 again.
    func begin() {
        nextNumber = 0
        isResetting = false
    }

    /// Begins to poll, if anything is awaited.
    func wake() { goOn() }

    /// Waits until everything that was sent has been acknowledged, or the line is lost; a little while at most.
    func drain() {
        isDraining = true
        if isSending { _ = station.next(from: source, token: drained, until: station.now + Self.drainPatience) }
        isDraining = false
    }

    private var isSending: Bool {
        if case .sending = state { true } else { !queue.isEmpty }
    }

    /// Ends the use of the line.
    func stop() {
        failure = failure ?? ReaderError(.cancelled, cause: "the reader was closed")
        station.detach(self)
        end()
    }

    /// Silent for some seconds from now on: nothing would tell that from a line that is lost.
    func waitForRestart() { giveUp(ReaderError(.readerGone, cause: "the reader starts anew")) }

    /// Gives the line up.
    func giveUp(_ error: ReaderError) {
        guard failure == nil else { return }
        failure = error
        end()
        lose(error)
    }

    private func end() {
        alarm.clear(on: station)
        quietAlarm.clear(on: station)
        for transfer in writes + [read].compactMap({ $0 }) { attachment.abort(transfer) }
        for index in queue.indices { queue[index].wipe() }
        outgoing.wipe()
        (read, writes, queue, state) = (nil, [], [], .idle)
        parser.reset()
        tellDrained()
    }

    /// Does what is next: a message, else a poll when its time has come.
    private func goOn() {
        guard failure == nil, case .idle = state, !parser.isInside else { return }
        if !queue.isEmpty {
            let number = nextNumber
            nextNumber &+= 1
            LineCode.encode(number: number, queue[0], into: &outgoing)
            queue[0].wipe()
            queue.removeFirst()
            state = .sending(number: number, sends: 0)
            transmit()
        } else if isAwaiting() {
            if station.now >= nextPoll { poll(unanswered: 0) } else { alarm.set(for: nextPoll, on: station) }
        }
    }

    private func transmit() {
        guard case .sending(let number, let sends) = state else { return }
        guard sends < Self.mostSends else {
            return giveUp(ReaderError(.readerGone, cause: "a message was not acknowledged \(Self.mostSends) times"))
        }
        state = .sending(number: number, sends: sends + 1)
        write(outgoing)
        alarm.set(for: station.now + Self.patience + Self.byteTime * outgoing.count, on: station)
    }

    private func poll(unanswered: Int) {
        guard unanswered < Self.mostPolls else {
            return giveUp(ReaderError(.readerGone, cause: "\(Self.mostPolls) polls were not answered"))
        }
        state = .polling(unanswered: unanswered)
        nextPoll = station.now + Self.pollInterval
        write([LineCode.poll])
        alarm.set(for: station.now + Self.patience, on: station)
    }

    private func write(_ bytes: [UInt8]) {
        writes.append(attachment.submit(Transfer(lane: lane, slot: 0, operation: .write), sending: bytes.span))
    }

    /// What was under way has come to its end.
    private func rest() {
        state = .idle
        outgoing.wipe()
        alarm.clear(on: station)
        goOn()
        tellDrained()
    }

    private func tellDrained() {
        if isDraining, !isSending { station.schedule(Event(source: source, token: drained), at: station.now) }
    }

    private func rang() {
        switch state {
        case .idle: goOn()
        // A message that takes its time is an answer; where it ends is for the quiet to say.
        case .sending where parser.isInside, .polling where parser.isInside: alarm.set(for: station.now + Self.quiet, on: station)
        case .sending:
            listenAnew()
            transmit()
        case .polling(let unanswered):
            listenAnew()
            poll(unanswered: unanswered + 1)
        }
    }

    /// A read that brought nothing when something was due may never bring anything.
    private func listenAnew() {
        if let read { attachment.abort(read) }
        read = nil
        listen()
    }

    // MARK: Receiving

    func receive(_ event: Event) -> Bool {
        if alarm.rings(by: event) {
            rang()
            return true
        }
        if quietAlarm.rings(by: event) {
            brokenOff()
            return true
        }
        guard event.source == attachment.source else { return false }
        let id = TransferID(rawValue: event.token)
        if id == read {
            readEnded(id)
        } else if let index = writes.firstIndex(of: id) {
            writes.remove(at: index)
            var nothing: [UInt8] = []
            // Whether the device has got it shows by its ACK.
            failed(attachment.collect(id, into: &nothing))
        } else {
            return false
        }
        return true
    }

    private func listen() {
        guard failure == nil, read == nil else { return }
        let transfer = Transfer(lane: lane, slot: 0, operation: .read(atMost: LineCode.mostBody + LineCode.overhead))
        read = attachment.submit(transfer, sending: [UInt8]().span)
    }

    private func readEnded(_ id: TransferID) {
        read = nil
        let status = attachment.collect(id, into: &received)
        failed(status)
        if status == .completed {
            count(received.count)
            for index in received.indices where failure == nil {
                if let item = parser.take(received[index]) { take(item) }
                received[index] = 0
            }
            if failure == nil { watchForQuiet() }
        }
        listen()
    }

    private func watchForQuiet() {
        if parser.isInside { quietAlarm.set(for: station.now + Self.quiet, on: station) } else { quietAlarm.clear(on: station) }
    }

    /// A line that carries more than it can is no line of this device, and would let nobody else's turn come.
    private func count(_ bytes: Int) {
        if station.now > flood.since + .seconds(1) { flood = (station.now, 0) }
        // A read of nothing is worth a byte too.
        flood.count += max(1, bytes)
        if flood.count > Self.mostBytesASecond { giveUp(ReaderError(.inputOutput, cause: "the line is flooded")) }
    }

    private func failed(_ status: TransferStatus) {
        switch status {
        case .completed: failures = 0
        case .unplugged: giveUp(ReaderError(.readerGone))
        case .heldByAnother: giveUp(ReaderError(.readerHeld))
        default:
            failures += 1
            if failures >= Self.mostFailures { giveUp(ReaderError(.inputOutput, cause: "the line fails again and again: \(status)")) }
        }
    }

    private func take(_ item: LineItem) {
        switch item {
        case .message(let body): heard(body)
        case .acknowledged(let number): if case .sending(number, _) = state { rest() }
        case .refused: if case .sending = state { transmit() }
        case .nothing: if case .polling = state { rest() }
        case .wrong: break
        }
    }

    private func heard(_ body: [UInt8]) {
        write([LineCode.acknowledge, body[0]])
        // A repetition was acknowledged already, and the ACK got lost. Before the device counts from 00 its numbers mean nothing.
        let isNew = isResetting || body[0] != lastHeard
        lastHeard = body[0]
        if isNew, let report = LineReport(body[1], body[2...]) { hear(report) }
        if case .polling = state { rest() } else { goOn() }
    }

    /// The line is quiet in the middle of a message.
    private func brokenOff() {
        parser.reset()
        write([LineCode.refuse])
        goOn()
    }
}
