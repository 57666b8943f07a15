import Glibc
import TestSupport
import Testing

/// A pcscd with vpcd of our own: its own folder, socket, configuration and network, so that it meets no other pcscd, no reader of this
/// machine and no other test.
///
/// pcscd takes its socket from whoever starts it (sd_listen_fds(3)); clients find it by PCSCLITE_CSOCK_NAME. vpcd listens on every
/// address of the machine, hence the network namespace. A mount namespace hides the drivers for USB readers and pcscd's usual folder.
final class PrivatePCSC {
    let folder = TemporaryFolder()
    private let listener: Int32
    private let namespaces: ChildProcess
    // Open for as long as the namespaces are needed.
    private let namespacesInput: Int32
    private var daemon: ChildProcess?
    private var card: SimulatedCardProcess?
    private var readers = 0

    private static let driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
    private static let port = 35_963
    private static let isRoot = geteuid() == 0

    /// Puts up a bench with a card in the reader, runs `body` and takes everything down, whatever comes.
    static func with(
        card options: [String] = [], environment: [String] = [], _ body: (PrivatePCSC, SimulatedCardProcess) throws -> Void
    ) throws {
        let words = [try builtProgram("kazasu"), "simulate", "card", "--json", "--vpcd", "127.0.0.1:\(port)"] + options
        try with(cardProgram: { _ in words }, environment: environment, body)
    }

    /// The same with a card that misbehaves as told.
    static func withMisbehavingCard(_ body: (PrivatePCSC, SimulatedCardProcess) throws -> Void) throws {
        let words = [try builtProgram("PCSCProbe"), "card"]
        try with(cardProgram: { _ in words }) { bench, card in
            guard try card.answer("answer") == "ready" else { throw BenchError("no card") }
            try body(bench, card)
        }
    }

    /// The same without a reader.
    static func withoutReader(_ body: (PrivatePCSC) throws -> Void) throws {
        let bench = try PrivatePCSC()
        defer { bench.takeDown() }
        unlink(bench.folder / "conf/vpcd1")
        try bench.startDaemon()
        try body(bench)
    }

    /// The same with a card that is not ours, in python; what it is sent is in the file `sent`.
    static func withOtherCard(_ options: [String], _ body: (PrivatePCSC) throws -> Void) throws {
        let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        try with(cardProgram: { ["python3", here + "/other-card.py", $0.folder.path] + options }) { bench, _ in try body(bench) }
    }

    private static func with(
        cardProgram words: (PrivatePCSC) -> [String], environment: [String] = [],
        _ body: (PrivatePCSC, SimulatedCardProcess) throws -> Void
    ) throws {
        let bench = try PrivatePCSC()
        defer { bench.takeDown() }
        do {
            try bench.startDaemon()
            let card = try bench.startCard(words(bench), environment: environment)
            try bench.waitUntilCard(isPresent: true)
            try body(bench, card)
        } catch {
            throw BenchError("\(error)\npcscd: \(bench.daemon?.output.text.suffix(2_000) ?? "")\nkazasu: \(bench.card?.log ?? "")")
        }
    }

    private init() throws {
        for (path, package) in [
            ("/usr/sbin/pcscd", "pcscd"), (Self.driver, "vsmartcard-vpcd"), ("/usr/bin/opensc-tool", "opensc"),
            ("/usr/bin/unshare", "util-linux"), ("/usr/sbin/ip", "iproute2"), ("/usr/bin/openssl", "openssl"),
        ] where access(path, R_OK) != 0 {
            throw BenchError("\(path) is not there: install Debian's package \(package), as the set-up script does")
        }
        listener = try Self.listen(at: folder / "pcscd.comm")
        let (own, childs) = try socketPair()
        defer { close(childs) }
        namespacesInput = own
        namespaces = try ChildProcess(
            ["unshare"] + (Self.isRoot ? [] : ["--user", "--map-root-user"]) + [
                "--net", "--mount", "sh", "-c",
                "ip link set lo up && mount -t tmpfs tmpfs /run && mkdir /run/pcscd"
                    + " && mount -t tmpfs tmpfs /usr/lib/pcsc/drivers && echo ready && exec cat",
            ], descriptors: [0: childs, 1: childs])
        mkdir(folder / "conf", 0o700)
        try addReader(named: "Virtual PCD".utf8)
        guard Deadline().wait(for: own), readable(own) == "ready\n" else {
            throw BenchError("no namespace of our own: unshare(1) needs root or user namespaces")
        }
    }

    deinit {
        close(listener)
        close(namespacesInput)
    }

    private func takeDown() {
        thawDaemon()
        card?.process.end()
        daemon?.end()
        namespaces.end(by: SIGKILL)
    }

    // MARK: pcscd

    /// Configures one more reader with two slots, for when pcscd is started next; the first one is where the card goes.
    func addReader(named name: some Sequence<UInt8>) throws {
        readers += 1
        // vpcd keeps its slots in the library, so each reader has a library of its own.
        let library = folder / "libifdvpcd\(readers).so"
        let port = Self.port + 2 * (readers - 1)
        try folder.write(
            "conf/vpcd\(readers)",
            Array("FRIENDLYNAME \"".utf8) + Array(name)
                + Array("\"\nDEVICENAME /dev/null:\(port)\nLIBPATH \(library)\nCHANNELID \(port)\n".utf8))
        guard try run(["cp", Self.driver, library]).status == 0 else { throw BenchError("vpcd cannot be copied") }
    }

