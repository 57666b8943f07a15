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
    /// How often in a row the endpoints may fail.
    static let mostFailures = 8
    /// As long as a response APDU and its status, and more than any report.
    static let mostMessage = 65_600

    var hear: (LineReport) -> Void = { _ in }
    var lose: (ReaderError) -> Void = { _ in }
    // Nobody has to be asked: the device speaks up.
    var isAwaiting: () -> Bool = { false }
    private(set) var failure: ReaderError?

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

    private let lane: LaneID
    private let attachment: any Attachment
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
    private var read: TransferID?
    private var writes: [TransferID] = []
    private var clearing: TransferID?
    private var received: [UInt8] = []
    private var failures = 0
    private var flood = (since: Instant.zero, count: 0)

    private enum Wait {
        case nothing
        case arrival
        case loss
    }

    init(_ lane: LaneID, of attachment: any Attachment, on station: Station) {
        self.lane = lane
        self.attachment = attachment
        self.station = station
        source = station.makeSource()
        settled = station.makeToken()
        cards = Side(.cards, source: source)
        control = Side(.control, source: source)
        // Another one than that of the program before, which began at another second.
        session = UInt16(truncatingIfNeeded: station.unixTime)
        station.attach(self, to: attachment.source)
        station.attach(self, to: source)
        listen()
    }

    // MARK: Opening

    func greet(attempt: UInt8) {
        guard failure == nil else { return }
        if attempt > 0 { session &+= 1 }
        hasAvoided = false
        listenAnew()
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
        writes.append(attachment.submit(Transfer(lane: lane, slot: 0, operation: .write), sending: bytes.span))
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
        failure = failure ?? ReaderError(.cancelled, cause: "the reader was closed")
        station.detach(self)
        end()
    }

    func giveUp(_ error: ReaderError) {
        guard failure == nil else { return }
        failure = error
        end()
        lose(error)
    }

    private func end() {
        forget()
        for transfer in writes + [read, clearing].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing, writes) = (nil, nil, [])
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
            listenAnew()
            sendAgain(cards)
            return true
        }
        if control.alarm.rings(by: event) {
            listenAnew()
            sendAgain(control)
            return true
        }
        guard event.source == attachment.source else { return false }
        let id = TransferID(rawValue: event.token)
        if id == read {
            readEnded(id)
        } else if id == clearing {
            clearing = nil
            ended(id)
            listen()
        } else if let index = writes.firstIndex(of: id) {
            writes.remove(at: index)
            // Whether the device has got it shows by its acknowledgement.
            ended(id)
        } else {
            return false
        }
        return true
    }

    private func listen() {
        guard failure == nil, read == nil, clearing == nil else { return }
        read = attachment.submit(Transfer(lane: lane, slot: 0, operation: .read(atMost: 512)), sending: [UInt8]().span)
    }

    /// A read that brought nothing when something was due may never bring anything, nor may the end of a halt ever come.
    private func listenAnew() {
        for transfer in [read, clearing].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing) = (nil, nil)
        listen()
    }

    private func ended(_ id: TransferID) {
        var nothing: [UInt8] = []
        failed(attachment.collect(id, into: &nothing))
    }

    private func readEnded(_ id: TransferID) {
        read = nil
        let status = attachment.collect(id, into: &received)
        failed(status)
        if status == .completed {
            count()
            if failure == nil { take(Frame(received)) }
            // Digits may have been in it.
            received.wipe()
        }
        listen()
    }

    /// A device that says more than the bus can carry would let nobody else's turn come.
    private func count() {
        if station.now > flood.since + .seconds(1) { flood = (station.now, 0) }
        flood.count += 1
        if flood.count > Self.mostFramesASecond { giveUp(ReaderError(.inputOutput, cause: "the line is flooded")) }
    }

    /// A halt is ended and the link goes on, but not for ever.
    private func failed(_ status: TransferStatus) {
        switch status {
        case .completed: failures = 0
        case .unplugged: giveUp(ReaderError(.readerGone))
        case .heldByAnother: giveUp(ReaderError(.readerHeld))
        // What was under way when the endpoint halted ends with it.
        case .stalled where clearing != nil: break
        default:
            failures += 1
            if failures >= Self.mostFailures {
                return giveUp(ReaderError(.inputOutput, cause: "the bulk pair fails again and again: \(status)"))
            }
            guard status == .stalled, failure == nil else { return }
            clearing = attachment.submit(Transfer(lane: lane, slot: 0, operation: .clearHalt), sending: [UInt8]().span)
        }
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
