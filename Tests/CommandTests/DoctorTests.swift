import Glibc
import TestSupport
import Testing

/// `kazasu doctor` as a person or a script uses it, with simulated readers or without a PC/SC service.
@Suite struct DoctorTests {
    let folder = TemporaryFolder()

    func doctor(_ words: [String], environment: [String] = []) throws -> ProgramResult {
        try start(words, environment: environment).result()
    }

    func start(
        _ words: [String], environment: [String] = [], input: String = "/dev/null", descriptors: [Int32: Int32] = [:]
    ) throws -> ChildProcess {
        let variables = [
            "XDG_DATA_HOME=\(folder / "data")", "XDG_CONFIG_HOME=\(folder / "none")", "PCSCLITE_CSOCK_NAME=\(folder / "no-service")",
        ]
        return try ChildProcess(
            // Of a variable that is there twice the first one counts.
            [builtProgram("kazasu"), "doctor"] + words, environment: environment + variables, input: input, descriptors: descriptors)
    }

    /// The findings as `check state code`, read by python3, an independent judge of JSON.
    func findings(_ text: String) throws -> [String] {
        let script = """
            import json, sys
            v = json.load(sys.stdin)
            for c in v["checks"]:
                assert c["sentence"]["ja"] and c["sentence"]["en"]
                assert (c["state"] in ("failed", "warning")) == ("advice" in c)
                print(c["check"], c["state"], c["code"])
            """
        let output = try runProgram(["python3", "-c", script], input: folder.write("json", text)).checked().output
        return output.split(separator: "\n").map(String.init)
    }

    static let order = [
        "configuration", "service", "usb", "readers", "reader", "card", "applications", "counters", "certificate", "centre",
    ]

    @Test func aCardInOrderPassesAllChecksAndNothingIsMade() throws {
        let result = try doctor(["--reader", "sim:card", "--json"])
        #expect(result.status == 0)
        #expect(result.error == "")
        let found = try findings(result.output)
        #expect(found.map { $0.split(separator: " ")[0] + "" } == Self.order)
        #expect(found.allSatisfy { $0.hasSuffix(" ok ok") || $0.hasSuffix(" skipped skipped") })
        #expect(found.filter { $0.hasSuffix("skipped") }.map { $0.split(separator: " ")[0] } == ["service", "usb", "readers"])
        #expect(!folder.has("data") && !folder.has("none"))
    }

    /// What is wrong, which check says so, and how the program ends.
    @Test(arguments: [
        (["--tries-left", "0"], "counters failed pin-blocked", 77), (["--tries-left", "1"], "counters warning pin-last-try", 0),
        (["--holder", "expired"], "certificate failed certificate-expired", 77),
        (["--at", "2024-01-01"], "certificate failed certificate-not-yet-valid", 77),
        (["--fault", "1:pull"], "card failed card-removed", 69),
        (["--fault", "1:mute"], "card failed timed-out", 75), (["--fault", "1:one-byte"], "card failed answer-malformed", 76),
        (["--fault", "2:pull"], "applications failed card-removed", 69), (["--fault", "4:mute"], "applications failed timed-out", 75),
        (["--fault", "12:pull"], "counters failed card-removed", 69), (["--fault", "22:pull"], "certificate failed card-removed", 69),
        (["--reader", "sim:nothing"], "reader failed reader-not-found", 69),
        (["--reader", "elsewhere:card"], "service failed pcsc-not-running", 69),
        (["--reader", "pcsc:*"], "service failed pcsc-not-running", 69),
    ])
    func whatIsWrongIsNamed(_ options: [String], _ finding: String, _ status: Int32) throws {
        let reader = options.contains("--reader") ? [] : ["--reader", "sim:card"]
        let result = try doctor(reader + options + ["--json"])
        #expect(result.status == status)
        let found = try findings(result.output)
        #expect(found.first { $0.contains(" failed ") || $0.contains(" warning ") } == finding, "\(found)")
        #expect(found.map { $0.split(separator: " ")[0] + "" } == Self.order)
    }

