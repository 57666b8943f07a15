import Glibc
import TestSupport
import Testing

@testable import Commands

@Suite struct InterruptTests {
    @Test(arguments: Interrupt.allCases.filter { $0 != .terminate })
    func theFirstSignalCallsTheAction(_ interrupt: Interrupt) throws {
        let child = try ChildProcess([sample(), "wait"])
        try child.waitForError("waiting")
        kill(child.pid, interrupt.rawValue)
        let result = try child.result()
        #expect(result.status == interrupt.exitStatus)
        #expect(result.error == "waiting\naction \(interrupt)\n")
    }

    @Test func theSecondSignalEndsAtOnceWhateverTheActionDoes() throws {
        let child = try ChildProcess([sample(), "wait"])
        try child.waitForError("waiting")
        kill(child.pid, SIGTERM)
        try child.waitForError("action terminate")
        kill(child.pid, SIGINT)
        #expect(try child.result().status == 130)
    }

    @Test func theSecondSignalRestoresTheTerminalToo() throws {
        let keyboard = try Keyboard()
        let child = try ChildProcess([sample(), "wait", "--keys"], input: keyboard.path)
        try child.waitForError("waiting")
        #expect(!keyboard.echoes)
        kill(child.pid, SIGTERM)
        try child.waitForError("action terminate")
        kill(child.pid, SIGHUP)
        #expect(try child.result().status == 129)
        #expect(keyboard.echoes)
    }

    @Test func whatTheCallerIgnoresStaysIgnored() throws {
        // As nohup(1) does it.
        let child = try ChildProcess(["sh", "-c", "trap '' HUP; exec \"$0\" wait", sample()])
        try child.waitForError("waiting")
        kill(child.pid, SIGHUP)
        kill(child.pid, SIGINT)
        let result = try child.result()
        #expect(result.error == "waiting\naction interrupt\n")
        #expect(result.status == 130)
    }
}
