import Glibc
import TestSupport
import Testing

@testable import Commands
@testable import kazasu

/// What goes wrong with cards and files while a command is under way: nothing is spent in vain, and nothing wrong comes out.
@Suite struct CardTroubleTests {
    let card = CardProcess()

    @Test("What the card's key did not sign is no signature", arguments: ["4:flip", "4:truncate"])
    func wrongSignature(_ fault: String) throws {
        let words = ["sign", "--input", "/etc/hostname", "--output", card.folder / "signature", "--fault", fault]
        #expect(try card.json(words, "v['error']['code']", status: 77) == "signature-invalid")
        #expect(!card.folder.has("signature"))
    }

    @Test(
        "No try is spent on what cannot succeed",
        arguments: [
            (["four-items", "--trust", "/nowhere"], "trust-folder-unusable"), (["age", "--trust", "/nowhere"], "trust-folder-unusable"),
            (["certificate", "--kind", "signature", "--check", "--crl", "/dev/null"], "revocation-list-malformed"),
            (["sign", "--input", "/nowhere", "--output", "/dev/null"], "file-unreadable"),
            (["four-items", "--by", "visual-code", "--card", "next-generation"], "not-on-this-card"),
            (["genuine", "--by", "visual-code", "--card", "next-generation"], "not-on-this-card"),
        ])
    func noTryInVain(_ words: [String], _ code: String) throws {
        let result = try card.run(words + ["--json", "--trace", card.folder / "trace"])
        #expect(try card.value(result.output, "v['error']['code']") == code)
        let exchanges = card.folder.has("trace") ? try card.exchanges("trace") : []
        #expect(!exchanges.contains { $0.hasPrefix("0020") })
    }

    @Test(
        "A card that lacks something is no card that breaks its protocol",
        arguments: [
            ["certificate", "--kind", "signature", "--card", "child"], ["certificate", "--card", "resident-registry-card"],
            ["sign", "--key", "signature", "--card", "child", "--input", "/etc/hostname", "--output", "/dev/null"],
            ["verify-pin", "--card", "resident-registry-card"],
        ])
    func absence(_ words: [String]) throws {
        #expect(try card.json(words, "v['error']['code']", status: 65) == "not-on-this-card")
    }

    @Test("After an answer that nobody knows, nobody knows which PIN counts")
    func uncertainChange() throws {
        let new = ["KAZASU_NEW_PIN=4321"]
        let uncertain = ["change-pin", "--fault", "5:flip"]
        #expect(try card.json(uncertain, "v['error']['code']", variables: new, status: 74) == "pin-change-uncertain")
        #expect(try card.json(["change-pin"], "v['changed']", variables: new) == "True")
    }

    @Test("The next card has its grace, and its authority answers")
    func nextGeneration() throws {
        let check = ["certificate", "--check", "--card", "next-generation"]
        #expect(try card.json(check + ["--at", "2036-06-01"], "v['verdict']") == "valid-synthetic-in-grace")
        #expect(try card.json(check + ["--revocation", "ocsp"], "v['revocation']") == "good")
    }

    @Test func aBirthInTheFutureIsAWrongClock() throws {
        #expect(try card.json(["age", "--at", "1900-01-01"], "v['error']['code']", status: 65) == "birth-in-future")
    }

    // MARK: Files

    @Test("A pipe that nobody reads, or that is full, is waited for until somebody cancels")
    func cancelledWrite() throws {
        let cancelled = Cancellation()
        cancelled.cancel()
        let path = card.folder / "pipe"
        try #require(mkfifo(path, 0o600) == 0)
        let bytes = [UInt8](repeating: 0x20, count: 1 << 20)
        let expected = FileWriteError(path: path, number: ECANCELED)
        #expect(throws: expected) { try writeFile(path, bytes, cancellation: cancelled) }
        let reading = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reading) }
        #expect(throws: expected) { try writeFile(path, bytes, cancellation: cancelled) }
        // It was filled; what fits after that is written.
        var filled = [UInt8](repeating: 0, count: bytes.count)
        #expect(read(reading, &filled, filled.count) > 0)
        try writeFile(path, [0x41], cancellation: Cancellation())
        #expect(expected.category.exitStatus == 130)
    }

    @Test("While a file is waited for, Ctrl-C ends the program at once", arguments: [SIGINT, SIGTERM])
    func interruptedRead(_ signal: Int32) throws {
        let path = card.folder / "pipe"
        try #require(mkfifo(path, 0o600) == 0)
        let process = try card.start(
            ["sign", "--input", path, "--output", card.folder / "signature"], variables: ["KAZASU_PIN=7391"])
        // Opening succeeds when the program is about to read.
        var writing: Int32 = -1
        try Deadline().wait(for: "the program to read") {
            writing = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            return writing >= 0
        }
        defer { close(writing) }
        // The wait may be long: the PIN is out of the environment before it begins.
        let environment = try #require(told("environ", of: process.pid))
        #expect(environment.firstRange(of: Array("LC_ALL=C".utf8)) != nil && environment.firstRange(of: Array("7391".utf8)) == nil)
        #expect(process.end(by: signal) == -signal)
    }

    @Test func aLinkIsFollowed() throws {
        try card.folder.write("target", "before")
        try #require(symlink("target", card.folder / "link") == 0)
        try writeFile(card.folder / "link", Array("after".utf8), cancellation: Cancellation())
        #expect(try card.folder.read("target") == Array("after".utf8))
        #expect(card.folder.names() == ["link", "target"])
    }

    @Test func aSecretIsNotAwaitedFromWhatCannotBeRead() throws {
        let pipe = try openPipe()
        defer { for end in [pipe.reading, pipe.writing] { close(end) } }
        let result = try card.run(["verify-pin", "--pin-fd", "3", "--json"], descriptors: [3: pipe.writing])
        #expect(result.status == 74)
        #expect(try card.value(result.output, "v['error']['code']") == "secret-not-readable")
    }
}
