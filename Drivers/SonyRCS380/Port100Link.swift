import ReaderKit
import ReaderTransport
import Station

/// One command at a time over the bulk pair, its ACK and its answer (PROTOCOL.md, "Frames"). A read is always under way.
final class Port100Link: EventReceiver {
    typealias Response = Result<[UInt8], ReaderError>

    /// How long an ACK may take.
    static let patience = Duration.milliseconds(500)
    /// How long an answer may take beside what the card takes.
    static let answerPatience = Duration.seconds(1)
    /// How often a command is sent at most.
    static let mostSends = 2
    /// How often in a row the endpoints may fail.
    static let mostFailures = 8
    /// How many messages a second may be no answer before the link is given up.
    static let mostStrays = 256

    /// Receives why the link cannot be used any more, once.
    var lose: (ReaderError) -> Void = { _ in }
    private(set) var failure: ReaderError?

    private let lane: LaneID
    private let attachment: any Attachment
    private let station: Station
    private let source: SourceID
    private var queue: [(command: Port100.Command, then: (Response) -> Void)] = []
    private var current: Current?
    private var alarm: Alarm
    private var read: TransferID?
    private var writes: [TransferID] = []
    private var clearing: TransferID?
    private var received: [UInt8] = []
    private var failures = 0
    private var strays = (since: Instant.zero, count: 0)

    private struct Current {
        let command: Port100.Command
        let then: (Response) -> Void
        var sends = 0
        var isAcknowledged = false
    }

    init(_ lane: LaneID, of attachment: any Attachment, on station: Station) {
        self.lane = lane
        self.attachment = attachment
        self.station = station
        source = station.makeSource()
        alarm = Alarm(source: source)
        station.attach(self, to: attachment.source)
        station.attach(self, to: source)
        listen()
        // Whatever an earlier program left under way ends.
        write(Port100.acknowledgement)
    }

    // MARK: Commands

    /// Whether nothing is under way or waits.
    var isIdle: Bool { current == nil && queue.isEmpty }

    /// Sends a command after those before it; `then` is told what its answer holds.
    func send(_ command: Port100.Command, then: @escaping (Response) -> Void) {
        if let failure { return then(.failure(failure)) }
        queue.append((command, then))
        startNext()
    }

    /// Sends a command and waits for its answer. Throws why there is none, `.cancelled` or `.timedOut`.
    func perform(_ command: Port100.Command, until deadline: Instant) throws(ReaderError) -> [UInt8] {
        if station.isCancelled { throw ReaderError(.cancelled) }
        var response: Response?
        var isAwaited = true
        let token = station.makeToken()
        send(command) { [station, source] in
            guard isAwaited else { return }
            response = $0
            station.schedule(Event(source: source, token: token), at: station.now)
        }
        let wake = station.next(from: source, token: token, until: deadline)
        isAwaited = false
        if let response { return try response.get() }
        // Nobody waits any more: the device is to do nothing with it.
        giveUpCurrent()
        if case .cancelled = wake { throw ReaderError(.cancelled) }
        throw ReaderError(.timedOut)
    }

    private func giveUpCurrent() {
        guard current != nil else { return }
        write(Port100.acknowledgement)
        finish(.failure(ReaderError(.timedOut)))
    }

    func stop() {
        failure = failure ?? ReaderError(.cancelled, cause: "the reader was closed")
        station.detach(self)
        end()
    }

    func giveUp(_ error: ReaderError) {
        guard failure == nil else { return }
        failure = error
        let waiting = [current?.then].compactMap { $0 } + queue.map(\.then)
        end()
        for then in waiting { then(.failure(error)) }
        lose(error)
    }

    private func end() {
        alarm.clear(on: station)
        for transfer in writes + [read, clearing].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing, writes, current, queue) = (nil, nil, [], nil, [])
    }

    private func startNext() {
        guard current == nil, !queue.isEmpty else { return }
        let next = queue.removeFirst()
        current = Current(command: next.command, then: next.then)
        transmit()
    }

    private func transmit() {
        guard let command = current?.command else { return }
        current?.sends += 1
        current?.isAcknowledged = false
        var frame = Port100.frame(command)
        write(frame)
        // It may hold a PIN.
        frame.wipe()
        alarm.set(for: station.now + Self.patience, on: station)
    }

    private func finish(_ response: Response) {
        guard let over = current else { return }
        current = nil
        alarm.clear(on: station)
        over.then(response)
        startNext()
    }

    private func write(_ bytes: [UInt8]) {
        writes.append(attachment.submit(Transfer(lane: lane, slot: 0, operation: .write), sending: bytes.span))
    }

    // MARK: Receiving

    func receive(_ event: Event) -> Bool {
        if alarm.rings(by: event) {
            rang()
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
            ended(id)
        } else {
            return false
        }
        return true
    }

    /// Neither ACK nor answer. What a card was told must not be told twice here: the card's protocol asks for its answer.
    private func rang() {
        guard let current else { return }
        // Neither may ever end.
        for transfer in [read, clearing].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing) = (nil, nil)
        listen()
        write(Port100.acknowledgement)
        if case .communicate = current.command { return finish(.failure(ReaderError(.inputOutput, cause: "no answer to InCommRF"))) }
        if current.sends < Self.mostSends {
            transmit()
        } else {
            finish(.failure(ReaderError(.readerGone, cause: "the reader does not answer")))
        }
    }

    private func listen() {
        guard failure == nil, read == nil, clearing == nil else { return }
        read = attachment.submit(
            Transfer(lane: lane, slot: 0, operation: .read(atMost: Port100.mostAnswer)), sending: [UInt8]().span)
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
            take(Port100.message(received))
            received.wipe()
        }
        listen()
    }

    private func failed(_ status: TransferStatus) {
        switch status {
        case .completed: failures = 0
        case .unplugged: giveUp(ReaderError(.readerGone))
        case .heldByAnother: giveUp(ReaderError(.readerHeld))
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

    private func take(_ message: Port100.Message?) {
        switch message {
        case .acknowledgement:
            guard let command = current?.command, current?.isAcknowledged == false else { return passOver() }
            current?.isAcknowledged = true
            var patience = Self.answerPatience
            if case .communicate(_, let timeout) = command { patience += .microseconds(100 * Int64(timeout)) }
            alarm.set(for: station.now + patience, on: station)
        case .answer(let code, let data):
            // An answer before its ACK was meant for an earlier command.
            guard let current, current.isAcknowledged, current.command.code == code else { return passOver() }
            finish(.success(data))
        case nil: passOver()
        }
    }

    /// A device that says nothing else would never let anybody else's turn come.
    private func passOver() {
        if station.now > strays.since + .seconds(1) { strays = (station.now, 0) }
        strays.count += 1
        if strays.count > Self.mostStrays { giveUp(ReaderError(.inputOutput, cause: "the reader floods the line")) }
    }
}
