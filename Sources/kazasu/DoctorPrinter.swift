import Commands
import Diagnosis

/// The findings for people: one line a check, and below it what to do where something is wrong.
struct DoctorPrinter {
    private let invocation: Invocation
    private let terminal: Terminal
    /// Where the titles begin, and what is to be done.
    private let indent: Int
    /// Where the sentences begin.
    private let sentenceColumn: Int

    init(_ invocation: Invocation) {
        self.invocation = invocation
        terminal = Terminal(descriptor: invocation.streams.output.descriptor, environment: invocation.environment)
        let language = invocation.language
        let words = Self.width(DoctorFinding.State.allCases.map(\.word), language)
        indent = words + 2
        sentenceColumn = words + Self.width(DoctorCheck.allCases.map(\.title), language) + 4
    }

    private var language: Language { invocation.language }

    private static func width(_ sentences: [Sentence], _ language: Language) -> Int {
        sentences.map { columns($0.text(in: language)) }.max() ?? 0
    }

    private static func padded(_ sentence: Sentence, among all: [Sentence], _ language: Language) -> String {
        let text = sentence.text(in: language)
        return text + String(repeating: " ", count: width(all, language) - columns(text) + 2)
    }

    func show(_ finding: DoctorFinding) throws {
        let word = Self.padded(finding.state.word, among: DoctorFinding.State.allCases.map(\.word), language)
        let title = Self.padded(finding.check.title, among: DoctorCheck.allCases.map(\.title), language)
        try show(finding.sentence.text(in: language), after: terminal.styled(word, finding.state.style) + title, indent: sentenceColumn)
        let blank = String(repeating: " ", count: indent)
        if let advice = finding.advice { try show(advice.text(in: language), after: blank + "→ ", indent: indent + 2) }
        let isTrouble = finding.state == .failed || finding.state == .warning
        guard isTrouble else { return invocation.log("\(finding.check.rawValue): \(finding.cause ?? finding.code)") }
        try show(
            ["[\(finding.code)]", finding.cause].compactMap { $0 }.joined(separator: " "), after: blank + "  ", indent: indent + 2,
            style: .faint)
    }

    /// Text that may come from outside, in the lines that it needs; the first one comes after `beginning`.
    private func show(_ text: String, after beginning: String, indent: Int, style: Terminal.Style? = nil) throws {
        let width = max(40, min(terminal.width, 100) - indent)
        for (number, line) in lines(printable(text), width: width).enumerated() {
            let styled = style.map { terminal.styled(line, $0) } ?? line
            try invocation.streams.output.writeLine((number == 0 ? beginning : String(repeating: " ", count: indent)) + styled)
        }
    }

    /// The last line: where to begin.
    func show(_ report: DoctorReport) throws {
        let output = invocation.streams.output
        try output.writeLine()
        let warnings = report.count(.warning)
        guard let first = report.firstFailure else {
            try output.writeLine(
                Sentence(
                    ja: warnings == 0 ? "すべて正常です。" : "異常はありません。注意が\(warnings)件あります。",
                    en: warnings == 0 ? "Everything is in order." : "Nothing failed; warnings: \(warnings)."
                ).text(in: language))
            return
        }
        try output.writeLine(
            Sentence(
                ja: "異常があります。「\(first.check.title.japanese)」から直してください。",
                en: "Something failed; begin with '\(first.check.title.english)'."
            ).text(in: language))
    }
}

extension DoctorFinding.State {
    fileprivate var style: Terminal.Style {
        switch self {
        case .ok: .green
        case .warning: .yellow
        case .failed: .red
        case .skipped: .faint
        }
    }
}

/// The findings for programs, in both languages.
struct DoctorJSON: Encodable {
    struct Words: Encodable {
        let ja: String
        let en: String

        init(_ sentence: Sentence) { (ja, en) = (sentence.japanese, sentence.english) }
    }

    struct Check: Encodable {
        let check: String
        let state: String
        let code: String
        let sentence: Words
        let advice: Words?
        let cause: String?

        init(_ finding: DoctorFinding) {
            check = finding.check.rawValue
            state = finding.state.rawValue
            code = finding.code
            sentence = Words(finding.sentence)
            advice = finding.advice.map(Words.init)
            cause = finding.cause
        }
    }

    let checks: [Check]
    let failed: String?
    let exitStatus: Int32

    init(_ report: DoctorReport) {
        checks = report.findings.map(Check.init)
        failed = report.firstFailure?.check.rawValue
        exitStatus = report.exitStatus
    }
}
