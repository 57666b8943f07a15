import FaceTerminal
import Staging
import Station

/// The commands.
enum Command: UInt8 {
    case hello = 0xA0
    case poll = 0xA1
    case show = 0xA2
    case withdraw = 0xA3
    case readFace = 0xA4
    case match = 0xA5
    case passcodeIssued = 0xA6
    case restart = 0xA7
}

/// The status of a response.
enum Status: UInt8 {
    case done = 0
    case wrong = 1
    case unknownCommand = 2
    case parameterWrong = 3
    case notNow = 4
    case notOnThisFirmware = 5

    /// What came of an order.
    init(_ status: PanelStatus) {
        self =
            switch status {
            case .done: .done
            case .parameterWrong: .parameterWrong
            case .notNow: .notNow
            case .notOnThisFirmware: .notOnThisFirmware
            }
    }
}

// What each command does.

extension PanelledReader {
    private static let largestPart = 240

    private static let screens: [Unicode.Scalar: StagedScreen] = [
        "I": .placeCard, "M": .chooseMethod, "F": .camera, "P": .keypad, "C": .chooseConsent, "G": .consent, "D": .done,
        "R": .removeCard, "T": .message, "K": .passcode, "V": .visualCheck,
    ]

    func carryOut(_ code: UInt8, _ parameters: ArraySlice<UInt8>, at now: Instant) -> (Status, [UInt8]) {
        guard let command = Command(rawValue: code) else { return (.unknownCommand, []) }
        var fields = PanelFields(parameters)
        switch command {
        case .hello where fields.isAll: return (.done, hello(at: now))
        case .poll where fields.isAll: return (.done, takeEvent())
        case .passcodeIssued where fields.isAll: return (Status(orders.issuePasscode()), [])
        case .restart where fields.isAll:
            device?.leave(at: now + timing.leave, backAfter: timing.boot)
            return (.done, [])
        case .show, .withdraw, .readFace, .match:
            let prompt = fields.bigEndian()
            guard prompt != 0 else { return (.parameterWrong, []) }
            return (Status(order(command, prompt, &fields, at: now)), [])
        default: return (.parameterWrong, [])
        }
    }

    private func order(_ command: Command, _ prompt: UInt32, _ fields: inout PanelFields, at now: Instant) -> PanelStatus {
        switch command {
        case .show:
            let kind = Self.screens[Unicode.Scalar(fields.byte())]
            return orders.show(
                kind.flatMap { fields.screen($0, mostName: 120, mostSentence: 120, lengthCount: 1) }, prompt: prompt, at: now)
        case .match:
            let (offset, total) = (fields.bigEndian(), fields.bigEndian())
            let part = fields.remainder()
            guard fields.isAll else { return .parameterWrong }
            return orders.match(part, offset: offset, total: total, most: Self.largestPart, prompt: prompt, at: now)
        case .withdraw where fields.isAll: return orders.withdraw(prompt, at: now)
        case .readFace where fields.isAll: return orders.readCardFace(prompt: prompt, at: now)
        default: return .parameterWrong
        }
    }

    private func hello(at now: Instant) -> [UInt8] {
        orders.begin(at: now)
        forgetEvents()
        let version = terminal.firmware.version.split(separator: ".").map { UInt8($0) ?? 0 } + [0, 0]
        return Array(version.prefix(2)) + serialNumber.utf8
    }
}

// What happens at the terminal, as events for POLL.

extension PanelledReader {
    func happened(_ event: TerminalEvent, at now: Instant) {
        if cards.take(event, at: now) { return }
        switch event {
        case .answered(let prompt, let answer): tell("a", prompt: prompt, answer.results)
        case .cardFace(let prompt, let code): tell("o", prompt: prompt, code?.withBytes { bytes in bytes.indices.map { bytes[$0] } } ?? [])
        case .match(let prompt, let ending): tell("v", prompt: prompt, [ending.digit])
        case .touched: tell("u", prompt: 0)
        case .keypad, .card, .cable, .restart: break
        }
    }
}

extension PanelAnswer {
    fileprivate var results: [UInt8] {
        switch self {
        case .face: Array("f".utf8)
        case .pin: Array("p".utf8)
        case .toAll: Array("a".utf8)
        case .individually: Array("i".utf8)
        case .agreed: Array("y".utf8)
        case .notAgreed: Array("n".utf8)
        case .ended: Array("e".utf8)
        case .timedOut: Array("t".utf8)
        case .staffButton: Array("s".utf8)
        case .digits(let digits): Array("d".utf8) + digits
        }
    }
}
