import CLinux
import Glibc

/// A thread that waits in poll(2) with a connection to the bus, and the descriptor by which it is woken.
final class BusThread {
    /// Readable once somebody wants the thread's attention.
    let wake: WakeUp
    private var thread: pthread_t?

    /// What the thread begins with. It is handed over whole: whoever made it uses it no more, and the thread lets it go.
    private final class Start {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    init(_ wake: WakeUp) { self.wake = wake }

    /// Runs `body` on the thread; `false` where the machine gives none. What the body uses is the thread's from now on.
    func start(_ body: @escaping () -> Void) -> Bool {
        let start = Unmanaged.passRetained(Start(body))
        var created = pthread_t()
        let code = pthread_create(
            &created, nil,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            return false
        }
        thread = created
        return true
    }

    /// Waits for its end, once somebody has told it to end.
    func join() {
        if let thread { pthread_join(thread, nil) }
        thread = nil
    }
}

/// A descriptor that is readable from a call of `call` to the next `hear`.
final class WakeUp: Sendable {
    /// For poll(2).
    let descriptor: Int32

    init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// From any thread.
    func call() {
        var one: UInt64 = 1
        // Fails only where the counter is full, and then it is readable already.
        _ = write(descriptor, &one, 8)
    }

    func hear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
