import Glibc
import TestSupport
import Testing

/// Secrets by chance through every way into the program: nothing that it leaves behind, and nothing that the kernel tells, holds them.
/// The program starts no other program, so nobody inherits its environment.
@Suite struct CanaryTests {
    let card = CardProcess()

    /// Each way in: its variable, its option, a command that uses it.
    static let routes: [(variable: String, option: String, words: [String])] = [
        ("KAZASU_PIN", "--pin-fd", ["verify-pin"]),
        ("KAZASU_SIGN_PASSWORD", "--sign-password-fd", ["sign", "--key", "signature", "--input", "/dev/null", "--output", "out"]),
        ("KAZASU_TEXT_PIN", "--text-pin-fd", ["four-items"]),
        ("KAZASU_VISUAL_CODE_B", "--visual-code-fd", ["face", "--output", "out.png"]),
        ("KAZASU_BIRTH_KEY", "--birth-key-fd", ["age"]),
        ("KAZASU_COMMON_PIN", "--common-pin-fd", ["verify-pin", "--which", "common-pin"]),
        ("KAZASU_RESIDENT_PIN", "--resident-pin-fd", ["verify-pin", "--which", "resident-pin"]),
        ("KAZASU_NEW_PIN", "--new-pin-fd", ["change-pin"]),
    ]

    /// In the folder, as verbose as can be, with a trace and room for a core file.
    private func start(
        _ words: [String], variables: [String] = [], input: String = "/dev/null", descriptors: [Int32: Int32] = [:]
    ) throws -> ChildProcess {
        let shell = ["sh", "-c", "ulimit -c unlimited 2>/dev/null; cd \"$0\" && exec \"$@\"", card.folder.path]
        let environment = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(card.folder.path)", "SWIFT_BACKTRACE=enable=yes"] + variables
        return try ChildProcess(
            shell + [builtProgram("kazasu")] + words + ["--reader", "sim:card", "--trace", "trace", "--verbose"], environment: environment,
            input: input, descriptors: descriptors)
    }

    /// A pipe that holds a line; its writing end is closed.
    private func line(_ text: String) throws -> Int32 {
        let (reading, writing) = try openPipe()
        defer { close(writing) }
        try #require(write(writing, text + "\n", text.utf8.count + 1) == text.utf8.count + 1)
        return reading
    }

    /// Runs with the secret once by each way, and looks everywhere.
    private func check(_ canary: Canary, by index: Int, _ words: [String], status: Int32, code: String) throws {
        let route = Self.routes[index]
        let given = try start(["card"] + words, variables: ["\(route.variable)=\(canary.text)"]).result()
        let end = try line(canary.text)
        defer { close(end) }
        let read = try start(["card"] + words + ["--json", route.option, "7"], descriptors: [7: end]).result()
        for result in [given, read] {
            #expect(result.status == status, "\(words): \(result.error)")
            #expect(code == "" ? result.error == "" : result.error.contains(code), "\(words): \(result.error)")
            #expect(try canary.places(in: result, card.folder) == [])
        }
    }

