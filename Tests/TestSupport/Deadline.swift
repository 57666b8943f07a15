import Glibc

/// When to give up waiting: far later than anything should take, on a busy machine too.
public struct Deadline {
    private let end: timespec

    /// The moment in two minutes.
    public init() {
        let now = Self.now
        end = timespec(tv_sec: now.tv_sec + 120, tv_nsec: now.tv_nsec)
    }

    private static var now: timespec {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now
    }

    /// How long there is still to wait.
    public var millisecondsLeft: Int {
        let now = Self.now
        return max(0, (end.tv_sec - now.tv_sec) * 1_000 + (end.tv_nsec - now.tv_nsec) / 1_000_000)
    }

    /// Waits until `descriptor` has something to read or has ended; false where that is too late.
    public func wait(for descriptor: Int32) -> Bool {
        while millisecondsLeft > 0 {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, Int32(clamping: millisecondsLeft)) > 0 { return true }
        }
        return false
    }

    /// Looks every millisecond until `condition` holds.
    ///
    /// - Throws: `BenchError` that says `what` never came, and what `condition` throws.
    public func wait(for what: String, until condition: () throws -> Bool) throws {
        while try !condition() {
            guard millisecondsLeft > 0 else { throw BenchError("\(what) never came") }
            _ = poll(nil, 0, 1)
        }
    }
}
