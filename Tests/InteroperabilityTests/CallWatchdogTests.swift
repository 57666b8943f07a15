import Glibc
import Station
import TestSupport
import Testing

@testable import PCSC

/// The watchdog on sockets that are no service's: what is given up, when, and what is left alone.
@Suite struct CallWatchdogTests {
    private let watchdog = CallWatchdog.shared

    /// A guard with a socket of its own; `body` gets what a call would block on.
    private func withGuard(_ body: (CallGuard, Int32) throws -> Void) throws {
        let (own, other) = try socketPair()
        let guardian = CallGuard()
        #expect(watchdog.add(guardian))
        guardian.socket.store(fcntl(own, F_DUPFD_CLOEXEC, 3), ordering: .sequentiallyConsistent)
        defer {
            watchdog.remove(guardian)
            watchdog.release(guardian) {}
            close(own)
            close(other)
        }
        try body(guardian, own)
    }

    /// Blocks as a call of libpcsclite does, until its socket is shut down.
    private func block(on socket: Int32) {
        var byte: UInt8 = 0
        #expect(recv(socket, &byte, 1, 0) == 0)
    }

    private func later(_ milliseconds: Int64) -> Int64 { monotonicNanoseconds() + milliseconds * 1_000_000 }

    @Test("a call is given up at its limit and not before, the earliest of several first")
    func limits() throws {
        try withGuard { late, lateSocket in
            try withGuard { early, earlySocket in
                let began = monotonicNanoseconds()
                watchdog.begin(late, until: later(60))
                watchdog.begin(early, until: later(20))
                block(on: earlySocket)
                #expect(monotonicNanoseconds() - began >= 20_000_000)
                #expect(watchdog.end(early))
                block(on: lateSocket)
                #expect(monotonicNanoseconds() - began >= 60_000_000)
                #expect(watchdog.end(late))
            }
        }
    }

    @Test("a call that returns in time is left alone, also by what comes later")
    func inTime() throws {
        try withGuard { guardian, socket in
            for _ in 0..<1_000 {
                watchdog.begin(guardian, until: later(30_000))
                #expect(!watchdog.end(guardian))
            }
            watchdog.shorten(guardian, to: 0)
            try withGuard { other, otherSocket in
                watchdog.begin(other, until: later(5))
                block(on: otherSocket)
                #expect(watchdog.end(other))
            }
            var byte: UInt8 = 0
            #expect(recv(socket, &byte, 1, Int32(MSG_DONTWAIT)) == -1 && errno == EAGAIN)
        }
    }

    @Test("a limit that has passed already, or is none, does not trap", arguments: [Int64.min, 0, 1])
    func past(limit: Int64) throws {
        try withGuard { guardian, socket in
            watchdog.begin(guardian, until: limit)
            block(on: socket)
            #expect(watchdog.end(guardian))
            watchdog.begin(guardian, until: .max)
            #expect(!watchdog.end(guardian))
        }
    }

    @Test("a cancel shortens only what yields to it")
    func cancel() throws {
        try withGuard { guardian, socket in
            watchdog.begin(guardian, until: later(600_000))
            watchdog.shorten(guardian, to: 0)
            #expect(!guardian.isCut)
            guardian.yieldsToCancel.store(true, ordering: .sequentiallyConsistent)
            watchdog.shorten(guardian, to: later(700_000))
            #expect(!guardian.isCut)
            watchdog.shorten(guardian, to: 0)
            block(on: socket)
            #expect(watchdog.end(guardian))
        }
        try withGuard { guardian, socket in
            guardian.yieldsToCancel.store(true, ordering: .sequentiallyConsistent)
            watchdog.begin(guardian, until: later(600_000))
            let thread = startThread { CallWatchdog.shared.shorten(guardian, to: monotonicNanoseconds()) }
            block(on: socket)
            #expect(watchdog.end(guardian))
            pthread_join(thread, nil)
        }
    }

    @Test("a guard that is closed lets its thread go at once")
    func closing() throws {
        try withGuard { guardian, socket in
            watchdog.begin(guardian, until: later(600_000))
            let thread = startThread { CallWatchdog.shared.close(guardian) }
            block(on: socket)
            #expect(watchdog.end(guardian))
            pthread_join(thread, nil)
            let isClosed = guardian.isClosed.load(ordering: .sequentiallyConsistent)
            #expect(isClosed)
        }
    }

    @Test("no call begins without the watchdog's hearing of it, whatever the order of limits")
    func stress() throws {
        let threads = (0..<4).map { number in
            startThread {
                for round in 0..<25 {
                    guard let (own, other) = try? socketPair() else { return }
                    let guardian = CallGuard()
                    _ = CallWatchdog.shared.add(guardian)
                    guardian.socket.store(own, ordering: .sequentiallyConsistent)
                    CallWatchdog.shared.begin(guardian, until: monotonicNanoseconds() + Int64((number + 1) * round % 7) * 300_000)
                    var byte: UInt8 = 0
                    #expect(recv(own, &byte, 1, 0) == 0)
                    #expect(CallWatchdog.shared.end(guardian))
                    CallWatchdog.shared.remove(guardian)
                    close(own)
                    close(other)
                }
            }
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    @Test("only a socket that leads to the service is taken for it, and a duplicate keeps it")
    func sockets() throws {
        let before = ServiceSocket.identities()
        let (own, other) = try socketPair()
        defer {
            close(own)
            close(other)
        }
        #expect(ServiceSocket.identities() == before)
        #expect(ServiceSocket.pin(except: []).isEmpty)
    }
}
