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
    /// How many messages a second may be no answer before the link is given up.
    static let mostStrays = 256

    /// Receives why the link cannot be used any more, once.
    var lose: (ReaderError) -> Void = { _ in }
    /// Why the link cannot be used any more.
    var failure: ReaderError? { pair.failure }

    private let pair: DuplexLane
    private let station: Station
    private let source: SourceID
    private var queue: [(command: Port100.Command, then: (Response) -> Void)] = []
    private var current: Current?
    private var alarm: Alarm
    private var strays = RateLimit(mostStrays)

    private struct Current {
        let command: Port100.Command
        let then: (Response) -> Void
        var sends = 0
        var isAcknowledged = false
    }

    init(_ lane: Lane, of attachment: any Attachment, on station: Station) {
        pair = DuplexLane(lane, readingAtMost: Port100.mostAnswer, of: attachment, on: station)
        self.station = station
        source = station.makeSource()
        alarm = Alarm(source: source)
        station.attach(self, to: source)
        pair.hear = { [weak self] in self?.take(Port100.message($0)) }
        pair.lose = { [weak self] in self?.lost($0) }
        // Whatever an earlier program left under way ends.
        pair.write(Port100.acknowledgement)
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
        pair.write(Port100.acknowledgement)
        finish(.failure(ReaderError(.timedOut)))
    }

    func stop() {
        pair.stop()
        station.detach(self)
        end()
    }

    private func lost(_ error: ReaderError) {
        let waiting = [current?.then].compactMap { $0 } + queue.map(\.then)
        end()
        for then in waiting { then(.failure(error)) }
        lose(error)
    }

    private func end() {
        alarm.clear(on: station)
        (current, queue) = (nil, [])
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
        pair.write(frame)
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

    // MARK: Receiving

    func receive(_ event: Event) -> Bool {
        guard alarm.rings(by: event) else { return false }
        rang()
        return true
    }

    /// Neither ACK nor answer. What a card was told must not be told twice here: the card's protocol asks for its answer.
    private func rang() {
        guard let current else { return }
        pair.listenAnew()
        pair.write(Port100.acknowledgement)
        if case .communicate = current.command { return finish(.failure(ReaderError(.inputOutput, cause: "no answer to InCommRF"))) }
        if current.sends < Self.mostSends {
            transmit()
        } else {
            finish(.failure(ReaderError(.readerGone, cause: "the reader does not answer")))
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
        if !strays.admits(at: station.now) { pair.giveUp(ReaderError(.inputOutput, cause: "the reader floods the line")) }
    }
}