    @Test func theJudgeSeesEveryForm() throws {
        let canary = Canary()
        let script = """
            import base64, sys
            secret = sys.argv[1].encode()
            for text in [secret[3:15], secret.hex()[5:40].encode(), secret.hex().upper()[8:].encode()]: print(text.decode())
            for before in [b"", b"x", b"xy"]: print(base64.b64encode(before + secret).decode())
            """
        let lines = try runProgram(["python3", "-c", script, canary.text]).checked().output.split(separator: "\n")
        #expect(lines.count == 6)
        for line in lines { #expect(!canary.forms(in: Array(line.utf8)).isEmpty, "\(line)") }
        #expect(canary.forms(in: Array("nothing of it".utf8)) == [])
        try card.folder.write("file", lines[0] + "")
        let nothing = try runProgram(["true"])
        #expect(try canary.places(in: nothing, card.folder).first?.hasPrefix("./file: bytes") == true)
    }

    @Test(arguments: routes.indices)
    func whatIsTooLongForACard(_ index: Int) throws {
        try check(Canary(), by: index, Self.routes[index].words, status: 65, code: "-malformed]")
    }

    @Test(arguments: routes.indices)
    func whatIsTooLongForAnySecret(_ index: Int) throws {
        try check(Canary(70), by: index, Self.routes[index].words, status: 65, code: "[secret-too-long]")
    }

    /// These have the form of a secret and are sent: the password and the 照合番号B to be refused, the new password to be taken.
    @Test func whatGoesAllTheWayToTheCard() throws {
        for words in [["verify-pin", "--which", "signature-password"], Self.routes[1].words, ["certificate", "--kind", "signature"]] {
            try check(.password(), by: 1, words, status: 77, code: "[pin-rejected]")
            #expect(try card.exchanges("trace").contains("002000" + "9B10 16 63C4"))
        }
        for words in [["face", "--output", "out.png"], ["four-items", "--by", "visual-code"], ["genuine", "--by", "visual-code"]] {
            try check(.visualCode(), by: 3, words, status: 77, code: "[pin-rejected]")
        }
        try check(.password(), by: 7, ["change-pin", "--which", "signature-password"], status: 0, code: "")
        #expect(try card.exchanges("trace").last == "0024018010 16 9000")
    }

    @Test func aVisit() throws {
        let canary = Canary()
        let result = try start(["visit", "--json"], variables: ["KAZASU_PIN=\(canary.text)"]).result()
        #expect(result.status == 65)
        #expect(try canary.places(in: result, card.folder) == [])
        #expect(card.folder.files().contains { $0.hasSuffix(".sqlite") || $0.hasSuffix(".db") || $0.contains("centre") })
    }

    @Test func whatIsTypedAtATerminal() throws {
        for (canary, code) in [(Canary.password(), Int32(0)), (Canary(), 65), (Canary(70), 65)] {
            let keyboard = try Keyboard()
            let child = try start(["card", "change-pin", "--which", "signature-password"], input: keyboard.path)
            try keyboard.waitFor("The new PIN or password: ")
            try keyboard.type(canary.text + "\n")
            let result = try child.result()
            #expect(result.status == code, "\(result.error)")
            #expect(try canary.places(in: result, card.folder) == [])
            #expect(try canary.forms(in: Array(keyboard.shown().utf8)) == [])
        }
    }

    @Test func rawCommandsOnStandardInput() throws {
        let canary = Canary.password()
        let lines = [
            "00A4040C0AD392F000260100000001", "0020009B10" + hex(canary.text.utf8), "80320080 10" + hex(canary.text.utf8).lowercased(),
        ]
        // In another folder than that in which is looked.
        let other = TemporaryFolder()
        let input = try other.write("lines", lines.joined(separator: "\n"))
        for options in [[], ["--json"]] {
            let words = [try builtProgram("kazasu"), "apdu", "--reader", "sim:card", "--verbose"] + options
            let result = try runProgram(words, input: input, in: card.folder.path)
            #expect(result.status == 0 && result.output.contains("63C4"), "\(result.error)")
            #expect(try canary.places(in: result, card.folder) == [])
        }
    }

    // MARK: What the kernel tells while the program runs

    /// It holds all secrets and waits for one more.
    private func waiting(
        _ canaries: [Canary], at end: Int32, in words: [String] = ["card", "verify-pin", "--resident-pin-fd", "7"]
    ) throws -> ChildProcess {
        let variables = zip(Self.routes, canaries).map { "\($0.variable)=\($1.text)" }
        let child = try start(words, variables: variables, descriptors: [7: end])
        try Deadline().wait(for: "an environment without secrets") {
            // By then it is the program and no longer the shell that has started it.
            guard try told("cmdline", of: child.pid)?.starts(with: builtProgram("kazasu").utf8) == true else { return false }
            guard let environment = told("environ", of: child.pid) else { return true }
            return canaries.allSatisfy { $0.forms(in: environment) == [] }
        }
        return child
    }

    @Test(arguments: [["card", "verify-pin", "--resident-pin-fd", "7"], ["visit", "--pin-fd", "7"]])
    func neitherTheCommandLineNorTheEnvironmentHoldsASecret(_ words: [String]) throws {
        let canaries = Self.routes.map { _ in Canary() }
        let (reading, writing) = try openPipe()
        defer { close(reading) }
        let child = try waiting(canaries, at: reading, in: words)
        for canary in canaries { #expect(canary.forms(in: told("cmdline", of: child.pid) ?? []) == []) }
        // It is still there, and says so once it is given what it waits for.
        close(writing)
        #expect(try child.result().error.contains("[secret-empty]"))
    }

    @Test func theSecretsOfASimulatedCardLeaveTheEnvironment() throws {
        let canary = Canary.password()
        // Nobody listens at port 1: it waits for somebody.
        let child = try ChildProcess(
            [builtProgram("kazasu"), "simulate", "card", "--vpcd", "127.0.0.1:1"],
            environment: ChildProcess.searchPath + ["LC_ALL=C", "KAZASU_SIGN_PASSWORD=\(canary.text)"])
        try child.waitForError("waiting for vpcd")
        #expect(canary.forms(in: told("environ", of: child.pid) ?? []) == [])
        #expect(child.end() == 128 + SIGTERM)
        #expect(canary.forms(in: child.error.bytes + child.output.bytes) == [])
    }

    /// The Swift runtime would print registers and what they point to, and the kernel would write a core file.
    @Test(arguments: [SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGQUIT])
    func aCrashTellsNothing(_ signal: Int32) throws {
        let canaries = Self.routes.map { _ in Canary() }
        let (reading, writing) = try openPipe()
        defer { for end in [reading, writing] { close(end) } }
        let child = try waiting(canaries, at: reading)
        // This one is half read when it crashes.
        let last = Canary()
        try #require(write(writing, last.text, last.text.utf8.count) == last.text.utf8.count)
        try Deadline().wait(for: "its reading") {
            var left: Int32 = 1
            return ioctl(reading, UInt(FIONREAD), &left) == 0 && left == 0
        }
        kill(child.pid, signal)
        let result = try child.result()
        #expect(result.status == -signal)
        #expect(result.output == "" && result.error == "", "\(result.error)")
        for canary in canaries + [last] { #expect(try canary.places(in: result, card.folder) == []) }
        #expect(card.folder.names() == [])
    }
}
