import Glibc
import Station

extension Instant {
    /// The moment on the clock that only goes forward (clock_gettime(2), CLOCK_MONOTONIC): what a host in real time tells its device.
    public static var now: Instant { Instant(nanoseconds: monotonicNanoseconds()) }
}

/// Waits until a descriptor has what is asked for (poll(2)) or `moment` has come, to the nanosecond; without one, for ever.
public func wait(for entries: inout [pollfd], until moment: Instant?) {
    guard let moment else {
        _ = poll(&entries, nfds_t(entries.count), -1)
        return
    }
    let left = max(0, (moment - .now).wholeNanoseconds)
    let ready = poll(&entries, nfds_t(entries.count), Int32(clamping: left / 1_000_000))
    // poll(2) knows milliseconds only. The rest is slept: nothing that comes meanwhile has to be answered sooner.
    if ready == 0, left < 1_000_000 {
        var rest = timespec(tv_sec: 0, tv_nsec: Int(left))
        _ = nanosleep(&rest, nil)
    }
}
