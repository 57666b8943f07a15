import SimulationKit
import Station

/// How long transfers take on a full-speed bus that nobody else uses.
///
/// That the host begins at once, not with the next frame, is assumed; `figures` tells where each figure is from.
public struct USBTiming: Sendable, Hashable {
    /// A frame of the bus.
    public var frame: Duration
    /// How many bulk packets go into a frame.
    public var packetsPerFrame: Int
    /// A control transfer, all its stages.
    public var control: Duration

    /// Full speed, 12 Mbit/s.
    public static let fullSpeed = USBTiming(frame: .milliseconds(1), packetsPerFrame: 19, control: .milliseconds(1))

    /// How long a bulk transfer of `count` bytes takes; one without bytes is one packet.
    func bulk(_ count: Int, packetSize: Int) -> Duration {
        let packets = max(1, (count + packetSize - 1) / packetSize)
        return frame * packets / packetsPerFrame
    }

    /// When an interrupt endpoint that is looked at every `interval` frames is looked at next.
    func nextPoll(from now: Instant, interval: UInt8) -> Instant {
        let period = max(1, frame.wholeNanoseconds * Int64(max(1, interval)))
        let rest = now.nanoseconds % period
        return rest == 0 ? now : now + .nanoseconds(period - rest)
    }

    /// Where the figures of `fullSpeed` are from.
    public static let figures = [
        TimingFigure("usb-frame", .duration(fullSpeed.frame), .published, "USB 2.0 clause 5.3.3, full speed"),
        TimingFigure(
            "usb-packets-per-frame", .count(fullSpeed.packetsPerFrame), .published,
            "USB 2.0 clause 5.8.4, table 5-9: bulk packets of 64 bytes on a bus that nobody else uses"),
        TimingFigure("usb-control", .duration(fullSpeed.control), .assumed, "all stages of a control transfer"),
    ]
}
