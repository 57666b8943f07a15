import Guidance
import Testing

@Suite struct RuleReportTests {
    private func log(_ lines: String...) throws -> [RuleEvidence] {
        try RuleEvidence.inLog(Array(lines.map { $0 + "\n" }.joined().utf8), path: "log")
    }

    private func row(_ report: RuleReport, _ id: String) throws -> RuleReport.Row {
        try #require(report.rows.first { $0.rule.id.description == id })
    }

    @Test func aRuleIsHeldWhereAllThatHoldsItHasPassed() throws {
        let evidence =
            try log(
                #"{"test":"T/a()","rules":["R064","N01"],"passed":true}"#, #"{"test":"T/b(_:)","rules":["R064"],"passed":true}"#,
                #"{"test":"T/b(_:)","rules":["R064"],"passed":true}"#)
            + [RuleEvidence(.scenario, name: "face.yaml", rules: ["R064"], passed: true)]
        let report = RuleReport(.standard, evidence)
        let held = try row(report, "R064")
        #expect(held.result == .held && held.tests.map(\.name) == ["T/a()", "T/b(_:)"] && held.scenarios.map(\.name) == ["face.yaml"])
        #expect(try row(report, "N01").result == .held && row(report, "R065").result == .uncovered)
        #expect(try row(report, "R214").result == .context)
        #expect(report.rows.map(\.rule) == RuleBook.standard.rules && !report.isComplete)
        #expect(report.count(.held) == 2 && report.count(.failing) == 0)
        #expect(report.count(.context) == RuleBook.standard.rules.count { !$0.isToBeHeld })
    }

    @Test(arguments: [[true, false], [false, true]]) func oneCaseThatFailsMakesTheTestFail(_ cases: [Bool]) throws {
        let lines = cases.map { #"{"test":"T/b(_:)","rules":["R064"],"passed":\#($0)}"# }
        let evidence = try log(lines[0], lines[1]) + [RuleEvidence(.scenario, name: "face.yaml", rules: ["R064"], passed: true)]
        let failing = try row(RuleReport(.standard, evidence), "R064")
        #expect(failing.result == .failing && failing.tests.map(\.name) == ["T/b(_:)"] && failing.tests.first?.passed == false)
    }

    @Test func aTestAndAScenarioOfOneNameAreTwo() throws {
        let evidence = [
            RuleEvidence(.test, name: "a", rules: ["R064"], passed: true),
            RuleEvidence(.scenario, name: "a", rules: ["R064"], passed: false),
        ]
        let failing = try row(RuleReport(.standard, evidence), "R064")
        #expect(failing.result == .failing && failing.tests.first?.passed == true && failing.scenarios.first?.passed == false)
    }

    @Test func aRunIsCompleteWhenEveryRuleIsHeld() {
        let all = RuleBook.standard.rules.filter(\.isToBeHeld).map(\.id.description)
        let complete = RuleEvidence(.test, name: "a", rules: all, passed: true)
        #expect(RuleReport(.standard, [complete]).isComplete)
        #expect(!RuleReport(.standard, [RuleEvidence(.test, name: "a", rules: Array(all.dropLast()), passed: true)]).isComplete)
        let odd = RuleReport(.standard, [complete, RuleEvidence(.test, name: "b", rules: ["R999", "x"], passed: true)])
        #expect(odd.unknown == ["R999", "x"] && !odd.isComplete)
    }

    @Test func namesComeBackAsTheyWereWritten() throws {
        #expect(try log(#"{"test":"a\"b\\c\u0001 名: #x","rules":[],"passed":false}"#).map(\.name) == ["a\"b\\c\u{1} 名: #x"])
        #expect(try log().isEmpty)
    }

    @Test func aLogHasTestsAndScenarios() throws {
        let evidence = try log(
            #"{"test":"T/a()","rules":["R064"],"passed":true}"#, #"{"scenario":"a/face.yaml","rules":["R064","N01"],"passed":false}"#)
        #expect(
            evidence == [
                RuleEvidence(.test, name: "T/a()", rules: ["R064"], passed: true),
                RuleEvidence(.scenario, name: "a/face.yaml", rules: ["R064", "N01"], passed: false),
            ])
    }

    @Test(arguments: [
        "x", "{}", #"{"test":"a","rules":["R064"]}"#, #"{"test":"a","rules":"R064","passed":true}"#,
        #"{"test":"a","rules":[[]],"passed":true}"#,
        #"{"test":"","rules":[],"passed":true}"#, #"{"test":"a","rules":[],"passed":1}"#, #"{"test":"a","rules":[],"pass"#, "[", "\u{0}",
        #"{"test":"a","scenario":"b","rules":[],"passed":true}"#, #"{"bench":"a","rules":[],"passed":true}"#,
    ])
    func whatIsNoLineIsNamed(_ line: String) {
        do {
            _ = try log(#"{"test":"a","rules":[],"passed":true}"#, line)
            Issue.record("it was read")
        } catch {
            #expect((error as? RuleLogError)?.cause == "log:2: this is no line of the log of rules")
        }
    }
}
