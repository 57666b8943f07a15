import Glibc

/// A program that runs beside the test. It is ended and awaited at the latest when the object goes, also when the test fails.
public final class ChildProcess {
    /// Its number.
    public let pid: pid_t
    /// What it writes to standard output, unless that is given another descriptor.
    public let output: MemoryFile
    /// What it writes to standard error, unless that is given another descriptor.
    public let error: MemoryFile
    // The other end is open in the child and nowhere else, so it reads as ended when the child has: the one way to wait for a process
    // with a deadline and without a sleep.
    private let lifeline: Int32
    private var ended: Int32?

    /// Where the child's own end of the lifeline is.
    private static let lifelineInChild: Int32 = 9

    /// The variables of a child that is given none.
    public static let searchPath = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]

    /// Under a sanitizer the children are under it too.
    private static let sanitizerOptions = ["ASAN_OPTIONS", "TSAN_OPTIONS"].compactMap { (name: String) -> String? in
        getenv(name).map { "\(name)=\(String(cString: $0))" }
    }

    /// Starts `words[0]`, looked for in PATH, with standard input from a file. From a terminal it leads a session of its own there.
    /// What else is open in it is told by `descriptors`: its own number, at most 8, and ours.
    public init(
        _ words: [String], environment: [String] = searchPath, input: String = "/dev/null",
        descriptors: [Int32: Int32] = [:]
    ) throws {
        output = try MemoryFile()
        error = try MemoryFile()
        let (own, childs) = try socketPair()
        lifeline = own
        var copies: [Int32] = []
        defer { for descriptor in copies + [childs] { close(descriptor) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDWR, 0)
        let all = [1: output.descriptor, 2: error.descriptor, Self.lifelineInChild: childs].merging(descriptors) { $1 }
        for (number, descriptor) in all {
            // A number of the child's may be another one of ours: copied out of the way first.
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, Self.lifelineInChild + 1)
            copies.append(copy)
            posix_spawn_file_actions_adddup2(&actions, copy, number)
        }
        // The signals as a shell would leave them: whoever has started this process may block or ignore some.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var every = sigset_t()
        sigfillset(&every)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        // POSIX_SPAWN_SETSID: the terminal that is opened next becomes the controlling one.
        let session: Int32 = input.hasPrefix("/dev/pts/") ? 0x80 : 0
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session))

        var arguments = words.map { strdup($0) } + [nil]
        var variables = (environment + Self.sanitizerOptions).map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var child = pid_t()
        let status = posix_spawnp(&child, words[0], &actions, &attributes, &arguments, &variables)
        pid = child
        guard status == 0 else {
            ended = -1
            throw BenchError("\(words[0]) cannot be started (\(String(cString: strerror(status)))); the set-up script installs it")
        }
    }

    deinit {
        end(by: SIGKILL)
        close(lifeline)
    }

    /// Waits for the end and returns the exit status, or the number of the signal that has ended it, negative.
    public func wait() throws -> Int32 {
        if let ended { return ended }
        guard Deadline().wait(for: lifeline) else { throw BenchError("process \(pid) does not end") }
        return reap()
    }

    /// Waits for the end and returns everything that is left.
    public func result() throws -> ProgramResult {
        ProgramResult(status: try wait(), bytes: output.bytes, error: error.text)
    }

    /// Waits until it has written `text` to standard error.
    public func waitForError(_ text: String) throws {
        try Deadline().wait(for: text) { error.text.contains(text) }
    }

    /// Sends a signal and waits for the end; a process that does not obey is killed.
    @discardableResult
    public func end(by signal: Int32 = SIGTERM) -> Int32 {
        if let ended { return ended }
        kill(pid, signal)
        if !Deadline().wait(for: lifeline) { kill(pid, SIGKILL) }
        return reap()
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // Ended by itself: the status is in the second byte (wait(2)); else the number of the signal in the first.
        let signal = status & 0x7F
        let result = signal == 0 ? status >> 8 & 0xFF : -signal
        ended = result
        return result
    }
}

/// Two connected sockets that no child inherits by itself.
public func socketPair() throws -> (Int32, Int32) {
    var pair: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
        throw BenchError("socketpair: \(String(cString: strerror(errno)))")
    }
    return (pair[0], pair[1])
}
