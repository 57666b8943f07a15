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

    /// The earliest of some moments; `nil` where none of them is to come. It makes no array: devices are asked for it all the time.
    public static func earliest(
        _ first: Instant?, _ second: Instant?, _ third: Instant? = nil, _ fourth: Instant? = nil, _ fifth: Instant? = nil
    ) -> Instant? {
        var earliest = first
        func consider(_ moment: Instant?) {
            if let moment { earliest = min(earliest ?? moment, moment) }
        }
        consider(second)
        consider(third)
        consider(fourth)
        consider(fifth)
        return earliest
    }

    /// The time from `right` to `left`.
    public static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero; the largest value where it does not fit.
    public var wholeNanoseconds: Int64 {
        // Nearly every duration is below the nine seconds whose attoseconds fit here; dividing the others takes ten times as long.
        if let attoseconds = Int64(exactly: attoseconds) { return attoseconds / 1_000_000_000 }
        return Int64(clamping: attoseconds / 1_000_000_000)
    }

    /// The duration in milliseconds.
    public var milliseconds: Double { Double(wholeNanoseconds) / 1_000_000 }
}
