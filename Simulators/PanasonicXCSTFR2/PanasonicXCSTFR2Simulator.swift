import CCIDDevice
import FaceTerminal
import PanelCards
import SimulationKit
import Staging
import Station
import USBDevice

/// The twin of a Panasonic XC-STFR2JMN, as a passive device: a composite USB device with a card reader (CCID 1.1) and an interface of reports
/// (HID 1.11).
///
/// What it does on its lanes is assumed: the reference protocol beside the driver (`PROTOCOL.md`), read on its own. What that leaves open is
/// told where it is chosen, with the word "assumed".
public final class PanasonicXCSTFR2Simulator: USBTwin {
    /// The USB device, for hosts that show it to a kernel.
    public let device: USBDevice
    /// The card reader in it.
    public let reader: CCIDFunction
    /// The panel and the camera.
    public let terminal: FaceTerminal
    let control: ReportLane

    /// A reader with nothing in it at which `stage` happens.
    public init(
        stage: [StagedEvent] = [], matcher: any FaceMatcher = ScriptedFaceMatcher(), firmware: StagedFirmware = StagedFirmware(),
        serialNumber: String = "XC0000001", timing: XCSTFR2Timing = XCSTFR2Timing(), link: CardLinkTiming = .contactless
    ) {
        var descriptor = CCIDDescriptor(level: .extendedAPDU)
        descriptor.pinSupport = 1
        terminal = FaceTerminal(stage: Stage(stage), matcher: matcher, firmware: firmware, timing: timing.terminal)
        reader = CCIDFunction(descriptor, timing: CCIDTiming(link: link))
        let cards = PanelCards(terminal, in: reader, boot: timing.boot)
        control = ReportLane(terminal, cards: cards, serialNumber: serialNumber, timing: timing)
        device = USBDevice(
            USBIdentity(
                vendorID: 0x04DA, productID: 0xFFC1, manufacturer: "Kazasu", product: "Simulated XC-STFR2JMN", serialNumber: serialNumber),
            functions: [reader, control], numbering: .byDirection)
        control.device = device
        cards.device = device
    }

    /// Has something happen at it.
    public func stage(_ event: StagedEvent) { terminal.add(event) }

    /// What hosts sent that is against the book, of the bus, the card reader and the control lane; no byte of a message's data is in it.
    public var complaints: [String] { device.complaints + reader.complaints + control.complaints }
}

/// How long an XC-STFR2JMN takes. The document bounds them (a response within 2 s, gone within 1 s of RESTART, back within 10 s); all else is
/// assumed.
public struct XCSTFR2Timing: Sendable, Hashable {
    /// From the last report of a command to its response.
    public var command = Duration.milliseconds(3)
    /// From RESTART to leaving the bus.
    public var leave = Duration.milliseconds(300)
    /// From losing its power to being back on the bus.
    public var boot = Duration.seconds(4)
    /// Panel and camera.
    public var terminal = TerminalTiming()

    /// The assumed times.
    public init() {}

    /// Where the figures are from.
    public static let figures: [TimingFigure] = {
        let timing = XCSTFR2Timing()
        return [
            TimingFigure("xcstfr2-command", .duration(timing.command), .assumed, "reference protocol: within 2 s"),
            TimingFigure("xcstfr2-leave", .duration(timing.leave), .assumed, "reference protocol: within 1 s"),
            TimingFigure("xcstfr2-boot", .duration(timing.boot), .assumed, "reference protocol: within 10 s"),
        ]
    }()
}
