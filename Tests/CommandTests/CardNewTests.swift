import TestSupport
import Testing

/// `kazasu card new`, and what the other commands make of its card.
@Suite struct CardNewTests {
    let card = CardProcess()

    private static let jiro = """
        {"name": "試験　次郎", "address": "試験県試験市試験町二丁目２番２号", "birth": "1988-04-01", "sex": "male", "securityCode": "2580",
         "secrets": {"authenticationPIN": "9876"}}
        """

    /// `card new` has no reader, so it is run without that of the others.
    private func new(_ words: [String]) throws -> ProgramResult {
        try ChildProcess(
            [builtProgram("kazasu"), "card", "new"] + words,
            environment: ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(card.folder.path)"]
        ).result()
    }

    private func issue(_ kind: String, _ output: String = "card.json", _ description: String = jiro) throws -> ProgramResult {
        let holder = try card.folder.write("holder.json", description)
        return try new(["--holder", holder, "--profile", kind, "--output", card.folder / output, "--at", "2026-04-20"])
    }

    @Test func theCardIsThatPersonsCard() throws {
        #expect(try issue("my-number-card").status == 0)
        let image = ["--card", card.folder / "card.json", "--at", "2026-05-01"]
        #expect(
            try card.json(["four-items"] + image, "' '.join([v['name'], v['birth'], v['verdict']])") == "試験　次郎 1988-04-01 valid-synthetic")
        #expect(try card.json(["certificate", "--check"] + image, "v['verdict']") == "valid-synthetic")
        #expect(try card.json(["genuine"] + image, "v['verdict']") == "valid-synthetic")
        #expect(try card.json(["verify-pin"] + image, "v['verified']", variables: ["KAZASU_PIN=9876"]) == "True")
        #expect(try card.run(["verify-pin"] + image, variables: ["KAZASU_PIN=1234"]).status == 77)
        // On the tenth birthday after the day of issue.
        #expect(try card.json(["info"] + image, "v['expiry'], v['kind']") == "('2036-04-01', 'my-number-card')")
        // openssl judges the new certificate by the authority on the card.
        for (kind, file) in [("authentication", "holder.pem"), ("authentication-ca", "ca.pem")] {
            #expect(try card.run(["certificate", "--kind", kind, "--output", card.folder / file] + image).status == 0)
        }
        let words = ["verify", "-attime", "1777593600", "-CAfile", card.folder / "ca.pem", card.folder / "holder.pem"]
        #expect(try runProgram(["openssl"] + words).checked().output.hasSuffix(": OK\n"))
    }

    @Test func anImageIsJSONWithoutTheNumberAndForItsOwnerOnly() throws {
        #expect(try issue("my-number-card-short").status == 0)
        let text = String(decoding: try card.folder.read("card.json"), as: UTF8.self)
        #expect(
            try card.values([
                (text, "v['format'], v['profile'], v['notice'][:9]"),
                (text, "sorted(v['holder'])"),
            ]) == [
                "('kazasu-card-image-1', 'my-number-card-short', 'Synthetic')",
                "['address', 'birth', 'expiry', 'municipality', 'name', 'securityCode', 'serial', 'sex']",
            ])
        let mode = try runProgram(["stat", "-c", "%a", card.folder / "card.json"]).checked().output
        #expect(mode == "600\n")
    }

    @Test func twoCardsOfOnePersonAreTwoCards() throws {
        for file in ["one.json", "two.json"] { #expect(try issue("my-number-card", file).status == 0) }
        #expect(try card.folder.read("one.json") != card.folder.read("two.json"))
    }

    @Test(
        arguments: [
            ("{", 65), ("[]", 65), (jiro.replacing("male", with: "robot"), 65), (jiro.replacing("1988-04-01", with: "1988-02-30"), 65),
            (jiro.replacing("\"9876\"", with: "\"98765\""), 65),
            (jiro.replacing("\"sex\"", with: "\"myNumber\": \"123456789012\", \"sex\""), 65),
            (jiro.replacing("1988-04-01", with: "2030-04-01"), 65),
            (jiro.replacing("\"secrets\"", with: "\"pictures\": {\"photo\": \"nowhere.jp2\"}, \"secrets\""), 66),
        ] as [(String, Int32)])
    func aDescriptionThatIsWrong(_ description: String, _ status: Int32) throws {
        let result = try issue("my-number-card", "card.json", description)
        #expect(result.status == status, "\(result.error)")
        #expect(!card.folder.has("card.json"))
        for secret in ["9876", "123456789012", "次郎"] { #expect(!result.error.contains(secret)) }
    }

    @Test func nothingIsHalfWritten() throws {
        try card.folder.write("card.json", "before")
        #expect(try issue("my-number-card", "nowhere/card.json").status == 73)
        #expect(try issue("no-such-kind").status == 64)
        #expect(try issue("expired").status == 64)
        #expect(try new(["--holder", "-", "--output", card.folder / "card.json"]).status == 65)
        #expect(try card.folder.read("card.json") == Array("before".utf8))
        #expect(card.folder.names() == ["card.json", "holder.json"])
    }

    @Test func whatIsNoImageIsSaid() throws {
        let file = try card.folder.write("other.json", "{\"format\": \"something\"}")
        #expect(try card.json(["info", "--card", file], "v['error']['code']", status: 65) == "card-image")
        #expect(try card.run(["info", "--card", card.folder / "nowhere.json"]).status == 66)
        #expect(try issue("my-number-card").status == 0)
        #expect(try card.run(["info", "--card", card.folder / "card.json", "--holder", "taro"]).status == 64)
        let unknown = try card.run(["info", "--card", "my-numbr-card"])
        #expect(unknown.status == 64 && unknown.error.contains("did you mean 'my-number-card'?"))
    }
}
