import Diagnosis
import FaceReaderKit
import ReaderKit

/// What goes over the control lane: one frame a message (PROTOCOL.md, "Frames on the control lane", assumed).
struct CaoraCodec: ControlCodec {
    static let mostPhotograph = 4_096
    static let mostMessage = Frame.capacity

    func messages(_ command: FaceCommand, number: UInt8) -> [[UInt8]] {
        [Frame.bytes(.command, number: number, payload: command.elements)]
    }

    func read(_ message: Span<UInt8>) -> ControlMessage? {
        guard let frame = Frame(message), let elements = Elements(message.extracting(frame.payload)) else { return nil }
        switch frame.kind {
        case .command: return nil
        case .event: return .event(FaceEvent(elements))
        case .response:
            guard let status = elements.byte(0x02) else { return nil }
            return .response(
                number: frame.number,
                ControlOutcome(status: status, message.extracting(frame.payload).withUnsafeBufferPointer { Array($0) }))
        }
    }
}

extension FaceCommand {
    /// The elements of the command (PROTOCOL.md, "Commands", assumed).
    fileprivate var elements: [UInt8] {
        switch self {
        case .hello: command(0x01)
        case .show(let prompt, let question): command(0x02) + number(0x04, prompt) + question.elements
        case .withdraw(let prompt): command(0x03) + number(0x04, prompt)
        case .readFace(let prompt): command(0x04) + number(0x04, prompt)
        case .match(let prompt, let offset, let total, let part):
            command(0x05) + number(0x04, prompt) + number(0x30, UInt32(truncatingIfNeeded: offset))
                + number(0x31, UInt32(truncatingIfNeeded: total)) + Elements.element(0x32, Array(part))
        case .passcodeIssued: command(0x06) + Elements.element(0x40, [1])
        case .restart: command(0x07)
        case .facility(let name): command(0x08) + FacetQuestion.text(0x41, name, most: FacetQuestion.mostName)
        // The device speaks up by itself.
        case .poll: []
        }
    }

    private func command(_ code: UInt8) -> [UInt8] { Elements.element(0x01, [code]) }

    private func number(_ tag: UInt8, _ number: UInt32) -> [UInt8] { Elements.element(tag, number.bigEndianBytes) }
}

extension FacetQuestion {
    fileprivate static let mostName = 120
    private static let mostSentence = 400

    /// The number of the screen and what stands on it (PROTOCOL.md, "Commands", assumed).
    fileprivate var elements: [UInt8] {
        switch self {
        case .screen(let screen): Self.elements(of: screen)
        case .passcode: Self.screen(0x0A)
        case .visualCheck: Self.screen(0x0B)
        case .cardFace, .match, .pin: []
        }
    }

    private static func elements(of screen: Screen) -> [UInt8] {
        switch screen {
        case .placeCard: Self.screen(0x01)
        case .chooseMethod(let methods):
            Self.screen(0x02)
                + Elements.element(0x21, [(methods.contains(.face) ? 0x01 : 0) | (methods.contains(.pin) ? 0x02 : 0)])
        case .lookIntoCamera: Self.screen(0x03)
        case .enterPIN(let left): Self.screen(0x04) + (left.map { Elements.element(0x22, [UInt8(clamping: $0)]) } ?? [])
        case .chooseConsent: Self.screen(0x05)
        case .consent(let group): Self.screen(0x06) + Elements.element(0x23, [number(of: group)])
        case .done(let name): Self.screen(0x07) + (name.map { text(0x24, $0, most: mostName) } ?? [])
        case .removeCard: Self.screen(0x08)
        case .message(let sentence):
            Self.screen(0x09) + text(0x25, sentence.japanese, most: mostSentence) + text(0x26, sentence.english, most: mostSentence)
        }
    }

    private static func screen(_ number: UInt8) -> [UInt8] { Elements.element(0x20, [number]) }

    fileprivate static func text(_ tag: UInt8, _ text: String, most: Int) -> [UInt8] {
        Elements.element(tag, Array(text.prefix(utf8Count: most).utf8))
    }

    private static func number(of group: ScreenConsentGroup) -> UInt8 {
        switch group {
        case .surgery: 1
        case .treatment: 2
        case .checkup: 3
        case .limit: 4
        case .insuranceCard: 5
        }
    }
}