    /// What may lie on a reader, and what is said of it: the first finding that is no `ok`, or none.
    @Test(arguments: [
        ("android-token", "certificate skipped skipped", 0), ("next-generation", nil, 0),
        ("resident-registry-card", "certificate failed certificate-absent", 65), ("child", nil, 0),
        ("driving-licence", "card failed not-my-number-card", 65), ("residence-card", "card failed not-my-number-card", 65),
        ("face-only", "counters failed pin-blocked", 77), ("mute", "card failed timed-out", 75), ("dead", "reader failed card-mute", 69),
    ])
    func whateverLiesThereIsNamed(_ card: String, _ finding: String?, _ status: Int32) throws {
        let result = try doctor(["--reader", "sim:card", "--card", card, "--json"])
        #expect(result.status == status)
        let found = try findings(result.output).dropFirst(4).first { !$0.hasSuffix(" ok ok") }
        #expect(found == finding)
    }

    @Test func aCardThatIsGoneIsNotAskedAgain() throws {
        let found = try findings(try doctor(["--reader", "sim:card", "--json", "--fault", "2:pull"]).output)
        #expect(found.suffix(3) == ["counters skipped skipped", "certificate skipped skipped", "centre ok ok"])
    }

    @Test func aBlockedPINDoesNotHideTheCertificate() throws {
        let found = try findings(try doctor(["--reader", "sim:card", "--json", "--tries-left", "0"]).output)
        #expect(found.contains("certificate ok ok"))
    }

    // MARK: The configuration

    @Test func whatTheConfigurationNamesIsLookedAt() throws {
        func check(_ text: String, _ finding: String, _ status: Int32) throws {
            let path = try folder.write("config.yaml", text)
            let result = try doctor(["--json", "--reader", "sim:card"], environment: ["KAZASU_CONFIG=\(path)"])
            #expect(result.status == status, "\(text)")
            let found = try findings(result.output)
            #expect(found[0] == finding, "\(text)")
            // Whatever is wrong there, the rest is looked at all the same.
            #expect(found.contains("card ok ok") && found.count == Self.order.count)
        }
        mkdir(folder / "empty", 0o700)
        mkdir(folder / "anchors", 0o700)
        mkdir(folder / "anchors/authentication", 0o700)
        try folder.write("anchors/authentication/a.pem", "no certificate")
        try check("reader: sim:card\n", "configuration ok ok", 0)
        try check("raeder: sim:card\n", "configuration failed config-malformed", 65)
        try check("reader: card\n", "configuration failed selector-invalid", 64)
        try check("trust: empty\n", "configuration failed trust-folder-unusable", 65)
        try check("trust: absent\n", "configuration failed trust-folder-unusable", 65)
        try check("trust: anchors\n", "configuration failed trust-folder-unusable", 65)
    }

    @Test func theConfiguredReaderIsTaken() throws {
        let path = try folder.write("config.yaml", "reader: sim:card\n")
        let result = try doctor(["--json"], environment: ["KAZASU_CONFIG=\(path)"])
        #expect(result.status == 0)
        #expect(try findings(result.output).contains("card ok ok"))
        // The option comes before it.
        let other = try doctor(["--json", "--reader", "pcsc:*"], environment: ["KAZASU_CONFIG=\(path)"])
        #expect(try findings(other.output)[1] == "service failed pcsc-not-running")
    }

    @Test func aConfigurationThatIsNamedAndNotThereFails() throws {
        let result = try doctor(["--json", "--reader", "sim:card"], environment: ["KAZASU_CONFIG=\(folder / "absent")"])
        #expect(result.status == 66)
        #expect(try findings(result.output)[0] == "configuration failed file-unreadable")
    }

    // MARK: The centre's database

    @Test func theDatabaseIsOpenedAndNeverMade() throws {
        func centre(_ path: String) throws -> String? {
            let file = try folder.write("config.yaml", "centre: \(path)\n")
            return try findings(doctor(["--json", "--reader", "sim:card"], environment: ["KAZASU_CONFIG=\(file)"]).output).last
        }
        #expect(try centre("new/folder/centre.sqlite3") == "centre ok ok")
        #expect(!folder.has("new"))
        try folder.write("text", "this is no database")
        #expect(try centre("text") == "centre failed centre-database-invalid")
        #expect(try folder.read("text") == Array("this is no database".utf8))
        #expect(try centre("text/centre.sqlite3") == "centre failed centre-database-cannot-create")
        let visit = ["visit", "--reader", "sim:card", "--centre", folder / "made"]
        #expect(try runProgram([builtProgram("kazasu")] + visit).status == 0)
        let before = try folder.read("made")
        #expect(try centre("made") == "centre ok ok")
        #expect(try folder.read("made") == before)
        #expect(!folder.has("made-journal"))
    }

