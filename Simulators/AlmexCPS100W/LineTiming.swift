import FaceTerminal
import SimulationKit
import Station

/// How long a CPS-100W and its line take. Bit rate, character and the times within which frames are answered are those of the document; all
/// else is assumed.
public struct CPS100WTiming: Sendable, Hashable {
    /// One character: start, eight bits, parity, stop, at 115,200 bit/s.
    public var character = Duration.nanoseconds(11 * 1_000_000_000 / 115_200)
    /// From the last byte of a frame to the first of its answer.
    public var turnaround = Duration.milliseconds(2)
    /// A longer gap ends a frame as wrong.
    public var longestGap = Duration.milliseconds(50)
    /// How many characters the serial adapter hands over at once.
    public var adapterRoom = 62
    /// From placing a card to the beep.
    public var detection = Duration.milliseconds(150)
    /// To read an old insurance card.
    public var insuranceCard = Duration.milliseconds(1_500)
    /// Until a card that does not answer is taken for mute.
    public var mute = Duration.seconds(5)
    /// How long it is silent after power-up.
    public var boot = Duration.seconds(5)
    /// Panel and camera.
    public var terminal = TerminalTiming()

    /// The times.
    public init() {}

    /// Where the figures are from.
    public static let figures: [TimingFigure] = {
        let timing = CPS100WTiming()
        return [
            TimingFigure(
                "cps100w-character", .duration(timing.character), .assumed,
                "eleven bits at 115,200 bit/s; that it is a COM link is published"),
            TimingFigure("cps100w-turnaround", .duration(timing.turnaround), .assumed, "reference protocol"),
            TimingFigure("cps100w-detection", .duration(timing.detection), .assumed, "tray sensor and beep"),
            TimingFigure("cps100w-boot", .duration(timing.boot), .assumed, "reference protocol"),
        ]
    }()
}
