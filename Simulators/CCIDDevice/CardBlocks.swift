import SimulationKit
import Station

/// The card's side of T=1 (ISO/IEC 7816-3 clause 11), around a card that knows APDUs: what the chip's own software does with blocks.
///
/// A card speaks only when it is spoken to. It never resynchronizes, and it is silent after three wrong blocks in a row until a good one
/// comes (rule 7.4.3).
public final class BlockCard {
    /// What a card may do of its own accord, as the answer to a block that it has got well.
    public enum Whim: Sendable, Hashable {
        /// Asks for information fields of another size, in bytes, by S(IFS request).
        case fieldSize(UInt8)
        /// Ends the chain by S(ABORT request).
        case abort
    }

    /// What it does of its own accord, by the number of the block that it has got well, counted from 1 since the reset.
    public var whims: [Int: Whim] = [:]
    /// How many command APDUs it has carried out.
    public private(set) var executed = 0
    /// What the other side did against the book, since it was last taken.
    private var complaints: [String] = []

    private let card: any SimulatedCard
    private let waiting: Duration
    private let initialFieldSize: Int
    private let usesCRC: Bool

    private var fieldSize: Int
    private var largestField = 32
    /// N(S) of the next I-block of its own, and of the one that it awaits.
    private var ownNumber: UInt8 = 0
    private var awaitedNumber: UInt8 = 0
    private var command: [UInt8] = []
    private var response: ArraySlice<UInt8> = []
    private var readyAt = Instant.zero
    private var received = 0
    private var mistakes = 0
    private var isMute = false
    private var lastSent: [UInt8] = []
    private var lastInformation: [UInt8] = []
    /// The request of its own that is open, with its byte, and what goes on when it is answered.
    private var open: (service: UInt8, value: UInt8?, then: Turn)?

    private enum Turn { case acknowledge, respond }

    private static let resynchronization: UInt8 = 0
    private static let ifs: UInt8 = 1
    private static let abort: UInt8 = 2
    private static let wtx: UInt8 = 3
    /// The longest command APDU: header, three bytes Lc, data, two bytes Le (ISO/IEC 7816-4 clause 5.2).
    private static let longestCommand = 4 + 3 + 65_535 + 2

    /// A card after its reset. `waiting`: the block waiting time.
    public init(_ card: any SimulatedCard, waiting: Duration) {
        self.card = card
        self.waiting = waiting
        let bytes = InterfaceBytes(card.answerToReset)
        let declared = Int(bytes?.ta3 ?? 32)
        initialFieldSize = (1...254).contains(declared) ? declared : 32
        usesCRC = (bytes?.tc3 ?? 0) & 1 == 1
        fieldSize = initialFieldSize
    }

    /// What it answers to a block that came at a moment, and after how long; `nil` where it is silent.
    public func answer(_ bytes: [UInt8], at now: Instant) -> (block: [UInt8], after: Duration)? {
        if isMute { return nil }
        guard let check = checked(bytes) else { return mistake(1) }
        guard check, bytes[0] == 0 else { return mistake(2) }
        let pcb = bytes[1]
        let field = bytes[3..<3 + Int(bytes[2])]
        received += 1
        let result: (block: [UInt8], after: Duration)?
        if pcb & 0x80 == 0 {
            result = information(pcb, field, at: now)
        } else if pcb & 0x40 == 0 {
            result = receiveReady(pcb, field, at: now)
        } else {
            result = supervisory(pcb, field, at: now)
        }
        return result
    }

    // MARK: Blocks that come

    /// `nil` for a wrong code, false for a wrong length.
    private func checked(_ bytes: [UInt8]) -> Bool? {
        let tail = usesCRC ? 2 : 1
        guard bytes.count >= 3 + tail else { return nil }
        guard epilogue(Array(bytes.dropLast(tail))) == Array(bytes.suffix(tail)) else { return nil }
        return bytes[2] < 255 && bytes.count == 3 + Int(bytes[2]) + tail
    }

    private func information(_ pcb: UInt8, _ field: ArraySlice<UInt8>, at now: Instant) -> (block: [UInt8], after: Duration)? {
        guard pcb & 0x1F == 0, open == nil, pcb >> 6 & 1 == awaitedNumber else { return mistake(2) }
        guard field.count <= fieldSize else {
            complain("an information field of \(field.count) bytes where IFSC is \(fieldSize)")
            return mistake(2)
        }
        if !response.isEmpty {
            complain("an I-block while a response is not all read")
            response = []
        }
        mistakes = 0
        awaitedNumber ^= 1
        command += field
        guard command.count <= Self.longestCommand else {
            isMute = true
            return nil
        }
        if pcb & 0x20 != 0 { return turn(.acknowledge, at: now) }
        execute(at: now)
        return isMute ? nil : turn(.respond, at: now)
    }

    private func execute(at now: Instant) {
        executed += 1
        var answer: [UInt8] = []
        let computing = card.process(command.span, into: &answer, at: now)
        command = []
        guard let computing, !answer.isEmpty else {
            isMute = true
            return
        }
        response = answer[...]
        readyAt = now + computing
    }

