import Glibc
import Testing

/// A pcscd with vpcd of our own: its own folder, socket, configuration and network, so that it meets no other pcscd, no reader of this
/// machine and no other test.
///
/// pcscd takes its socket from whoever starts it (sd_listen_fds(3)); clients find it by PCSCLITE_CSOCK_NAME. vpcd listens on every
/// address of the machine, hence the network namespace. A mount namespace hides the drivers for USB readers and pcscd's usual folder.
final class PrivatePCSC {
    let folder: String
    private let listener: Int32
    private let namespaces: ChildProcess
    // Open for as long as the namespaces are needed.
    private let namespacesInput: Int32
    private var daemon: ChildProcess?
    private var card: SimulatedCardProcess?
    private var files = 0

    private static let driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
    private static let port = 35_963
    private static let searchPath = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
    private static let isRoot = geteuid() == 0

    /// Puts up a bench with a card in the reader, runs `body` and takes everything down, whatever comes.
    static func with(
        card options: [String] = [], environment: [String] = [], _ body: (PrivatePCSC, SimulatedCardProcess) throws -> Void
    ) throws {
        let bench = try PrivatePCSC()
        defer { bench.takeDown() }
        do {
            try bench.startDaemon()
            let card = try bench.startCard(options, environment: environment)
            try bench.waitUntilCard(isPresent: true)
            try body(bench, card)
        } catch {
            throw BenchError("\(error)\npcscd: \(bench.text(of: "pcscd.log").suffix(2_000))\nkazasu: \(bench.text(of: "kazasu.log"))")
        }
    }

