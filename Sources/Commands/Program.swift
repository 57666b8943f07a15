import Diagnosis

/// A command-line program as a value: the one table behind parsing, help, suggestions and completion.
public struct Program: Sendable {
    /// The name that it is called by.
    public let name: String
    /// Its version, such as `0.1.0`.
    public let version: String
    /// What it does, in one line without a full stop.
    public let summary: Sentence
    /// Its commands: the given ones, then `completion`, `manual` and `help`.
    public let commands: [Command]

    /// A program with these commands; `completion`, `manual` and `help` come on their own.
    public init(name: String, version: String, summary: Sentence, commands: [Command]) {
        self.name = name
        self.version = version
        self.summary = summary
        self.commands = commands + [.completion(of: name), .manual, .help]
    }

    /// The program as the root of its tree of commands.
    var root: Command {
        Command(name, summary, subcommands: commands, options: [CommonOptions.version])
    }
}

/// One command, or a group of commands such as `trace show`.
public struct Command: Sendable {
    /// What a command does: reads the invocation, writes to its streams, returns the exit status.
    public typealias Action = @Sendable (Invocation) throws -> Int32

    /// The word that calls it.
    public let name: String
    /// What it does, in one line without a full stop.
    public let summary: Sentence
    /// More about it: paragraphs separated by an empty line.
    public let discussion: Sentence?
    /// The commands below it.
    public let subcommands: [Command]
    /// Its own options; the common ones come on their own.
    public let options: [any Option]
    /// Its operands, in order.
    public let operands: [Operand]
    /// The environment variables that it reads.
    public let variables: [Variable]
    /// Ways to call it.
    public let examples: [Example]
    /// Whether it is left out of help and completion, as what only the completion scripts call.
    public let isHidden: Bool
    let action: Action?

    /// A command that does something.
    public init(
        _ name: String, _ summary: Sentence, discussion: Sentence? = nil, options: [any Option] = [], operands: [Operand] = [],
        variables: [Variable] = [], examples: [Example] = [], isHidden: Bool = false, run action: @escaping Action
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.subcommands = []
        self.options = options
        self.operands = operands
        self.variables = variables
        self.examples = examples
        self.isHidden = isHidden
        self.action = action
    }

    /// A group of commands.
    public init(_ name: String, _ summary: Sentence, discussion: Sentence? = nil, subcommands: [Command]) {
        self.init(name, summary, discussion: discussion, subcommands: subcommands, options: [])
    }

    init(_ name: String, _ summary: Sentence, discussion: Sentence? = nil, subcommands: [Command], options: [any Option]) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.subcommands = subcommands
        self.options = options
        self.operands = []
        self.variables = []
        self.examples = []
        self.isHidden = false
        self.action = nil
    }

    /// The options that the parser knows at this command: its own and the common ones.
    var knownOptions: [OptionSpecification] {
        (options + CommonOptions.all).map(\.specification)
    }

    var shownSubcommands: [Command] { subcommands.filter { !$0.isHidden } }

    func subcommand(named name: String) -> Command? {
        subcommands.first { $0.name == name }
    }
}

/// An environment variable that a command reads.
public struct Variable: Sendable {
    /// Its name.
    public let name: String
    /// What it is for, in a few words without a full stop.
    public let summary: Sentence

    /// A variable.
    public init(_ name: String, _ summary: Sentence) {
        self.name = name
        self.summary = summary
    }
}

/// A way to call a command.
public struct Example: Sendable {
    /// What is typed.
    public let line: String
    /// What it does, in a few words without a full stop.
    public let summary: Sentence

    /// An example.
    public init(_ line: String, _ summary: Sentence) {
        self.line = line
        self.summary = summary
    }
}
