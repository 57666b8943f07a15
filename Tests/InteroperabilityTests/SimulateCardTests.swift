import Glibc
import SimulationKit
import TestSupport
import Testing
import VPCD

/// `kazasu simulate card` where no pcscd is, and the parts that need none.
@Suite(.serialized) struct SimulateCardTests {
    @Test(
        "HOST:PORT as it may be written",
        arguments: [
            ("127.0.0.1:35963", "127.0.0.1", 35_963), ("localhost:1", "localhost", 1), ("[::1]:65535", "::1", 65_535),
            ("a.example.jp:0080", "a.example.jp", 80),
        ])
    func address(text: String, host: String, port: UInt16) throws {
        let address = try #require(NetworkAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(NetworkAddress(address.description) == address)
    }

    @Test(
        "what is no HOST:PORT is a usage error that repeats nothing",
        arguments: [
            "", ":", "host", "host:", ":1", "host:0", "host:65536", "host:-1", "host:+1", "host:1 ", "ho st:1", "::1:1", "[]:1", "[::1]",
            "host:99999999999999999999", "host:１", "[a:1", "a]:1",
        ])
    func noAddress(text: String) throws {
        #expect(NetworkAddress(text) == nil)
        let result = try runCard(["--vpcd=\(text)"])
        #expect(result.status == 64)
        #expect(result.error.hasPrefix("kazasu: the value of --vpcd is not a valid HOST:PORT: Where vpcd listens\n"))
    }

    @Test("a host that nobody knows is unavailable", arguments: ["no-such-host.invalid:35963"])
    func unknownHost(text: String) throws {
        let result = try runCard(["--vpcd", text])
        #expect(result.status == 69)
        #expect(result.error.contains("[vpcd-host-unknown]"))
    }

    @Test("it waits where nobody listens, and ends by order or by signal", arguments: [nil, SIGINT, SIGTERM])
    func waiting(signal: Int32?) throws {
        let port = try freePort()
        let card = try SimulatedCardProcess([try builtProgram("kazasu"), "simulate", "card", "--json", "--vpcd", "127.0.0.1:\(port)"])
        let text = "waiting for vpcd at 127.0.0.1:\(port) (Connection refused)\n"
        try card.wait("says that it waits") { _ in card.log == text }
        #expect(try card.text("card") == "inserted")
        #expect(try card.text("vpcd") == "waiting")
        #expect(try card.name(of: "remove") == "removed")
        #expect(try card.text("vpcd") == "none")
        if let signal {
            #expect(card.process.end(by: signal) == 128 + signal)
        } else {
            #expect(try card.name(of: "quit") == "ended")
            #expect(try card.process.wait() == 0)
        }
        #expect(card.log == text)
    }

