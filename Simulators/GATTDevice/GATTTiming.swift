import SimulationKit
import Station

/// How long values take over a Bluetooth LE connection on which nothing is lost.
///
/// `figures` tells where each figure is from.
public struct GATTTiming: Sendable, Hashable {
    /// From one connection event to the next.
    public var interval = Duration.milliseconds(30)
    /// How many values go over in one event, in each direction.
    public var valuesPerEvent = 4
    /// The longest value of a write or a notification, in bytes: ATT_MTU less 3.
    public var valueSize = 20
    /// How long a host keeps a notification that no program reads.
    public var unread = Duration.seconds(1)
    /// How long the reader waits in the middle of a message before it drops what it has.
    public var patience = Duration.milliseconds(500)

    /// The times.
    public init() {}

    /// Where the figures are from.
    public static let figures: [TimingFigure] = {
        let timing = GATTTiming()
        return [
            TimingFigure(
                "gatt-interval", .duration(timing.interval), .assumed,
                "connection interval; Bluetooth Core Vol. 6 Part B clause 4.5.1 allows 7.5 ms to 4 s, and the central chooses"),
            TimingFigure("gatt-values-per-event", .count(timing.valuesPerEvent), .assumed, "in each direction"),
            TimingFigure(
                "gatt-value", .count(timing.valueSize), .published,
                "bytes, Bluetooth Core Vol. 3 Part F clause 3.2.8: the smallest ATT_MTU of 23 less 3"),
            TimingFigure("gatt-unread", .duration(timing.unread), .assumed, "until a host drops a notification that no program reads"),
            TimingFigure("gatt-patience", .duration(timing.patience), .assumed, "until a reader drops half a message"),
        ]
    }()
}
