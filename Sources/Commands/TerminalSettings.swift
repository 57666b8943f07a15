import Glibc
import Synchronization

/// The settings of terminals that the program changes for a while. `Interrupts` restores them before it ends the program.
public enum TerminalSettings {
    /// What a terminal is changed for.
    public enum Purpose: Sendable {
        /// One line that is not shown as it is typed.
        case secretLine
        /// Single keys, each handed over at once and not shown.
        case singleKeys
    }

    private struct Saved {
        let descriptor: Int32
        var settings: termios
    }

    // In the order of the changes: two descriptors may be one terminal.
    private static let saved = Mutex<[Saved]>([])

    /// Changes the terminal and remembers how it was, once for each descriptor; false where `descriptor` is no terminal.
    ///
    /// Ctrl-C stays a signal. Ctrl-Z and Ctrl-\ are characters like others: suspending or SIGQUIT would give the shell a terminal that
    /// shows nothing.
    public static func change(_ descriptor: Int32, for purpose: Purpose) -> Bool {
        saved.withLock { saved in
            var settings = termios()
            guard tcgetattr(descriptor, &settings) == 0 else { return false }
            let before = Saved(descriptor: descriptor, settings: settings)
            adapt(&settings, for: purpose)
            // Before a secret flushed, so that what was typed before the question is not taken for the answer.
            guard tcsetattr(descriptor, purpose == .secretLine ? TCSAFLUSH : TCSADRAIN, &settings) == 0 else { return false }
            if !saved.contains(where: { $0.descriptor == descriptor }) { saved.append(before) }
            return true
        }
    }

    /// Sets the terminal back as it was, once.
    public static func restore(_ descriptor: Int32) {
        saved.withLock { saved in
            guard let position = saved.firstIndex(where: { $0.descriptor == descriptor }) else { return }
            var before = saved.remove(at: position)
            tcsetattr(before.descriptor, TCSADRAIN, &before.settings)
        }
    }

    /// Sets every terminal back as it was, at once: not waiting for output that Ctrl-S holds back.
    static func restoreAll() {
        saved.withLock { saved in
            while var before = saved.popLast() { tcsetattr(before.descriptor, TCSANOW, &before.settings) }
        }
    }

    private static func adapt(_ settings: inout termios, for purpose: Purpose) {
        switch purpose {
        case .secretLine:
            settings.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL)
            settings.c_lflag |= tcflag_t(ICANON | ISIG)
        case .singleKeys:
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        }
        withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            for disabled in [VSUSP, VQUIT] { characters[Int(disabled)] = 0 }  // _POSIX_VDISABLE
            guard purpose == .singleKeys else { return }
            characters[Int(VMIN)] = 1
            characters[Int(VTIME)] = 0
        }
    }
}
