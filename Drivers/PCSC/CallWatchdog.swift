import Glibc
import ReaderTransport
import Station
import Synchronization

/// Ends calls of libpcsclite that would block for ever, each at its limit.
///
/// A card that does not answer, a service that is stopped, or another program's transaction blocks the calling thread, and SCardCancel does
/// not help (it is for SCardGetStatusChange only). So at its limit the call's socket is shut down, and it returns with an error. To begin
/// and to end a call costs an atomic exchange each; the thread wakes only for the earliest limit.
///
/// SCardEstablishContext holds a lock inside libpcsclite that every other call of the process needs. So where a call is ended, one that
/// establishes a context just then is ended too.
///
/// `@unchecked Sendable`: every stored variable that is not atomic is read and written under `mutex` only.
final class CallWatchdog: @unchecked Sendable {
    /// The one of the process, since libpcsclite has one lock for the process. Its thread begins with the first guard and never ends.
    static let shared = CallWatchdog()

    /// How soon a look is repeated while a call that was given up has not returned yet, in nanoseconds.
    private static let repetition: Int64 = 10_000_000

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let nextLook = Atomic<Int64>(.max)
    private var guards: [ObjectIdentifier: CallGuard] = [:]
    private var isRunning = false
    /// The sockets that were there before the context that is being established.
    private var socketsBefore: Set<ino_t>?
    /// A connection that the service has not begun to serve. It hangs up when the service works again; until then no further one is
    /// tried, so that they do not fill the queue of a service that is stopped.
    private var witness: Int32 = -1

    private init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    // MARK: Calls

    /// Watches over a thread's calls from now on; `false` where the system has no thread left.
    func add(_ guardian: CallGuard) -> Bool {
        locked {
            guards[ObjectIdentifier(guardian)] = guardian
            if !isRunning { isRunning = startThread() }
            return isRunning
        }
    }

    /// No longer watches.
    func remove(_ guardian: CallGuard) { locked { guards[ObjectIdentifier(guardian)] = nil } }

    /// A call begins; at `limit`, on the monotonic clock in nanoseconds, it is given up.
    func begin(_ guardian: CallGuard, until limit: Int64) {
        let valid = min(max(limit, CallGuard.cut + 1), CallGuard.idle - 1)
        _ = guardian.limit.exchange(valid, ordering: .sequentiallyConsistent)
        if valid < nextLook.load(ordering: .sequentiallyConsistent) { locked { _ = pthread_cond_signal(condition) } }
    }

    /// The call has returned. Whether it was given up.
    func end(_ guardian: CallGuard) -> Bool {
        guardian.limit.exchange(CallGuard.idle, ordering: .sequentiallyConsistent) == CallGuard.cut
    }

    /// The running call, if there is one that yields to a cancel, is given up at `limit` at the latest.
    func shorten(_ guardian: CallGuard, to limit: Int64) {
        locked {
            let running = guardian.limit.load(ordering: .sequentiallyConsistent)
            guard guardian.yieldsToCancel.load(ordering: .sequentiallyConsistent), running != CallGuard.idle, running > limit else {
                return
            }
            // Fails only where that call has just ended.
            _ = guardian.limit.compareExchange(expected: running, desired: limit, ordering: .sequentiallyConsistent)
            pthread_cond_signal(condition)
        }
    }

    /// The running call is given up at once, and no further one is begun.
    func close(_ guardian: CallGuard) {
        locked {
            guardian.isClosed.store(true, ordering: .sequentiallyConsistent)
            cut(guardian, at: guardian.limit.load(ordering: .sequentiallyConsistent))
            pthread_cond_signal(condition)
        }
    }

    // MARK: Contexts

    /// Where libpcsclite keeps its lock, a context is established by one thread after the other.
    private let establishing = Mutex<Void>(())

