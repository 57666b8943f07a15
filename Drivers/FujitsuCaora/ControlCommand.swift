import Diagnosis
import ReaderKit

/// A command on the control lane (PROTOCOL.md, "Commands", assumed).
enum ControlCommand {
    case hello
    case show(prompt: UInt32, ControlScreen)
    case withdraw(prompt: UInt32)
    case readFace(prompt: UInt32)
    case match(prompt: UInt32, offset: Int, total: Int, part: ArraySlice<UInt8>)
    case passcodeIssued
    case restart
    case facility(name: String)

    /// How much of a photograph goes into one MATCH, in bytes.
    static let mostPhotograph = 4_096

    /// The elements of the command.
    var payload: [UInt8] {
        switch self {
        case .hello: command(0x01)
        case .show(let prompt, let screen): command(0x02) + number(0x04, prompt) + screen.elements
        case .withdraw(let prompt): command(0x03) + number(0x04, prompt)
        case .readFace(let prompt): command(0x04) + number(0x04, prompt)
        case .match(let prompt, let offset, let total, let part):
            command(0x05) + number(0x04, prompt) + number(0x30, UInt32(truncatingIfNeeded: offset))
                + number(0x31, UInt32(truncatingIfNeeded: total)) + Elements.element(0x32, Array(part))
        case .passcodeIssued: command(0x06) + Elements.element(0x40, [1])
        case .restart: command(0x07)
        case .facility(let name): command(0x08) + ControlScreen.text(0x41, name, most: ControlScreen.mostName)
        }
    }

    private func command(_ code: UInt8) -> [UInt8] { Elements.element(0x01, [code]) }

    private func number(_ tag: UInt8, _ number: UInt32) -> [UInt8] {
        Elements.element(tag, [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) })
    }
}

/// What SHOW shows (PROTOCOL.md, "Screens", assumed).
enum ControlScreen {
    case patient(Screen)
    case passcode
    case visualCheck

    static let mostName = 120
    static let mostMessage = 400

    /// The screen's number and what stands on it.
    var elements: [UInt8] {
        switch self {
        case .patient(let screen): Self.elements(of: screen)
        case .passcode: Self.screen(0x0A)
        case .visualCheck: Self.screen(0x0B)
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
            Self.screen(0x09) + text(0x25, sentence.japanese, most: mostMessage) + text(0x26, sentence.english, most: mostMessage)
        }
    }

    private static func screen(_ number: UInt8) -> [UInt8] { Elements.element(0x20, [number]) }

    static func text(_ tag: UInt8, _ text: String, most: Int) -> [UInt8] {
        Elements.element(tag, Array(text.prefix(utf8Count: most).utf8))
    }

    private static func number(of group: ScreenConsentGroup) -> UInt8 {
        switch group {
        case .surgery: 1
        case .treatment: 2
        case .checkup: 3
        }
    }
}
