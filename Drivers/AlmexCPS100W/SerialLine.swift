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
    /// A bit, at 115,200 bit/s; a byte has eleven of them with start, parity and stop.
    static let byteTime = Duration.nanoseconds(11 * 8_681)

    /// Receives every message that means something, once each.
    var hear: (LineReport) -> Void = { _ in }
    /// Receives why the line cannot be used any more, once.
    var lose: (ReaderError) -> Void = { _ in }
    /// Whether anything is awaited of the device.
    var isAwaiting: () -> Bool = { false }
    /// Why the line cannot be used any more.
    var failure: ReaderError? { wire.failure }

    private let wire: DuplexLane
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
    private var bytes = RateLimit(mostBytesASecond)

    private enum State {
        case idle
        case sending(number: UInt8, sends: Int)
        case polling(unanswered: Int)
    }

    init(_ lane: Lane, of attachment: any Attachment, on station: Station) {
        wire = DuplexLane(lane, readingAtMost: LineCode.mostBody + LineCode.overhead, of: attachment, on: station)
        self.station = station
        source = station.makeSource()
        drained = station.makeToken()
        alarm = Alarm(source: source)
        quietAlarm = Alarm(source: source)
        station.attach(self, to: source)
        wire.hear = { [weak self] in self?.take($0) }
        wire.lose = { [weak self] in self?.lost($0) }
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
        wire.stop()
        station.detach(self)
        end()
    }

    /// Silent for some seconds from now on: nothing would tell that from a line that is lost.
    func waitForRestart() { giveUp(ReaderError(.readerGone, cause: "the reader starts anew")) }

    /// Gives the line up.
    func giveUp(_ error: ReaderError) { wire.giveUp(error) }

    private func lost(_ error: ReaderError) {
        end()
        lose(error)
    }

    private func end() {
        alarm.clear(on: station)
        quietAlarm.clear(on: station)
        for index in queue.indices { queue[index].wipe() }
        outgoing.wipe()
        (queue, state) = ([], .idle)
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
        wire.write(outgoing)
        alarm.set(for: station.now + Self.patience + Self.byteTime * outgoing.count, on: station)
    }

    private func poll(unanswered: Int) {
        guard unanswered < Self.mostPolls else {
            return giveUp(ReaderError(.readerGone, cause: "\(Self.mostPolls) polls were not answered"))
        }
        state = .polling(unanswered: unanswered)
        nextPoll = station.now + Self.pollInterval
        wire.write([LineCode.poll])
        alarm.set(for: station.now + Self.patience, on: station)
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
            wire.listenAnew()
            transmit()
        case .polling(let unanswered):
            wire.listenAnew()
            poll(unanswered: unanswered + 1)
        }
    }

    // MARK: Receiving

    func receive(_ event: Event) -> Bool {
        if alarm.rings(by: event) {
            rang()
        } else if quietAlarm.rings(by: event) {
            brokenOff()
        } else {
            return false
        }
        return true
    }

    private func take(_ received: [UInt8]) {
        // A line that carries more than it can is no line of this device. A read of nothing is worth a byte too.
        guard bytes.admits(max(1, received.count), at: station.now) else {
            return giveUp(ReaderError(.inputOutput, cause: "the line is flooded"))
        }
        var position = 0
        while failure == nil, let item = parser.next(in: received, from: &position) { take(item) }
        if failure == nil { watchForQuiet() }
    }

    private func watchForQuiet() {
        if parser.isInside { quietAlarm.set(for: station.now + Self.quiet, on: station) } else { quietAlarm.clear(on: station) }
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
        wire.write([LineCode.acknowledge, body[0]])
        // A repetition was acknowledged already, and the ACK got lost. Before the device counts from 00 its numbers mean nothing.
        let isNew = isResetting || body[0] != lastHeard
        lastHeard = body[0]
        if isNew, let report = LineReport(body[1], body[2...]) { hear(report) }
        if case .polling = state { rest() } else { goOn() }
    }

    /// The line is quiet in the middle of a message.
    private func brokenOff() {
        parser.reset()
        wire.write([LineCode.refuse])
        goOn()
    }
}
