import Diagnosis

/// A shell for which a completion script can be made.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// The script, to be sourced or to be put where the shell looks for it.
    func script(for program: Program, language: Language) -> String {
        let table = CompletionTable(program: program, language: language)
        return switch self {
        case .bash: BashCompletion(table: table).script
        case .zsh: ZshCompletion(table: table).script
        case .fish: FishCompletion(table: table).script
        }
    }
}

/// The program's table as completion scripts see it: one node for each sequence of command words.
struct CompletionTable {
    struct Node {
        let path: [String]
        var commands: [(name: String, summary: String)]
        var options: [OptionSpecification] = []
        var operands: [Operand] = []

        /// The words in one string, the key of the node in the scripts.
        var key: String { path.joined(separator: " ") }
    }

    let program: Program
    let language: Language

    /// The nodes, from the root down. Below `help` the commands are there once more, without options.
    var nodes: [Node] {
        visit(program.root, [program.name], onlyNames: false)
    }

    private func visit(_ command: Command, _ path: [String], onlyNames: Bool) -> [Node] {
        let isHelp = path == [program.name, Command.helpName]
        let below = isHelp ? program.root : command
        var node = Node(path: path, commands: below.shownSubcommands.map { ($0.name, $0.summary.text(in: language)) })
        if !onlyNames {
            node.options = command.knownOptions
            node.operands = isHelp ? [] : command.operands
        }
        // `help help` leads nowhere further.
        let children = below.shownSubcommands.filter { !(onlyNames || isHelp) || $0.name != Command.helpName }
        return [node] + children.flatMap { visit($0, path + [$0.name], onlyNames: onlyNames || isHelp) }
    }

    func summary(of option: OptionSpecification) -> String { option.summary.text(in: language) }
}

extension OptionSpecification {
    /// Every way to type it, short and long.
    var forms: [String] { (short.map { ["-\($0)"] } ?? []) + longForms }
}

extension String {
    /// As one word for a POSIX shell (POSIX.1-2017 Shell Command Language clause 2.2.2).
    var shellQuoted: String { "'" + replacing("'", with: "'\\''") + "'" }
}
