import ReaderKit
import ReaderTransport
import Station

/// The dialogue with panel and camera: one command at a time, its response by its number, and events in between.
///
/// A command that is answered by NAK, or not in time, is sent once more with the same number, which the device does not carry out twice; a
/// response to anything but the present command is late and dropped. All of it is assumed, as the reference protocols are.
public final class ControlDialogue: EventReceiver {
    /// The results of a command, or why it was not done.
    public typealias Response = Result<[UInt8], ReaderError>

    /// How long a response may take.
    static let patience = Duration.seconds(2)
    /// How long the device may take to leave the bus after RESTART: the second of the protocols, and some.
    static let departure = Duration.seconds(2)
    /// How often a command is sent at most.
    static let mostSends = 2
    /// How many messages a second may be no response before the lane is given up.
    static let mostStrays = 256

    /// Receives what is no response.
    public var hear: (FaceEvent) -> Void = { _ in }
    /// Receives why the lane cannot be used any more, once.
    public var lose: (ReaderError) -> Void = { _ in }
    /// Why the lane cannot be used any more.
    public private(set) var failure: ReaderError?
    /// Whether everything that was sent has got its response.
    public var isIdle: Bool { current == nil && queue.isEmpty }
    /// How much of a photograph goes into one command, in bytes.
    var mostPhotograph: Int { carrier.mostPhotograph }

    private let carrier: any ControlCarrier
    private let station: Station
    private let source: SourceID
    // The token of the event that all commands have got their responses, while somebody waits for it.
    private let idle: UInt64
    private var isSettling = false
    // The token of the event that the lane is lost, while somebody waits for it.
    private let lost: UInt64
    /// Whether somebody waits until the device has left.
    public private(set) var isLossAwaited = false
    private var queue: [(command: FaceCommand, then: (Response) -> Void)] = []
    private var current: Current?
    private var alarm: Alarm
    private var nextNumber: UInt8
    private var strays = RateLimit(mostStrays)

    private struct Current {
        let number: UInt8
        let command: FaceCommand
        let then: (Response) -> Void
        var sends = 0
        var refusals = 0
    }

    /// A dialogue over what `carrier` carries, which is started by that.
    public init(_ carrier: any ControlCarrier, on station: Station) {
        self.carrier = carrier
        self.station = station
        source = station.makeSource()
        alarm = Alarm(source: source)
        // A response that an earlier program left unread must not be taken for one of ours: the numbers begin elsewhere every second.
        nextNumber = UInt8(truncatingIfNeeded: station.unixTime)
        idle = station.makeToken()
        lost = station.makeToken()
        station.attach(self, to: source)
        carrier.start(for: self)
    }

    // MARK: Commands

    /// Sends a command after those before it; `then` is told the results, or why there are none.
    public func send(_ command: FaceCommand, then: @escaping (Response) -> Void = { _ in }) {
        if let failure { return then(.failure(failure)) }
        queue.append((command, then))
        startNext()
    }

    /// Sends a command and waits for its results. Throws why there are none, `.cancelled` or `.timedOut`.
    public func perform(_ command: FaceCommand) throws(ReaderError) -> [UInt8] {
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
    public func settle() throws(ReaderError) {
        if case .cancelled = wait(until: station.now + Self.patience * (Self.mostSends * (queue.count + 2))) {
            throw ReaderError(.cancelled)
        }
        if let failure { throw failure }
        if current != nil { throw ReaderError(.timedOut, cause: "no response to a command") }
    }

    /// Waits until the device has gone by itself; after `departure` it counts as gone. Throws `.cancelled`.
    public func waitForLoss() throws(ReaderError) {
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
    public func stop() {
        station.shielded { _ = wait(until: station.now + Self.patience * Self.mostSends) }
        failure = failure ?? ReaderError(.cancelled, cause: "the reader was closed")
        station.detach(self)
        alarm.clear(on: station)
        carrier.stop()
        (current, queue) = (nil, [])
    }

    private func startNext() {
        guard current == nil, !queue.isEmpty else { return }
        let next = queue.removeFirst()
        current = Current(number: nextNumber, command: next.command, then: next.then)
        nextNumber &+= 1
        transmit()
    }

    private func transmit() {
        current?.sends += 1
        alarm.clear(on: station)
        if let current { carrier.send(current.command, number: current.number) }
    }

    private func sendAgain(orFailBy error: ReaderError) {
        if let current, current.sends < Self.mostSends { transmit() } else { finish(.failure(error)) }
    }

    private func finish(_ response: Response) {
        guard let over = current else { return }
        carrier.finish()
        current = nil
        alarm.clear(on: station)
        over.then(response)
        startNext()
        tellIdle()
    }

    // MARK: What the carrier tells

    /// The command has gone out, or is about to: its response is due now.
    public func hasSent() { alarm.set(for: station.now + Self.patience, on: station) }

    /// Called by the station.
    public func receive(_ event: Event) -> Bool {
        guard alarm.rings(by: event) else { return false }
        carrier.missResponse()
        sendAgain(orFailBy: ReaderError(.timedOut, cause: "no response to a command"))
        return true
    }

    /// The command could not be carried.
    public func failed(_ error: ReaderError) { sendAgain(orFailBy: error) }

    /// Something has come; `nil` for what the protocol does not know.
    public func take(_ message: ControlMessage?) {
        switch message {
        case .part: break
        case nil: passOver()
        case .event(let event):
            // Events without end are no more than other noise.
            passOver()
            if let event { hear(event) }
        case .response(let number, let outcome): answered(number, outcome)
        }
    }

    private func answered(_ number: UInt8, _ outcome: ControlOutcome) {
        guard let current else { return passOver() }
        if case .unreadable = outcome, number == 0 { return refused() }
        guard number == current.number else { return passOver() }
        switch outcome {
        case .done(let results): finish(.success(results))
        case .failed(let error): finish(.failure(error))
        case .unreadable: refused()
        }
    }

    /// NAK. After a late one the answer to the command sent again is still to come, and the next command must not go out before.
    private func refused() {
        current?.refusals += 1
        guard let current, current.sends < Self.mostSends || current.refusals >= current.sends else { return passOver() }
        sendAgain(orFailBy: ReaderError(.inputOutput, cause: "the reader finds a frame wrong"))
    }

    /// A message that ends no command. A device that sends nothing else would never let anybody else's turn come.
    private func passOver() {
        if !strays.admits(at: station.now) { giveUp(ReaderError(.inputOutput, cause: "the control lane is flooded")) }
    }

    /// The lane cannot be used any more.
    public func giveUp(_ error: ReaderError) {
        guard failure == nil else { return }
        failure = error
        carrier.stop()
        let waiting = [current?.then].compactMap { $0 } + queue.map(\.then)
        (current, queue) = (nil, [])
        alarm.clear(on: station)
        for then in waiting { then(.failure(error)) }
        tellIdle()
        if isLossAwaited { station.schedule(Event(source: source, token: lost), at: station.now) }
        lose(error)
    }
}
