import Diagnosis

/// What the help and the manual page of a command say alike, made from the program's table.
struct HelpContents {
    let language: Language

    /// Names to the left, what they mean to the right.
    struct Table {
        let heading: Sentence
        let rows: [(name: String, summary: String)]
    }

    func tables(of command: Command) -> [Table] {
        [
            Table(heading: Heading.commands, rows: command.shownSubcommands.map { ($0.name, say($0.summary)) }),
            Table(heading: Heading.operands, rows: command.operands.map { ($0.name, describe($0.summary, $0.kind, nil)) }),
            Table(heading: Heading.options, rows: command.options.map { row($0.specification) }),
            Table(heading: Heading.commonOptions, rows: CommonOptions.all.map { row($0.specification) }),
            Table(heading: Heading.variables, rows: command.variables.map { ($0.name, say($0.summary)) }),
        ]
    }

    /// How the command is called, in one line.
    func synopsis(of command: Command, at path: [String]) -> String {
        let rest = command.action == nil ? [say(Heading.commandMark)] : command.operands.map(\.synopsis)
        return (path + [say(Heading.optionsMark)] + rest).joined(separator: " ")
    }

    private func row(_ option: OptionSpecification) -> (name: String, summary: String) {
        let short = option.short.map { "-\($0), " } ?? "    "
        let long = option.isNegatable ? "--[no-]\(option.name)" : option.longForm
        let value = option.value.map { " \($0.placeholder)" } ?? ""
        var summary = describe(option.summary, option.value?.kind ?? .text, option.value?.fallback)
        if option.isRepeatable { summary += say(Sentence(ja: "（繰り返し可）", en: " (may be repeated)")) }
        return (short + long + value, summary)
    }

    private func describe(_ summary: Sentence, _ kind: ValueKind, _ fallback: String?) -> String {
        var text = say(summary)
        if case .choices(let words) = kind {
            text += say(Sentence(ja: "：", en: ": ")) + words.joined(separator: say(Sentence(ja: "、", en: ", ")))
        }
        if let fallback { text += say(Sentence(ja: "（既定値 \(fallback)）", en: " (default: \(fallback))")) }
        return text
    }

    func say(_ sentence: Sentence) -> String { sentence.text(in: language) }
}

enum Heading {
    static let usage = Sentence(ja: "使い方:", en: "Usage:")
    static let optionsMark = Sentence(ja: "[オプション]", en: "[OPTIONS]")
    static let commandMark = Sentence(ja: "コマンド", en: "COMMAND")
    static let commands = Sentence(ja: "コマンド:", en: "Commands:")
    static let operands = Sentence(ja: "引数:", en: "Operands:")
    static let options = Sentence(ja: "オプション:", en: "Options:")
    static let commonOptions = Sentence(ja: "共通オプション:", en: "Common options:")
    static let variables = Sentence(ja: "環境変数:", en: "Environment:")
    static let examples = Sentence(ja: "例:", en: "Examples:")
}