    private init() throws {
        for (path, package) in [
            ("/usr/sbin/pcscd", "pcscd"), (Self.driver, "vsmartcard-vpcd"), ("/usr/bin/opensc-tool", "opensc"),
            ("/usr/bin/unshare", "util-linux"), ("/usr/sbin/ip", "iproute2"), ("/usr/bin/openssl", "openssl"),
        ] where access(path, R_OK) != 0 {
            throw BenchError("\(path) is not there: install Debian's package \(package), as the set-up script does")
        }
        var template = Array(((getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") + "/kazasu-pcsc-XXXXXX").utf8CString)
        folder = String(cString: try #require(mkdtemp(&template), "no folder for the bench"))
        listener = try Self.listen(at: folder + "/pcscd.comm")
        let (own, childs) = try socketPair()
        defer { close(childs) }
        namespacesInput = own
        namespaces = try ChildProcess(
            ["unshare"] + (Self.isRoot ? [] : ["--user", "--map-root-user"]) + [
                "--net", "--mount", "sh", "-c",
                "ip link set lo up && mount -t tmpfs tmpfs /run && mkdir /run/pcscd"
                    + " && mount -t tmpfs tmpfs /usr/lib/pcsc/drivers && echo ready && exec cat",
            ], environment: [Self.searchPath], descriptors: [0: childs, 1: childs])
        try write(
            "conf/vpcd",
            """
            FRIENDLYNAME "Virtual PCD"
            DEVICENAME /dev/null:\(Self.port)
            LIBPATH \(folder)/libifdvpcd.so
            CHANNELID \(Self.port)

            """)
        guard try run(["cp", Self.driver, folder]).status == 0, Deadline().wait(for: own), readable(own) == "ready\n" else {
            throw BenchError("no namespace of our own: unshare(1) needs root or user namespaces")
        }
    }

    deinit {
        close(listener)
        close(namespacesInput)
    }

    private func takeDown() {
        card?.process.end()
        daemon?.end()
        namespaces.end(by: SIGKILL)
        _ = try? run(["rm", "-r", folder])
    }

    // MARK: pcscd

    func startDaemon() throws {
        daemon = nil
        let log = try open("pcscd.log")
        defer { close(log) }
        daemon = try ChildProcess(
            inside(["sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec /usr/sbin/pcscd --foreground --config \(folder)/conf"]),
            environment: environment, descriptors: [1: log, 2: log, 3: listener])
    }

    func killDaemon() { daemon?.end(by: SIGKILL) }

    /// Runs a program of the network that pcscd lives in.
    func runInside(_ words: [String]) throws -> ToolResult { try run(inside(words)) }

    private func inside(_ words: [String]) -> [String] {
        ["nsenter", "--target", String(namespaces.pid)] + (Self.isRoot ? [] : ["--user", "--preserve-credentials"])
            + ["--net", "--mount", "--"] + words
    }

    private static func listen(at path: String) throws -> Int32 {
        let descriptor = try aboveChildren(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isShort = withUnsafeMutableBytes(of: &address.sun_path) { field in
            guard path.utf8.count < field.count else { return false }
            field.copyBytes(from: path.utf8)
            return true
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard isShort, bound == 0, Glibc.listen(descriptor, 16) == 0 else { throw BenchError("no socket at \(path)") }
        return descriptor
    }

    // MARK: The card

    private func startCard(_ options: [String], environment variables: [String]) throws -> SimulatedCardProcess {
        let log = try open("kazasu.log")
        defer { close(log) }
        let words = [try kazasuPath(), "simulate", "card", "--json", "--vpcd", "127.0.0.1:\(Self.port)"] + options
        let card = try SimulatedCardProcess(inside(words), environment: environment + variables, log: log)
        self.card = card
        return card
    }

    /// Waits until OpenSC's list of readers says that a card is in the first slot, or none.
    func waitUntilCard(isPresent: Bool) throws {
        let deadline = Deadline()
        while deadline.millisecondsLeft > 0 {
            let list = try run(["opensc-tool", "--list-readers"]).output
            let line = list.split(separator: "\n").first { $0.hasSuffix("Virtual PCD 00 00") }
            if let line, line.contains(isPresent ? "Yes" : "No") { return }
        }
        throw BenchError("the card \(isPresent ? "is not seen" : "does not go away")")
    }

    // MARK: Programs

    private var environment: [String] {
        [
            Self.searchPath, "LC_ALL=C", "HOME=\(folder)", "PCSCLITE_CSOCK_NAME=\(folder)/pcscd.comm",
        ]
    }

    /// Runs a program to its end; it is a client of this pcscd if it uses PC/SC.
    func run(_ words: [String]) throws -> ToolResult {
        let process = try start(words)
        return try process.result()
    }

    /// What a program prints.
    func output(_ words: [String]) throws -> String { try run(words).output }

    /// Whether a program ends with status 0.
    func succeeds(_ words: [String]) throws -> Bool { try run(words).status == 0 }

    /// Starts a program and lets it run.
    func start(_ words: [String]) throws -> RunningTool {
        files += 1
        let output = try open("out-\(files)")
        let error = try open("err-\(files)")
        defer {
            close(output)
            close(error)
        }
        return RunningTool(
            process: try ChildProcess(words, environment: environment, descriptors: [1: output, 2: error]), bench: self, number: files)
    }

    // MARK: Files

    /// The name of a file of the bench.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        if name.hasPrefix("conf/") { mkdir(path("conf"), 0o755) }
        let file = try open(name, flags: O_TRUNC)
        defer { close(file) }
        try #require(Glibc.write(file, bytes, bytes.count) == bytes.count)
    }

    private func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func bytes(of name: String) -> [UInt8] {
        let file = Glibc.open(path(name), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(file, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    func text(of name: String) -> String { String(decoding: bytes(of: name), as: UTF8.self) }

    private func open(_ name: String, flags: Int32 = O_APPEND) throws -> Int32 {
        let file = Glibc.open(path(name), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o644)
        guard file >= 0 else { throw BenchError("\(path(name)): \(String(cString: strerror(errno)))") }
        return try aboveChildren(file)
    }

    private func readable(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
}

/// What a program has left.
struct ToolResult {
    let status: Int32
    let output: String
    let error: String
}

/// A program that runs beside the test.
struct RunningTool {
    let process: ChildProcess
    let bench: PrivatePCSC
    let number: Int

    /// Whether it ends with status 0.
    func succeeds() throws -> Bool { try result().status == 0 }

    /// Waits for its end.
    func result() throws -> ToolResult {
        let status = try process.wait()
        return ToolResult(status: status, output: bench.text(of: "out-\(number)"), error: bench.text(of: "err-\(number)"))
    }
}

/// The `kazasu` that was built with these tests: beside the test program.
func kazasuPath() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let program = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = (program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "") + "/kazasu"
    guard access(path, X_OK) == 0 else { throw BenchError("\(path) is not there: build it first") }
    return path
}
