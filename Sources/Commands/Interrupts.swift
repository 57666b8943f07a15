import Glibc
import Synchronization

/// A signal by which a person or the system asks a program to end.
public enum Interrupt: Int32, Sendable, CaseIterable {
    /// The terminal is gone (SIGHUP).
    case hangUp = 1
    /// Ctrl-C (SIGINT).
    case interrupt = 2
    /// kill, or the system shuts down (SIGTERM).
    case terminate = 15

    /// What a shell reports for a program that such a signal has ended: 128 + its number.
    public var exitStatus: Int32 { 128 + rawValue }
}

/// Turns SIGINT, SIGTERM and SIGHUP, unless the caller ignores them, into a call on a thread of its own, where everything is allowed that
/// is forbidden in a signal handler. The second signal ends the program at once, with its terminals set back as they were.
public final class Interrupts: Sendable {
    /// Cancelled with the first signal, for whoever waits in poll(2).
    public let cancellation = Cancellation()

    private let action: @Sendable (Interrupt) -> Void
    // Signals are for the process, so this is one for the process too.
    private static let first = Mutex<Interrupt?>(nil)

    /// Starts to watch. Call it from the main thread before other threads are started: they inherit that the signals are blocked.
    /// A child process inherits it too, so whoever starts one resets its signal mask.
    ///
    /// `action` is called once, with the first signal, on a thread of its own.
    public static func watch(_ action: @escaping @Sendable (Interrupt) -> Void) -> Interrupts {
        let interrupts = Interrupts(action)
        var signals = Self.signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(interrupts).toOpaque()
        if pthread_create(&thread, nil, watchingThread, context) == 0 {
            pthread_detach(thread)
        } else {
            // Without a thread the signals keep what they did before.
            Unmanaged<Interrupts>.fromOpaque(context).release()
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        }
        return interrupts
    }

    private init(_ action: @escaping @Sendable (Interrupt) -> Void) { self.action = action }

    /// The first signal that this process was sent while it watched, if one was: its status is that of a program that was cancelled.
    public static var received: Interrupt? { first.withLock { $0 } }

    /// The first signal that came, if one did.
    public var received: Interrupt? { Self.received }

    // What the caller has had ignored stays ignored: SIGHUP by nohup(1), SIGINT by a shell for its background jobs.
    fileprivate static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for interrupt in Interrupt.allCases where !isIgnored(interrupt.rawValue) { sigaddset(&set, interrupt.rawValue) }
        return set
    }

    fileprivate func waitForever() {
        var signals = Self.signals
        var number: Int32 = 0
        while true {
            guard sigwait(&signals, &number) == 0, let interrupt = Interrupt(rawValue: number) else { continue }
            let isFirst = Self.first.withLock { received in
                defer { received = received ?? interrupt }
                return received == nil
            }
            if !isFirst {
                TerminalSettings.restoreAll()
                _exit(interrupt.exitStatus)
            }
            cancellation.cancel()
            // On yet another thread, so that the second signal is heard while the action still works.
            startThread { [action] in action(interrupt) }
        }
    }
}

/// Whether whoever has started this process wants this signal to do nothing.
func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0, let handler = action.__sigaction_handler.sa_handler else { return false }
    // C function pointers, of which SIG_IGN is one, are of Int's size on every Linux; only their addresses are compared.
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

// A function at file level, not a closure inside main.swift: the latter would be bound to the main actor and trap here.
private func watchingThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Interrupts>.fromOpaque(context).takeRetainedValue().waitForever() }
    return nil
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Work(body)).toOpaque()
    let status = pthread_create(&thread, nil, runWork, context)
    if status == 0 {
        pthread_detach(thread)
    } else {
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
    }
}

private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
    return nil
}
