import Diagnosis
import Scenarios
import Testing

@testable import Scenarios

/// What is wrong in a scenario file is told with its line and column, in Japanese and in English.
@Suite struct ReadingTests {
    @Test func everythingThatIsWrittenIsRead() throws {
        let read = try scenario(passing)
        #expect(read.title == "暗証番号で受付する / A visit by PIN")
        #expect(read.rules == ["R064"])
        // 2026-11-21 00:30:00 UTC.
        #expect(read.time.unixTime == 1_795_221_000)
        #expect(read.people.placing == .seconds(1) && read.people.seed == 4)
        #expect(read.stage.map(\.place.description) == ["8:5"])
        #expect(read.needs == [.screen])
        #expect(read.expectations.count == 19)
    }

    @Test(
        "One mistake, one line",
        arguments: [
            ("identity: pin\npeople", "identiti: pin\npeople", "5:1: this key is unknown; did you mean 'identity'?"),
            ("identity: pin\npeople", "zzz: pin\npeople", "5:1: this key is none of: scenario, about, rules"),
            ("identity: pin\npeople", "identity: pen\npeople", "5:11: this word is unknown; did you mean 'pin'?"),
            ("identity: pin\npeople", "identity: [pin]\npeople", "5:11: a text is needed"),
            ("at: 2026-11-21 09:30:00", "at: 2026-02-30 09:30:00", "3:5: a time such as"),
            ("at: 2026-11-21 09:30:00", "at: 平成32年4月1日 09:00", "3:5: a time such as"),
            ("at: 2026-11-21 09:30:00\n", "", "1:1: 'at' is missing"),
            ("rules: [R064]", "rules: [R999]", "2:9: there is no rule of this number"),
            ("rules: [R064]", "rules: [R064, R064]", "2:15: the same stands before"),
            ("card: hanako", "card: hanaco", "4:7: this word is unknown; did you mean 'hanako'?"),
            ("card: hanako", "card: {kind: face-only, file: x.json}", "4:14: this does not go with 'file'"),
            ("card: hanako", "card: {file: ../x.json}", "4:14: a file in the folder of this one is needed"),
            ("card: hanako", "card: {tries-left: 4}", "4:20: a number from 0 to 3 is needed"),
            ("card: hanako", "card: {tries-left: two}", "4:20: a whole number is needed"),
            (
                "card: hanako", "account: general",
                "4:1: this key is for flow: app-set-up, bulk, disaster-viewing, failure-search, home-consent, medical-inquiry"
            ),
            ("card: hanako", "centre: {fault-at: 2}", "4:20: this goes with 'fault'"),
            ("card: hanako", "patient: 7e570a00002", "4:10: a serial of the list of test patients"),
            ("- keypad: type-wrong-pin", "- hold-card: remove", "8:5: there is no such line in flow: certified-reader"),
            ("- keypad: type-wrong-pin", "- hold-card: push", "8:5: ACTION, perhaps behind patient or staff, is one of: end, start"),
            ("placing: 1s", "placing: 1h", "6:19: a length of time such as 1.5s or 1500ms is needed"),
            ("placing: 1s", "placing: 99999s", "6:19: a length of time"),
            ("seed: 4}", "seed: 4, pin: \"12345\"}", "6:37: one of these is needed: right, wrong"),
            ("seed: 4}", "seed: 4, pin: 1234}", "6:37: put it in quotes"),
            ("- keypad: type-wrong-pin", "- keypat: type-wrong-pin", "8:5: CUE is SCREEN"),
            ("- keypad: type-wrong-pin", "- keypad:type-wrong", "8:5: there is no such ACTION"),
            ("- keypad: type-wrong-pin", "- keypad: choose door", "8:5: behind choose comes one of"),
            ("- keypad: type-wrong-pin", "- keypad", "8:5: "),
            ("outcome: confirmed\n  exit", "exit", "10:3: 'outcome' is missing"),
            ("exit: 0", "exit: 256", "11:9: a number from 0 to 255 is needed"),
            ("card-left: false", "card-left: no", "15:14: true or false is needed"),
            ("TSR: true", "TSR: maybe", "17:29: true or false is needed"),
            ("TSR: true", "TSS: true", "17:24: this key is unknown; did you mean"),
            ("    - place-card", "    - plaza", "20:7: one of these is needed: place-card, choose-method"),
            ("    - place-card", "    - plaza: [x]", "20:7: a screen is one of"),
            ("9000]", "90000]", "28:36: four hexadecimal digits"),
            ("9000]", "6E00]", "28:36: put it in quotes"),
            ("absent: [試験 花子]", "absent: 試験 花子", "30:11: a list is needed"),
            ("absent: [試験 花子]", "absent: [1234]", "30:12: put it in quotes"),
            ("{SHJ: 1}", "{SHJ: 4}", "32:21: a number from 0 to 3 is needed"),
            ("[eligibility done]", "[eligibility]", "31:11: a function and what came of it"),
            ("[eligibility done]", "[eligibility waits]", "31:11: a function and what came of it"),
            ("absent: [試験 花子]", "absent: [&a 試験]", "30:12: this cannot be read as YAML: anchors and tags"),
        ])
    func aMistake(_ old: String, _ new: String, _ told: String) throws {
        let text = try changed(old, new)
        let error = #expect(throws: ScenarioError.self) { try scenario(text) }
        let lines = (error?.sentence.english ?? "").split(separator: "\n")
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.hasPrefix("x.yaml:\(told)") == true, "\(lines)")
        let japanese = error?.sentence.japanese ?? ""
        #expect(japanese.hasPrefix("x.yaml:") && japanese.unicodeScalars.contains { $0.value > 0x3000 }, "\(japanese)")
    }

    /// A scenario of a flow beside the certified reader, in which a test changes one piece.
    static let desk = """
        scenario: 災害時医療情報閲覧
        flow: disaster-viewing
        at: 2026-11-21 09:30:00
        account: medical-viewing
        profession: nurse
        place: terminal
        centre: {on: [other-routes], off: [shows-drugs], fault: lost, fault-at: 3, disaster: {from: 2026-11-01, until: 2026-11-30 12:00}}
        search:
          - {insurer-number: "06990014", symbol: 試験, number: "4112", branch: "01", birth: 1966-03-12, day: 2026-11-21}
          - {name: 試験 診療, birth: 1966-03-12, sex: 1, address: 試験県}
        view: [YZK, {category: TKK, from: 2020-01-01}]
        stage:
          - disaster-consent#2+5s: patient agree
          - records: nothing
          - +90s: unplug
        expect:
          outcome: completed
          viewed: [YZK viewer-not-qualified]

        """

    @Test func everythingOfAFlowIsRead() throws {
        let read = try scenario(Self.desk)
        #expect(read.flow == .disasterViewing && read.needs.isEmpty && read.stage.isEmpty)
        #expect(read.desk.account == .medicalViewing && read.desk.profession == .nurse && read.desk.place == .terminal)
        #expect(read.desk.searches.map(\.insurerNumber) == ["06990014", nil] && read.desk.searches.last?.fields.name == "試験 診療")
        #expect(read.desk.views.map(\.category) == [.drugs, .checkup] && read.desk.views.last?.from?.description == "2020-01-01")
        #expect(read.desk.stage.map(\.place.description) == ["13:5", "14:5", "15:5"])
        #expect(read.desk.stage.first?.line.cue == .shown(.disasterConsent, time: 2, after: .seconds(5)))
        #expect(read.desk.stage.first?.line.hand == .patient && read.desk.stage.last?.line.cue == .at(.seconds(90)))
        #expect(read.preparation.settings == [.otherRoutes: true, .showsDrugs: false])
        #expect(read.preparation.opening?.area == "試験県" && read.preparation.opening?.until.plainText == "2026-11-30 12:00:00")
        #expect(read.centre.fault == .lost && read.centre.faultyMessage == 3)
    }

    @Test(
        "One mistake in a flow, one line",
        arguments: [
            ("flow: disaster-viewing", "flow: limited", "4:1: this key is for flow: app-set-up, bulk"),
            ("profession: nurse", "profession: nurze", "5:13: this word is unknown; did you mean 'nurse'?"),
            ("place: terminal", "identity: pin", "6:1: this key is for flow: certified-reader, home-consent, limited"),
            ("place: terminal", "device: {kind: ipod}", "6:16: this word is unknown; did you mean 'ipad'?"),
            ("place: terminal", "route: home-visit", "6:1: this key is for flow: home-consent"),
            ("place: terminal", "last-try: true", "6:1: this key is for flow: certified-reader"),
            ("fault: lost, ", "", "7:60: this goes with 'fault'"),
            ("fault-at: 3", "fault-at: 3, fault-from: 4", "7:88: this does not go with 'fault-at'"),
            ("[other-routes]", "[other-ways]", "7:15: one of these is needed: other-routes"),
            ("from: 2026-11-01, ", "", "7:86: 'from' is missing"),
            ("sex: 1", "sex: man", "10:43: a whole number is needed"),
            ("birth: 1966-03-12, sex", "birth: 1966-13-12, sex", "10:26: a day such as 2026-04-01 is needed"),
            ("TKK, from", "TKX, from", "11:24: this word is unknown; did you mean 'TKK'?"),
            ("- records: nothing", "- recordz: nothing", "14:5: CUE is SCREEN"),
            ("- records: nothing", "- records: push", "14:5: ACTION, perhaps behind patient or staff, is one of: end, start"),
            ("- records: nothing", "- keypad: type-pin", "14:5: there is no such line in flow: disaster-viewing"),
            ("- +90s: unplug", "- +90s: agree", "15:5: "),
            ("YZK viewer-not-qualified", "YZK", "18:12: a category and what came of it, such as YZK shown is needed"),
        ])
    func aMistakeInAFlow(_ old: String, _ new: String, _ told: String) throws {
        try #require(Self.desk.contains(old))
        let error = #expect(throws: ScenarioError.self) { try scenario(Self.desk.replacing(old, with: new)) }
        let lines = (error?.sentence.english ?? "").split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("x.yaml:\(told)") }, "\(lines)")
    }

    @Test("All mistakes of a file are told, in its order")
    func manyMistakes() throws {
        let text = try changed("seed: 4}", "seeds: 4}").replacing("exit: 0", with: "exit: zero")
        let error = try #require(throws: ScenarioError.self) { try scenario(text) }
        #expect(error.faults.map { $0.place?.line } == [6, 11])
    }

    @Test("What was typed as a PIN is not told again")
    func thePINIsNotTold() throws {
        let error = try #require(throws: ScenarioError.self) { try scenario(try changed("seed: 4}", "seed: 4, pin: \"87654321\"}")) }
        #expect(!error.description.contains("8765") && !error.sentence.japanese.contains("8765"))
        let read = try scenario(try changed("seed: 4}", "seed: 4, pin: \"8765\"}"))
        #expect(!"\(read)".contains("8765"))
    }

    @Test(arguments: ["", "# nothing\n", "[]", "x", "\u{0}", String(repeating: "[", count: 200)])
    func whatIsNoScenario(_ text: String) throws {
        let error = try #require(throws: ScenarioError.self) { try scenario(text) }
        #expect(error.sentence.english.hasPrefix("x.yaml:1:"), "\(error)")
    }

    @Test(
        "Moments",
        arguments: [
            ("2026-04-01T09:00:00", 1_775_001_600), ("2026-04-01 09:00", 1_775_001_600), ("2026-04-01T00:00Z", 1_775_001_600),
            ("2026-03-31 19:00-05:00", 1_775_001_600), ("令和8年4月1日 09:00", 1_775_001_600),
            // The last second of 昭和, and the first of 平成.
            ("昭和64年1月7日 23:59:59", 600_188_399), ("平成元年1月8日 00:00:00", 600_188_400),
            ("平成31年4月30日 23:59:59", 1_556_636_399), ("令和元年5月1日 00:00:00", 1_556_636_400),
        ])
    func moments(_ text: String, _ unixTime: Int64) { #expect(JapaneseTime(text)?.unixTime == unixTime) }

    @Test(
        arguments: [
            "", "2026", "2026-4-1", "2026-04-01 9:00", "2026-04-01 24:00", "2027-02-29", "令和8年", "令和0年1月1日", "平成元年1月7日", "昭和64年1月8日",
            "令和元年4月30日", "令和8年13月1日", "慶応3年1月1日", "2026-04-01 09:00+9",
        ])
    func noMoments(_ text: String) { #expect(JapaneseTime(text) == nil) }

    @Test(arguments: [("1.5s", 1_500), ("1500ms", 1_500), ("0s", 0), ("86400s", 86_400_000), ("1.25s", 1_250)])
    func lengthsOfTime(_ text: String, _ milliseconds: Int) { #expect(Duration(written: text) == .milliseconds(milliseconds)) }

    @Test(arguments: ["", "s", "1", "1 s", "-1s", "1.s", ".5s", "1.5.5s", "86401s", "999999999s", "1e3s"])
    func noLengthsOfTime(_ text: String) { #expect(Duration(written: text) == nil) }
}
