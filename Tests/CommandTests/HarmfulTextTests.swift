import TestSupport
import Testing

/// Texts of other people's databases and cards, which may be meant to harm the terminal that shows them.
@Suite struct HarmfulTextTests {
    private let folder = TemporaryFolder()

    private func visit(_ words: String...) throws -> ProgramResult {
        try runProgram([builtProgram("kazasu"), "visit", "--reader", "sim:card", "--centre", folder / "centre"] + words)
    }

    @Test func aDatabaseCannotDriveTheTerminal() throws {
        #expect(try visit().status == 0)
        // CSI in seven and in eight bits (ECMA-48 clause 5.4), a line feed, and a mark that turns the direction of writing.
        let script = """
            import sqlite3, sys
            base = sqlite3.connect(sys.argv[1])
            bad = "\\x1b[2J\\u009b31m\\n\\u202e"
            base.execute("UPDATE person SET name = 'NAME' || ?, kana = 'KANA' || ?", (bad, bad))
            base.execute("UPDATE qualification SET insurer_name = 'INSURER' || ?, symbol = 'SYMBOL' || ?, number = 'NUMBER' || ?", (bad,) * 3)
            base.commit()
            """
        _ = try runProgram(["python3", "-c", script, folder / "centre"]).checked()
        let shown = try visit("--personal").checked().output
        for word in ["NAME", "KANA", "INSURER", "SYMBOL", "NUMBER"] { #expect(shown.contains("\(word)?[2J?31m??"), "\(word): \(shown)") }
        #expect(shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })

        // In JSON they are what they were, but written so that no terminal obeys.
        let json = try visit("--personal", "--json").checked().output
        #expect(json.unicodeScalars.dropLast().allSatisfy { $0.properties.generalCategory != .control })
        try folder.write("json", json)
        let reading = "import json, sys; print(ascii(json.load(sys.stdin)['eligibility']['person']['name']))"
        let name = try runProgram(["python3", "-c", reading], input: folder / "json").checked().output
        #expect(name == #"'NAME\x1b[2J\x9b31m\n\u202e'"# + "\n")
    }
}
