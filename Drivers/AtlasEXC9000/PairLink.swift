import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// Two channels of messages over one bulk pair: numbered, acknowledged, repeated where they are missing (PROTOCOL.md, "Frames", assumed).
final class PairLink: OrderLine, EventReceiver {
    /// How long an acknowledgement may take.
    static let patience = Duration.milliseconds(300)
    /// How long one waits for what was sent to be acknowledged.
    static let drainPatience = Duration.seconds(2)
    /// How long the device may take to leave the bus: the second of the protocol, and some.
    static let departure = Duration.seconds(2)
    /// More frames than the bus can carry in a second.
    static let mostFramesASecond = 8_192
    /// As long as a response APDU and its status, and more than any report.
    static let mostMessage = 65_600

    var hear: (LineReport) -> Void = { _ in }
    var lose: (ReaderError) -> Void = { _ in }
    // Nobody has to be asked: the device speaks up.
    var isAwaiting: () -> Bool = { false }
    var failure: ReaderError? { pair.failure }

    /// Our side of a channel.
    private final class Side {
        let channel: Frame.Channel
        var outbox = Outbox()
        var inbox = Inbox(most: PairLink.mostMessage)
        var alarm: Alarm

        init(_ channel: Frame.Channel, source: SourceID) {
            self.channel = channel
            alarm = Alarm(source: source)
        }
    }

    private let pair: DuplexLane
    private let station: Station
    private let source: SourceID
    // The token of the event that somebody waits for: that everything has arrived, or that the line is lost.
    private let settled: UInt64
    private var awaits = Wait.nothing
    private let cards: Side
    private let control: Side
    private var session: UInt16
    private var isOpen = false
    private var hasAvoided = false
    private var frames = RateLimit(mostFramesASecond)

    private enum Wait {
        case nothing
        case arrival
        case loss
    }

    init(_ lane: Lane, of attachment: any Attachment, on station: Station) {
        pair = DuplexLane(lane, readingAtMost: 512, of: attachment, on: station)
        self.station = station
        source = station.makeSource()
        settled = station.makeToken()
        cards = Side(.cards, source: source)
        control = Side(.control, source: source)
        // Another one than that of the program before, which began at another second.
        session = UInt16(truncatingIfNeeded: station.unixTime)
        station.attach(self, to: source)
        pair.hear = { [weak self] in self?.heard($0) }
        pair.lose = { [weak self] in self?.lost($0) }
    }

    // MARK: Opening

    func greet(attempt: UInt8) {
        guard failure == nil else { return }
        if attempt > 0 { session &+= 1 }
        hasAvoided = false
        pair.listenAnew()
        sendOpen()
    }

    private func sendOpen() {
        forget()
        isOpen = false
        write(Frame(.link, .open, session: session, payload: [0x01]))
    }

    private func opened(_ payload: ArraySlice<UInt8>) {
        guard !isOpen else { return }
        guard let opening = Opening(payload) else {
            return giveUp(ReaderError(.readerUnusable, cause: "an OPENED that the protocol does not know"))
        }
        if !opening.isNew {
            // An earlier program has chosen the same session.
            guard !hasAvoided else { return }
            hasAvoided = true
            session &+= 0x0100
            return sendOpen()
        }
        isOpen = true
        cards.outbox.grant(opening.cardCredit)
        control.outbox.grant(opening.controlCredit)
        hear(.ready(opening.features))
    }

    func begin() {}
    func wake() {}

    // MARK: Sending

    func send(_ order: LineOrder) {
        guard failure == nil else { return }
        var message = order.message
        if order.isForCards { cards.outbox.add(message) } else { control.outbox.add(message) }
        message.wipe()
        goOn()
    }

    private func goOn() {
        guard isOpen, failure == nil else { return }
        goOn(control)
        // Power for a card only once the question for its PIN has been taken back.
        if control.outbox.isEmpty { goOn(cards) }
        tellArrival()
    }

    private func goOn(_ side: Side) {
        var hasSent = false
        while let (number, part) = side.outbox.takeNext() {
            write(part, number, on: side.channel)
            hasSent = true
        }
        if side.outbox.isEmpty {
            side.alarm.clear(on: station)
        } else if hasSent || !side.alarm.isSet {
            side.alarm.set(for: station.now + Self.patience, on: station)
        }
    }

    /// Sends everything again that is under way on a channel.
    private func sendAgain(_ side: Side) {
        if let (number, part) = side.outbox.takeProbe() {
            write(part, number, on: side.channel)
        } else {
            guard let parts = side.outbox.repetition() else {
                return giveUp(ReaderError(.readerGone, cause: "a frame was not acknowledged \(Outbox.mostSends) times"))
            }
            for (number, part) in parts { write(part, number, on: side.channel) }
        }
        if !side.outbox.isEmpty { side.alarm.set(for: station.now + Self.patience, on: station) }
    }

