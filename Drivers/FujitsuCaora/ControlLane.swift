import ReaderKit
import ReaderTransport
import Station

/// The control lane: one command at a time, its response by its number, and events in between (PROTOCOL.md, assumed).
///
/// A read is always under way. A command that is answered by NAK, or not in time, is sent once more with the same number, which the device
/// does not carry out twice; a response to anything but the present command is late and dropped.
final class ControlLane: EventReceiver {
    typealias Response = Result<Elements, ReaderError>

    /// How long a response may take.
    static let patience = Duration.seconds(2)
    /// How long the device may take to leave the bus after RESTART: the second of the protocol, and some.
    static let departure = Duration.seconds(2)
    /// How often a command is sent at most.
    static let mostSends = 2
    /// How many frames a second may be no response before the lane is given up.
    static let mostStrays = 256
    /// How often in a row the endpoint may fail.
    static let mostFailures = 8

    /// Receives what is no response.
    var hear: (ControlEvent) -> Void = { _ in }
    /// Receives why the lane cannot be used any more, once.
    var lose: (ReaderError) -> Void = { _ in }
    /// Why the lane cannot be used any more.
    private(set) var failure: ReaderError?

    private let lane: LaneID
    private let attachment: any Attachment
    private let station: Station
    private let source: SourceID
    // The token of the event that all commands have got their responses, while somebody waits for it.
    private let idle: UInt64
    private var isSettling = false
    // The token of the event that the lane is lost, while somebody waits for it.
    private let lost: UInt64
    private var isLossAwaited = false
    private var queue: [(command: ControlCommand, then: (Response) -> Void)] = []
    private var current: Current?
    private var alarm: Alarm
    private var nextNumber: UInt8
    private var read: TransferID?
    private var clearing: TransferID?
    private var message: [UInt8] = []
    private var failures = 0
    private var strays = (since: Instant.zero, count: 0)

    private struct Current {
        let number: UInt8
        let frame: [UInt8]
        let then: (Response) -> Void
        var sends = 0
        var refusals = 0
        var write: TransferID?
    }

    init(_ lane: LaneID, of attachment: any Attachment, on station: Station) {
        self.lane = lane
        self.attachment = attachment
        self.station = station
        source = station.makeSource()
        alarm = Alarm(source: source)
        // A response that an earlier program left unread must not be taken for one of ours: the numbers begin elsewhere every second.
        nextNumber = UInt8(truncatingIfNeeded: station.unixTime)
        idle = station.makeToken()
        lost = station.makeToken()
        station.attach(self, to: attachment.source)
        station.attach(self, to: source)
        listen()
    }

    // MARK: Commands

    /// Sends a command after those before it; `then` is told the response, or why there is none.
    func send(_ command: ControlCommand, then: @escaping (Response) -> Void = { _ in }) {
        if let failure { return then(.failure(failure)) }
        queue.append((command, then))
        startNext()
    }

    /// Sends a command and waits for its response.
    func perform(_ command: ControlCommand) throws(ReaderError) -> Elements {
        if station.isCancelled { throw ReaderError(.cancelled) }
        var response = Response.failure(ReaderError(.timedOut))
        let token = station.makeToken()
        let deadline = station.now + Self.patience * (Self.mostSends * (queue.count + 2))
        send(command) { [station, source] in
            response = $0
            station.schedule(Event(source: source, token: token), at: station.now)
        }
        if case .cancelled = station.next(from: source, token: token, until: deadline) { throw ReaderError(.cancelled) }
        return try response.get()
    }

    /// Waits until everything that was sent has got its response. Throws why the lane is lost, `.cancelled` or `.timedOut`.
    func settle() throws(ReaderError) {
        if case .cancelled = wait(until: station.now + Self.patience * (Self.mostSends * (queue.count + 2))) {
            throw ReaderError(.cancelled)
        }
        if let failure { throw failure }
        if current != nil { throw ReaderError(.timedOut, cause: "no response to a command") }
    }

    /// Waits until the device has gone by itself; after `departure` it counts as gone. Throws `.cancelled`.
    func waitForLoss() throws(ReaderError) {
        guard failure == nil else { return }
        isLossAwaited = true
        defer { isLossAwaited = false }
        let wake = station.next(from: source, token: lost, until: station.now + Self.departure)
        giveUp(ReaderError(.readerGone, cause: "the reader starts anew"))
        if case .cancelled = wake { throw ReaderError(.cancelled) }
    }

    private func wait(until deadline: Instant) -> Station.Wake? {
        guard current != nil else { return nil }
        isSettling = true
        defer { isSettling = false }
        return station.next(from: source, token: idle, until: deadline)
    }

    private func tellIdle() {
        if isSettling, current == nil { station.schedule(Event(source: source, token: idle), at: station.now) }
    }

