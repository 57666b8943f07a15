import Diagnosis

/// The help of a command, made from the program's table.
struct HelpText {
    let program: Program
    let path: [String]
    let language: Language
    var width = 80

    private var contents: HelpContents { HelpContents(language: language) }

    /// The whole help, ending with a line feed.
    var text: String {
        guard let command = program.command(at: path.dropFirst()) else { return "" }
        let tables = contents.tables(of: command)
        // One column for all of them; a long name goes on a line of its own rather than push everything to the right.
        let column = min(26, tables.flatMap(\.rows).map { TextLayout.width($0.name) }.max() ?? 0) + 4
        var sections = [heading(command), usage(command)]
        if let discussion = command.discussion { sections.append(wrapped(discussion)) }
        sections += tables.map { lines(of: $0, column: column) }
        sections.append(examples(command.examples))
        if command.action == nil { sections.append(wrapped(pointer)) }
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func lines(of table: HelpContents.Table, column: Int) -> String {
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
        "\(say(Heading.usage)) \(contents.synopsis(of: command, at: path))\n"
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
