import FaceTerminal
import ReaderTransport
import SimulationKit
import Staging
import Station

/// The twin of an Almex Sma-pa マイナタッチ CPS-100W, as a passive device: one serial line on which the host polls.
///
/// The maker's own FAQ tells of the tray, of the beep after a contactless read, and that a card without a chip goes to the camera without a
/// beep. What is on the line is assumed: the reference protocol beside the driver (`PROTOCOL.md`), read on its own. What that leaves open is
/// told where it is chosen, with the word "assumed".
///
/// ```swift
/// let card = VirtualCard(holder: .hanako)
/// let reader = AlmexCPS100WSimulator(
///     stage: [
///         StagedEvent(.shown(.placeCard, after: .seconds(1)), .place(StagedCard(card))),
///         StagedEvent(.shown(.keypad, after: .seconds(3)), .typePIN(Secret(Array("1234".utf8)))),
///     ])
/// let attachment = InProcessHost(reader, on: station)
/// ```
public final class AlmexCPS100WSimulator: PassiveDevice {
    /// One serial line; the card is reached over it.
    public let lanes = [Lane(id: LaneID(rawValue: 0), kind: .serial, slots: 1)]
    /// The panel and the camera.
    public let terminal: FaceTerminal
    /// When it beeped: after each contactless read, and never for a card without a chip.
    public internal(set) var beeps: [Instant] = []
    /// What the host sent that is against the book, oldest first, at most 1,000; no byte of a message's body is in it.
    public private(set) var complaints: [String] = []
    /// Whether it is in the host's socket; without the cable it stays on (assumed).
    public private(set) var isPlugged = true

    let timing: CPS100WTiming
    let link: CardLinkTiming
    var line: SerialLine
    var dialogue = Dialogue()
    var tray = Tray()
    var verification: Verification?
    var photograph: (prompt: UInt32, bytes: [UInt8])?
    private var parser: LineParser
    /// Until when it starts; `nil` when it is on.
    private var bootEnd: Instant?

    /// A reader that is on, at which `stage` happens.
    public init(
        stage: [StagedEvent] = [], matcher: any FaceMatcher = ScriptedFaceMatcher(), firmware: StagedFirmware = StagedFirmware(),
        timing: CPS100WTiming = CPS100WTiming(), link: CardLinkTiming = .contactless
    ) {
        terminal = FaceTerminal(stage: Stage(stage), matcher: matcher, firmware: firmware, timing: timing.terminal)
        self.timing = timing
        self.link = link
        line = SerialLine(timing: timing)
        parser = LineParser(longestGap: timing.longestGap)
        terminal.tell = { [unowned self] event, now in happened(event, at: now) }
        begin()
    }

    /// Has something happen at it.
    public func stage(_ event: StagedEvent) { terminal.add(event) }

    // MARK: The device

    /// Accepts a transfer.
    public func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {
        progress(to: now)
        guard isPlugged else { return line.pending.add(id, .unplugged, [], due: now) }
        switch transfer.operation {
        case .write where transfer.lane == lanes[0].id: line.write(bytes.withUnsafeBufferPointer { Array($0) }, id: id, at: now)
        case .read(let limit) where transfer.lane == lanes[0].id: line.read(limit, id: id, at: now)
        default:
            complain("a serial line takes and gives bytes and nothing else")
            line.pending.add(id, .failed(0), [], due: now)
        }
    }

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID, at now: Instant) {
        progress(to: now)
        line.abort(transfer)
    }

    /// When the next completion is due or something happens at it.
    public var nextDue: Instant? { Instant.earliest(nextStep, line.pending.nextDue) }

    /// Lets time pass.
    public func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void) {
        progress(to: now)
        line.pending.takeDue(at: now, complete)
    }

    private var nextStep: Instant? {
        Instant.earliest(line.nextDue, silenceDue, terminal.nextDue, tray.nextDue, bootEnd)
    }

    /// A frame that is still coming is not silent.
    private var silenceDue: Instant? {
        guard let due = parser.silenceDue, !line.isReceiving(at: due) else { return nil }
        return due
    }

    private func progress(to now: Instant) {
        while let moment = nextStep, moment <= now {
            if let arrival = line.advance(to: moment) { hear(arrival, at: moment) }
            if let due = silenceDue, due <= moment, let item = parser.endSilent(at: moment) { handle(item, at: moment) }
            terminal.advance(to: moment)
            work(at: moment)
            if let end = bootEnd, end <= moment { finishBoot(at: moment) }
        }
    }

    // MARK: The line

    private func hear(_ arrival: SerialLine.Arrival, at now: Instant) {
        var position = 0
        while bootEnd == nil, let item = parser.next(in: arrival, from: &position) { handle(item, at: now) }
    }

    func answer(_ bytes: [UInt8], at now: Instant) {
        if isPlugged { line.send(bytes, from: now + timing.turnaround) }
    }

    // MARK: Power

    /// As after power-up.
    private func begin() {
        parser = LineParser(longestGap: timing.longestGap)
        dialogue = Dialogue()
        forget()
        tell(ready)
        tell(trayState)
    }

    /// Forgets what it was asked and told.
    func forget() {
        terminal.forget()
        photograph = nil
        verification = nil
        tray.powerOff()
    }

    /// Silent for a while, then as after power-up.
    func restart(from moment: Instant) {
        forget()
        bootEnd = moment + timing.boot
        tray.empty()
    }

    private func finishBoot(at now: Instant) {
        bootEnd = nil
        terminal.start()
        begin()
        if let card = terminal.card { tray.lay(card, due: now + timing.detection) }
    }

    var isOn: Bool { bootEnd == nil }

    func setPlugged(_ isPlugged: Bool, at now: Instant) {
        self.isPlugged = isPlugged
        if !isPlugged { line.unplug(at: now) }
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}