    private func write(_ part: Outbox.Part, _ number: UInt16, on channel: Frame.Channel) {
        write(Frame(channel, .data, session: session, number: number, flags: part.flags, payload: part.payload[...]))
    }

    private func write(_ frame: Frame) {
        var bytes = frame.bytes
        pair.write(bytes)
        bytes.wipe()
    }

    // MARK: Waiting

    func drain() {
        guard !cards.outbox.isEmpty || !control.outbox.isEmpty, failure == nil else { return }
        _ = wait(for: .arrival, Self.drainPatience)
    }

    func waitForRestart() throws(ReaderError) {
        guard failure == nil else { return }
        let wake = wait(for: .loss, Self.departure)
        giveUp(ReaderError(.readerGone, cause: "the reader starts anew"))
        if case .cancelled = wake { throw ReaderError(.cancelled) }
    }

    private func wait(for event: Wait, _ patience: Duration) -> Station.Wake {
        awaits = event
        defer { awaits = .nothing }
        return station.next(from: source, token: settled, until: station.now + patience)
    }

    private func tellArrival() {
        if awaits == .arrival, cards.outbox.isEmpty, control.outbox.isEmpty { tellSettled() }
    }

    private func tellSettled() {
        awaits = .nothing
        station.schedule(Event(source: source, token: settled), at: station.now)
    }

    // MARK: Ending

    func stop() {
        pair.stop()
        station.detach(self)
        end()
    }

    func giveUp(_ error: ReaderError) { pair.giveUp(error) }

    private func lost(_ error: ReaderError) {
        end()
        lose(error)
    }

    private func end() {
        forget()
        if awaits != .nothing { tellSettled() }
    }

    /// Everything of a session.
    private func forget() {
        for side in [cards, control] {
            side.alarm.clear(on: station)
            side.outbox.wipe()
            side.inbox = Inbox(most: Self.mostMessage)
        }
    }

    // MARK: Receiving

    func receive(_ event: Event) -> Bool {
        if cards.alarm.rings(by: event) {
            repeatAll(of: cards)
        } else if control.alarm.rings(by: event) {
            repeatAll(of: control)
        } else {
            return false
        }
        return true
    }

    private func repeatAll(of side: Side) {
        pair.listenAnew()
        sendAgain(side)
    }

    private func heard(_ bytes: [UInt8]) {
        guard frames.admits(at: station.now) else { return giveUp(ReaderError(.inputOutput, cause: "the line is flooded")) }
        take(Frame(bytes))
    }

    private func take(_ frame: Frame?) {
        guard let frame else { return askForBoth() }
        guard frame.session == session else { return }
        switch (frame.kind, frame.channel) {
        case (.opened, _): opened(frame.payload)
        case (.closed, _):
            // It may be about a frame of the time before the answer to OPEN.
            if isOpen { giveUp(ReaderError(.readerGone, cause: "the reader has started anew and forgotten everything")) }
        case (.open, _): break
        case (_, .cards): take(frame, cards)
        case (_, _): take(frame, control)
        }
    }

    private func take(_ frame: Frame, _ side: Side) {
        guard isOpen else { return }
        switch frame.kind {
        case .acknowledge:
            guard side.outbox.acknowledge(frame.number, credit: frame.flags) else { return }
            goOn()
        case .resend:
            guard side.outbox.acknowledge(frame.number, credit: frame.flags) else { return }
            if !side.outbox.isHeldUp { sendAgain(side) }
            goOn()
        default: received(frame, side)
        }
    }

    private func received(_ frame: Frame, _ side: Side) {
        switch side.inbox.take(frame.number, flags: frame.flags, frame.payload) {
        case .taken(let message):
            answer(.acknowledge, side)
            if var message {
                if let report = LineReport(message, from: frame.channel) { hear(report) }
                message.wipe()
            }
        case .repeated: answer(.acknowledge, side)
        case .gap(let isNew): if isNew { answer(.resend, side) }
        case .stray: break
        case .broken: giveUp(ReaderError(.inputOutput, cause: "frames that make no message"))
        }
    }

    /// A frame that cannot be read may have been of either channel.
    private func askForBoth() {
        guard isOpen else { return }
        if cards.inbox.asks() { answer(.resend, cards) }
        if control.inbox.asks() { answer(.resend, control) }
    }

    private func answer(_ kind: Frame.Kind, _ side: Side) {
        write(Frame(side.channel, kind, session: session, number: side.inbox.next, flags: Inbox.credit))
    }
}
