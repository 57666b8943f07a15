import Guidance
import TestSupport
import Testing

/// `kazasu rules` as a person or a build server uses it.
@Suite struct RulesCommandTests {
    let folder = TemporaryFolder()

    private func rules(_ words: [String], language: String = "en") throws -> ProgramResult {
        try runProgram([builtProgram("kazasu"), "rules", "--language", language] + words)
    }

    /// Asks python3, an independent judge, for a value in the JSON of the result.
    private func json(_ words: [String], _ expression: String) throws -> String {
        let script = "import json, sys; v = json.load(sys.stdin); print((\(expression)))"
        let text = try rules(words + ["--json"]).output
        return String(try runProgram(["python3", "-c", script], input: folder.write("json", text)).checked().output.dropLast())
    }

    private static let toBeHeld = RuleBook.standard.rules.filter(\.isToBeHeld).map(\.id.description)

    /// A log in which one test has held all rules but one.
    private func log(_ name: String = "log", without rule: String? = nil, _ more: String...) throws -> String {
        let list = Self.toBeHeld.filter { $0 != rule }.map { "\"\($0)\"" }.joined(separator: ",")
        let lines = ["{\"test\":\"T/all()\",\"rules\":[\(list)],\"passed\":true}"] + more
        return try folder.write(name, lines.map { $0 + "\n" }.joined())
    }

    @Test func whereEveryRuleIsHeldOneLineSaysSo() throws {
        let all = RuleBook.standard.rules.count
        let held = Self.toBeHeld.count
        let result = try rules(["--uncovered", "--log", log()])
        #expect(result.status == 0 && result.error.isEmpty)
        #expect(result.output == "\(all) rules: \(held) held, 0 failing, 0 uncovered, \(all - held) context\n")
    }

