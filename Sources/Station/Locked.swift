import Glibc

/// A value that threads share, under a POSIX mutex: the thread sanitizer understands that one.
///
/// `@unchecked Sendable`: `value` is read and written between lock and unlock only; the mutex never moves and is freed in `deinit`, when no
/// other thread can hold a reference.
public final class Locked<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    /// A value that from now on is lent only.
    public init(_ value: sending Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Lends the value to `body`, to nobody else meanwhile.
    public func withLock<Result>(_ body: (inout Value) -> sending Result) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
