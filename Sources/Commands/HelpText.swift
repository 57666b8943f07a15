import Diagnosis

/// The help of a command, made from the program's table.
struct HelpText {
    let program: Program
    let path: [String]
    let language: Language
    var width = 80

    /// The whole help, ending with a line feed.
    var text: String {
        guard let command = program.command(at: path.dropFirst()) else { return "" }
        let tables = tables(of: command)
        // One column for all of them; a long name goes on a line of its own rather than push everything to the right.
        let column = min(26, tables.flatMap(\.rows).map { TextLayout.width($0.name) }.max() ?? 0) + 4
        var sections = [heading(command), usage(command)]
        if let discussion = command.discussion { sections.append(wrapped(discussion)) }
        sections += tables.map { lines(of: $0, column: column) }
        sections.append(examples(command.examples))
        if command.action == nil { sections.append(wrapped(pointer)) }
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// Names to the left, what they mean to the right.
    private struct Table {
        let heading: Sentence
        let rows: [(name: String, summary: String)]
    }

    private func tables(of command: Command) -> [Table] {
        [
            Table(heading: Heading.commands, rows: command.shownSubcommands.map { ($0.name, say($0.summary)) }),
            Table(heading: Heading.operands, rows: command.operands.map { ($0.name, describe($0.summary, $0.kind, nil)) }),
            Table(heading: Heading.options, rows: command.options.map { row($0.specification) }),
            Table(heading: Heading.commonOptions, rows: CommonOptions.all.map { row($0.specification) }),
            Table(heading: Heading.variables, rows: command.variables.map { ($0.name, say($0.summary)) }),
        ]
    }

    private func lines(of table: Table, column: Int) -> String {
        guard !table.rows.isEmpty else { return "" }
        let blank = String(repeating: " ", count: column)
        var lines = [say(table.heading)]
        for (name, summary) in table.rows {
            let texts = TextLayout.wrapped(summary, to: max(20, width - column))
            let fits = TextLayout.width(name) + 4 <= column
            lines += fits ? [TextLayout.padded("  " + name, to: column) + texts[0]] : ["  " + name, blank + texts[0]]
            lines += texts.dropFirst().map { blank + $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func heading(_ command: Command) -> String {
        let name = path.joined(separator: " ")
        return TextLayout.wrapped("\(name) - \(say(command.summary))", to: width).joined(separator: "\n") + "\n"
    }

    private func usage(_ command: Command) -> String {
        let rest = command.action == nil ? [say(Heading.commandMark)] : command.operands.map(\.synopsis)
        let words = path + [say(Heading.optionsMark)] + rest
        return "\(say(Heading.usage)) \(words.joined(separator: " "))\n"
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

    private func examples(_ examples: [Example]) -> String {
        guard !examples.isEmpty else { return "" }
        let lines = examples.flatMap { example in
            ["  " + example.line] + TextLayout.wrapped(say(example.summary), to: width - 6).map { "      " + $0 }
        }
        return ([say(Heading.examples)] + lines).joined(separator: "\n") + "\n"
    }

    private var pointer: Sentence {
        let line = ([path[0], "help"] + path.dropFirst()).joined(separator: " ")
        return Sentence(ja: "各コマンドの説明は '\(line) コマンド' で表示されます。", en: "'\(line) COMMAND' tells more about a command.")
    }

    private func wrapped(_ sentence: Sentence) -> String {
        TextLayout.wrapped(say(sentence), to: width).joined(separator: "\n") + "\n"
    }

    private func say(_ sentence: Sentence) -> String { sentence.text(in: language) }
}

private enum Heading {
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

extension Program {
    /// The command at the end of these words, the program's own name not among them.
    func command(at words: some Sequence<String>) -> Command? {
        var command = root
        for word in words {
            guard let next = command.subcommand(named: word) else { return nil }
            command = next
        }
        return command
    }
}
