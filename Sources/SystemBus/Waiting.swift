import Glibc

extension SystemBus {
    /// Calls a method and waits for its answer; meanwhile everything else that comes is handled.
    ///
    /// - Parameters:
    ///   - call: the method.
    ///   - startsService: whether a service that does not run is to be started for it.
    ///   - timeout: how long the answer may take.
    ///   - cancellation: a descriptor that becomes readable to wait no more.
    /// - Returns: the arguments of the answer.
    /// - Throws: what the service answers; `BusError.cancelled`.
    @discardableResult
    public func ask(
        _ call: BusCall, startsService: Bool = true, timeout: Duration, cancellation: Int32 = -1
    ) throws(BusError) -> [BusValue] {
        final class Answer { var result: Result<[BusValue], BusError>? }
        let answer = Answer()
        self.call(call, startsService: startsService, timeout: timeout) { answer.result = $0 }
        // sd-bus keeps the time; this wait is longer.
        try wait(for: timeout + .seconds(5), cancellation: cancellation) { answer.result != nil }
        guard let result = answer.result else { throw BusError(name: "org.freedesktop.DBus.Error.NoReply", message: call.member) }
        return try result.get()
    }

    /// Handles what comes until `isDone`; `false` where that was not so in time. Throws `BusError.cancelled` once `cancellation` is readable.
    @discardableResult
    public func wait(for duration: Duration, cancellation: Int32 = -1, until isDone: () -> Bool) throws(BusError) -> Bool {
        let end = Self.nanoseconds() &+ Int64(duration / .nanoseconds(1))
        while true {
            try process()
            if isDone() { return true }
            let now = Self.nanoseconds()
            if now >= end { return false }
            let left = max(0, min(end, wakeTime ?? .max) - now)
            var entries = [
                pollfd(fd: descriptor, events: events, revents: 0),
                // Descriptors below zero are passed over.
                pollfd(fd: cancellation, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&entries, nfds_t(entries.count), Int32(clamping: left / 1_000_000 + (left > 0 ? 1 : 0)))
            if entries[1].revents != 0 { throw BusError.cancelled }
        }
    }

    private static func nanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
