/// Which endpoint to try next, how long to wait before it, and whether to tell.
struct Attempts {
    static let first = Duration.milliseconds(100)
    static let longest = Duration.seconds(1)

    private(set) var endpoint = 0
    private var pause = first
    private var rounds = 0

    /// Whether every endpoint has failed once and nothing has been told yet.
    private(set) var isToBeTold = false

    /// A try has failed: the pause before the next; none while there is another endpoint.
    mutating func fail(of count: Int) -> Duration {
        endpoint += 1
        guard endpoint >= count else {
            isToBeTold = false
            return .zero
        }
        endpoint = 0
        rounds += 1
        isToBeTold = rounds == 1
        defer { pause = min(pause * 2, Self.longest) }
        return pause
    }

    /// The connection is gone, which is told on its own.
    mutating func lose() { rounds = 1 }

    /// The other end has shown itself to be a vpcd; who only accepts and closes is approached ever more slowly.
    mutating func succeed() { pause = Self.first }

}
