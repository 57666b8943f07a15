import FaceTerminal
import Staging
import Station

/// The commands.
enum Command: UInt8 {
    case hello = 1
    case show = 2
    case withdraw = 3
    case readFace = 4
    case match = 5
    case passcodeIssued = 6
    case restart = 7
}

/// The status of a response.
enum Status: UInt8 {
    case done = 0
    case unreadable = 1
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

extension ReportLane {
    private static let largestPart = 4_096

    private static let screens: [UInt8: StagedScreen] = [
        0x10: .placeCard, 0x11: .chooseMethod, 0x12: .camera, 0x13: .keypad, 0x14: .chooseConsent, 0x15: .consent, 0x16: .done,
        0x17: .removeCard, 0x18: .message, 0x20: .passcode, 0x21: .visualCheck,
    ]

    func carryOut(_ body: [UInt8], at now: Instant) -> (Status, [UInt8]) {
        guard let code = body.first, let command = Command(rawValue: code) else { return (.unknownCommand, []) }
        var fields = PanelFields(body.dropFirst())
        switch command {
        case .hello: return fields.isAll ? (.done, hello(at: now)) : (.parameterWrong, [])
        case .passcodeIssued: return (fields.isAll ? Status(orders.issuePasscode()) : .parameterWrong, [])
        case .restart: return (fields.isAll ? restart(at: now) : .parameterWrong, [])
        case .show, .withdraw, .readFace, .match:
            let prompt = fields.littleEndian()
            guard prompt != 0 else { return (.parameterWrong, []) }
            return (Status(order(command, prompt, &fields, at: now)), [])
        }
    }

    private func order(_ command: Command, _ prompt: UInt32, _ fields: inout PanelFields, at now: Instant) -> PanelStatus {
        switch command {
        case .show:
            let screen = Self.screens[fields.byte()].flatMap { fields.screen($0, mostName: 120, mostSentence: 400, lengthCount: 2) }
            return orders.show(screen, prompt: prompt, at: now)
        case .match:
            let (offset, total) = (fields.littleEndian(), fields.littleEndian())
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
        let firmware = terminal.firmware
        let version = firmware.version.split(separator: ".").map { UInt8($0) ?? 0 } + [0, 0, 0]
        return [(firmware.hasStaffButton ? 1 : 0) | (firmware.hasVisualCheck ? 2 : 0)] + version.prefix(3) + serialNumber.utf8
    }

    private func restart(at now: Instant) -> Status {
        device?.leave(at: now + timing.leave, backAfter: timing.boot)
        return .done
    }
}
