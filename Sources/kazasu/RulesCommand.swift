import Commands
import Diagnosis
import Guidance

/// `kazasu rules`: the rules of the guidance, what holds them, and how the last run of the tests went.
let rulesCommand = Command(
    "rules", Sentence(ja: "規則と、それを守るテスト・場面・結果を示す", en: "Show the rules, and which tests and scenarios hold them"),
    discussion: Sentence(ja: RulesHelp.japanese, en: RulesHelp.english),
    options: [RulesOptions.logs, RulesOptions.rules, RulesOptions.uncovered, RulesOptions.parameters],
    examples: [
        Example("kazasu rules --rule R064", Sentence(ja: "1つの規則とその出典", en: "One rule, and where it is from")),
        Example(
            "kazasu rules --log rules.jsonl --uncovered",
            Sentence(ja: "テストの記録から、守られていない規則だけを示す", en: "From the log of a test run, only the rules that are not held")),
        Example("kazasu rules --parameters", Sentence(ja: "資料が食い違う点と、採った値", en: "Where the sources differ, and what is taken")),
    ],
    run: { invocation in
        if invocation[RulesOptions.parameters] { return try printParameters(invocation) }
        return try RuleListing(invocation).run()
    })

enum RulesOptions {
    static let logs = ListOption<String>(
        "log", placeholder: "FILE", kind: .file,
        Sentence(
            ja: "テストと場面の記録（KAZASU_RULE_LOG、run --rule-log。- は標準入力）",
            en: "The log of a run (KAZASU_RULE_LOG of the tests, run --rule-log); - is standard input"))
    static let rules = ListOption<RuleID>(
        "rule", placeholder: "NUMBER", Sentence(ja: "この番号の規則だけ（R064、N01 など）", en: "Only the rule of this number, such as R064 or N01"),
        reason: { _ in Sentence(ja: "この番号の規則はありません", en: "no rule has this number") },
        parse: { text in RuleBook.standard[text]?.id })
    static let uncovered = Flag(
        "uncovered", Sentence(ja: "守られていない規則だけ（--log が必要）", en: "Only the rules that are not held; needs --log"))
    static let parameters = Flag(
        "parameters", Sentence(ja: "規則の代わりに、資料が食い違う点を示す", en: "Instead of rules, the points on which the sources differ"))
}

private enum RulesHelp {
    static let japanese = """
        規則は、手引きなどの資料の1文ずつである。番号、日本語と英語の文、出典（資料と箇所）を示す。
        --log にはテストと場面を走らせたときの記録を渡す。規則ごとに、守るテストと場面、結果（held 守られている、failing 守るものが失敗した、uncovered \
        守るものがない、context 名称などで試すものがない）を示す。

        終了コード：0 すべて守られている（または --log がない）、1 failing か uncovered の規則がある、64 使い方の誤り、65 記録の誤り。
        """
    static let english = """
        A rule is one sentence of the guidance. Each is shown with its number, in Japanese and in English, and with its source: the document \
        and the place in it.
        With --log, the log of a run of tests and scenarios, each has what holds it, and the result: held, failing (something that holds it \
        has failed), uncovered (nothing holds it), or context (a name or a story, which nothing can test).

        Exit status: 0 all held, or no log; 1 a rule is failing or uncovered; 64 wrong use; 65 a log that is wrong.
        """
}