    @Test func aRuleThatNothingHoldsIsShownAndFails() throws {
        let result = try rules(["--uncovered", "--log", log(without: "R064")])
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 1 && lines.first == "R064  uncovered" && lines.last?.contains(" 0 failing, 1 uncovered, ") == true)
        #expect(lines.count { !$0.hasPrefix(" ") } == 2)
    }

    @Test(arguments: ["test", "scenario"]) func aRuleWhoseHolderHasFailedIsShownAndFails(_ kind: String) throws {
        let log = try log("log", #"{"\#(kind)":"a/b","rules":["R064"],"passed":false}"#)
        let result = try rules(["--uncovered", "--log", log])
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 1 && lines.first == "R064  failing" && lines.contains("  \(kind): a/b (failed)"))
        #expect(lines.contains("  test: T/all()") && lines.last?.contains(" 1 failing, 0 uncovered, ") == true)
    }

    @Test func aNumberThatIsNoRuleFails() throws {
        let result = try rules(["--uncovered", "--log", log("log", #"{"scenario":"a.yaml","rules":["R999"],"passed":true}"#)])
        #expect(result.status == 1 && result.output.hasPrefix("R999  no rule has this number: a test or scenario is wrong\n"))
    }

    @Test func manyLogsAreOneRun() throws {
        let tests = try log(without: "R064")
        let scenarios = try folder.write("scenarios", #"{"scenario":"a.yaml","rules":["R064"],"passed":true}"#)
        #expect(try rules(["--uncovered", "--log", tests, "--log", scenarios]).status == 0)
        #expect(try rules(["--log", tests, "--rule", "R065"]).status == 0, "whoever asks for one rule is told of that one")
        #expect(try rules(["--log", tests, "--rule", "R064"]).status == 1)
    }

    @Test func aRuleHasItsSentencesSourcesAndHolders() throws {
        let log = try log("log", #"{"scenario":"a.yaml","rules":["N20"],"passed":true}"#)
        #expect(
            try rules(["--rule", "N20", "--log", log]).output == """
                N20  held
                  12桁の個人番号を含む記録は受け付けない。
                  A record with an individual number is rejected.
                  source: R047
                  test: T/all()
                  scenario: a.yaml
                1 rules: 1 held, 0 failing, 0 uncovered, 0 context

                """)
        let source = "何らかの事情により顔認証付きカードリーダーでの受付ができない場合の対応（厚生労働省）, 2025-04: 事前準備② アクティベーションコード"
        #expect(try rules(["--rule", "R176"], language: "ja").output.contains("\n  出典: \(source)\n"))
    }

    @Test func withoutARunNothingIsSaidOfResults() throws {
        let result = try rules([])
        #expect(
            result.status == 0
                && result.output.hasSuffix("\n\(RuleBook.standard.rules.count) rules; no run was given (--log), so no results.\n"))
        #expect(!result.output.contains("  held\n") && !result.output.contains("uncovered"))
        let count = RuleBook.standard.rules.count
        #expect(try json([], "len(v['rules']), 'counts' in v, any('result' in r for r in v['rules'])") == "(\(count), False, False)")
    }

    @Test func theResultForPrograms() throws {
        let log = try log(without: "R064", #"{"scenario":"a.yaml","rules":["N20"],"passed":false}"#)
        let expression = """
            v['counts']['failing'], v['counts']['uncovered'], v['unknown'], \
            [(r['id'], r['result'], r['scenarios']) for r in v['rules']], [r['sources'] for r in v['rules']][1]
            """
        #expect(
            try json(["--uncovered", "--log", log], expression)
                == "(1, 1, [], [('R064', 'uncovered', []), ('N20', 'failing', [{'name': 'a.yaml', 'passed': False}])], [{'rule': 'R047'}])")
    }

    @Test func everyPointOnWhichTheSourcesDifferHasItsReadings() throws {
        #expect(try json(["--parameters"], "len(v['parameters']), min(len(p['readings']) for p in v['parameters'])") == "(21, 2)")
        #expect(try json(["--parameters"], "set(sum(r['taken'] for r in p['readings']) for p in v['parameters'])") == "{1}")
        #expect(
            try rules(["--parameters", "--rule", "R093"]).output == """
                drug-years  R093
                  taken: 5 (職域診療所の方々へ 職域診療所においてオンライン資格確認が利用可能となっています（厚生労働省保険局）, 2026-04)
                  other: 3 (公開されている外部インタフェースの記述、官公庁とベンダーの公開ページ, 2025-09)
                  The newest document says five; the period can be set.

                """)
    }

    @Test(arguments: [["--uncovered"], ["--rule", "R999"], ["--rule", "x"], ["--parameters", "--log", "log"], ["more"]])
    func wrongUse(_ words: [String]) throws {
        let result = try rules(words)
        #expect(result.status == 64 && result.output.isEmpty, "\(result)")
    }

    @Test func aLogThatIsWrongIsNoRun() throws {
        let log = try log("log", "x")
        let result = try rules(["--log", log])
        #expect(
            result.status == 65 && result.output.isEmpty && result.error.contains("wrong at line 2")
                && result.error.contains("[rule-log-malformed]"))
        #expect(try rules(["--log", folder / "none"]).status == 66)
    }

    /// One language is not left in the other: help, results, and what is wrong.
    @Test func bothLanguages() throws {
        let bad = try folder.write("bad", "x")
        for words in [["--help"], ["--uncovered"], ["--log", bad], ["--parameters", "--log", bad]] {
            let english = try rules(words, language: "en")
            let japanese = try rules(words, language: "ja")
            #expect(english.status == japanese.status)
            #expect(!Self.hasJapanese(english.output + english.error), "\(english)")
            #expect(Self.hasJapanese(japanese.output + japanese.error), "\(japanese)")
        }
        let log = try log(without: "R064", #"{"scenario":"a.yaml","rules":["R999"],"passed":true}"#)
        let japanese = try rules(["--uncovered", "--log", log], language: "ja").output.split(separator: "\n")
        #expect(japanese.contains("R999  この番号の規則はない（テストか場面の誤り）"))
        #expect(japanese.last?.contains("守るものがない 1") == true && japanese.contains { $0.hasPrefix("  出典: ") })
    }

    private static func hasJapanese(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x3000...0x30FF).contains($0.value) || (0x3400...0x9FFF).contains($0.value) }
    }

    @Test func theTestsEndWithIt() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let recipe = try runProgram(["make", "-n", "-C", root, "test", "MAKE=true"]).checked().output.split(separator: "\n")
        let run = try #require(recipe.firstIndex { $0.hasPrefix("KAZASU_RULE_LOG=\(root)/.build/rules.jsonl ") && $0.contains(" test ") })
        #expect(recipe[run - 1] == "rm -f \(root)/.build/rules.jsonl", "no line of an earlier run is left")
        #expect(recipe[run + 1].contains(" run ") && recipe[run + 1].contains("--rule-log \(root)/.build/rules.jsonl Simulators/Scenarios"))
        #expect(recipe[run + 2] == ".build/debug/kazasu rules --uncovered --log \(root)/.build/rules.jsonl")
    }
}
