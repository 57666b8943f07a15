import Glibc
import TestSupport
import SimulatorCatalog
import Testing

/// The built program, as a person or a script uses it.
@Suite struct KazasuTests {
    let folder = TemporaryFolder()

    /// Runs `kazasu` with a data folder of its own and no PC/SC service.
    func kazasu(_ words: String..., environment: [String] = [], descriptors: [Int32: Int32] = [:]) throws -> ProgramResult {
        try start(words, environment: environment, descriptors: descriptors).result()
    }

    func start(
        _ words: [String], environment: [String] = [], input: String = "/dev/null", descriptors: [Int32: Int32] = [:]
    ) throws -> ChildProcess {
        let variables = [
            "XDG_DATA_HOME=\(folder.path)/data", "PCSCLITE_CSOCK_NAME=\(folder.path)/no-service",
        ]
        return try ChildProcess(
            [builtProgram("kazasu")] + words, environment: variables + environment, input: input, descriptors: descriptors)
    }

    /// Asks python3, an independent judge, for a value in a JSON text.
    func json(_ text: String, _ expression: String) throws -> String {
        let script = "import json, sys; v = json.load(sys.stdin); print((\(expression)))"
        return String(try runProgram(["python3", "-c", script], input: folder.write("json", text)).checked().output.dropLast())
    }

    // MARK: A visit