    /// An earlier version is told of, and left as it is: whoever looks does not bring it up.
    @Test func anOlderDatabaseIsNotBroughtUp() throws {
        let file = try folder.write("config.yaml", "centre: old\n")
        let make = """
            import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript("PRAGMA application_id = 1264210773; \
            PRAGMA user_version = 1; CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)"); c.close()
            """
        _ = try runProgram(["python3", "-c", make, folder / "old"]).checked()
        let before = try folder.read("old")
        let result = try doctor(["--json", "--reader", "sim:card"], environment: ["KAZASU_CONFIG=\(file)"])
        #expect(try findings(result.output).last == "centre warning centre-database-older")
        #expect(try folder.read("old") == before && !folder.has("old-journal"))
    }

    // MARK: As people see it

    @Test func eachCheckIsALineAndTheColumnsAreEven() throws {
        for (language, begin) in [("en", ("ok       ", "configuration  ")), ("ja", ("正常  ", "設定ファイル  "))] {
            let result = try doctor(["--reader", "sim:card", "--language", language])
            let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
            // Ten checks, an empty line, the last word, the end of the last line.
            #expect(lines.count == Self.order.count + 3)
            #expect(lines[0].hasPrefix(begin.0 + begin.1))
        }
        let failed = try doctor(["--reader", "sim:card", "--tries-left", "0"])
        #expect(failed.output.contains("\n         → The municipal office can unblock it."))
        #expect(failed.output.contains("[pin-blocked] authentication-pin 0"))
        #expect(failed.output.hasSuffix("\nSomething failed; begin with 'PINs'.\n"))
        #expect(failed.error == "")
        #expect(try doctor(["--reader", "sim:card", "-v"]).error.contains("card: ATR 3B"))
    }

    @Test func wrongUseIsOneError() throws {
        for words in [["--tries-left", "1"], ["--reader", "pcsc:*", "--at", "2026-01-01"], ["--reader", "card"], ["sim:card"]] {
            let result = try doctor(words)
            #expect(result.status == 64, "\(words)")
            #expect(result.output == "" && result.error.hasPrefix("kazasu: "), "\(words)")
        }
    }

    @Test func controlCEndsItWith130() throws {
        let keyboard = try Keyboard()
        let child = try start(
            ["--reader", "sim:card", "--real-time", "--fault", "1:mute"], input: keyboard.path, descriptors: [1: keyboard.terminal])
        try keyboard.waitFor("chosen reader")
        try keyboard.type("\u{3}")
        #expect(try child.result().status == 130)
    }

    @Test func aServiceThatClosesTheDoorIsToldFromOneThatIsNotThere() throws {
        let door = try ClosedDoor(at: folder / "door")
        let result = try doctor(["--json"], environment: ["PCSCLITE_CSOCK_NAME=\(folder / "door")"])
        door.end()
        #expect(result.status == 77)
        #expect(try findings(result.output)[1] == "service failed pcsc-refused")
        // Nobody listens there any more.
        let left = try doctor(["--json"], environment: ["PCSCLITE_CSOCK_NAME=\(folder / "door")"])
        #expect(left.status == 69)
        #expect(try findings(left.output)[1] == "service failed pcsc-not-running")
        let file = try doctor(["--json"], environment: ["PCSCLITE_CSOCK_NAME=\(folder.write("file", ""))"])
        #expect(try findings(file.output)[1] == "service failed pcsc-socket-wrong")
    }
}

/// A service that hangs up on everybody, as pcscd does where polkit says no.
private final class ClosedDoor {
    private let listener: Int32
    private var thread: pthread_t?

    init(at path: String) throws {
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard bound == 0, listen(listener, 16) == 0 else { throw BenchError("no socket at \(path)") }
        thread = startThread { [listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                // The client has said all that it says first, 20 bytes, and nobody has read it: to it this is not the same as a service
                // that died. FIONREAD (ioctl_tty(2)) tells how much has come.
                var count: Int32 = 0
                while ioctl(client, 0x541B, &count) == 0, count < 20 { sched_yield() }
                close(client)
            }
        }
    }

    /// Ends it; the socket stays.
    func end() {
        shutdown(listener, Int32(SHUT_RDWR))
        if let thread { pthread_join(thread, nil) }
        thread = nil
        close(listener)
    }
}
