import SimulationKit
import Station
import USBDevice

/// The twin of a Sony RC-S380/S, as a passive device: a front end that carries bytes to a type B card and back.
///
/// Its numbers and command codes are published by independent software; everything else is assumed, as the document beside the driver says.
public final class SonyRCS380Simulator: USBTwin {
    /// The USB device, for hosts that show it to a kernel.
    public let device: USBDevice
    private let function: Port100Function

    /// A reader without a card.
    public init(timing: RCS380Timing = RCS380Timing(), link: CardLinkTiming = .contactless) {
        // Of the device's two products the one that is sold to offices.
        function = Port100Function(timing: timing, link: link)
        device = USBDevice(
            USBIdentity(
                vendorID: 0x054C, productID: 0x06C1, manufacturer: "Kazasu", product: "Simulated RC-S380/S", serialNumber: "0000001"),
            functions: [function], numbering: .byDirection)
    }

    /// Has somebody lay a card on it at a moment.
    public func place(_ card: any SimulatedCard, at moment: Instant) { function.move(card, at: moment) }

    /// Has somebody take the card away at a moment.
    public func remove(at moment: Instant) { function.move(nil, at: moment) }

    /// What hosts sent that is against the book; no byte for the card is in it.
    public var complaints: [String] { device.complaints + function.complaints }
}

/// How long an RC-S380 takes. All assumed.
public struct RCS380Timing: Sendable, Hashable {
    /// From a command to its ACK, and from that to an answer that waits for no card.
    public var command = Duration.microseconds(500)

    /// The assumed times.
    public init() {}

    /// Where the figures are from.
    public static let figures = [TimingFigure("rcs380-command", .duration(RCS380Timing().command), .assumed, "a command and its ACK")]
}
