import CPCSC
import Glibc
import ReaderTransport
import Station

/// Follows the presence of a card in one reader on a thread of its own, since SCardGetStatusChange blocks.
///
/// The thread holds the last state it was told, and each call starts from that state, so nothing is lost between two looks; the service
/// counts insertions and removals in the upper half of the event state. Where the service goes away the watches end; the next one begins
/// anew, with a service that may have been started again.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex` only.
final class PCSCPresenceWatcher: @unchecked Sendable {
    /// How long one call waits for a change, in milliseconds.
    private static let slice: DWORD = 1_000
    /// How long one call may take: the service answers at once where nothing else blocks it.
    static let patience: Int64 = 4_000_000_000

    private let reader: ReaderName
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var following: (thread: pthread_t, guardian: CallGuard)?
    private var watches = PresenceWatches()

    init(reader: ReaderName) {
        self.reader = reader
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Calls `notify` once, from any thread, as soon as the presence differs from `known` or cannot be followed any more.
    func watch(_ id: TransferID, known: CardPresence, notify: @escaping @Sendable () -> Void) {
        if locked({ watches.hasFailed }) { stop() }
        locked { watches.add(id, known: known, notify: notify) }
        if locked({ following == nil }) { start() }
        notifyDue()
    }

    /// How a watch ended, and the presence.
    func collect(_ id: TransferID) -> (TransferStatus, CardPresence?) { locked { watches.collect(id) } }

    /// Gives one watch up.
    func abort(_ id: TransferID) { locked { watches.abort(id) } }

    /// Ends the thread. Safe to call twice.
    func stop() {
        guard let following = locked({ following }) else { return }
        CallWatchdog.shared.close(following.guardian)
        pthread_join(following.thread, nil)
        locked {
            self.following = nil
            watches.restart()
        }
    }

    /// What the thread begins with.
    private final class Start: Sendable {
        let watcher: PCSCPresenceWatcher
        let guardian: CallGuard
        init(_ watcher: PCSCPresenceWatcher, _ guardian: CallGuard) {
            self.watcher = watcher
            self.guardian = guardian
        }
    }

    private func start() {
        let guardian = CallGuard()
        let unmanaged = Unmanaged.passRetained(Start(self, guardian))
        var created = pthread_t()
        let code = pthread_create(
            &created, nil,
            { pointer in
                if let pointer {
                    let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
                    start.watcher.follow(PCSCClient(guardian: start.guardian))
                }
                return nil
            }, unmanaged.toOpaque())
        if code == 0 {
            locked { following = (created, guardian) }
        } else {
            unmanaged.release()
            locked { watches.fail(.failed(Int64(code))) }
        }
    }

    private func follow(_ client: PCSCClient) {
        var state = SCARD_READERSTATE()
        reader.withPointer { name in
            state.szReader = name
            state.dwCurrentState = DWORD(SCARD_STATE_UNAWARE)
            while true {
                let code = client.call(until: monotonicNanoseconds() + Self.patience) { SCardGetStatusChange($0, Self.slice, &state, 1) }
                switch code {
                case PCSCCode.success: update(state.dwEventState)
                case PCSCCode.timeout: continue
                default: return fail(code)
                }
                state.dwCurrentState = state.dwEventState & ~DWORD(SCARD_STATE_CHANGED)
            }
        }
    }

    private func fail(_ code: UInt32) {
        // A card that does not answer does not block this call: it is the service.
        locked { watches.fail(code == PCSCCode.abandoned ? .silent : PCSCCode.status(code)) }
        notifyDue()
    }

    private func update(_ eventState: DWORD) {
        let gone = DWORD(SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE)
        locked {
            if eventState & gone != 0 { watches.fail(.unplugged) }
            watches.update(
                CardPresence(
                    isPresent: eventState & DWORD(SCARD_STATE_PRESENT) != 0,
                    changes: UInt32(truncatingIfNeeded: eventState >> 16) & 0xFFFF))
        }
        notifyDue()
    }

    // Called without the lock, so that whoever is told may ask at once.
    private func notifyDue() {
        for notify in locked({ watches.takeDue() }) { notify() }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
