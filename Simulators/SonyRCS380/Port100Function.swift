import ReaderTransport
import SimulationKit
import Station
import USBDevice

/// The one interface of an RC-S380: the command set Port-100 over a bulk pair, read from the driver's document on its own.
final class Port100Function: USBFunction {
    let timing: RCS380Timing
    private let link: CardLinkTiming
    private(set) var complaints: [String] = []
    private(set) var card: ProximityCard?

    private let output = USBEndpoint(.bulk, isInput: false)
    private let input = USBEndpoint(.bulk, isInput: true)
    let interface: USBInterface
    private var received: [UInt8] = []
    private var isFieldOn = false
    private var isTypeB = false
    private var settings: [UInt8: UInt8] = [:]
    /// What InCommRF waits for: what the card says and when, and when the device gives up.
    private var exchange: (answer: ProximityCard.Answer?, due: Instant, end: Instant)?
    private var hands: [(moment: Instant, chip: (any SimulatedCard)?)] = []
    private var cards: UInt32 = 0

    private static let acknowledgement: [UInt8] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]
    private static let longestFrame = 300

    init(timing: RCS380Timing, link: CardLinkTiming) {
        self.timing = timing
        self.link = link
        interface = USBInterface(classCode: 0xFF, output: output, input: input)
    }

    var laneKind: Lane.Kind { .bulk }
    var slots: UInt8 { 0 }
    var takesOutput: Bool { input.unread < 64 }
    func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? { nil }
    func start(at now: Instant) {}

    /// The host has let go, or power is gone.
    func stop(at now: Instant) {
        received = []
        exchange = nil
        settings = [:]
        isTypeB = false
        switchField(on: false)
    }

    // MARK: Hands

    /// Has somebody lay a card on the reader, or take it away, at a moment.
    func move(_ chip: (any SimulatedCard)?, at moment: Instant) {
        hands.insert((moment, chip), at: hands.firstIndex { $0.moment > moment } ?? hands.endIndex)
    }

    private func lay(_ chip: (any SimulatedCard)?, at now: Instant) {
        card?.losePower()
        cards += 1
        card = chip.map {
            // The card's number differs from that of the card before; what it is, is assumed.
            ProximityCard(
                $0, identifier: [0x08, UInt8(truncatingIfNeeded: cards >> 8), UInt8(truncatingIfNeeded: cards), 0x5A], link: link)
        }
        // Whoever was about to answer does not.
        if let exchange { self.exchange = (nil, exchange.end, exchange.end) }
    }

    // MARK: Time

    var nextDue: Instant? { Instant.earliest(exchange?.due, hands.first?.moment) }

    func advance(to now: Instant) {
        while let due = nextDue, due <= now {
            if let hand = hands.first, hand.moment <= due {
                hands.removeFirst()
                lay(hand.chip, at: due)
            } else if let ended = exchange {
                exchange = nil
                if let answer = ended.answer {
                    reply(0x04, [0, 0, 0, 0, 8] + answer.bytes, at: due)
                } else {
                    reply(0x04, [0x80, 0, 0, 0, 0], at: due)
                }
            }
        }
    }

    // MARK: Frames

    func receive(_ bytes: [UInt8], endsTransfer: Bool, at now: Instant) {
        received += bytes.prefix(max(0, Self.longestFrame + 1 - received.count))
        guard endsTransfer else { return }
        let frame = received
        received = []
        if frame == Self.acknowledgement {
            exchange = nil
            return input.takeBackUnread()
        }
        guard let body = Self.body(frame) else { return complain("a frame of \(frame.count) bytes that cannot be read") }
        if exchange != nil {
            complain("a command before the answer to the one before")
            exchange = nil
        }
        input.send(Self.acknowledgement, due: now + timing.command)
        carryOut(body[1], Array(body[2...]), at: now)
    }

    /// What is in a frame; `nil` where anything in it is wrong.
    private static func body(_ frame: [UInt8]) -> [UInt8]? {
        guard frame.count >= 12, Array(frame[..<5]) == [0x00, 0x00, 0xFF, 0xFF, 0xFF], frame[5] &+ frame[6] &+ frame[7] == 0 else {
            return nil
        }
        let body = Array(frame[8..<frame.count - 2])
        guard body.count == Int(frame[5]) + Int(frame[6]) * 256, frame.last == 0, frame[8..<frame.count - 1].reduce(0, &+) == 0,
            body[0] == 0xD6
        else { return nil }
        return body
    }

    private func reply(_ code: UInt8, _ data: [UInt8], at now: Instant) {
        let body = [0xD7, code + 1] + data
        let (low, high) = (UInt8(body.count & 0xFF), UInt8(body.count >> 8))
        let frame = [0x00, 0x00, 0xFF, 0xFF, 0xFF, low, high, 0 &- (low &+ high)] + body + [0 &- body.reduce(0, &+), 0x00]
        input.send(frame, due: now + timing.command * 2)
    }

    // MARK: Commands

    private func carryOut(_ code: UInt8, _ data: [UInt8], at now: Instant) {
        switch code {
        case 0x00:
            isTypeB = data == [0x03, 0x07, 0x0F, 0x07]
            if !isTypeB { complain("InSetRF for something else than type B at 106 kbit/s") }
            reply(code, [isTypeB ? 0x00 : 0x01], at: now)
        case 0x02:
            for index in stride(from: 0, to: data.count - 1, by: 2) { settings[data[index]] = data[index + 1] }
            reply(code, [data.count % 2 == 0 && !data.isEmpty ? 0x00 : 0x01], at: now)
        case 0x04: communicate(data, at: now)
        case 0x06:
            switchField(on: data == [0x01])
            reply(code, [data == [0x01] || data == [0x00] ? 0x00 : 0x01], at: now)
        case 0x20: reply(code, [0x11, 0x01], at: now)
        case 0x28: reply(code, [0, 0, 0, 0, 0, 0, 0, 0x03], at: now)
        case 0x2A: reply(code, [data == [0x01] ? 0x00 : 0x01], at: now)
        // Not answered, but by the ACK (assumed).
        default: complain("there is no command \(code)")
        }
    }

    private func switchField(on: Bool) {
        if isFieldOn, !on { card?.losePower() }
        isFieldOn = on
    }

    private func communicate(_ data: [UInt8], at now: Instant) {
        guard data.count >= 3 else {
            complain("InCommRF without anything for the card")
            return reply(0x04, [0x01, 0, 0, 0, 0], at: now)
        }
        let end = now + .microseconds(100 * (Int64(data[0]) + Int64(data[1]) << 8))
        // CRC and frame by the device, or the card hears nothing that it understands.
        let isFramed = ([1, 2, 9, 10, 11, 12] as [UInt8]).allSatisfy { settings[$0] == 1 }
        var answer: ProximityCard.Answer?
        if isFieldOn, isTypeB, isFramed { answer = card?.hear(Array(data[2...]), at: now) }
        if let said = answer, now + said.after > end { answer = nil }
        exchange = (answer, answer.map { now + $0.after } ?? end, end)
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}
