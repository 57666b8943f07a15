import ScenarioRunner
import Scenarios
import Testing

@testable import Scenarios

/// Each kind of expectation fails where something else comes, and there only.
@Suite struct ExpectationTests {
    @Test(arguments: ["fujitsu-caora", "almex-cps100w"])
    func asItIsItPasses(_ model: String) throws { #expect(try mismatches(passing, at: model) == []) }

    @Test(
        "Wrong in one place",
        arguments: [
            ("outcome: confirmed", "outcome: cancelled", "10:12: expected outcome cancelled, got confirmed"),
            ("exit: 0", "exit: 1", "11:9: expected exit 1, got 0"),
            ("  identity: pin", "  identity: face", "12:13: expected identity face, got pin"),
            ("  identity: pin", "  identity: none", "12:13: expected identity none, got pin"),
            ("certificate: valid", "certificate: in-grace", "13:16: expected certificate in-grace, got valid"),
            ("genuine: none", "genuine: valid", "14:12: expected genuine valid, got none"),
            ("card-left: false", "card-left: true", "15:14: expected card-left true, got false"),
            ("tries-left: 3", "tries-left: 2", "16:15: expected tries-left 2, got 3"),
            ("SHJ: true", "SHJ: false", "17:18: expected consent.SHJ false, got true"),
            ("TSR: true", "TSR: none", "17:29: expected consent.TSR none, got true"),
            ("consent: {SHJ: true, TSR: true}", "consent: none", "17:12: expected consent none, got given"),
            ("validity: 1", "validity: 2", "18:27: expected eligibility.validity 2, got 1"),
            ("contribution: 30", "contribution: 20", "18:44: expected eligibility.contribution 20, got 30"),
            ("name: 試験 花子", "name: 試験 太郎", "18:54: expected eligibility.name 試験 太郎, got 試験 花子"),
            ("    - message\n", "", "23:7: expected the screen choose-method, got message"),
            ("    - message\n", "    - done\n", "23:7: expected the screen done, got message"),
            ("    - done\n", "    - done\n    - remove-card\n", "28:7: expected the screen remove-card, got no more screens"),
            ("    - choose-consent\n    - done\n", "    - choose-consent\n", "20:5: expected no screen after these, got done"),
            ("残り3回", "残り2回", "22:7: expected '暗証番号を入力してください。' / '残り2回' / '終了する', got '暗証番号を入力してください。' / '残り3回' / '終了する'"),
            ("残り3回, 終了する", "残り3回", "22:7: expected '暗証番号を入力してください。' / '残り3回', got"),
            ("2 tries left", "2 tries  left", "25:7: expected 'Enter the PIN.' / '2 tries  left' / 'End', got 'Enter the PIN.'"),
            ("\"63C3\"", "\"63C1\"", "28:17: expected * 63C1 * 9000, got "),
            ("apdus: 60", "apdus: 2", "29:20: expected at most 2 APDUs, got "),
            ("time: 60s", "time: 2s", "29:30: expected at most 2s, got "),
            ("absent: [試験 花子]", "absent: [confirmed]", "30:12: expected the words of this line nowhere, got them"),
            ("{SHJ: 1}", "{SHJ: 0}", "32:21: expected registered.SHJ 0, got 1"),
            ("[eligibility done]", "[]", "31:10: expected nothing, got eligibility done"),
            (
                "[eligibility done]", "[eligibility done, eligibility done]",
                "31:10: expected eligibility done, eligibility done, got eligibility done"
            ),
            ("- keypad: type-wrong-pin", "- keypad: type-wrong-pin\n  - consent: end", "9:5: expected this to happen, got the end before"),
        ])
    func oneMismatch(_ old: String, _ new: String, _ told: String) throws {
        let found = try mismatches(try changed(old, new))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(told) == true, "\(found)")
    }

    @Test("A card-reader is expected only of a visit at two")
    func cardReader() throws {
        let text = try changed("card: hanako", "second-reader: generic-ccid").replacing(
            "  - keypad: type-wrong-pin", with: "  - done: remove")
        let found = try mismatches(text.replacing("  exit: 0", with: "  card-reader: first"))
        #expect(found.contains("11:16: expected card-reader first, got second"), "\(found)")
    }

    @Test(
        "A star stands for any number of status words",
        arguments: [
            (["*"], [], true), (["*"], ["9000"], true), (["9000", "*"], ["9000"], true), (["9000"], [], false), ([], ["9000"], false),
            (["*", "63C3", "*", "9000"], ["9000", "63C3", "9000", "63C3", "9000"], true),
            (["*", "63C3", "*", "63C2"], ["9000", "63C3", "9000"], false), (["*", "9000"], ["9000", "63C3"], false),
        ])
    func stars(_ pattern: [String], _ words: [String], _ matches: Bool) {
        #expect(Expectation.matches(pattern[...], words[...]) == matches)
    }

    @Test("A pattern of stars takes no endless time")
    func manyStars() {
        let pattern = (0..<500).flatMap { _ in ["*", "9000"] } + ["6A82"]
        #expect(!Expectation.matches(pattern[...], [String](repeating: "9000", count: 2_000)[...]))
    }

    @Test("What a reader lacks is told, and no failure")
    func skipping() throws {
        guard case .skipped(let reason) = ScenarioRunner().play(try scenario(passing), at: try model("card")) else {
            Issue.record("it was played")
            return
        }
        #expect(reason.english == "the reader has no screen")
        let narrow = try scenario(try changed("card: hanako", "needs: [facility-sign]"))
        guard case .skipped(let other) = ScenarioRunner().play(narrow, at: try model("almex-cps100w")) else {
            Issue.record("it was played")
            return
        }
        #expect(other.english == "the reader has no facility-sign")
        let only = try scenario(try changed("card: hanako", "reader: canon-hicara"))
        guard case .skipped = ScenarioRunner().play(only, at: try model("fujitsu-caora")) else {
            Issue.record("it was played")
            return
        }
    }

}
