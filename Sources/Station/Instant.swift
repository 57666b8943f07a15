/// A moment on a station's clock, in nanoseconds since the clock was started.
public struct Instant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock was started.
    public let nanoseconds: Int64

    /// The moment `nanoseconds` after the clock was started.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The start of the clock.
    public static let zero = Instant(nanoseconds: 0)
    /// The end of time: no deadline.
    public static let distantFuture = Instant(nanoseconds: .max)

    /// Earlier comes first.
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `duration` later; the end of time where the sum does not fit.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return overflow ? .distantFuture : Instant(nanoseconds: sum)
    }

    /// The time from `right` to `left`.
    public static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero; the largest value where it does not fit.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        if overflow || overflow2 { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The duration in milliseconds.
    public var milliseconds: Double { Double(wholeNanoseconds) / 1_000_000 }
}
