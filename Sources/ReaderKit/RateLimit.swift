import Station

/// Counts what comes within a second: a device that says more than its line can carry would let nobody else's turn come.
public struct RateLimit {
    private let mostASecond: Int
    private var since = Instant.zero
    private var count = 0

    /// A limit of so many a second.
    public init(_ mostASecond: Int) { self.mostASecond = mostASecond }

    /// Takes note of `amount` more; whether that is still within the limit.
    public mutating func admits(_ amount: Int = 1, at now: Instant) -> Bool {
        if now > since + .seconds(1) { (since, count) = (now, 0) }
        count += amount
        return count <= mostASecond
    }
}
