import Diagnosis

/// The manual page of a command in the language of man(7), made from the program's table like its help.
struct ManualPage {
    let program: Program
    let path: [String]
    let language: Language

    private var contents: HelpContents { HelpContents(language: language) }

    /// The name of the page's file, such as `kazasu-trace-show.1`.
    var fileName: String { "\(name).1" }
    private var name: String { path.joined(separator: "-") }

    /// The whole page; empty where there is no such command.
    var text: String {
        guard let command = program.command(at: path.dropFirst()) else { return "" }
        var lines = [
            ".TH \(Self.quoted(name.uppercased())) 1 \"\" \(Self.quoted("\(program.name) \(program.version)"))",
            // Left-aligned, and no word is broken: option names and hexadecimal must be readable and copied as they are.
            ".ad l", ".nh",
            ".SH \(say(Section.name))", "\(Self.escaped(name)) \\- \(Self.escaped(say(command.summary)))",
            ".SH \(say(Section.synopsis))", ".B \(Self.quoted(contents.synopsis(of: command, at: path)))",
        ]
        if let discussion = command.discussion {
            lines.append(".SH \(say(Section.description))")
            lines += Self.paragraphs(say(discussion))
        }
        for table in contents.tables(of: command) where !table.rows.isEmpty { lines += Self.lines(of: table, say(table.heading)) }
        if !command.examples.isEmpty {
            lines += Self.lines(
                of: HelpContents.Table(heading: Heading.examples, rows: command.examples.map { ($0.line, say($0.summary)) }),
                say(Heading.examples))
        }
        lines += Self.lines(of: HelpContents.Table(heading: Section.exitStatus, rows: exitStatus), say(Section.exitStatus))
        lines += seeAlso(command)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of table: HelpContents.Table, _ heading: String) -> [String] {
        let title = heading.hasSuffix(":") ? String(heading.dropLast()) : heading
        return [".SH \(quoted(title.uppercased()))"]
            + table.rows.flatMap { [".TP", ".B \(quoted($0.name.trimmed))", textLine($0.summary[...])] }
    }

    /// Lines stay lines, and an empty one begins a paragraph.
    private static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { $0.isEmpty ? [".PP"] : [textLine($0), ".br"] }
    }

    private var exitStatus: [(name: String, summary: String)] {
        [("0", say(Sentence(ja: "できた", en: "Done"))), ("1", say(Sentence(ja: "答えは「いいえ」", en: "The answer is no")))]
            + FailureCategory.allCases.map { (String($0.exitStatus), say($0.meaning)) }
    }

    private func seeAlso(_ command: Command) -> [String] {
        let parent = path.count > 1 ? [path.dropLast().joined(separator: "-")] : []
        let pages = parent + command.shownSubcommands.map { "\(name)-\($0.name)" }
        guard !pages.isEmpty else { return [] }
        return [".SH \(Self.quoted(say(Section.seeAlso)))"]
            + pages.enumerated().map { ".BR \(Self.escaped($1)) (1)\($0 == pages.count - 1 ? "" : ",")" }
    }

    private func say(_ sentence: Sentence) -> String { sentence.text(in: language) }

    /// Text that roff takes as it is: no escape, no hyphen that a terminal shows as another character.
    private static func escaped(_ text: some StringProtocol) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "`": result += "\\(ga"
            // A line may end behind it. groff 1.22 knows that in a Japanese locale only, and in others never ends on a long list.
            case "、", "。": result += "\(character)\\:"
            default: result.append(character)
            }
        }
    }

    /// A line of text that roff does not take for a request.
    private static func textLine(_ text: Substring) -> String {
        (text.hasPrefix(".") ? "\\&" : "") + escaped(text)
    }

    /// One argument of a macro.
    private static func quoted(_ text: String) -> String {
        "\"\(escaped(text).replacing("\"", with: "\\(dq"))\""
    }

    private enum Section {
        static let name = Sentence(ja: "名前", en: "NAME")
        static let synopsis = Sentence(ja: "書式", en: "SYNOPSIS")
        static let description = Sentence(ja: "説明", en: "DESCRIPTION")
        static let exitStatus = Sentence(ja: "終了コード", en: "EXIT STATUS")
        static let seeAlso = Sentence(ja: "関連項目", en: "SEE ALSO")
    }
}

extension FailureCategory {
    /// What an exit status means, in a few words (sysexits.h).
    var meaning: Sentence {
        switch self {
        case .usage: Sentence(ja: "使い方の誤り", en: "The command was used wrongly")
        case .badData: Sentence(ja: "入力、ファイルまたはカードのデータの誤り", en: "Data from a person, a file or a card is wrong")
        case .noInput: Sentence(ja: "指定されたものがない", en: "A named input does not exist")
        case .unavailable: Sentence(ja: "カード、リーダー、pcscdなどがない", en: "A card, a reader, pcscd or the centre is not there")
        case .internalFault: Sentence(ja: "プログラム自身の誤り", en: "The program itself is at fault")
        case .cannotCreate: Sentence(ja: "ファイルを作れない", en: "A file cannot be created")
        case .inputOutput: Sentence(ja: "読み書きの失敗", en: "Reading or writing failed")
        case .temporary: Sentence(ja: "時間切れ（後でできるかもしれない）", en: "It took too long; the same may work later")
        case .protocolViolation: Sentence(ja: "相手が決まりに従わない", en: "The other side broke its protocol")
        case .notPermitted: Sentence(ja: "拒否された（暗証番号、電子証明書など）", en: "Refused: a credential was wrong, blocked or missing")
        case .cancelled: Sentence(ja: "取り消し", en: "Cancelled")
        }
    }
}

extension Program {
    /// The manual pages of the program and all its commands that the help shows.
    func manualPages(in language: Language) -> [ManualPage] {
        func pages(_ command: Command, at path: [String]) -> [ManualPage] {
            [ManualPage(program: self, path: path, language: language)]
                + command.shownSubcommands.flatMap { pages($0, at: path + [$0.name]) }
        }
        return pages(root, at: [name])
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
