import Glibc
import Testing

/// A program that runs beside the test. It is ended and awaited at the latest when the object goes, also when the test fails.
final class ChildProcess {
    let pid: pid_t
    // The other end is open in the child and nowhere else, so it reads as ended when the child has: the one way to wait for a process
    // with a deadline and without a sleep.
    private let lifeline: Int32
    private var ended: Int32?

    /// Where the child's own end of the lifeline is.
    private static let lifelineInChild: Int32 = 9

    /// Under a sanitizer the children are under it too.
    private static let sanitizerOptions = ["ASAN_OPTIONS", "TSAN_OPTIONS"].compactMap { (name: String) -> String? in
        getenv(name).map { "\(name)=\(String(cString: $0))" }
    }

    /// Starts `words[0]`, looked for in PATH, with `descriptors` (the child's number: ours) and nothing else open.
    init(_ words: [String], environment: [String], descriptors: [Int32: Int32]) throws {
        let (own, childs) = try socketPair()
        defer { close(childs) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (number, descriptor) in descriptors.merging([Self.lifelineInChild: childs], uniquingKeysWith: { $1 }) {
            precondition(descriptor > Self.lifelineInChild, "descriptors below 10 are for the child")
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        }
        // The signals as a shell would leave them: whoever has started this process may block or ignore some.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var arguments = words.map { strdup($0) } + [nil]
        var variables = (environment + Self.sanitizerOptions).map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var child = pid_t()
        let status = posix_spawnp(&child, words[0], &actions, &attributes, &arguments, &variables)
        pid = child
        lifeline = own
        guard status == 0 else {
            ended = -1
            throw BenchError("\(words[0]) cannot be started (\(String(cString: strerror(status)))); the set-up script installs it")
        }
    }

    deinit {
        end(by: SIGKILL)
        close(lifeline)
    }

    /// Waits for the end and returns the exit status, 128 + the signal's number where one has ended it.
    func wait(_ deadline: Deadline = Deadline()) throws -> Int32 {
        if let ended { return ended }
        guard deadline.wait(for: lifeline) else { throw BenchError("process \(pid) does not end") }
        return reap()
    }

    /// Sends a signal and waits for the end; a process that does not obey is killed.
    @discardableResult
    func end(by signal: Int32 = SIGTERM) -> Int32 {
        if let ended { return ended }
        kill(pid, signal)
        if !Deadline().wait(for: lifeline) { kill(pid, SIGKILL) }
        return reap()
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        let result = signal == 0 ? status >> 8 & 0xFF : 128 + signal
        ended = result
        return result
    }
}

/// When to give up waiting: far later than anything should take, on a busy machine too.
struct Deadline {
    private let end: timespec

    init(seconds: Int = 60) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        end = timespec(tv_sec: now.tv_sec + seconds, tv_nsec: now.tv_nsec)
    }

    var millisecondsLeft: Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return max(0, (end.tv_sec - now.tv_sec) * 1_000 + (end.tv_nsec - now.tv_nsec) / 1_000_000)
    }

    /// Waits until `descriptor` has something to read or has ended; false where that is too late.
    func wait(for descriptor: Int32) -> Bool {
        while millisecondsLeft > 0 {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, Int32(clamping: millisecondsLeft)) > 0 { return true }
        }
        return false
    }
}

/// What has gone wrong on the bench, as opposed to an expectation that is not met.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Two connected sockets that no other child inherits, above the numbers that children use.
func socketPair() throws -> (Int32, Int32) {
    var pair: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw BenchError("socketpair: \(String(cString: strerror(errno)))") }
    return (try aboveChildren(pair[0]), try aboveChildren(pair[1]))
}

/// The same file under a number above those that children use; the old number is closed.
func aboveChildren(_ descriptor: Int32) throws -> Int32 {
    let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
    guard moved >= 0 else { throw BenchError("no descriptor: \(String(cString: strerror(errno)))") }
    close(descriptor)
    return moved
}
