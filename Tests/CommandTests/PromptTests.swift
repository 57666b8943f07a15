import Diagnosis
import Glibc
import TestSupport
import Testing

@testable import Commands

/// The sample asks at a terminal of its own, where the test types.
@Suite struct PromptTests {
    private func ask(at keyboard: Keyboard) throws -> ChildProcess {
        let child = try ChildProcess([sample(), "ask", "--language", "en"], environment: [], input: keyboard.path)
        try keyboard.waitFor("PIN: ")
        return child
    }

    @Test func theSecretIsNotShown() throws {
        let keyboard = try Keyboard()
        #expect(keyboard.echoes)
        let child = try ask(at: keyboard)
        #expect(!keyboard.echoes)
        try keyboard.type("1234\n")
        let result = try child.result()
        #expect(result.output.hasPrefix("bytes 4 sum 202\n"))
        #expect(try keyboard.shown() == "PIN: \r\n")
        #expect(keyboard.echoes)
    }

    @Test func theTerminalsLineEditingWorks() throws {
        let keyboard = try Keyboard()
        let child = try ask(at: keyboard)
        try keyboard.type("129\u{7F}34\n")
        #expect(try child.result().output.hasPrefix("bytes 4 sum 202\n"))
    }

    @Test func whatWasTypedBeforeIsNotTheAnswer() throws {
        let keyboard = try Keyboard()
        try keyboard.type("99999\n")
        try keyboard.waitFor("99999")
        let child = try ask(at: keyboard)
        try keyboard.type("1234\n")
        #expect(try child.result().output.hasPrefix("bytes 4 sum 202\n"))
    }

    @Test(arguments: [
        ("\u{3}", 130, "cancelled"), ("\u{4}", 130, "cancelled"), ("\n", 65, "secret-empty"),
        (String(repeating: "8", count: 65) + "\n", 65, "secret-too-long"),
        (String(repeating: "8", count: 200) + "\n", 65, "secret-too-long"),
    ])
    func everyWayOutRestoresTheTerminal(_ typed: String, _ status: Int32, _ code: String) throws {
        let keyboard = try Keyboard()
        let child = try ask(at: keyboard)
        try keyboard.type(typed)
        let result = try child.result()
        #expect(result.status == status)
        #expect(result.error.contains("[\(code)]"))
        #expect(result.output == "")
        #expect(keyboard.echoes)
        // Nothing of a line that was too long is left for the shell.
        #expect(keyboard.pending == 0)
        #expect(try !keyboard.shown().contains("8"))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalRestoresTheTerminal(_ signal: Int32) throws {
        let keyboard = try Keyboard()
        let child = try ask(at: keyboard)
        kill(child.pid, signal)
        #expect(try child.result().status == 128 + signal)
        #expect(keyboard.echoes)
    }

    @Test func neitherSuspendingNorQuittingIsPossible() throws {
        let keyboard = try Keyboard()
        let child = try ask(at: keyboard)
        // Ctrl-Z and Ctrl-\ are characters like others here, so they count: SUB is 26, FS is 28.
        try keyboard.type("\u{1A}1\u{1C}\n")
        #expect(try child.result().output.hasPrefix("bytes 3 sum 103\n"))
        #expect(keyboard.echoes)
    }

    @Test func aFileIsNoTerminal() throws {
        let file = try MemoryFile()
        #expect(throws: SecretError.noTerminal) {
            try SecretInput.ask("PIN", terminal: file.descriptor, cancellation: Cancellation())
        }
    }
}