    @Test func aVisitIsOneObjectAndRepeatsToTheByte() throws {
        let first = try kazasu("visit", "--reader", "sim:card", "--identity", "pin", "--json", "--seed", "3")
        #expect(first.status == 0)
        #expect(first.error == "")
        let again = try kazasu("visit", "--reader", "sim:card", "--identity", "pin", "--json", "--seed", "3")
        #expect(again.output == first.output)
        let other = try kazasu("visit", "--reader", "sim:card", "--identity", "pin", "--json", "--seed", "4")
        #expect(other.output != first.output)
        #expect(
            try json(first.output, "v['outcome'], v['eligibility']['validity'], v['apdus'], v['bytesSent'], v['bytesReceived'] > 1392")
                == "('confirmed', 1, 5, 92, True)")
        #expect(
            try json(first.output, "[s['name'] for s in v['stages']], sum(s['apdus'] for s in v['stages'])")
                == "(['place', 'select', 'counter', 'certificate', 'chain', 'pin', 'verify', 'sign', 'signature', 'eligibility'], 5)")
        #expect(try json(first.output, "abs(sum(s['milliseconds'] for s in v['stages']) - v['milliseconds']) < 1e-6") == "True")
        #expect(first.output.filter { $0 == "\n" }.count == 1)
    }

    @Test func shortLengthTakesNoMoreThanTheBlocksOfTheCertificate() throws {
        let result = try kazasu("visit", "--reader", "sim:card", "--card", "my-number-card-short", "--json")
        #expect(try json(result.output, "v['outcome'], v['apdus']") == "('confirmed', \(4 + (1_392 + 255) / 256))")
    }

    @Test func personalFieldsAreShownOnlyToThoseWhoAsk() throws {
        let plain = try kazasu("visit", "--reader", "sim:card", "--json")
        #expect(!plain.output.contains("花子"))
        #expect(try json(plain.output, "v['eligibility'].keys() - {'validity', 'meaning', 'insurer', 'contributionPercent'}") == "set()")
        let personal = try kazasu("visit", "--reader", "sim:card", "--json", "--personal")
        #expect(try json(personal.output, "v['eligibility']['person']['name'].startswith('試験')") == "True")
    }

    /// What goes in, and how the program ends: status, outcome in the JSON, APDUs.
    @Test(arguments: [
        (["--holder", "expired"], 77, "certificate-expired", 3), (["--tries-left", "0"], 77, "pin-blocked", 3),
        (["--tries-left", "1"], 77, "last-try-kept", 3), (["--tries-left", "1", "--last-try"], 0, "confirmed", 5),
        (["--fault", "1:pull"], 69, "card-removed", 1), (["--fault", "5:pull"], 69, "card-removed", 5),
        (["--fault", "3:one-byte"], 76, "answer-malformed", 3), (["--fault", "3:oversize"], 76, "answer-malformed", 3),
        (["--fault", "5:mute"], 75, "timed-out", 5), (["--fault", "3:flip"], 65, "certificate-malformed", 3),
        (["--fault", "5:flip"], 77, "signature-invalid", 5), (["--at", "2031-01-01"], 77, "certificate-expired", 3),
        (["--at", "2024-01-01"], 77, "certificate-not-yet-valid", 3), (["--at", "2026-04-01T09:00:00"], 0, "confirmed", 5),
    ])
    func visitsThatEndOtherwise(_ options: [String], _ status: Int32, _ outcome: String, _ apdus: Int) throws {
        let result = try start(["visit", "--reader", "sim:card", "--json"] + options).result()
        #expect(result.status == status)
        #expect(try json(result.output, "v['outcome'], v['apdus']") == "('\(outcome)', \(apdus))")
        #expect(try json(result.output, "(v.get('error') or {}).get('code')") == (status == 0 ? "None" : outcome))
        #expect(result.error.filter { $0 == "\n" }.count == (status == 0 ? 0 : 1))
        #expect(status == 0 || result.error.contains("[\(outcome)]"))
    }

    // MARK: Wrong use and broken surroundings: one clear line

    @Test func whatIsWrongIsOneLine() throws {
        try folder.write("text", "this is no database")
        let cases: [([String], Int32, String)] = [
            (["visit"], 64, "--reader"), (["visit", "--reader", "sim:nothing"], 69, "[reader-not-found]"),
            (["visit", "--reader", "nowhere:card"], 64, "[selector-invalid]"), (["visit", "--reader", "card"], 64, "[selector-invalid]"),
            (["visit", "--reader", "pcsc:*"], 69, "[pcsc-not-running]"),
            (["visit", "--reader", "sim:card", "--centre", "\(folder.path)/text"], 65, "[centre-database-invalid]"),
            (["visit", "--reader", "sim:card", "--trace", "\(folder.path)/no/folder"], 73, "[trace-not-written]"),
            (["visit", "--reader", "sim:card", "--trace", "\(folder.path)/text"], 73, "[trace-not-written]"),
            (["visit", "--reader", "pcsc:*", "--fault", "5:pull"], 64, "--fault"),
            (["visit", "--reader", "pcsc:*", "--at", "2020-01-01"], 64, "--at"),
            (["visit", "--reader", "sim:card", "--at", "yesterday"], 64, "--at"),
            (["visit", "--reader", "sim:card", "--fault", "0:pull"], 64, "--fault"),
            (["trace", "show", "\(folder.path)/text"], 65, "[trace-malformed]"),
            (["trace", "show", "\(folder.path)/absent"], 66, "[file-unreadable]"),
            (["trace", "show", folder.path], 66, "This is a folder; name a file. [file-unreadable]"),
            (["trace", "show", "/dev/zero"], 65, "[file-too-long] (/dev/zero: more than 67108864 bytes)"),
            (["apdu", "--reader", "sim:card", "--send", "00A4040"], 64, "--send"),
            (["apdu", "--reader", "pcsc:*", "--send", "002000980431323334"], 64, "standard input"),
        ]
        for (words, status, text) in cases {
            let result = try start(words).result()
            #expect(result.status == status, "\(words)")
            #expect(result.error.hasPrefix("kazasu: ") && result.error.contains(text), "\(words): \(result.error)")
            #expect(result.error.split(separator: "\n").count == (status == 64 && !text.hasPrefix("[") ? 2 : 1), "\(result.error)")
            #expect(result.output == "", "\(words)")
        }
        #expect(try folder.read("text") == Array("this is no database".utf8))
    }

    @Test func aTraceThatCannotBeWrittenLosesNoResult() throws {
        let result = try kazasu("visit", "--reader", "sim:card", "--json", "--trace", "/dev/full")
        #expect(result.status == 74)
        #expect(try json(result.output.split(separator: "\n")[0] + "", "v['outcome']") == "confirmed")
        #expect(result.error.contains("[trace-not-written]"))
    }

    @Test func aTraceIsReplacedByATraceOnly() throws {
        let trace = "\(folder.path)/trace"
        for _ in 0..<2 { #expect(try kazasu("visit", "--reader", "sim:card", "--trace", trace).status == 0) }
        let twice = try folder.read("trace")
        #expect(try kazasu("visit", "--reader", "sim:card", "--trace", "\(folder.path)/other").status == 0)
        #expect(try folder.read("other") == twice)
    }

    @Test func aFaultThatIsNotReachedIsSaid() throws {
        let result = try kazasu("visit", "--reader", "sim:card", "--fault", "6:pull")
        #expect(result.status == 0)
        #expect(result.error.contains("[fault-not-reached]"))
    }

    @Test func whatWasExchangedBeforeAnErrorIsShown() throws {
        let result = try kazasu(
            "apdu", "--reader", "sim:card", "--json", "--fault", "2:pull", "--send", "00A4040C0AD392F000260100000001", "--send", "00200098")
        #expect(result.status == 69)
        #expect(try json(result.output, "[e['status'] for e in v['exchanges']], v['error']['code']") == "(['9000'], 'card-removed')")
    }

    @Test func stagesAreLoggedWhereThatIsAskedFor() throws {
        #expect(try kazasu("visit", "--reader", "sim:card").error == "")
        let log = try kazasu("visit", "--reader", "sim:card", "-v").error
        #expect(log.contains("reader sim:card\n") && log.contains("certificate\n") && log.contains("eligibility\n"))
    }

    /// A shell closes what a descriptor table of the test cannot.
    @Test func closedStandardStreamsAreNoTrap() throws {
        func shell(_ line: String) throws -> ProgramResult {
            try runProgram(
                ["sh", "-c", line, try builtProgram("kazasu")],
                environment: ["PATH=/usr/bin:/bin", "XDG_DATA_HOME=\(folder.path)/data"])
        }
        #expect(try shell("\"$0\" apdu -r sim:card <&-; echo status $?").output.contains("ATR 3B"))
        #expect(try shell("\"$0\" visit -r sim:card --json >&-; echo status $?").output == "status 74\n")
        #expect(try shell("(\"$0\" visit -r sim:card; echo status $? >&2) | true").error.hasPrefix("status "))
    }

    @Test func aFullDiskIsSaidAndEndsTheProgram() throws {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        let result = try kazasu("visit", "--reader", "sim:card", descriptors: [1: full])
        #expect(result.status == 74)
        #expect(result.error.contains("[output-failed]"))
    }

    // MARK: The PIN

    @Test func aPINOfTheWrongFormNeverReachesTheCard() throws {
        for pin in ["123", "12345", "12a4", "１２３"] {
            let result = try kazasu("visit", "--reader", "sim:card", "--json", environment: ["KAZASU_PIN=\(pin)"])
            #expect(result.status == 65)
            #expect(try json(result.output, "v['outcome'], v['apdus']") == "('pin-malformed', 3)")
            #expect(!result.error.contains(pin) && !result.output.contains(pin))
        }
    }

    @Test func aWrongPINCostsOneTryAndIsNotSentAgain() throws {
        let result = try kazasu("visit", "--reader", "sim:card", "--json", environment: ["KAZASU_PIN=9999"])
        #expect(result.status == 77)
        #expect(try json(result.output, "v['outcome'], v['apdus']") == "('pin-rejected', 4)")
        #expect(result.error.contains("2 more"))
    }

    @Test func thePINCanComeFromADescriptor() throws {
        try folder.write("pin", "1234\n")
        let pin = open("\(folder.path)/pin", O_RDONLY)
        defer { close(pin) }
        #expect(try kazasu("visit", "--reader", "sim:card", "--pin-fd", "7", descriptors: [7: pin]).status == 0)
    }

    /// Two wrong PINs of one length leave the same bytes everywhere: nothing that is written depends on the PIN.
    @Test func nothingThatIsWrittenDependsOnThePIN() throws {
        func everything(_ pin: String) throws -> [String] {
            let trace = "\(folder.path)/trace"
            let result = try kazasu("visit", "--reader", "sim:card", "--trace", trace, "-v", environment: ["KAZASU_PIN=\(pin)"])
            return [result.output, result.error, String(decoding: try folder.read("trace"), as: UTF8.self)]
        }
        let first = try everything("7391")
        #expect(first[1].contains("verify"))
        #expect(first[2].contains("0020009804\", \"commandHidden\": 4"))
        #expect(try everything("8264") == first)
    }

    // MARK: Other commands

    @Test func aTraceIsShown() throws {
        let trace = "\(folder.path)/trace"
        #expect(try kazasu("visit", "--reader", "sim:card", "--trace", trace).status == 0)
        let shown = try kazasu("trace", "show", trace)
        #expect(shown.status == 0)
        for line in ["SELECT  00A4040C0AD392F000260100000001 -> 9000", "VERIFY (counter)  00200098 -> 63C3", "end  confirmed"] {
            #expect(shown.output.contains(line))
        }
        #expect(try json(kazasu("trace", "show", "--json", trace).output, "sum(r['took'] is not None for r in v if 'took' in r)") == "5")
    }

    @Test func aTraceThatWasCutIsShownAsFarAsItGoes() throws {
        let trace = "\(folder.path)/trace"
        #expect(try kazasu("visit", "--reader", "sim:card", "--trace", trace).status == 0)
        _ = try folder.write("cut", folder.read("trace").prefix(900))
        let shown = try kazasu("trace", "show", "\(folder.path)/cut")
        #expect(shown.status == 65)
        #expect(shown.output.contains("SELECT  00A4040C") && shown.error.contains("[trace-malformed]"))
    }

    @Test func rawAPDUsAreShownAsTheyAre() throws {
        let result = try kazasu(
            "apdu", "--reader", "sim:card", "--json", "--send", "00 A4 04 0C 0A D392F000260100000001", "--send", "0020009804 39393939",
            "--send", "00200098", "--send", "00B08A0004", "--send", "8032008004 38383838", "--send", "0C 22 41B6 03 373737 00")
        #expect(result.status == 0)
        #expect(try json(result.output, "[e['status'] for e in v['exchanges']]") == "['9000', '63C2', '63C2', '9000', '6981', '6882']")
        #expect(try json(result.output, "v['exchanges'][3]['data'][:4]") == "3082")
        #expect(
            try json(result.output, "v['exchanges'][0]['command'], v['exchanges'][5]['command']")
                == "('00A4040C0AD392F000260100000001', '0C2241B603········')")
        for digits in ["39393939", "38383838", "373737"] { #expect(!result.output.contains(digits)) }
    }

    @Test func linesOfStandardInputAreSent() throws {
        try folder.write("lines", "# the application\n00A4040C0AD392F000260100000001\n\n00200098\nreset\nquit\n0000\n")
        let result = try start(["apdu", "--reader", "sim:card"], input: "\(folder.path)/lines").result()
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").map { $0.prefix(6) } == ["ATR 3B", "> 00A4", "< 9000", "> 0020", "< 63C3"])
        try folder.write("lines", "00A4040C0AD392F000260100000001\nnonsense\n00200098\n")
        let wrong = try start(["apdu", "--reader", "sim:card"], input: "\(folder.path)/lines").result()
        #expect(wrong.status == 65)
        #expect(wrong.error.contains("[apdu-malformed]") && !wrong.output.contains("63C3"))
    }

    @Test func controlCAtADialogueEndsWith130() throws {
        let keyboard = try Keyboard()
        let child = try start(["apdu", "--reader", "sim:card", "--real-time"], input: keyboard.path, descriptors: [1: keyboard.terminal])
        try keyboard.waitFor("apdu> ")
        try keyboard.type("00200098\n")
        try keyboard.waitFor("< 6")
        try keyboard.type("\u{3}")
        #expect(try child.result().status == 130)
    }

    @Test func readersAreListedWithoutAService() throws {
        let result = try kazasu("readers", "--json")
        #expect(result.status == 0)
        #expect(
            try json(result.output, "' '.join([r['selector'] for r in v['readers']] + [v['unavailable'][0]['code']])")
                == (SimulatorModel.all.map { "sim:" + $0.name } + ["pcsc-not-running"]).joined(separator: " "))
        #expect(
            try kazasu("readers", "--selectors").output
                == (SimulatorModel.all.map { "sim:\($0.name)" } + ["sim:exhibit#contactless", "sim:exhibit#contact"]).map { $0 + "\n" }
                .joined())
    }

    @Test func helpSpeaksBothLanguages() throws {
        #expect(try kazasu("help", "visit", environment: ["LANG=ja_JP.UTF-8"]).output.contains("受付を1回行う"))
        #expect(try kazasu("help", "visit", environment: ["LANG=C"]).output.contains("Carry out one visit"))
        #expect(try kazasu("--version").output == "kazasu 0.1.0\n")
        #expect(try kazasu("visit", "--reader", "sim:card", "--language", "ja").output.contains("資格: 有効"))
    }
}
