import CCIDDevice
import FaceTerminal
import PanelCards
import SimulationKit
import Staging
import Station
import USBDevice

/// The twin of a Fujitsu Caora PD-CA01, as a passive device: a composite USB device with a card reader (CCID 1.1) and a control lane.
///
/// What it does on its lanes is assumed: the reference protocol beside the driver (`PROTOCOL.md`), read on its own. What that leaves open is
/// told where it is chosen, with the word "assumed".
///
/// ```swift
/// let card = VirtualCard(holder: .hanako)
/// let code = Secret(Array(SyntheticHolder.hanako.card.verificationNumberB.utf8))
/// let caora = FujitsuCaoraSimulator(
///     stage: [
///         StagedEvent(.shown(.placeCard, after: .seconds(1)), .place(StagedCard(card, face: .visualCode(code)))),
///         StagedEvent(.shown(.chooseMethod, after: .seconds(2)), .choose(.face)),
///     ])
/// let attachment = InProcessHost(caora, on: station)  // a host of USB takes `caora.device`
/// ```
public final class FujitsuCaoraSimulator: USBTwin {
    /// The USB device, for hosts that show it to a kernel.
    public let device: USBDevice
    /// The card reader in it.
    public let reader: CCIDFunction
    /// The panel and the camera.
    public let terminal: FaceTerminal
    let control: ControlLane

    /// A reader with nothing in it at which `stage` happens.
    public convenience init(
        stage: [StagedEvent] = [], matcher: any FaceMatcher = ScriptedFaceMatcher(), firmware: StagedFirmware = StagedFirmware(),
        serialNumber: String = "CA0000001", timing: CaoraTiming = CaoraTiming(), link: CardLinkTiming = .contactless
    ) {
        var descriptor = CCIDDescriptor(level: .extendedAPDU)
        descriptor.pinSupport = 1
        let terminal = FaceTerminal(stage: Stage(stage), matcher: matcher, firmware: firmware, timing: timing.terminal)
        let identity = USBIdentity(
            vendorID: 0x04C5, productID: 0xFFC0, manufacturer: "Kazasu", product: "Simulated Caora", serialNumber: serialNumber)
        self.init(identity, CCIDFunction(descriptor, timing: CCIDTiming(link: link)), terminal, timing: timing)
    }

    /// Another device that speaks the same protocol: its card reader, what it has `beside` that, and what it says that it has.
    public init(
        _ identity: USBIdentity, _ reader: CCIDFunction, _ terminal: FaceTerminal, beside others: [CCIDFunction] = [],
        equipment: CaoraEquipment = .caora, timing: CaoraTiming = CaoraTiming()
    ) {
        self.reader = reader
        self.terminal = terminal
        let cards = PanelCards(terminal, in: reader, boot: timing.boot)
        control = ControlLane(terminal, cards: cards, serialNumber: identity.serialNumber, equipment: equipment, timing: timing)
        device = USBDevice(identity, functions: [reader, control] + others, numbering: .byDirection)
        control.device = device
        cards.device = device
    }

    /// Has something happen at it.
    public func stage(_ event: StagedEvent) { terminal.add(event) }

    /// What hosts sent that is against the book, of the bus, the card reader and the control lane; no byte of a message's data is in it.
    public var complaints: [String] { device.complaints + reader.complaints + control.complaints }

    /// The name of the facility that the idle screen shows (医療機関等名); `nil` until it was told.
    public var facilityName: String? { control.facilityName }
}

/// How long a Caora takes. The document bounds them (a response within 2 s, gone within 1 s of RESTART, back within 10 s); all else is assumed.
public struct CaoraTiming: Sendable, Hashable {
    /// From a command to its response.
    public var command = Duration.milliseconds(2)
    /// From RESTART to leaving the bus.
    public var leave = Duration.milliseconds(500)
    /// From losing its power to being back on the bus.
    public var boot = Duration.seconds(3)
    /// Panel and camera.
    public var terminal = TerminalTiming()

    /// The assumed times.
    public init() {}

    /// Where the figures are from.
    public static let figures: [TimingFigure] = {
        let timing = CaoraTiming()
        return [
            TimingFigure("caora-command", .duration(timing.command), .assumed, "reference protocol: within 2 s"),
            TimingFigure("caora-leave", .duration(timing.leave), .assumed, "reference protocol: within 1 s"),
            TimingFigure("caora-boot", .duration(timing.boot), .assumed, "reference protocol: within 10 s"),
        ]
    }()
}
