import Glibc

/// A pseudo-terminal (pty(7)): the test sits at the keyboard.
public final class Keyboard {
    /// What the program opens.
    public let path: String
    /// The program's side, held open so that its settings can be read.
    public let terminal: Int32
    private let master: Int32
    private var seen = ""

    /// A new terminal, with the settings that the kernel gives.
    public init() throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)), what unlockpt(3) and ptsname(3) do.
        var locked: Int32 = 0
        var number: UInt32 = 0
        let isUnlocked = ioctl(master, 0x4004_5431, &locked) == 0 && ioctl(master, 0x8004_5430, &number) == 0
        path = "/dev/pts/\(number)"
        terminal = isUnlocked ? open(path, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1
        guard terminal >= 0 else { throw BenchError("no terminal: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(terminal)
        close(master)
    }

    /// Types as it is; "\u{3}" is Ctrl-C.
    public func type(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard write(master, bytes, bytes.count) == bytes.count else { throw BenchError("the terminal takes no input") }
    }

    /// Everything that the terminal has shown so far.
    public func shown() throws -> String {
        var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLIN) != 0 {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { throw BenchError("the terminal has ended") }
            seen += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return seen
    }

    /// Waits until the terminal shows `text`.
    public func waitFor(_ text: String) throws {
        try Deadline().wait(for: text) { try shown().contains(text) }
    }

    /// How it is set (termios(3)).
    public var settings: termios {
        var settings = termios()
        tcgetattr(terminal, &settings)
        return settings
    }

    /// Whether it shows what is typed.
    public var echoes: Bool { settings.c_lflag & tcflag_t(ECHO) != 0 }

    /// How many bytes are typed and not yet read.
    public var pending: Int32 {
        var count: Int32 = 0
        return ioctl(terminal, UInt(FIONREAD), &count) == 0 ? count : -1
    }
}
