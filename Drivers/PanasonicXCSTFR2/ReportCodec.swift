import FaceReaderKit
import ReaderKit

/// What goes over the control lane: messages in reports of 64 bytes (PROTOCOL.md, "Reports on the control lane", assumed).
struct ReportCodec: ControlCodec {
    static let mostPhotograph = 4_096
    static let mostMessage = Report.count

    private var assembly = MessageAssembly()

    func messages(_ command: FaceCommand, number: UInt8) -> [[UInt8]] { Report.reports(of: command.body, number: number) }

    mutating func read(_ report: Span<UInt8>) -> ControlMessage? {
        switch assembly.take(report) {
        case .part: return .part
        case .none: return nil
        case .whole(let kind, let number, var body):
            // Digits may have been in it.
            defer { for index in body.indices { body[index] = 0 } }
            guard let code = body.first else { return nil }
            switch kind {
            case .event: return .event(FaceEvent(code, body.dropFirst()))
            case .response: return .response(number: number, ControlOutcome(status: code, Array(body.dropFirst())))
            case .command: return nil
            }
        }
    }

    static let codes = FaceCodes(
        screens: [
            .placeCard: 0x10, .chooseMethod: 0x11, .lookIntoCamera: 0x12, .enterPIN: 0x13, .chooseConsent: 0x14, .consent: 0x15,
            .done: 0x16, .removeCard: 0x17, .message: 0x18,
        ], passcode: 0x20, visualCheck: 0x21,
        answers: [
            0x11: .method(.face), 0x12: .method(.pin), 0x21: .consentToAll, 0x22: .consentIndividually, 0x31: .consent(true),
            0x32: .consent(false), 0x41: .ended, 0x42: .timedOut, 0x43: .staffButton,
        ], typed: 0x51,
        verdicts: [
            0x00: .accepted, 0x01: .rejected(.otherPerson), 0x02: .rejected(.covered), 0x03: .rejected(.notAlive),
            0x04: .rejected(.unclear), 0x05: .rejected(.badReference), 0x10: .timedOut, 0x11: .ended,
        ], lengthCount: 2, mostName: 120, mostSentence: 400)
}

extension FaceCommand {
    /// The command and its parameters (PROTOCOL.md, "Commands", assumed).
    fileprivate var body: [UInt8] {
        switch self {
        case .hello: [0x01]
        case .show(let prompt, let question): [0x02] + prompt.littleEndianBytes + ReportCodec.codes.screen(question)
        case .withdraw(let prompt): [0x03] + prompt.littleEndianBytes
        case .readFace(let prompt): [0x04] + prompt.littleEndianBytes
        case .match(let prompt, let offset, let total, let part):
            [0x05] + prompt.littleEndianBytes + UInt32(truncatingIfNeeded: offset).littleEndianBytes
                + UInt32(truncatingIfNeeded: total).littleEndianBytes + part
        case .passcodeIssued: [0x06]
        case .restart: [0x07]
        // The device speaks up by itself, and has no place for a name.
        case .poll, .facility: []
        }
    }
}

extension FaceEvent {
    /// An event with what follows its code (PROTOCOL.md, "Events", assumed); `nil` for one that is not known.
    fileprivate init?(_ code: UInt8, _ rest: ArraySlice<UInt8>) {
        guard rest.count >= 4 else { return nil }
        let prompt = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let results = rest.dropFirst(4)
        switch code {
        case 0x81: self = .ended(prompt: prompt, by: ReportCodec.codes.answer(results), "ANSWER")
        case 0x82: self = .ended(prompt: prompt, by: ReportCodec.codes.cardFace(results), "FACE READ")
        case 0x83: self = .ended(prompt: prompt, by: ReportCodec.codes.verdict(results), "VERDICT")
        case 0x84: self = .touched
        default: return nil
        }
    }
}
