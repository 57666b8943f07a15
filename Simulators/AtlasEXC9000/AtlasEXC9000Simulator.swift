import FaceTerminal
import SimulationKit
import Staging
import Station
import USBDevice

/// The twin of an Atlas EXC-9000, as a passive device: one interface of the maker's own class, with one bulk pair for cards, panel and camera.
///
/// Nothing is public about this reader but its name; what is on its cable is assumed: the reference protocol beside the driver
/// (`PROTOCOL.md`), read on its own. What that leaves open is told where it is chosen, with the word "assumed".
public final class AtlasEXC9000Simulator: USBTwin {
    /// The USB device, for hosts that show it to a kernel.
    public let device: USBDevice
    /// The panel and the camera.
    public let terminal: FaceTerminal
    private let pair: BulkPair

    /// A reader with nothing in it at which `stage` happens.
    public init(
        stage: [StagedEvent] = [], matcher: any FaceMatcher = ScriptedFaceMatcher(),
        firmware: StagedFirmware = StagedFirmware(version: "3.1.0"), serialNumber: String = "EXC0000001",
        timing: EXC9000Timing = EXC9000Timing(), link: CardLinkTiming = .contactless
    ) {
        terminal = FaceTerminal(stage: Stage(stage), matcher: matcher, firmware: firmware, timing: timing.terminal)
        pair = BulkPair(terminal, slot: CardPath(link: link), serialNumber: serialNumber, timing: timing)
        // The maker's number is not known; this one is for tests and belongs to nobody.
        device = USBDevice(
            USBIdentity(
                vendorID: 0x1209, productID: 0x0001, manufacturer: "Kazasu", product: "Simulated EXC-9000", serialNumber: serialNumber),
            functions: [pair], numbering: .byDirection)
        pair.device = device
    }

    /// Has something happen at it.
    public func stage(_ event: StagedEvent) { terminal.add(event) }

    /// What hosts sent that is against the book, of the bus and the channels; no byte of a message is in it.
    public var complaints: [String] { device.complaints + pair.complaints }
}

/// How long an EXC-9000 takes. The document bounds some of it (gone within 1 s of RESTART, back within 10 s); all of it is assumed.
public struct EXC9000Timing: Sendable, Hashable {
    /// From a frame to its answer.
    public var turnaround = Duration.milliseconds(1)
    /// How long an acknowledgement may take.
    public var patience = Duration.milliseconds(300)
    /// From RESTART to leaving the bus.
    public var leave = Duration.milliseconds(300)
    /// From losing its power to being back on the bus.
    public var boot = Duration.seconds(5)
    /// Until a card that does not answer is taken for mute.
    public var mute = Duration.seconds(5)
    /// Panel and camera.
    public var terminal = TerminalTiming()

    /// The assumed times.
    public init() {}

    /// Where the figures are from.
    public static let figures: [TimingFigure] = {
        let timing = EXC9000Timing()
        return [
            TimingFigure("exc9000-turnaround", .duration(timing.turnaround), .assumed, "reference protocol"),
            TimingFigure("exc9000-patience", .duration(timing.patience), .assumed, "reference protocol: 300 ms to an acknowledgement"),
            TimingFigure("exc9000-leave", .duration(timing.leave), .assumed, "reference protocol: within 1 s"),
            TimingFigure("exc9000-boot", .duration(timing.boot), .assumed, "reference protocol: within 10 s"),
        ]
    }()
}
