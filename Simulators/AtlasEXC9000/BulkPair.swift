import FaceTerminal
import ReaderTransport
import Station
import USBDevice

/// The one interface: frames of two channels over a bulk pair.
final class BulkPair: USBFunction {
    let terminal: FaceTerminal
    let orders: PanelOrders
    let timing: EXC9000Timing
    let serialNumber: String
    /// The device that it is part of; set once that is made.
    weak var device: USBDevice?
    var slot: CardPath
    private(set) var complaints: [String] = []

    private let output = USBEndpoint(.bulk, isInput: false)
    private let input = USBEndpoint(.bulk, isInput: true)
    let interface: USBInterface
    private var received: [UInt8] = []
    private var session: UInt16?
    private var channels = BulkPair.freshChannels

    private static let cards = 0
    private static let control = 1
    /// What is kept for a host that does not read.
    private static let mostUnread = 64

    private static var freshChannels: [LinkChannel] {
        [LinkChannel(1, longestMessage: 65_600), LinkChannel(2, longestMessage: 1_048_640)]
    }

    init(_ terminal: FaceTerminal, slot: CardPath, serialNumber: String, timing: EXC9000Timing) {
        self.terminal = terminal
        self.slot = slot
        self.serialNumber = serialNumber
        self.timing = timing
        orders = PanelOrders(to: terminal)
        interface = USBInterface(classCode: 0xFF, output: output, input: input)
        terminal.tell = { [unowned self] event, now in happened(event, at: now) }
    }

    var laneKind: Lane.Kind { .bulk }
    var slots: UInt8 { 0 }
    var takesOutput: Bool { input.unread < Self.mostUnread }
    func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? { nil }

    func start(at now: Instant) {}

    /// The host has let go, or power is gone, which is a restart.
    func stop(at now: Instant) {
        received = []
        close()
        slot.powerOff()
        if device?.isPlugged == false { orders.start() } else { orders.forget() }
    }

    private func close() {
        session = nil
        channels = Self.freshChannels
    }

    // MARK: Time

    var nextDue: Instant? {
        channels.reduce(Instant.earliest(terminal.nextDue, slot.nextDue)) { Instant.earliest($0, $1.repetitionDue) }
    }

    func advance(to now: Instant) {
        terminal.advance(to: now)
        finishOperation(at: now)
        for index in channels.indices {
            guard let due = channels[index].repetitionDue, due <= now, let session else { continue }
            let next = now + timing.patience
            if input.unread > 0 {
                channels[index].postpone(to: next)
            } else if let frames = channels[index].repetition(session: session, repeatAt: next) {
                for frame in frames { send(frame, at: now) }
            } else {
                // Nobody is there.
                return close()
            }
        }
    }

    // MARK: Saying

    private func send(_ frame: Frame, at now: Instant) { input.send(frame.message, due: now + timing.turnaround) }

    /// Says something on channel 1.
    func sayCards(_ message: [UInt8], at now: Instant) { say(message, Self.cards, at: now) }

    /// Says something on channel 2: code, prompt and the rest.
    func sayControl(_ code: UInt8, _ prompt: UInt32, _ rest: [UInt8] = [], at now: Instant) {
        say([code] + (0..<4).map { UInt8(truncatingIfNeeded: prompt >> (8 * $0)) } + rest, Self.control, at: now)
    }

    /// Says a message without anything behind its code on channel 2.
    func sayControl(_ code: UInt8, at now: Instant) { say([code], Self.control, at: now) }

    private func say(_ message: [UInt8], _ channel: Int, at now: Instant) {
        // Nobody listens.
        guard session != nil else { return }
        guard channels[channel].say(message) else { return complain("a message is lost: nobody acknowledges") }
        goOn(channel, at: now)
    }

    private func goOn(_ channel: Int, at now: Instant) {
        guard let session else { return }
        for frame in channels[channel].takeSayable(session: session, repeatAt: now + timing.patience) { send(frame, at: now) }
    }

    // MARK: Hearing

    /// Collects a bulk message; nothing beyond the longest frame is kept.
    func receive(_ bytes: [UInt8], endsTransfer: Bool, at now: Instant) {
        received += bytes.prefix(max(0, Frame.largest + 1 - received.count))
        guard endsTransfer else { return }
        defer { received = [] }
        guard let frame = Frame(received) else {
            complain("a frame of \(received.count) bytes with a wrong length or CRC")
            for channel in channels.indices where session != nil && channels[channel].ask() { answer(Frame.resend, channel, at: now) }
            return
        }
        hear(frame, at: now)
    }

    private func hear(_ frame: Frame, at now: Instant) {
        if frame.channel == 0, frame.kind == Frame.open { return open(frame, at: now) }
        guard frame.session == session, session != nil else {
            complain("a frame of session \(frame.session), which is not open")
            return send(Frame(channel: 0, kind: Frame.closed, session: frame.session), at: now)
        }
        guard (1...2).contains(frame.channel) else { return complain("a frame of kind \(frame.kind) on channel \(frame.channel)") }
        let channel = Int(frame.channel) - 1
        switch frame.kind {
        case Frame.data: hearData(frame, channel, at: now)
        case Frame.ack, Frame.resend:
            guard let session, channels[channel].acknowledge(frame.number, credit: frame.flags, repeatAt: now + timing.patience) else {
                return complain("ACK or RESEND of frame \(frame.number), which cannot be")
            }
            if frame.kind == Frame.resend {
                for again in channels[channel].repetition(session: session, repeatAt: now + timing.patience) ?? [] { send(again, at: now) }
            }
            goOn(channel, at: now)
        default: complain("a frame of kind \(frame.kind)")
        }
    }

    private func hearData(_ frame: Frame, _ channel: Int, at now: Instant) {
        switch channels[channel].hear(frame) {
        case .acknowledged(let message):
            answer(Frame.ack, channel, at: now)
            guard let message else { return }
            if channel == Self.cards { hearCards(message, at: now) } else { hearControl(message, at: now) }
        case .repeated: answer(Frame.ack, channel, at: now)
        case .missing(let ask): if ask { answer(Frame.resend, channel, at: now) }
        case .against(let reason):
            complain(reason)
            answer(Frame.ack, channel, at: now)
        }
    }

    private func answer(_ kind: UInt8, _ channel: Int, at now: Instant) {
        guard let session else { return }
        send(
            Frame(
                channel: channels[channel].number, kind: kind, session: session, number: channels[channel].awaited,
                flags: LinkChannel.credit), at: now)
    }

    private func open(_ frame: Frame, at now: Instant) {
        guard frame.payload == [0x01] else { return complain("OPEN of another protocol") }
        let isNew = frame.session != session
        if isNew {
            close()
            session = frame.session
            slot.powerOff()
            orders.begin(at: now)
        }
        let version = terminal.firmware.version.split(separator: ".").map { UInt8($0) ?? 0 } + [0, 0, 0]
        send(
            Frame(
                channel: 0, kind: Frame.opened, session: frame.session,
                payload: channels.flatMap { Frame.two($0.awaited) } + [LinkChannel.credit, LinkChannel.credit] + version.prefix(3)
                    + serialNumber.utf8), at: now)
        if isNew { tellCard(at: now) }
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}