    private func receiveReady(_ pcb: UInt8, _ field: ArraySlice<UInt8>, at now: Instant) -> (block: [UInt8], after: Duration)? {
        guard pcb & 0x20 == 0, field.isEmpty else { return mistake(2) }
        mistakes = 0
        let next = pcb >> 4 & 1
        // What asks again is answered by the same.
        if open != nil { return (lastSent, .zero) }
        if next != ownNumber { return lastInformation.isEmpty ? mistake(2) : again(lastInformation) }
        if !response.isEmpty, !lastInformation.isEmpty { return turn(.respond, at: now) }
        // The other side has heard nothing or not well, and this card nothing that it could answer: it says what it awaits.
        return send(0x80 | awaitedNumber << 4, [])
    }

    private func supervisory(_ pcb: UInt8, _ field: ArraySlice<UInt8>, at now: Instant) -> (block: [UInt8], after: Duration)? {
        let service = pcb & 0x1F
        guard service <= Self.wtx, field.count == (service == Self.ifs || service == Self.wtx ? 1 : 0) else { return mistake(2) }
        if pcb & 0x20 != 0 {
            guard let asked = open, asked.service == service, asked.value == field.first else { return mistake(2) }
            mistakes = 0
            open = nil
            if service == Self.ifs { fieldSize = Int(asked.value ?? 32) }
            return turn(asked.then, at: now, granted: service == Self.wtx)
        }
        switch service {
        case Self.resynchronization: begin()
        case Self.ifs:
            guard let size = field.first, (1...254).contains(size) else { return mistake(2) }
            largestField = Int(size)
        case Self.abort: (command, response, open) = ([], [], nil)
        default: return mistake(2)
        }
        mistakes = 0
        return send(0xE0 | service, Array(field))
    }

    /// As after the reset, what the card knows of its commands apart.
    private func begin() {
        (fieldSize, largestField, ownNumber, awaitedNumber) = (initialFieldSize, 32, 0, 0)
        (command, response, open, lastInformation, lastSent) = ([], [], nil, [], [])
    }

    /// No block, or one that does not belong here (rule 7).
    private func mistake(_ code: UInt8) -> (block: [UInt8], after: Duration)? {
        mistakes += 1
        guard mistakes <= 3 else { return nil }
        if open != nil { return again(lastSent) }
        return send(0x80 | awaitedNumber << 4 | code, [])
    }

    // MARK: Blocks that go

    /// Its turn: a whim first, then the acknowledgement or the next piece of the response, or a request for time where that is not ready.
    private func turn(_ turn: Turn, at now: Instant, granted: Bool = false) -> (block: [UInt8], after: Duration)? {
        switch whims.removeValue(forKey: received) {
        case .fieldSize(let size): return ask(Self.ifs, size, then: turn)
        case .abort:
            (command, response) = ([], [])
            return ask(Self.abort, nil, then: .acknowledge)
        case nil: break
        }
        guard turn == .respond else { return send(0x80 | awaitedNumber << 4, []) }
        let left = max(.zero, readyAt - now)
        if left > waiting * 3 / 4, !granted {
            let multiple = min(255, (left / waiting).rounded(.up))
            return ask(Self.wtx, UInt8(multiple), then: .respond, after: waiting / 2)
        }
        let piece = Array(response.prefix(largestField))
        response = response.dropFirst(piece.count)
        let pcb = ownNumber << 6 | (response.isEmpty ? 0 : 0x20)
        ownNumber ^= 1
        let sent = send(pcb, piece, after: left)
        lastInformation = lastSent
        return sent
    }

    private func ask(_ service: UInt8, _ value: UInt8?, then turn: Turn, after: Duration = .zero) -> (block: [UInt8], after: Duration)? {
        open = (service, value, turn)
        return send(0xC0 | service, value.map { [$0] } ?? [], after: after)
    }

    private func again(_ block: [UInt8]) -> (block: [UInt8], after: Duration)? {
        lastSent = block
        return (block, .zero)
    }

    private func send(_ pcb: UInt8, _ field: [UInt8], after: Duration = .zero) -> (block: [UInt8], after: Duration)? {
        let head = [0, pcb, UInt8(clamping: field.count)] + field
        lastSent = head + epilogue(head)
        return (lastSent, after)
    }

    /// LRC, or a CRC by the table of its sixteen nibbles; that it goes with the upper byte first and not inverted is assumed.
    private func epilogue(_ bytes: [UInt8]) -> [UInt8] {
        guard usesCRC else { return [bytes.reduce(0) { $0 ^ $1 }] }
        var register: UInt16 = 0xFFFF
        for byte in bytes {
            for nibble in [byte & 0x0F, byte >> 4] {
                register = register >> 4 ^ Self.remainders[Int(UInt8(truncatingIfNeeded: register) & 0x0F ^ nibble)]
            }
        }
        return [UInt8(register >> 8), UInt8(truncatingIfNeeded: register)]
    }

    private static let remainders: [UInt16] = [
        0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387, 0x8408, 0x9489, 0xA50A, 0xB58B, 0xC60C, 0xD68D, 0xE70E, 0xF78F,
    ]

    private func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }

    /// What the other side did against the book since this was last asked, oldest first.
    public func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints
    }
}
