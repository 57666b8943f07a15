import CLibUSB
import Glibc
import ReaderTransport
import Synchronization

/// libusb with the one thread on which its events are handled: completions of transfers, devices that come and go.
///
/// `@unchecked Sendable`: libusb may be called from any thread (its documentation, "Multi-threaded applications and asynchronous I/O"); the
/// pointer never changes, `thread` is read and written under `mutex` only. Whoever has a reference, on any thread but that of the events, keeps
/// it alive; callbacks have none, so that the last release cannot happen on the thread that `deinit` joins.
final class USBContext: @unchecked Sendable {
    let pointer: OpaquePointer
    /// What the hot-plug callbacks use.
    let followers = USBFollowers<USBFollower>()
    private let isStopping = StopFlag()
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var thread: pthread_t?

    /// What the thread looks at between two events; it lives as long as the thread.
    private final class StopFlag: Sendable { let value = Atomic<Bool>(false) }

    /// What the thread begins with. The pointer is valid until the thread has been joined.
    private final class Start {
        let context: OpaquePointer
        let flag: StopFlag
        let followers: USBFollowers<USBFollower>
        init(_ context: OpaquePointer, _ flag: StopFlag, _ followers: USBFollowers<USBFollower>) {
            self.context = context
            self.flag = flag
            self.followers = followers
        }
    }

    init() throws(TransportError) {
        var context: OpaquePointer?
        let code = libusb_init(&context)
        guard code == 0, let context else { throw USBCode.failure(code, doing: "libusb_init") }
        pointer = context
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        if let thread {
            isStopping.value.store(true, ordering: .sequentiallyConsistent)
            libusb_interrupt_event_handler(pointer)
            pthread_join(thread, nil)
        }
        libusb_exit(pointer)
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Begins to handle events, if that has not begun.
    func handleEvents() throws(TransportError) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard thread == nil else { return }
        let start = Unmanaged.passRetained(Start(pointer, isStopping, followers))
        var created = pthread_t()
        let code = pthread_create(
            &created, nil,
            { argument in
                if let argument { USBContext.handleEvents(Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()) }
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw USBCode.failure(LIBUSB_ERROR_NO_MEM.rawValue, doing: "pthread_create")
        }
        thread = created
    }

    private static func handleEvents(_ start: Start) {
        while !start.flag.value.load(ordering: .sequentiallyConsistent) {
            // Ends at an event or when it is interrupted; the time is for an interruption that came between the look and the call.
            var patience = timeval(tv_sec: 1, tv_usec: 0)
            libusb_handle_events_timeout_completed(start.context, &patience, nil)
            start.followers.cameRound()
        }
    }
}
