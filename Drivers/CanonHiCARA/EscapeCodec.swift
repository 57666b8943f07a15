import FaceReaderKit
import ReaderKit

/// Commands and responses in escapes (PROTOCOL.md, "Escapes", assumed).
enum EscapeCodec {
    static let mostPhotograph = 240
    private static let checkCount = 2

    /// A command as it goes out.
    static func command(_ command: FaceCommand, number: UInt8) -> [UInt8] {
        let bytes = [number] + command.fields
        return bytes + check(bytes.span).littleEndianBytes
    }

    /// A response: number, status, results; `nil` for what is none.
    static func response(_ bytes: Span<UInt8>) -> ControlMessage? {
        let end = bytes.count - checkCount
        guard end >= 2 else { return nil }
        guard UInt16(bytes[end]) | UInt16(bytes[end + 1]) << 8 == check(bytes.extracting(0..<end)) else { return nil }
        return .response(
            number: bytes[0],
            ControlOutcome(status: bytes[1], bytes.extracting(2..<end).withUnsafeBufferPointer { Array($0) }))
    }

    /// CRC-16/X-25: polynomial 1021, reflected, start and final XOR FFFF.
    static func check(_ bytes: Span<UInt8>) -> UInt16 {
        var check: UInt16 = 0xFFFF
        for index in bytes.indices {
            check = check >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: check) ^ bytes[index])]
        }
        return ~check
    }

    /// What each byte leaves of itself.
    private static let remainders: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte)) { rest, _ in rest & 1 != 0 ? rest >> 1 ^ 0x8408 : rest >> 1 }
    }

    static let codes = FaceCodes(
        screens: [
            .placeCard: UInt8(ascii: "I"), .chooseMethod: UInt8(ascii: "M"), .lookIntoCamera: UInt8(ascii: "F"),
            .enterPIN: UInt8(ascii: "P"), .chooseConsent: UInt8(ascii: "C"), .consent: UInt8(ascii: "G"), .done: UInt8(ascii: "D"),
            .removeCard: UInt8(ascii: "R"), .message: UInt8(ascii: "T"),
        ], passcode: UInt8(ascii: "K"), visualCheck: UInt8(ascii: "V"),
        answers: [
            UInt8(ascii: "f"): .method(.face), UInt8(ascii: "p"): .method(.pin), UInt8(ascii: "a"): .consentToAll,
            UInt8(ascii: "i"): .consentIndividually, UInt8(ascii: "y"): .consent(true), UInt8(ascii: "n"): .consent(false),
            UInt8(ascii: "e"): .ended, UInt8(ascii: "t"): .timedOut, UInt8(ascii: "s"): .staffButton,
        ], typed: UInt8(ascii: "d"),
        verdicts: [
            UInt8(ascii: "0"): .accepted, UInt8(ascii: "1"): .rejected(.otherPerson), UInt8(ascii: "2"): .rejected(.covered),
            UInt8(ascii: "3"): .rejected(.notAlive), UInt8(ascii: "4"): .rejected(.unclear), UInt8(ascii: "5"): .rejected(.badReference),
            UInt8(ascii: "8"): .timedOut, UInt8(ascii: "9"): .ended,
        ], lengthCount: 1, mostName: 120, mostSentence: 120)
}

extension FaceCommand {
    /// The command and its parameters (PROTOCOL.md, "Commands", assumed).
    fileprivate var fields: [UInt8] {
        switch self {
        case .hello: [0xA0]
        case .poll: [0xA1]
        case .show(let prompt, let question): [0xA2] + prompt.bigEndianBytes + EscapeCodec.codes.screen(question)
        case .withdraw(let prompt): [0xA3] + prompt.bigEndianBytes
        case .readFace(let prompt): [0xA4] + prompt.bigEndianBytes
        case .match(let prompt, let offset, let total, let part):
            [0xA5] + prompt.bigEndianBytes + UInt32(truncatingIfNeeded: offset).bigEndianBytes
                + UInt32(truncatingIfNeeded: total).bigEndianBytes + part
        case .passcodeIssued: [0xA6]
        case .restart: [0xA7]
        // It has no place for a name.
        case .facility: []
        }
    }
}

extension FaceEvent {
    /// The event that POLL brought (PROTOCOL.md, "Events", assumed); `nil` for one that is not known.
    init?(_ results: [UInt8]) {
        guard results.count >= 5 else { return nil }
        let prompt = results[1..<5].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let rest = results.dropFirst(5)
        switch results[0] {
        case UInt8(ascii: "a"): self = .ended(prompt: prompt, by: EscapeCodec.codes.answer(rest), "ANSWER")
        case UInt8(ascii: "o"): self = .ended(prompt: prompt, by: EscapeCodec.codes.cardFace(rest), "FACE READ")
        case UInt8(ascii: "v"): self = .ended(prompt: prompt, by: EscapeCodec.codes.verdict(rest), "VERDICT")
        case UInt8(ascii: "u"): self = .touched
        default: return nil
        }
    }
}
