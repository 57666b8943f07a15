import CCIDDevice
import FaceTerminal
import FujitsuCaoraSimulator
import SimulationKit
import Staging
import Station
import USBDevice

/// A reader that no maker sells, as a passive device: it has every part that a program can meet, and any of them can be left out.
///
/// It speaks what others speak. Its two card readers are CCID 1.1: a contactless one at the level of APDUs with panel and keypad, and one with
/// contacts at the level of TPDUs. The panel is that of the reference protocol of the Caora (`PROTOCOL.md` beside that driver). The maker's own
/// commands are two of an ACR1255U's, which its manual publishes: for the version of the firmware, and for lights and buzzer.
public final class ExhibitSimulator: USBTwin {
    /// What it announces: a number of pid.codes for tests.
    public static let identity = USBIdentity(
        vendorID: 0x1209, productID: 0x0010, manufacturer: "Kazasu", product: "Simulated Exhibit", serialNumber: "EX0000001")

    /// The USB device, for hosts that show it to a kernel.
    public var device: USBDevice { twin.device }
    /// The card reader for contactless cards, on which the panel is.
    public var reader: CCIDFunction { twin.reader }
    /// The card reader with contacts, where it has one.
    public let contacts: CCIDFunction?
    /// The panel and the camera.
    public var terminal: FaceTerminal { twin.terminal }
    /// Lights and buzzer, as they were last told to be (bits of the maker's own command).
    public private(set) var indicators: UInt8 = 0
    private let twin: FujitsuCaoraSimulator

    /// A reader with nothing in it, without these parts; `link` is the way to contactless cards.
    public init(without missing: Set<ExhibitPart> = [], timing: CaoraTiming = CaoraTiming(), link: CardLinkTiming = .contactless) {
        var identity = Self.identity
        if missing.contains(.serialNumber) { identity.serialNumber = "" }
        var descriptor = CCIDDescriptor(level: missing.contains(.extendedLength) ? .shortAPDU : .extendedAPDU)
        descriptor.pinSupport = missing.contains(.keypad) || missing.contains(.screen) ? 0 : 1
        contacts = missing.contains(.contactSlot) ? nil : CCIDFunction(CCIDDescriptor(level: .tpdu), timing: CCIDTiming(link: .contact))
        let hasStaff = !missing.contains(.staffPanel)
        let firmware = StagedFirmware(hasStaffButton: hasStaff, hasVisualCheck: hasStaff)
        twin = FujitsuCaoraSimulator(
            identity, CCIDFunction(descriptor, timing: CCIDTiming(link: link)),
            FaceTerminal(firmware: firmware, timing: timing.terminal), beside: [contacts].compactMap { $0 },
            equipment: Self.equipment(without: missing), timing: timing)
        guard !missing.contains(.escapes) else { return }
        reader.escape = { [unowned self] _, command, _ in obey(command).map { ($0, timing.command) } }
    }

    private static func equipment(without missing: Set<ExhibitPart>) -> CaoraEquipment {
        let parts: [(ExhibitPart, CaoraEquipment)] = [
            (.screen, .screen), (.camera, .camera), (.facilityName, .facilityName), (.escapes, .escapes),
        ]
        return parts.reduce(into: []) { equipment, part in if !missing.contains(part.0) { equipment.insert(part.1) } }
    }

    /// The maker's own commands; `nil` refuses one.
    private func obey(_ command: [UInt8]) -> [UInt8]? {
        switch command {
        case [0xE0, 0x00, 0x00, 0x18, 0x00]:
            let version = Array("EXHIBIT SIM \(terminal.firmware.version)".utf8)
            return [0xE1, 0x00, 0x00, 0x00, UInt8(clamping: version.count)] + version
        case let command where command.count == 6 && command.starts(with: [0xE0, 0x00, 0x00, 0x21, 0x01]):
            indicators = command[5]
            return [0xE1, 0x00, 0x00, 0x00, 0x01, indicators]
        default: return nil
        }
    }

    /// What hosts sent that is against the book; no byte of a message's data is in it.
    public var complaints: [String] { twin.complaints + (contacts?.complaints ?? []) }
}
