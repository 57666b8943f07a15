import SimulationKit
import Station

/// A card in the field of the reader, as its side of ISO/IEC 14443-3 type B and ISO/IEC 14443-4 has it: bytes without CRC in, bytes out.
///
/// Read from the standard on its own: the driver has the reader's side.
struct ProximityCard {
    /// What the card says, and how long after it has heard.
    struct Answer {
        let bytes: [UInt8]
        let after: Duration
    }

    private enum State {
        case idle
        case ready
        case active
        case halted
    }

    let chip: any SimulatedCard
    private let link: CardLinkTiming
    private let identifier: [UInt8]
    private var state = State.idle

    // ISO/IEC 14443-4 clause 7.5.4.2, rule C: the card's block number begins with 1.
    private var number: UInt8 = 1
    private var frameRoom = 253
    private var command: [UInt8] = []
    /// The response that is computed or sent: from `sent` on it has not gone out.
    private var response: (bytes: [UInt8], sent: Int, ready: Instant)?
    private var last: [UInt8] = []
    /// It will never say anything more.
    private var isMute = false

    init(_ chip: any SimulatedCard, identifier: [UInt8], link: CardLinkTiming) {
        self.chip = chip
        self.identifier = identifier
        self.link = link
    }

    // MARK: The field

    /// The field is gone, and everything that was verified with it.
    mutating func losePower() {
        chip.powerOff()
        state = .idle
        forget()
    }

    private mutating func forget() {
        number = 1
        command = []
        response = nil
        last = []
        isMute = false
    }

    // MARK: ISO/IEC 14443-3

    /// What the card answers to a frame; `nil` for nothing.
    mutating func hear(_ frame: [UInt8], at now: Instant) -> Answer? {
        switch state {
        case .idle, .ready, .halted: hearRequest(frame, at: now)
        case .active: isMute ? nil : hearBlock(frame, at: now)
        }
    }

    private mutating func hearRequest(_ frame: [UInt8], at now: Instant) -> Answer? {
        // APf of REQB and WUPB; another AFI than "all families" is nobody's.
        if frame.count == 3, frame[0] == 0x05, frame[1] == 0x00 {
            // A card that is dead answers nothing; a halted one to WUPB only.
            guard !chip.answerToReset.isEmpty, state != .halted || frame[2] & 0x08 != 0 else { return nil }
            state = .ready
            return answer([0x50] + identifier + historical.prefix(7))
        }
        if state == .ready, frame.count == 9, frame[0] == 0x1D, Array(frame[1..<5]) == identifier {
            let sizes = [16, 24, 32, 40, 48, 64, 96, 128, 256]
            let code = Int(frame[6] & 0x0F)
            frameRoom = (code < sizes.count ? sizes[code] : 256) - 3
            chip.powerOn(at: now)
            forget()
            state = .active
            return answer([historical[7] & 0xF0 | frame[8] & 0x0F])
        }
        return nil
    }

    /// Application data, protocol information and MBLI: those that the card's own pseudo-ATR tells (PC/SC part 3), else of a plain card
    /// (assumed): 106 kbit/s, frames of 256 bytes, FWI 10.
    private var historical: [UInt8] {
        let answer = chip.answerToReset
        guard answer.count == 13, answer.starts(with: [0x3B, 0x88, 0x80, 0x01]), answer[9] & 0x09 == 1 else {
            return [0, 0, 0, 0, 0x00, 0x81, 0xA1, 0x00]
        }
        return Array(answer[4..<12])
    }

    private var waitingTime: Duration {
        let integer = historical[6] >> 4
        return .nanoseconds((4_096 << Int64(integer == 15 ? 4 : integer)) * 1_000_000_000 / 13_560_000)
    }

    // MARK: ISO/IEC 14443-4

    private mutating func hearBlock(_ block: [UInt8], at now: Instant) -> Answer? {
        guard let control = block.first else { return nil }
        switch control {
        case 0x02, 0x03, 0x12, 0x13: return hearInformation(control, block.dropFirst(), at: now)
        case 0xA2,
            0xA3 where block.count == 1:
            return hearReceived(control & 1, isRefusal: false, at: now)
        case 0xB2,
            0xB3 where block.count == 1:
            return hearReceived(control & 1, isRefusal: true, at: now)
        case 0xF2 where block.count == 2: return goOn(granted: block[1] & 0x3F, at: now)
        case 0xC2 where block.count == 1:
            chip.powerOff()
            state = .halted
            return answer([0xC2])
        default: return nil
        }
    }

    /// Rule D: an I-block turns the number whatever its own is. With chaining it is acknowledged (rule 2).
    private mutating func hearInformation(_ control: UInt8, _ field: ArraySlice<UInt8>, at now: Instant) -> Answer? {
        number ^= 1
        response = nil
        command += field
        if control & 0x10 != 0 { return say([0xA2 | number]) }
        let complete = command
        command = []
        var bytes: [UInt8] = []
        guard let computing = chip.process(complete.span, into: &bytes, at: now) else {
            isMute = true
            return nil
        }
        response = (bytes, 0, now + computing)
        return goOn(granted: 1, at: now)
    }

    /// R(ACK) and R(NAK): rules E, 11, 12 and 13.
    private mutating func hearReceived(_ theirs: UInt8, isRefusal: Bool, at now: Instant) -> Answer? {
        if theirs == number { return last.isEmpty ? nil : answer(last) }
        if isRefusal { return answer([0xA2 | number]) }
        guard let response, response.sent > 0, response.sent < response.bytes.count else { return nil }
        number ^= 1
        return goOn(granted: 1, at: now)
    }

    /// The next part of the response, or S(WTX) where it is not there within so many frame waiting times.
    private mutating func goOn(granted: UInt8, at now: Instant) -> Answer? {
        guard let response else { return nil }
        let left = response.ready - now
        let room = waitingTime * Int(max(1, min(59, granted)))
        guard left < room else {
            let wanted = min(59, max(1, left.wholeNanoseconds / waitingTime.wholeNanoseconds + 1))
            last = [0xF2, UInt8(wanted)]
            // What was granted is used up before more is asked for.
            return Answer(bytes: last, after: granted > 1 ? room - waitingTime / 4 : .milliseconds(1))
        }
        let end = min(response.sent + frameRoom, response.bytes.count)
        let part = response.bytes[response.sent..<end]
        self.response?.sent = end
        let more: UInt8 = end < response.bytes.count ? 0x10 : 0
        last = [0x02 | more | number] + part
        return Answer(bytes: last, after: max(.zero, left) + duration(of: last))
    }

    private mutating func say(_ block: [UInt8]) -> Answer {
        last = block
        return answer(block)
    }

    private func answer(_ bytes: [UInt8]) -> Answer { Answer(bytes: bytes, after: duration(of: bytes)) }

    /// A frame with its CRC, and the time before it.
    private func duration(of bytes: [UInt8]) -> Duration {
        link.turnaround + .nanoseconds(Int64(bytes.count + 2) * link.bitsPerCharacter * 1_000_000_000 / link.bitsPerSecond)
    }
}