    @Test("it comes again however often it is turned away, says so once, and bears what no vpcd sends")
    func turnedAway() throws {
        let listener = try Listener()
        let card = try SimulatedCardProcess(
            [try builtProgram("kazasu"), "simulate", "card", "--json", "--at-once", "--vpcd", "127.0.0.1:\(listener.port)"])
        for _ in 0..<4 {
            let connection = try listener.accept()
            // Ended for a child of another test too, which may have inherited it.
            shutdown(connection, Int32(SHUT_RDWR))
            close(connection)
        }
        let connection = try listener.accept()
        defer { close(connection) }
        let hostile: [UInt8] = [0, 0, 0, 1, 9]
        try #require(send(connection, hostile + [0], hostile.count + 1, 0) == hostile.count + 1)
        try card.wait("complains twice") { $0.number("complaints") == 2 }
        // The rest of the message whose first byte came with them: asking for the ATR.
        try #require(send(connection, [1, 4] as [UInt8], 2, 0) == 2)
        var answer = [UInt8](repeating: 0, count: 100)
        try #require(Deadline().wait(for: connection))
        let count = recv(connection, &answer, answer.count, 0)
        #expect(answer[..<max(0, count)] == [0, 9, 0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14])
        #expect(
            card.log == """
                waiting for vpcd at 127.0.0.1:\(listener.port) (Connection reset by peer)
                the card is in vpcd at 127.0.0.1:\(listener.port)
                vpcd is wrong: a message of no bytes
                vpcd is wrong: an unknown control message: 9

                """)
    }

    @Test(
        "secrets that no such card has are refused, and not shown",
        arguments: ["KAZASU_PIN=12345", "KAZASU_PIN=12a4", "KAZASU_PIN=", "KAZASU_SIGN_PASSWORD=ABC12", "KAZASU_SIGN_PASSWORD=abc123"])
    func unfitSecret(variable: String) throws {
        let result = try runCard([], environment: [variable])
        #expect(result.status == 65)
        #expect(result.error.contains("[secret-unfit]"))
        let value = variable.drop { $0 != "=" }.dropFirst()
        #expect(value.isEmpty || !(result.error + result.output).contains(value))
    }

    @Test("at a terminal single keys are taken, and its settings are as before at the end", arguments: ["q", "\u{4}", "\u{3}"])
    func keys(last: String) throws {
        let keyboard = try Keyboard()
        let before = keyboard.settings
        let process = try ChildProcess(
            [try builtProgram("kazasu"), "simulate", "card", "--vpcd", "127.0.0.1:\(try freePort())"], environment: ["LC_ALL=C"],
            input: keyboard.path)
        try process.waitForError("i insert, r remove, s status, q quit\n")
        // Ctrl-\ and Ctrl-Z are keys without a meaning.
        try keyboard.type("r\u{1C}\u{1A}zi")
        let answers = "removed\nunknown\nunknown\nunknown\ninserted\n"
        try Deadline().wait(for: "five answers") { process.output.text == answers }
        #expect(keyboard.settings.c_lflag & tcflag_t(ICANON | ECHO) == 0)
        try keyboard.type(last)
        #expect(try process.wait() == (last == "\u{3}" ? 130 : 0))
        #expect(keyboard.settings.c_lflag == before.c_lflag)
        #expect(process.output.text == answers + (last == "\u{3}" ? "" : "ended\n"))
    }

    @Test("the second signal ends it even where nobody takes its answers, and the terminal is as before")
    func secondSignal() throws {
        let keyboard = try Keyboard()
        let before = keyboard.settings
        let (reader, full) = try socketPair()
        defer { for end in [reader, full] { close(end) } }
        let junk = [UInt8](repeating: 0, count: 4_096)
        while send(full, junk, junk.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) > 0 {}
        let process = try ChildProcess(
            [try builtProgram("kazasu"), "simulate", "card", "--vpcd", "127.0.0.1:\(try freePort())"], environment: ["LC_ALL=C"],
            input: keyboard.path, descriptors: [1: full])
        try process.waitForError("i insert")
        try keyboard.type("s")
        try Deadline().wait(for: "the key's end") { keyboard.pending == 0 }
        // Different ones, because two of a kind may become one. Which is heard first is the system's choice.
        kill(process.pid, SIGTERM)
        #expect([128 + SIGINT, 128 + SIGTERM].contains(process.end(by: SIGINT)))
        #expect(keyboard.settings.c_lflag == before.c_lflag)
    }

    @Test("Ctrl-C works while the host's name is looked up")
    func slowNameService() throws {
        let folder = TemporaryFolder()
        // The resolver reads the aliases of hosts from here (hostname(7)), and waits as long as nothing comes.
        let aliases = folder.path + "/aliases"
        try #require(mkfifo(aliases, 0o600) == 0)
        let process = try ChildProcess(
            [try builtProgram("kazasu"), "simulate", "card", "--vpcd", "reception:35963"],
            environment: ["LC_ALL=C", "HOSTALIASES=\(aliases)"])
        var end: Int32 = -1
        try Deadline().wait(for: "the resolver's question") {
            end = open(aliases, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            return end >= 0
        }
        defer { close(end) }
        #expect(process.end(by: SIGINT) == -SIGINT)
        #expect(process.error.text == "")
    }

    @Test(
        "the options of the card are those of every simulated card",
        arguments: [(["--tries-left", "1"], 1), (["--card", "my-number-card", "--holder", "taro", "--seed", "5"], 3)])
    func cardOptions(options: [String], triesLeft: Int) throws {
        let card = try SimulatedCardProcess(
            [try builtProgram("kazasu"), "simulate", "card", "--json", "--vpcd", "127.0.0.1:\(try freePort())"] + options)
        #expect(try card.number("pinTriesLeft") == triesLeft)
    }

    private func runCard(_ options: [String], environment: [String] = []) throws -> ProgramResult {
        try runProgram([builtProgram("kazasu"), "simulate", "card"] + options, environment: ["LC_ALL=C"] + environment)
    }

    /// A port of this machine on which nobody listens.
    private func freePort() throws -> UInt16 { try Listener(isListening: false).port }
}

/// A port of this machine, listened on or not, given back at the end.
private final class Listener {
    let port: UInt16
    private let descriptor: Int32

    init(isListening: Bool = true) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) | getsockname(descriptor, $0, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard status == 0, !isListening || listen(descriptor, 1) == 0 else { throw BenchError("no port to listen on") }
    }

    deinit { close(descriptor) }

    /// The next connection.
    func accept() throws -> Int32 {
        guard Deadline().wait(for: descriptor) else { throw BenchError("nobody comes") }
        return Glibc.accept(descriptor, nil, nil)
    }
}
