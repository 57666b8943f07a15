import CLinux
import Glibc

/// A request to stop that a waiting poll(2) notices: a descriptor that becomes readable, and stays so, once `cancel` was called.
public final class Cancellation: Sendable {
    /// For poll(2): readable once cancelled.
    public let descriptor: Int32

    /// A request that nobody has made yet. Where the process has no descriptor left it stays unheard.
    public init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Makes the request; from any thread, any number of times.
    public func cancel() {
        var one: UInt64 = 1
        // Fails only where the counter is full, and then it is readable already.
        _ = write(descriptor, &one, 8)
    }

    /// Whether the request was made.
    public var isCancelled: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }
}