    /// Establishes a context by `body`, a SCardEstablishContext, in a call of `guardian` that has begun, and finds its socket.
    ///
    /// - Returns: the code of `body`; `silent` where the service does not talk; `internalError` where the socket cannot be told.
    func establish(for guardian: CallGuard, _ body: () -> UInt32) -> UInt32 {
        establishing.withLock { _ in
            guard serviceTalks(guardian) else { return PCSCCode.silent }
            let before = ServiceSocket.identities()
            locked { socketsBefore = before }
            let code = body()
            return locked {
                socketsBefore = nil
                guard code == PCSCCode.success else { return guardian.isCut || witness >= 0 ? PCSCCode.silent : code }
                discardWitness()
                let found = ServiceSocket.pin(except: before)
                guard let socket = found.first, found.count == 1 else {
                    for socket in found { Glibc.close(socket.descriptor) }
                    return PCSCCode.internalError
                }
                guardian.socket.store(socket.descriptor, ordering: .sequentiallyConsistent)
                return code
            }
        }
    }

    /// Shuts the context's socket down, so that no call over it blocks, and runs `release`.
    func release(_ guardian: CallGuard, _ release: () -> Void) {
        let socket = locked {
            let socket = guardian.socket.exchange(-1, ordering: .sequentiallyConsistent)
            if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
            return socket
        }
        release()
        if socket >= 0 { Glibc.close(socket) }
    }

    /// Waits until the service has hung up the connection that it did not serve before.
    private func serviceTalks(_ guardian: CallGuard) -> Bool {
        let descriptor = locked { witness }
        guard descriptor >= 0 else { return true }
        // Only this function and `establish` change the witness while `establishing` is held.
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        while poll(&entry, 1, 10) == 0 { if guardian.isCut { return false } }
        locked { discardWitness() }
        return true
    }

    private func discardWitness() {
        if witness >= 0 { Glibc.close(witness) }
        witness = -1
    }

    // MARK: The thread

    private func startThread() -> Bool {
        var thread = pthread_t()
        var every = sigset_t()
        var before = sigset_t()
        sigfillset(&every)
        // Signals are for the threads of the program.
        pthread_sigmask(SIG_SETMASK, &every, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let pointer = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<CallWatchdog>.fromOpaque(pointer).takeRetainedValue().watch() }
                return nil
            }, pointer)
        guard code == 0 else {
            Unmanaged<CallWatchdog>.fromOpaque(pointer).release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func watch() {
        locked {
            while true {
                // First this, then the limits: a call that begins during the look sees it and signals.
                nextLook.store(.max, ordering: .sequentiallyConsistent)
                let next = look(at: monotonicNanoseconds())
                nextLook.store(next, ordering: .sequentiallyConsistent)
                var time = timespec(tv_sec: Int(next / 1_000_000_000), tv_nsec: Int(next % 1_000_000_000))
                pthread_cond_timedwait(condition, mutex, &time)
            }
        }
    }

    /// Gives up what is due, and says when to look again.
    private func look(at now: Int64) -> Int64 {
        var next = Int64.max
        for guardian in guards.values {
            let limit = guardian.limit.load(ordering: .sequentiallyConsistent)
            if limit <= now { cut(guardian, at: limit) }
            next = min(next, limit <= now ? now + Self.repetition : limit)
        }
        return next
    }

    /// Gives the running call up whose limit is `limit`, unless it has returned meanwhile.
    private func cut(_ guardian: CallGuard, at limit: Int64) {
        guard limit != CallGuard.idle,
            guardian.limit.compareExchange(expected: limit, desired: CallGuard.cut, ordering: .sequentiallyConsistent).exchanged
        else { return }
        let socket = guardian.socket.load(ordering: .sequentiallyConsistent)
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
        guard let socketsBefore else { return }
        for socket in ServiceSocket.pin(except: socketsBefore) {
            // Only what is received: what was sent before is still read by the service, which then finds that nobody listens.
            shutdown(socket.descriptor, Int32(SHUT_RD))
            if witness < 0 { witness = socket.descriptor } else { Glibc.close(socket.descriptor) }
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
