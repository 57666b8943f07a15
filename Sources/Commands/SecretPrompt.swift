import Diagnosis
import Glibc
import Synchronization

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
        guard TerminalEcho.off(terminal) else { throw .noTerminal }
        defer {
            TerminalEcho.restore()
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

/// The echo of the one terminal at which a secret is being asked for; `Interrupts` restores it before it ends the program.
enum TerminalEcho {
    private struct Saved {
        let descriptor: Int32
        var settings: termios
    }

    private static let saved = Mutex<Saved?>(nil)

    /// Switches the echo off and remembers what was set; false where `descriptor` is no terminal.
    static func off(_ descriptor: Int32) -> Bool {
        saved.withLock { saved in
            var settings = termios()
            guard tcgetattr(descriptor, &settings) == 0 else { return false }
            saved = saved ?? Saved(descriptor: descriptor, settings: settings)
            settings.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL)
            settings.c_lflag |= tcflag_t(ICANON | ISIG)
            // No suspending: the shell would get back a terminal without echo, and after `fg` the secret would be shown.
            withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(VSUSP)] = 0 }  // _POSIX_VDISABLE
            // Flushed, so that what was typed before the question is not taken for the answer.
            return tcsetattr(descriptor, TCSAFLUSH, &settings) == 0
        }
    }

    /// Sets everything back as it was, once.
    static func restore() {
        saved.withLock { saved in
            if var before = saved { tcsetattr(before.descriptor, TCSADRAIN, &before.settings) }
            saved = nil
        }
    }
}
