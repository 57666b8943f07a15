import CCIDDevice
import FaceTerminal
import PanelCards
import SimulationKit
import Staging
import Station
import USBDevice

/// The twin of a Canon Hi-CARA UFT-S190S(NU), as a passive device: a USB device with one card reader (CCID 1.1, short APDUs) and everything else
/// behind its escapes.
///
/// What it does there is assumed: the reference protocol beside the driver (`PROTOCOL.md`), read on its own. What that leaves open is told
/// where it is chosen, with the word "assumed".
public final class CanonHiCARASimulator: USBTwin {
    /// The USB device, for hosts that show it to a kernel.
    public let device: USBDevice
    /// The card reader in it.
    public let reader: CCIDFunction
    /// The panel and the camera.
    public let terminal: FaceTerminal
    let panel: PanelledReader

    /// A reader with nothing in it at which `stage` happens. Of the firmware the version alone counts: what came with it is known.
    public init(
        stage: [StagedEvent] = [], matcher: any FaceMatcher = ScriptedFaceMatcher(), firmware: StagedFirmware = StagedFirmware(),
        serialNumber: String = "HC0000001", timing: HiCARATiming = HiCARATiming(), link: CardLinkTiming = .contactless
    ) {
        var descriptor = CCIDDescriptor(level: .shortAPDU)
        descriptor.pinSupport = 1
        descriptor.maxMessageLength = 271
        terminal = FaceTerminal(
            stage: Stage(stage), matcher: matcher, firmware: Self.withItsParts(firmware), timing: timing.terminal)
        terminal.adapt = Self.withItsParts
        reader = CCIDFunction(descriptor, timing: CCIDTiming(link: link))
        let cards = PanelCards(terminal, in: reader, boot: timing.boot)
        panel = PanelledReader(terminal, in: reader, cards: cards, serialNumber: serialNumber, timing: timing)
        device = USBDevice(
            USBIdentity(
                vendorID: 0x04A9, productID: 0xFFC2, manufacturer: "Kazasu", product: "Simulated Hi-CARA", serialNumber: serialNumber),
            functions: [panel], numbering: .byDirection)
        panel.device = device
        cards.device = device
    }

    /// From version 2 on there are staff button and visual check.
    private static func withItsParts(_ firmware: StagedFirmware) -> StagedFirmware {
        let major = firmware.version.prefix { $0 != "." }
        let isNew = (UInt8(major) ?? 0) >= 2
        return StagedFirmware(version: firmware.version, hasStaffButton: isNew, hasVisualCheck: isNew)
    }

    /// Has something happen at it.
    public func stage(_ event: StagedEvent) { terminal.add(event) }

    /// What hosts sent that is against the book, of the bus, the card reader and the panel; no byte of a message's data is in it.
    public var complaints: [String] { device.complaints + reader.complaints + panel.complaints }
}

/// How long a Hi-CARA takes. The document bounds them (a response within 2 s, gone within 1 s of RESTART, back within 10 s); all else is assumed.
public struct HiCARATiming: Sendable, Hashable {
    /// From an escape to its answer.
    public var command = Duration.milliseconds(1)
    /// From RESTART to leaving the bus.
    public var leave = Duration.milliseconds(600)
    /// From losing its power to being back on the bus.
    public var boot = Duration.seconds(6)
    /// Panel and camera.
    public var terminal = TerminalTiming()

    /// The assumed times.
    public init() {}

    /// Where the figures are from.
    public static let figures: [TimingFigure] = {
        let timing = HiCARATiming()
        return [
            TimingFigure("hicara-command", .duration(timing.command), .assumed, "reference protocol: within 2 s"),
            TimingFigure("hicara-leave", .duration(timing.leave), .assumed, "reference protocol: within 1 s"),
            TimingFigure("hicara-boot", .duration(timing.boot), .assumed, "reference protocol: within 10 s"),
        ]
    }()
}
