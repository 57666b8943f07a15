import Diagnosis
import FaceReaderKit
import ISO7816
import ReaderKit
import ReaderTransport

/// A message to the device (PROTOCOL.md, "Host to device", assumed).
enum HostMessage {
    case reset
    case show(prompt: UInt16, FacetQuestion)
    case withdraw(prompt: UInt16)
    case powerOff
    case power(CardReset)
    case exchange(part: ArraySlice<UInt8>, isLast: Bool)
    case verify(prompt: UInt16, CommandHeader, digits: UInt8)
    case readCardFace(prompt: UInt16)
    case match(prompt: UInt16, part: ArraySlice<UInt8>, isLast: Bool)
    case passcodeIssued
    case boot

    /// How much of an APDU or a photograph goes into one message, in bytes: a tenth of a second of the line.
    static let mostPart = 1_024
    static let mostName = 120
    static let mostMessage = 400

    /// Code and what follows it; the number comes before.
    var code: [UInt8] {
        switch self {
        case .reset: letter("R")
        case .show(let prompt, let question): letter("S") + two(prompt) + Self.screen(question)
        case .withdraw(let prompt): letter("W") + two(prompt)
        case .powerOff: letter("P") + letter("0")
        case .power(.cold): letter("P") + letter("1")
        case .power(.warm): letter("P") + letter("2")
        case .exchange(let part, let isLast): letter("X") + [isLast ? 0 : 1] + part
        case .verify(let prompt, let header, let digits):
            letter("V") + two(prompt) + [header.cla, header.ins, header.p1, header.p2, digits]
        case .readCardFace(let prompt): letter("O") + two(prompt)
        case .match(let prompt, let part, let isLast): letter("M") + two(prompt) + [isLast ? 0 : 1] + part
        case .passcodeIssued: letter("I")
        case .boot: letter("B")
        }
    }

    /// The messages that make an order, in their order.
    static func messages(of order: LineOrder) -> [HostMessage] {
        switch order {
        case .powerOff: [.powerOff]
        case .power(let reset): [.power(reset)]
        case .exchange(let command): parts(of: command).map { .exchange(part: $0, isLast: $0.endIndex == command.endIndex) }
        case .show(let prompt, let question): [.show(prompt: prompt, question)]
        case .withdraw(let prompt): [.withdraw(prompt: prompt)]
        case .verify(let prompt, let header, let digits): [.verify(prompt: prompt, header, digits: digits)]
        case .readCardFace(let prompt): [.readCardFace(prompt: prompt)]
        case .match(let prompt, let photograph):
            parts(of: photograph).map { .match(prompt: prompt, part: $0, isLast: $0.endIndex == photograph.endIndex) }
        case .passcodeIssued: [.passcodeIssued]
        case .restart: [.boot]
        }
    }

    /// At least one part, each as long as goes into a message.
    private static func parts(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: max(1, bytes.count), by: mostPart).map { bytes[$0..<min($0 + mostPart, bytes.count)] }
    }

    private static func screen(_ question: FacetQuestion) -> [UInt8] {
        switch question {
        case .screen(let screen): patient(screen)
        case .passcode: Array("A".utf8)
        case .visualCheck: Array("B".utf8)
        case .cardFace, .match, .pin: []
        }
    }

    private static func patient(_ screen: Screen) -> [UInt8] {
        switch screen {
        case .placeCard: Array("1".utf8)
        case .chooseMethod(let methods): Array("2".utf8) + [(methods.contains(.face) ? 0x01 : 0) | (methods.contains(.pin) ? 0x02 : 0)]
        case .lookIntoCamera: Array("3".utf8)
        case .enterPIN: []
        case .chooseConsent: Array("5".utf8)
        case .consent(let group): Array("6".utf8) + [number(of: group)]
        case .done(let name): Array("7".utf8) + Array((name ?? "").prefix(utf8Count: mostName).utf8)
        case .removeCard: Array("8".utf8)
        case .message(let sentence):
            Array("9".utf8) + Array(sentence.japanese.prefix(utf8Count: mostMessage).utf8) + [0]
                + Array(sentence.english.prefix(utf8Count: mostMessage).utf8)
        }
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

    private func letter(_ letter: String) -> [UInt8] { Array(letter.utf8) }

    private func two(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }
}
