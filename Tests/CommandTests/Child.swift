import Glibc
import Testing

/// A program of the machine, started by a test.
final class Child {
    struct Result {
        let status: Int32
        let output: String
        let error: String
    }

    let pid: pid_t
    private let output: MemoryFile
    private let error: MemoryFile

    /// Starts a program with its output in files, so that no pipe can fill up. With a terminal it leads a session of its own there.
    init(
        _ path: String, _ arguments: [String], environment: [String] = ["PATH=/usr/bin:/bin"], input: String = "/dev/null",
        passing descriptors: [Int32: Int32] = [:]
    ) throws {
        output = try MemoryFile()
        error = try MemoryFile()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The signals as a terminal would leave them, whatever the caller of these tests ignores.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // POSIX_SPAWN_SETSID (0x80): the terminal that is opened next becomes the controlling one.
        let session: Int32 = input.hasPrefix("/dev/pts/") ? 0x80 : 0
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session))
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, error.descriptor, 2)
        for (ours, theirs) in descriptors { posix_spawn_file_actions_adddup2(&actions, ours, theirs) }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = (environment + Self.sanitizerOptions).map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var pid = pid_t()
        try #require(posix_spawn(&pid, path, &actions, &attributes, &words, &variables) == 0)
        self.pid = pid
    }

    /// Under a sanitizer the children are under it too.
    private static let sanitizerOptions = ["ASAN_OPTIONS", "TSAN_OPTIONS"].compactMap { (name: String) -> String? in
        getenv(name).map { "\(name)=\(String(cString: $0))" }
    }

    /// Waits for the end.
    func result() throws -> Result {
        var status: Int32 = 0
        try #require(waitpid(pid, &status, 0) == pid)
        // Ended by itself: the status is in the second byte (wait(2)); else the number of the signal, negative.
        let ended = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        return Result(status: ended, output: try output.text(), error: try error.text())
    }

    /// Waits until the program has written `text` to standard error.
    func waitForError(_ text: String) throws {
        var deadline = Deadline()
        while try !error.text().contains(text) { try deadline.giveOthersTime() }
    }

    static func exists(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Runs a program to its end.
    static func run(_ path: String, _ arguments: [String], environment: [String] = ["PATH=/usr/bin:/bin"]) throws -> Result {
        try Child(path, arguments, environment: environment).result()
    }

    /// The sample as a program.
    static func sample() throws -> String { try beside("SampleProgram") }

    /// A program of this package, built beside the tests.
    static func beside(_ name: String) throws -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let tests = String(decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let program = (tests.lastIndex(of: "/").map { String(tests[...$0]) } ?? "") + name
        try #require(exists(program), "\(program) is not there")
        return program
    }
}

/// A generous limit for waiting until a condition holds.
struct Deadline {
    private var rounds = 0

    /// Waits a millisecond for something to happen; fails after twenty seconds.
    mutating func giveOthersTime() throws {
        rounds += 1
        try #require(rounds < 20_000, "waited in vain")
        _ = poll(nil, 0, 1)
    }
}

/// A folder of its own for one test, gone afterwards.
final class Folder {
    let path: String

    init() throws {
        var template = Array("\(P_tmpdir)/sample-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit { _ = try? Child.run("/bin/rm", ["-r", path]) }

    func has(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }
}

/// A pseudo-terminal: the test sits at the keyboard.
final class Keyboard {
    /// What the program opens.
    let path: String
    /// The program's side, held open so that its settings can be read.
    let terminal: Int32
    private let master: Int32
    private var seen = ""

    init() throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(master >= 0)
        // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)), what unlockpt(3) and ptsname(3) do.
        var locked: Int32 = 0
        try #require(ioctl(master, 0x4004_5431, &locked) == 0)
        var number: UInt32 = 0
        try #require(ioctl(master, 0x8004_5430, &number) == 0)
        path = "/dev/pts/\(number)"
        terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(terminal >= 0)
    }

    deinit {
        close(terminal)
        close(master)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(write(master, bytes, bytes.count) == bytes.count)
    }

    /// Everything that the terminal has shown so far.
    func shown() throws -> String {
        var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLIN) != 0 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(master, &buffer, buffer.count)
            try #require(count > 0)
            seen += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return seen
    }

    func waitFor(_ text: String) throws {
        var deadline = Deadline()
        while try !shown().contains(text) { try deadline.giveOthersTime() }
    }

    var echoes: Bool {
        var settings = termios()
        #expect(tcgetattr(terminal, &settings) == 0)
        return settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// What is typed and not yet read.
    var pending: Int32 {
        var count: Int32 = 0
        #expect(ioctl(terminal, UInt(FIONREAD), &count) == 0)
        return count
    }
}
