import Diagnosis
import Glibc

extension SecretInput {
    /// Asks at the terminal of this process, whatever standard input is, without showing what is typed.
    public static func ask(_ prompt: String, cancellation: Cancellation) throws(SecretError) -> Secret {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { throw .noTerminal }
        defer { close(terminal) }
        return try ask(prompt, terminal: terminal, cancellation: cancellation)
    }

    /// Asks at `terminal`. Its settings are as before on every way out, also when a signal cancels.
    public static func ask(_ prompt: String, terminal: Int32, cancellation: Cancellation) throws(SecretError) -> Secret {
        guard TerminalSettings.change(terminal, for: .secretLine) else { throw .noTerminal }
        defer {
            TerminalSettings.restore(terminal)
            _ = writeAll([0x0A], to: terminal)
        }
        _ = writeAll(Array("\(prompt): ".utf8), to: terminal)
        do {
            return try SecretLine.read(terminal, cancellation: cancellation, whole: true)
        } catch {
            // The rest of a line that was too long must not land in the shell.
            tcflush(terminal, TCIFLUSH)
            throw error
        }
    }
}
