import Synchronization

/// What the watchdog knows of one thread's calls of libpcsclite: until when the running call may take, and over which socket it talks.
final class CallGuard: Sendable {
    /// No call is running.
    static let idle = Int64.max
    /// The running call was given up.
    static let cut = Int64.min

    /// `idle`, `cut`, or the limit of the running call on the monotonic clock, in nanoseconds.
    let limit = Atomic<Int64>(idle)
    /// Whether the running call ends early where the station is cancelled.
    let yieldsToCancel = Atomic<Bool>(false)
    /// Whether no call is begun any more.
    let isClosed = Atomic<Bool>(false)
    /// A duplicate of the context's socket, -1 without a context. Changed by the watchdog under its lock.
    let socket = Atomic<Int32>(-1)

    /// Whether the running call was given up.
    var isCut: Bool { limit.load(ordering: .sequentiallyConsistent) == Self.cut }
}
