import Glibc
import Station
import TestSupport

/// A thread that does things at their moments, in order: the people at a bench whose reader is in real time.
///
/// `@unchecked Sendable`: everything but the condition and its mutex is read and written under the mutex; these two never move and are
/// freed in `end`, once the thread has ended.
final class BenchAgenda: @unchecked Sendable {
    private struct Entry {
        let due: Int64
        let deed: @Sendable () -> Void
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var entries: [Entry] = []
    private var isOver = false
    private var thread: pthread_t?

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
        thread = startThread { [self] in run() }
    }

    /// Has something done so long from now, after everything that is due at the same moment.
    func add(after delay: Duration, _ deed: @escaping @Sendable () -> Void) {
        let entry = Entry(due: monotonicNanoseconds() + delay.wholeNanoseconds, deed: deed)
        pthread_mutex_lock(mutex)
        entries.insert(entry, at: entries.firstIndex { $0.due > entry.due } ?? entries.endIndex)
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Ends the thread; what is not due yet is not done.
    func end() {
        pthread_mutex_lock(mutex)
        isOver = true
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
        if let thread { pthread_join(thread, nil) }
        thread = nil
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    private func run() {
        pthread_mutex_lock(mutex)
        while !isOver {
            let now = monotonicNanoseconds()
            if let first = entries.first, first.due <= now {
                entries.removeFirst()
                pthread_mutex_unlock(mutex)
                first.deed()
                pthread_mutex_lock(mutex)
            } else {
                let wake = entries.first?.due ?? now + 1_000_000_000
                var time = timespec(tv_sec: Int(wake / 1_000_000_000), tv_nsec: Int(wake % 1_000_000_000))
                pthread_cond_timedwait(changed, mutex, &time)
            }
        }
        pthread_mutex_unlock(mutex)
    }
}