    /// Starts pcscd as if no reader were configured; the next start has them again.
    func startDaemonWithoutReaders() throws {
        rename(folder / "conf", folder / "conf-elsewhere")
        mkdir(folder / "conf", 0o700)
        try startDaemon()
        // It answers once it has read its configuration.
        guard try run(["opensc-tool", "--list-readers"]).output.contains("No smart card readers") else { throw BenchError("readers") }
        rmdir(folder / "conf")
        rename(folder / "conf-elsewhere", folder / "conf")
    }

    func startDaemon() throws {
        daemon = nil
        daemon = try ChildProcess(
            inside(["sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec /usr/sbin/pcscd --foreground --config \(folder / "conf") 2>&1"]),
            environment: environment, descriptors: [3: listener])
    }

    func killDaemon() { daemon?.end(by: SIGKILL) }

    /// Asks pcscd to end, as the system does.
    func endDaemon() { daemon?.end(by: SIGTERM) }

    /// Stops pcscd where it is, without its clients' seeing it, or lets it go on.
    func freezeDaemon() {
        signalDaemon(SIGSTOP)
        // The signal is seen by one thread after the other.
        while let daemon, !isStopped(daemon.pid) { sched_yield() }
    }
    func thawDaemon() { signalDaemon(SIGCONT) }

    /// Whether every thread is stopped or gone (proc_pid_stat(5)).
    private func isStopped(_ pid: pid_t) -> Bool {
        entries(of: "/proc/\(pid)/task").allSatisfy { thread in
            guard let stat = try? readFile("/proc/\(pid)/task/\(thread)/stat") else { return true }
            let state = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ").first
            return state.map { "TtZX".contains($0) } ?? true
        }
    }

    /// The numbers that are names in a folder of proc(5).
    private func entries(of path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.first?.isNumber == true { names.append(name) }
        }
        return names
    }

    /// Waits until pcscd serves no other contexts than those that these programs have. One that was given up in a call lives on in pcscd
    /// until that call returns: it may still connect to the card, and reset it.
    ///
    /// pcscd has a thread for each context, beside its own two and one for each slot.
    func waitUntilServed(only clients: SimulatedCardProcess...) throws {
        guard let daemon else { return }
        try Deadline().wait(for: "pcscd without the contexts that were given up") {
            let contexts = clients.reduce(0) { $0 + connections(of: $1.process.pid) }
            return entries(of: "/proc/\(daemon.pid)/task").count <= 2 + 2 * readers + contexts
        }
    }

    /// How many sockets a client has but for those to us.
    private func connections(of pid: pid_t) -> Int {
        let folder = "/proc/\(pid)/fd"
        let targets = entries(of: folder).compactMap { name in
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = readlink("\(folder)/\(name)", &buffer, buffer.count)
            return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
        }
        return Set(targets.filter { $0.hasPrefix("socket:") }).count - 2
    }

    private func signalDaemon(_ signal: Int32) { if let daemon { kill(daemon.pid, signal) } }

    /// Runs a program of the network that pcscd lives in.
    func runInside(_ words: [String]) throws -> ProgramResult { try run(inside(words)) }

    private func inside(_ words: [String]) -> [String] {
        ["nsenter", "--target", String(namespaces.pid)] + (Self.isRoot ? [] : ["--user", "--preserve-credentials"])
            + ["--net", "--mount", "--"] + words
    }

    private static func listen(at path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
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

    private func startCard(_ words: [String], environment variables: [String]) throws -> SimulatedCardProcess {
        let card = try SimulatedCardProcess(inside(words), environment: environment + variables)
        self.card = card
        return card
    }

    /// Waits until OpenSC's list of readers says that a card is in the first slot, or none.
    func waitUntilCard(isPresent: Bool) throws {
        try Deadline().wait(for: "the list with \(isPresent ? "a card" : "no card")") {
            let list = try run(["opensc-tool", "--list-readers"]).output
            let line = list.split(separator: "\n").first { $0.hasSuffix("Virtual PCD 00 00") }
            return line?.contains(isPresent ? "Yes" : "No") == true
        }
    }

    // MARK: Programs

    /// A client of our own that does one thing at a time, at the first slot unless told otherwise.
    func startClient(_ sharing: String = "exclusive", reader: String = "Virtual PCD 00 00") throws -> SimulatedCardProcess {
        let client = try SimulatedCardProcess(
            [try builtProgram("PCSCProbe"), "client", sharing, reader], environment: environment)
        guard try client.answer("answer") == "ready" else { throw BenchError("no client") }
        return client
    }

    private var environment: [String] {
        ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)", "PCSCLITE_CSOCK_NAME=\(folder / "pcscd.comm")"]
    }

    /// Runs a program to its end; it is a client of this pcscd if it uses PC/SC.
    func run(_ words: [String], environment variables: [String] = [], input: String = "/dev/null") throws -> ProgramResult {
        try start(words, environment: variables, input: input).result()
    }

    /// What a program prints.
    func output(_ words: [String]) throws -> String { try run(words).output }

    /// Whether a program ends with status 0.
    func succeeds(_ words: [String]) throws -> Bool { try run(words).status == 0 }

    /// Starts a program and lets it run, with more variables, and with standard input from a file or terminal.
    func start(
        _ words: [String], environment variables: [String] = [], input: String = "/dev/null", descriptors: [Int32: Int32] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(words, environment: environment + variables, input: input, descriptors: descriptors)
    }

    private func readable(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
}
