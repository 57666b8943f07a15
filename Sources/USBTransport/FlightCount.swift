import Glibc

/// How many transfers of a device libusb has not given back yet.
///
/// `@unchecked Sendable`: `flying` is read and written under `mutex` only; mutex and condition variable never move and are freed in `deinit`,
/// when no other thread can hold a reference.
final class FlightCount: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var flying = 0

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
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

    /// A transfer is about to be submitted.
    func takeOff() {
        pthread_mutex_lock(mutex)
        flying += 1
        pthread_mutex_unlock(mutex)
    }

    /// A transfer has come back, or was not taken.
    func land() {
        pthread_mutex_lock(mutex)
        flying -= 1
        if flying == 0 { pthread_cond_broadcast(condition) }
        pthread_mutex_unlock(mutex)
    }

    /// Waits until all have come back; `false` where they have not after so many seconds.
    func waitForAll(seconds: Int) -> Bool {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        end.tv_sec += seconds
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while flying > 0 {
            if pthread_cond_timedwait(condition, mutex, &end) == ETIMEDOUT { break }
        }
        return flying == 0
    }
}