/// Rules, and what the logs say of them.
private struct RuleListing {
    private let invocation: Invocation
    private let report: RuleReport
    private let hasRun: Bool
    /// What was asked for.
    private let rows: [RuleReport.Row]

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        let logs = invocation[RulesOptions.logs]
        hasRun = !logs.isEmpty
        guard hasRun || !invocation[RulesOptions.uncovered] else {
            throw invocation.misuse(Sentence(ja: "--uncovered には --log が必要です。", en: "--uncovered needs --log."))
        }
        report = RuleReport(.standard, try logs.flatMap { try RuleEvidence.inLog(readFile($0), path: $0) })
        let chosen = invocation[RulesOptions.rules]
        rows = chosen.isEmpty ? report.rows : report.rows.filter { chosen.contains($0.rule.id) }
    }

    /// Numbers that something claims to hold and that are no rules; of no concern to who asks for one rule.
    private var unknown: [String] { invocation[RulesOptions.rules].isEmpty ? report.unknown : [] }

    func run() throws -> Int32 {
        let shown = invocation[RulesOptions.uncovered] ? rows.filter { !$0.isWell } : rows
        let output = invocation.streams.output
        if invocation.json {
            let counts = hasRun ? Dictionary(uniqueKeysWithValues: RuleReport.Result.allCases.map { ($0.rawValue, count($0)) }) : nil
            try output.writeLine(jsonLine(RulesJSON(rules: shown.map { RuleJSON($0, hasRun: hasRun) }, counts: counts, unknown: unknown)))
        } else {
            for row in shown { try output.writeLine(lines(of: row).map(printable).joined(separator: "\n")) }
            for number in unknown { try output.writeLine(printable(Self.noRule(number).text(in: invocation.language))) }
            try output.writeLine(summary.text(in: invocation.language))
        }
        return hasRun && !(unknown.isEmpty && rows.allSatisfy(\.isWell)) ? 1 : 0
    }

    private func count(_ result: RuleReport.Result) -> Int { rows.count { $0.result == result } }

    private static func noRule(_ number: String) -> Sentence {
        Sentence(ja: "\(number)  この番号の規則はない（テストか場面の誤り）", en: "\(number)  no rule has this number: a test or scenario is wrong")
    }

    private var summary: Sentence {
        guard hasRun else {
            return Sentence(
                ja: "\(rows.count)規則。記録（--log）がないため、結果は示していない。", en: "\(rows.count) rules; no run was given (--log), so no results.")
        }
        return Sentence(
            ja: "\(rows.count)規則：守られている \(count(.held))、失敗 \(count(.failing))、守るものがない \(count(.uncovered))、対象外 \(count(.context))",
            en:
                "\(rows.count) rules: \(count(.held)) held, \(count(.failing)) failing, \(count(.uncovered)) uncovered, \(count(.context)) context"
        )
    }

    private func lines(of row: RuleReport.Row) -> [String] {
        let rule = row.rule
        var lines = [
            hasRun ? "\(rule.id)  \(row.result.rawValue)" : "\(rule.id)", "  " + rule.sentence.japanese, "  " + rule.sentence.english,
        ]
        func add(_ label: Sentence, _ text: String) { lines.append("  \(label.text(in: invocation.language)): \(text)") }
        for source in rule.sources { add(Sentence(ja: "出典", en: "source"), source.words) }
        if let context = rule.context { add(Sentence(ja: "対象外の理由", en: "no test, because"), context) }
        for test in row.tests { add(Sentence(ja: "テスト", en: "test"), test.words) }
        for scenario in row.scenarios { add(Sentence(ja: "場面", en: "scenario"), scenario.words) }
        return lines
    }
}

extension RuleReport.Row {
    /// Whether the rule is held, or is not to be.
    fileprivate var isWell: Bool { result == .held || result == .context }
}

extension RuleReport.Holder {
    fileprivate var words: String { passed ? name : "\(name) (failed)" }
}

extension RuleSource {
    fileprivate var words: String {
        switch self {
        case .document(let document, let place): "\(document.title), \(document.date)" + (place.isEmpty ? "" : ": \(place)")
        case .rule(let id): "\(id)"
        }
    }
}

// MARK: JSON

/// The result for programs; `counts` and each rule's `result` are missing where no run was given.
private struct RulesJSON: Encodable {
    let rules: [RuleJSON]
    let counts: [String: Int]?
    let unknown: [String]
}

private struct RuleJSON: Encodable {
    struct Source: Encodable {
        var document: String?
        var title: String?
        var date: String?
        var place: String?
        var rule: String?
    }

    struct Holder: Encodable {
        let name: String
        let passed: Bool
    }

    let id: String
    let kind: String
    let ja: String
    let en: String
    let sources: [Source]
    let context: String?
    let result: String?
    let tests: [Holder]
    let scenarios: [Holder]

    init(_ row: RuleReport.Row, hasRun: Bool) {
        let rule = row.rule
        (id, kind, context) = (rule.id.description, rule.kind.rawValue, rule.context)
        (ja, en) = (rule.sentence.japanese, rule.sentence.english)
        sources = rule.sources.map {
            switch $0 {
            case .document(let document, let place):
                Source(document: document.rawValue, title: document.title, date: document.date, place: place)
            case .rule(let id): Source(rule: id.description)
            }
        }
        result = hasRun ? row.result.rawValue : nil
        tests = row.tests.map { Holder(name: $0.name, passed: $0.passed) }
        scenarios = row.scenarios.map { Holder(name: $0.name, passed: $0.passed) }
    }
}
