import Glibc
import Synchronization

/// The one door of a station for other threads: they post events or ask it to stop, and never touch anything else of it.
///
/// Events of one poster are received in the order posted.
///
/// `@unchecked Sendable`: `posted` and the handlers are read and written only between lock and unlock of `mutex`; mutex and condition variable are
/// allocated once in `init`, never moved, and freed in `deinit`, when no other thread can hold a reference.
public final class Inbox: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    // With the moment of posting, on the monotonic clock: an event is not late because the station looks late.
    private var posted: [(event: Event, moment: Int64)] = []
    private let hasPosts = Atomic<Bool>(false)
    private let cancelled = Atomic<Bool>(false)
    private var cancellationHandlers: [UInt64: @Sendable () -> Void] = [:]
    private var lastHandler: UInt64 = 0

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Deadlines are on the monotonic clock: setting the time of day must not wake or delay a station.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Puts an event into the inbox and wakes the station. From any thread.
    public func post(_ event: Event) {
        pthread_mutex_lock(mutex)
        posted.append((event, monotonicNanoseconds()))
        hasPosts.store(true, ordering: .releasing)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Asks the station to stop what it is doing: `next` answers `.cancelled` from now on. From any thread.
    public func cancel() {
        pthread_mutex_lock(mutex)
        cancelled.store(true, ordering: .sequentiallyConsistent)
        pthread_cond_signal(condition)
        let handlers = cancellationHandlers.values
        pthread_mutex_unlock(mutex)
        for handler in handlers { handler() }
    }

    /// Calls `handler` at every `cancel` from now on, on the thread that cancels; the number returned takes it back.
    ///
    /// For what must end a call that blocks the station's own thread, which cannot look at the inbox meanwhile. Whoever is about to block
    /// looks at `isCancelled` once the handler could end it: a cancel is then seen by one of the two.
    public func onCancel(_ handler: @escaping @Sendable () -> Void) -> UInt64 {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        lastHandler += 1
        cancellationHandlers[lastHandler] = handler
        return lastHandler
    }

    /// Takes a handler back; it may still be running on another thread.
    public func removeCancellationHandler(_ number: UInt64) {
        pthread_mutex_lock(mutex)
        cancellationHandlers[number] = nil
        pthread_mutex_unlock(mutex)
    }

    /// Whether `cancel` was called.
    public var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }

    /// Hands every waiting event to `receive`, in order, with the moment of its posting on the monotonic clock (ns).
    func drain(_ receive: (Event, Int64) -> Void) {
        guard hasPosts.load(ordering: .acquiring) else { return }
        var taken: [(event: Event, moment: Int64)] = []
        pthread_mutex_lock(mutex)
        swap(&taken, &posted)
        hasPosts.store(false, ordering: .releasing)
        pthread_mutex_unlock(mutex)
        for (event, moment) in taken { receive(event, moment) }
    }

    /// Sleeps until something is posted, the station is cancelled (unless `shielded`), or the monotonic clock reaches `wakeTime` (ns).
    func wait(until wakeTime: Int64, shielded: Bool) {
        var time = timespec(tv_sec: Int(wakeTime / 1_000_000_000), tv_nsec: Int(wakeTime % 1_000_000_000))
        pthread_mutex_lock(mutex)
        while posted.isEmpty && (shielded || !isCancelled) {
            if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { break }
        }
        pthread_mutex_unlock(mutex)
    }
}

/// The machine's monotonic clock, in nanoseconds.
public func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
