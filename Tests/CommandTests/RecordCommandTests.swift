import Glibc
import Recordings
import TestSupport
import Testing

@testable import kazasu

/// `kazasu record` and `kazasu replay`, as a person uses them.
@Suite struct RecordCommandTests {
    let folder = TemporaryFolder()

    private func start(_ words: [String], _ variables: [String] = []) throws -> ChildProcess {
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"]
        return try ChildProcess([builtProgram("kazasu")] + words, environment: surroundings + variables)
    }

    private func kazasu(_ words: String..., variables: [String] = []) throws -> ProgramResult { try start(words, variables).result() }

    private func record(_ words: [String], variables: [String] = []) throws -> ProgramResult {
        try start(["record", folder / "r", "--", "visit"] + words, variables).result()
    }

    private func replay(_ name: String = "r", _ words: String...) throws -> ProgramResult {
        try start(["replay", folder / name] + words).result()
    }

    private func recordedLines() throws -> [String] {
        String(decoding: try folder.read("r"), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    static let readers =
        [
            ("sim:card", "pin"), ("sim:generic-ccid", "pin"),
            ("sim:acr1255u", "pin"),
            ("sim:feitian-ble", "pin"),
        ]
        + [
            "sim:fujitsu-caora",
            "sim:almex-cps100w",
            "sim:panasonic-xcstfr2",
            "sim:canon-hicara",
            "sim:atlas-exc9000",
        ].flatMap { reader in ["face", "pin", "visual"].map { (reader, $0) } }

    /// A recorded visit is a visit, and its replay is the same again, without the options.
    @Test(arguments: readers)
    func recordAndReplayAreTheVisit(_ reader: String, _ identity: String) throws {
        let words = ["--reader", reader, "--identity", identity, "--seed", "8", "--verbose", "--personal"]
        for more in [[], ["--json", "--language", "ja"]] {
            let plain = try start(["visit"] + words + more).result()
            let recorded = try record(words + more)
            let replayed = try replay()
            #expect(plain.status == 0, "\(plain.error)")
            for result in [recorded, replayed] {
                #expect(result.output == plain.output)
                #expect(result.error == plain.error)
                #expect(result.status == plain.status)
            }
        }
    }

    static let ends: [(words: [String], status: Int32)] = [
        (["sim:fujitsu-caora", "--stage", "apdu#5:remove"], 69),
        (["sim:*caora", "--identity", "face", "--stage", "choose-method:end"], 130),
        (["sim:almex-cps100w", "--stage", "keypad:type-wrong-pin", "--stage", "keypad#2:type-wrong-pin"], 77),
        (["sim:fujitsu-caora", "--stage", "choose-consent+100ms:unplug"], 69),
        (["sim:almex-cps100w", "--stage", "choose-method:nothing"], 75),
        (["sim:card", "--fault", "5:pull"], 69), (["sim:card", "--card", "expired", "--at", "2026-05-01T09:00:00"], 77),
        (["sim:almex-cps100w", "--second-reader", "sim:generic-ccid", "--card", "android-token"], 0),
        (["sim:fujitsu-caora", "--second-reader", "sim:generic-ccid", "--identity", "face"], 0),
    ]

    @Test(arguments: ends.indices)
    func soDoesOneThatEndsOtherwise(_ index: Int) throws {
        let (words, status) = Self.ends[index]
        let recorded = try record(["--reader"] + words)
        #expect(recorded.status == status, "\(recorded.error)")
        let replayed = try replay()
        #expect(replayed.output == recorded.output)
        #expect(replayed.error == recorded.error)
        #expect(replayed.status == status)
    }

    /// A signal while the station waits in real time.
    @Test(arguments: [SIGINT, SIGTERM])
    func aCancelledVisitIsCancelledAgain(_ signal: Int32) throws {
        let visit = ["--reader", "sim:fujitsu-caora", "--real-time", "--stage", "place-card:nothing", "--verbose"]
        let child = try start(["record", folder / "r", "--", "visit"] + visit)
        try child.waitForError("screen place-card")
        kill(child.pid, signal)
        #expect(try child.result().status == 128 + signal)
        #expect(try recordedLines().contains { $0.contains(#""event": "cancel""#) })
        let replayed = try replay("r", "--json")
        #expect(replayed.status == 128 + signal)
        #expect(replayed.output.contains(#""outcome":"cancelled""#), "\(replayed.error)")
    }

    @Test func whatIsGivenToTheReplayComesBeforeWhatWasRecorded() throws {
        _ = try record(["--reader", "sim:card", "--language", "ja"])
        let plain = try kazasu("visit", "--reader", "sim:card", "--json", "--personal", "--verbose")
        let replayed = try replay("r", "--json", "--personal", "--verbose", "--language", "en", "--trace", folder / "t")
        #expect(replayed.output == plain.output)
        #expect(replayed.error == plain.error)
        #expect(try kazasu("trace", "verify", folder / "t").status == 0)
    }

    // MARK: Differences

    @Test func aChangedByteIsNamed() throws {
        _ = try record(["--reader", "sim:fujitsu-caora", "--identity", "face", "--json"])
        let lines = try recordedLines()
        let sent = lines.indices.filter { lines[$0].contains(#""event": "submit""#) && lines[$0].contains(#""bytes""#) }
        let index = sent[sent.count / 2]
        var changed = lines
        let range = try #require(changed[index].firstRange(of: #""bytes": ""#))
        changed[index].replaceSubrange(range.upperBound...range.upperBound, with: changed[index][range.upperBound] == "0" ? "1" : "0")
        try folder.write("changed", changed.joined(separator: "\n") + "\n")
        let result = try replay("changed")
        #expect(result.status == 76)
        #expect(result.error.contains("line \(index + 1) ") && result.error.contains("[replay-differs]"), "\(result.error)")
        #expect(result.error.contains("byte 0 of them"))
        // Nothing of a visit that did not happen so, but the error as the recorded options say.
        #expect(result.output.hasPrefix(#"{"error":{"code":"replay-differs""#))
    }

    /// What the centre says is not on a cable.
    @Test func anotherEndIsADifference() throws {
        _ = try record(["--reader", "sim:card"])
        let text = String(decoding: try folder.read("r"), as: UTF8.self)
        try folder.write("other", text.replacing(#""outcome": "confirmed""#, with: #""outcome": "pin-rejected""#))
        let result = try replay("other")
        #expect(result.status == 76)
        #expect(result.error.contains("expected the end: pin-rejected; came the end: confirmed"), "\(result.error)")
        #expect(result.output == "")
    }

    // MARK: Files

    @Test(
        "What cannot be replayed",
        arguments: [
            ("", 65, "recording-malformed"), ("{", 65, "recording-malformed"), ("[1]\n", 65, "recording-malformed"),
        ])
    func wrongFiles(_ text: String, _ status: Int32, _ code: String) throws {
        try folder.write("wrong", text)
        let result = try replay("wrong")
        #expect(result.status == status)
        #expect(result.error.contains("[\(code)]"), "\(result.error)")
    }

    @Test func wrongPlaces() throws {
        for (name, status) in [("missing", Int32(66)), (".", 66)] { #expect(try replay(name).status == status) }
        try folder.write("precious", "precious\n")
        for place in ["precious", "nowhere/r", "."] {
            let result = try kazasu("record", folder / place, "--", "visit", "--reader", "sim:card")
            #expect(result.status == 73 && result.error.contains("[recording-not-written]"), "\(result.error)")
            #expect(result.output == "")
        }
        #expect(try folder.read("precious") == Array("precious\n".utf8))
        // The visit is not lost with its recording.
        let full = try kazasu("record", "/dev/full", "--", "visit", "--reader", "sim:card")
        #expect(full.status == 74 && full.output.contains("Eligibility"), "\(full.error)")
    }

    @Test(
        "A recording by somebody else does no harm, and what is wrong with it is told",
        arguments: [
            (#""identity": "pin""#, #""identity": "eye""#, 65, "recording-malformed"),
            (#""command": "visit""#, #""command": "card""#, 65, "recording-malformed"),
            (#""options": {"#, #""options": {"centre": "FOLDER/made", "#, 66, "file-unreadable"),
            (#""options": {"#, #""options": {"trace": "FOLDER/made", "#, 0, ""),
            (#""options": {"#, #""options": {"pin-fd": "0", "reader-x": "y", "#, 0, ""),
            (#""options": {"#, #""options": {"profile": "/etc/passwd", "#, 0, ""),
            (#""reader": "sim:card""#, #""reader": "pcsc:*""#, 69, "reader-not-found"),
        ])
    func harmfulOptions(_ part: String, _ other: String, _ status: Int32, _ code: String) throws {
        _ = try record(["--reader", "sim:card", "--identity", "pin"])
        let text = String(decoding: try folder.read("r"), as: UTF8.self)
        #expect(text.contains(part))
        try folder.write("other", text.replacing(part, with: other.replacing("FOLDER", with: folder.path)))
        let result = try replay("other")
        #expect(result.status == status, "\(result.error)")
        #expect(result.error.contains(code == "" ? "" : "[\(code)]"), "\(result.error)")
        #expect(!folder.files().contains("./made"))
    }

    @Test func oneThatEndedBeforeAReaderWasOpened() throws {
        #expect(try record(["--reader", "sim:nothing"]).status == 69)
        let result = try replay()
        #expect(result.status == 65)
        #expect(result.error.contains("reader-not-found"), "\(result.error)")
    }

    // MARK: Secrets

    /// A recording of a simulated card has the PIN in it, so nobody's own PIN is taken.
    @Test func noPINFromOutside() throws {
        let canary = Canary()
        for words in [["--reader", "sim:card"], ["--reader", "sim:fujitsu-caora", "--identity", "pin"]] {
            let result = try record(words, variables: ["KAZASU_PIN=\(canary.text)"])
            #expect(result.status == 64, "\(result.error)")
            #expect(result.error.contains("see 'kazasu help record'"))
            #expect(try canary.places(in: result, folder) == [])
        }
        #expect(try record(["--reader", "sim:card", "--pin-fd", "0"]).status == 64)
        #expect(folder.files().isEmpty)
        #expect(try record(["--reader", "sim:card"]).status == 0)
        // A replay asks nobody either.
        let result = try start(["replay", folder / "r"], ["KAZASU_PIN=\(canary.text)"]).result()
        #expect(result.status == 0)
    }

    /// A descriptor belongs to the process that was given it.
    @Test func noDescriptorIsKeptOrTakenBack() throws {
        let names = visitCommand.options.map(\.specification.name).filter { $0.hasSuffix("-fd") }
        #expect(Set(names).isSuperset(of: ["pin-fd", "reader-key-fd"]))
        let pipe = try socketPair()
        _ = write(pipe.1, "0123456789abcdef", 16)
        shutdown(pipe.1, Int32(SHUT_WR))
        let words = ["record", folder / "r", "--", "visit", "--reader", "sim:card", "--reader-key-fd", "3"]
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"]
        let child = try ChildProcess([builtProgram("kazasu")] + words, environment: surroundings, descriptors: [3: pipe.0])
        for end in [pipe.1, pipe.0] { close(end) }
        #expect(try child.result().status == 0)
        let text = String(decoding: try folder.read("r"), as: UTF8.self)
        #expect(!text.contains("-fd\""))
        let options = names.map { #""\#($0)": "3", "# }.joined()
        let other = try RecordingFile.parse(Array(text.replacing(#""options": {"#, with: #""options": {\#(options)"#).utf8))
        #expect(other.options.keys.contains("reader-key-fd"))
        #expect(RecordedOptions(other).texts.keys.sorted() == ["command", "language", "reader"])
    }

    @Test func withoutItsBytesNothingIsReplayed() throws {
        _ = try record(["--reader", "sim:card"])
        let lines = try recordedLines().map { line in
            line.firstRange(of: #", "bytes": ""#).map { String(line[..<$0.lowerBound]) + "}" } ?? line
        }
        try folder.write("bare", lines.joined(separator: "\n") + "\n")
        let result = try replay("bare")
        #expect(result.status == 65)
        #expect(result.error.contains("[recording-without-payload]"), "\(result.error)")
    }

    @Test(
        "Wrong use",
        arguments: [
            ["record"], ["record", "r"], ["record", "r", "--", "card", "info"], ["record", "r", "--", "visit", "--help"],
            ["record", "r", "--", "visit", "--raeder", "x"], ["record", "r", "visit", "--reader", "sim:card"],
            ["record", "r", "--", "visit", "--reader", "plugin:./x"], ["replay"], ["replay", "r", "--reader", "sim:card"],
        ])
    func wrongUse(_ words: [String]) throws {
        let result = try start(words).result()
        #expect(result.status == 64, "\(result.error)")
        #expect(result.output == "")
    }

    @Test func aWrongOptionOfTheVisitIsToldAsTheVisitWouldTellIt() throws {
        let result = try record(["--raeder", "x", "--json"])
        #expect(result.output == (try kazasu("visit", "--raeder", "x", "--json")).output)
        #expect(result.output.contains("unknown-option"))
    }
}
