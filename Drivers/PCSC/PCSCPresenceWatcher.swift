import CPCSC
import Glibc
import ReaderTransport

/// Follows the presence of a card in one reader on a thread of its own, since SCardGetStatusChange blocks.
///
/// The thread holds the last state it was told, and each call starts from that state, so nothing is lost between two looks; the service
/// counts insertions and removals in the upper half of the event state.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex` only, except `context`, which is used by the thread
/// until `stop` has joined it; SCardCancel may be called from any thread by its definition.
final class PCSCPresenceWatcher: @unchecked Sendable {
    private let context: PCSCContext
    private let reader: String
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var thread: pthread_t?
    private var isStopping = false
    private var watches = PresenceWatches()

    init(_ context: PCSCContext, reader: String) {
        self.context = context
        self.reader = reader
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Calls `notify` once, from any thread, as soon as the presence differs from `known` or cannot be followed any more.
    func watch(_ id: TransferID, known: CardPresence, notify: @escaping @Sendable () -> Void) {
        locked { watches.add(id, known: known, notify: notify) }
        if locked({ thread == nil && !watches.hasFailed }) { start() }
        notifyDue()
    }

    /// How a watch ended, and the presence.
    func collect(_ id: TransferID) -> (TransferStatus, CardPresence?) { locked { watches.collect(id) } }

    /// Gives one watch up.
    func abort(_ id: TransferID) { locked { watches.abort(id) } }

    /// Ends the thread. Safe to call twice.
    func stop() {
        guard let thread = locked({ thread }) else { return }
        locked { isStopping = true }
        // A cancel between the thread's look at `isStopping` and its call is lost; its calls are short, so the wait is too.
        SCardCancel(context.handle)
        pthread_join(thread, nil)
        locked { self.thread = nil }
    }

    private func start() {
        let unmanaged = Unmanaged.passRetained(self)
        var created = pthread_t()
        let code = pthread_create(
            &created, nil,
            { pointer in
                if let pointer { Unmanaged<PCSCPresenceWatcher>.fromOpaque(pointer).takeRetainedValue().follow() }
                return nil
            }, unmanaged.toOpaque())
        if code == 0 {
            locked { thread = created }
        } else {
            unmanaged.release()
            locked { watches.fail(.failed(Int64(code))) }
        }
    }

    private func follow() {
        var state = SCARD_READERSTATE()
        reader.withCString { name in
            state.szReader = name
            state.dwCurrentState = DWORD(SCARD_STATE_UNAWARE)
            while !locked({ isStopping }) {
                let result = SCardGetStatusChange(context.handle, 250, &state, 1)
                switch result.code {
                case PCSCCode.success: update(state.dwEventState)
                case PCSCCode.timeout, PCSCCode.cancelled: continue
                default:
                    locked { watches.fail(PCSCCode.status(result.code)) }
                    notifyDue()
                    return
                }
                state.dwCurrentState = state.dwEventState & ~DWORD(SCARD_STATE_CHANGED)
            }
        }
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