    /// Waits a little for what was sent already, until it has been sent again and answered too, and ends the use of the lane.
    func stop() {
        station.shielded { _ = wait(until: station.now + Self.patience * Self.mostSends) }
        failure = failure ?? ReaderError(.cancelled, cause: "the reader was closed")
        station.detach(self)
        alarm.clear(on: station)
        for transfer in [read, clearing, current?.write].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing, current, queue) = (nil, nil, nil, [])
    }

    private func startNext() {
        guard current == nil, !queue.isEmpty else { return }
        let next = queue.removeFirst()
        let frame = Frame.bytes(.command, number: nextNumber, payload: next.command.payload)
        current = Current(number: nextNumber, frame: frame, then: next.then)
        nextNumber &+= 1
        transmit()
    }

    private func transmit() {
        guard var sent = current else { return }
        if let write = sent.write { attachment.abort(write) }
        sent.sends += 1
        sent.write = attachment.submit(Transfer(lane: lane, slot: 0, operation: .write), sending: sent.frame.span)
        current = sent
        alarm.set(for: station.now + Self.patience, on: station)
    }

    private func sendAgain(orFailBy error: ReaderError) {
        if let current, current.sends < Self.mostSends { transmit() } else { finish(.failure(error)) }
    }

    private func finish(_ response: Response) {
        guard let over = current else { return }
        if let write = over.write { attachment.abort(write) }
        current = nil
        alarm.clear(on: station)
        over.then(response)
        startNext()
        tellIdle()
    }

    // MARK: Receiving

    func receive(_ event: Event) -> Bool {
        if alarm.rings(by: event) {
            // A read that brought nothing when a response was due may never bring anything.
            if let read { attachment.abort(read) }
            read = nil
            if clearing == nil { listen() }
            sendAgain(orFailBy: ReaderError(.timedOut, cause: "no response to a command"))
            return true
        }
        let id = TransferID(rawValue: event.token)
        guard event.source == attachment.source else { return false }
        switch id {
        case read: readEnded(id)
        case current?.write: wrote(id)
        case clearing: cleared(id)
        default: return false
        }
        return true
    }

    private func listen() {
        guard failure == nil, read == nil else { return }
        let transfer = Transfer(lane: lane, slot: 0, operation: .read(atMost: Frame.capacity))
        read = attachment.submit(transfer, sending: [UInt8]().span)
    }

    private func readEnded(_ id: TransferID) {
        read = nil
        let status = attachment.collect(id, into: &message)
        if status == .completed {
            take()
            // Digits may have been in it.
            for index in message.indices { message[index] = 0 }
            return listen()
        }
        failed(status)
    }

    private func wrote(_ id: TransferID) {
        current?.write = nil
        var nothing: [UInt8] = []
        let status = attachment.collect(id, into: &nothing)
        // Whether the device has got it shows by its response.
        if status != .completed { failed(status) }
    }

    private func cleared(_ id: TransferID) {
        clearing = nil
        var nothing: [UInt8] = []
        if attachment.collect(id, into: &nothing) == .unplugged { return giveUp(ReaderError(.readerGone)) }
        listen()
    }

    /// A transfer has failed: a halt is ended and the lane goes on, but not for ever.
    private func failed(_ status: TransferStatus) {
        failures += 1
        if status == .unplugged { return giveUp(ReaderError(.readerGone)) }
        if status == .heldByAnother { return giveUp(ReaderError(.readerHeld)) }
        guard failures < Self.mostFailures else {
            return giveUp(ReaderError(.inputOutput, cause: "the control lane fails again and again: \(status)"))
        }
        guard status == .stalled else { return listen() }
        if clearing == nil {
            clearing = attachment.submit(Transfer(lane: lane, slot: 0, operation: .clearHalt), sending: [UInt8]().span)
        }
    }

    private func take() {
        guard let frame = Frame(message.span), let elements = Elements(message.span.extracting(frame.payload)) else { return passOver() }
        failures = 0
        switch frame.kind {
        case .command: passOver()
        case .event:
            // Events without end are no more than other noise.
            passOver()
            if let event = ControlEvent(elements) { hear(event) }
        case .response: answered(frame.number, elements)
        }
    }

    private func answered(_ number: UInt8, _ elements: Elements) {
        guard let current, let status = elements.byte(0x02) else { return passOver() }
        // NAK has the number 0, because the device could not read the one that it got; it answers the present command.
        if status == 0x01, number == 0 || number == current.number { return refused() }
        guard number == current.number else { return passOver() }
        finish(Self.outcome(status, elements))
    }

    /// NAK. After a late one the answer to the frame sent again is still to come, and the next command must not go out before.
    private func refused() {
        current?.refusals += 1
        guard let current, current.sends < Self.mostSends || current.refusals >= current.sends else { return passOver() }
        sendAgain(orFailBy: ReaderError(.inputOutput, cause: "the reader finds a frame wrong"))
    }

    private static func outcome(_ status: UInt8, _ elements: Elements) -> Response {
        switch status {
        case 0x00: .success(elements)
        case 0x02: .failure(ReaderError(.notSupported, cause: "the reader does not know the command"))
        case 0x03: .failure(ReaderError(.inputOutput, cause: "the reader finds a parameter wrong"))
        case 0x04: .failure(ReaderError(.readerBusy, cause: "the reader says: not now"))
        case 0x05: .failure(ReaderError(.notSupported, cause: "not on this firmware"))
        default: .failure(ReaderError(.inputOutput, cause: "status \(status) on the control lane"))
        }
    }

    /// A frame that ends no command. A device that sends nothing else would never let anybody else's turn come.
    private func passOver() {
        if station.now > strays.since + .seconds(1) { strays = (station.now, 0) }
        strays.count += 1
        if strays.count > Self.mostStrays { giveUp(ReaderError(.inputOutput, cause: "the control lane is flooded")) }
    }

    private func giveUp(_ error: ReaderError) {
        guard failure == nil else { return }
        failure = error
        if let read { attachment.abort(read) }
        read = nil
        let waiting = [current?.then].compactMap { $0 } + queue.map(\.then)
        if let write = current?.write { attachment.abort(write) }
        (current, queue) = (nil, [])
        alarm.clear(on: station)
        for then in waiting { then(.failure(error)) }
        tellIdle()
        if isLossAwaited { station.schedule(Event(source: source, token: lost), at: station.now) }
        lose(error)
    }
}
