import Diagnosis

/// What a command line asks for.
enum Request {
    /// Do what the command does.
    case run(ParsedCommandLine)
    /// Show the help of the command at the end of these words.
    case help(path: [String])
    /// Show the help of a group that was called without a command, as an error.
    case incomplete(path: [String])
    /// Show the version.
    case version
}

/// A command line that fits the table.
struct ParsedCommandLine {
    var path: [String]
    var command: Command
    var flags: [String: Bool] = [:]
    var values: [String: [String]] = [:]
    var operands: [String] = []
}

/// Reads a command line by the program's table: options before or after operands, `--` ends the options
/// (POSIX.1-2017 Base Definitions clause 12.2, guideline 10), long options as GNU getopt_long writes them.
struct CommandLineParser {
    private let program: Program
    private var parsed: ParsedCommandLine
    private var words: ArraySlice<String>

    /// Reads `arguments`, the program's own name not among them.
    static func parse(_ arguments: [String], of program: Program) throws(UsageError) -> Request {
        var parser = CommandLineParser(program: program, arguments: arguments)
        return try parser.request()
    }

    private init(program: Program, arguments: [String]) {
        self.program = program
        parsed = ParsedCommandLine(path: [program.name], command: program.root)
        words = arguments[...]
    }

    private mutating func request() throws(UsageError) -> Request {
        var optionsEnded = false
        while let word = words.popFirst() {
            if optionsEnded || word == "-" || !word.hasPrefix("-") {
                try takeOperand(word)
            } else if word == "--" {
                optionsEnded = true
            } else {
                try takeOption(word)
            }
            if parsed.flags[CommonOptions.help.specification.name] == true { return .help(path: pathAfterHelp()) }
            if parsed.path.count == 1, parsed.flags[CommonOptions.version.specification.name] == true { return .version }
        }
        if parsed.command.action == nil { return .incomplete(path: parsed.path) }
        try checkOperandCount()
        return .run(parsed)
    }

    /// `kazasu --help visit` means `kazasu visit --help`.
    private mutating func pathAfterHelp() -> [String] {
        while let word = words.popFirst(), let command = parsed.command.subcommand(named: word) { descend(to: command) }
        return parsed.path
    }

    private mutating func descend(to command: Command) {
        parsed.path.append(command.name)
        parsed.command = command
    }

    private mutating func takeOperand(_ word: String) throws(UsageError) {
        if parsed.command.action == nil {
            guard let command = parsed.command.subcommand(named: word) else {
                throw .unknownCommand(word, among: parsed.command.shownSubcommands.map(\.name), at: parsed.path)
            }
            return descend(to: command)
        }
        let declared = parsed.command.operands
        let position = min(parsed.operands.count, declared.count - 1)
        guard position >= 0, position == parsed.operands.count || declared[position].takesMany else {
            throw .superfluousOperand(number: parsed.operands.count + 1, at: parsed.path)
        }
        if case .choices(let choices) = declared[position].kind, !choices.contains(word) {
            throw .choice(of: declared[position].name, among: choices, given: word, at: parsed.path)
        }
        parsed.operands.append(word)
    }

    private func checkOperandCount() throws(UsageError) {
        for (position, operand) in parsed.command.operands.enumerated() where operand.isNeeded && position >= parsed.operands.count {
            throw .missingOperand(operand, at: parsed.path)
        }
    }

    private mutating func takeOption(_ word: String) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let typed = String(parts[0])
        let attached = parts.count > 1 && typed.hasPrefix("--") ? String(parts[1]) : nil
        if let flag = negatedFlag(typed) {
            if attached != nil { throw .unexpectedValue(typed, at: parsed.path) }
            parsed.flags[flag.name] = false
            return
        }
        guard let option = parsed.command.knownOptions.first(where: { $0.isTyped(as: typed) }), attached != nil || typed == word else {
            // Only what precedes `=` is repeated: the value may be a secret in the wrong place.
            throw .unknownOption(typed, among: parsed.command.knownOptions.flatMap(\.longForms), at: parsed.path)
        }
        guard let value = option.value else {
            if attached != nil { throw .unexpectedValue(option.longForm, at: parsed.path) }
            parsed.flags[option.name] = true
            return
        }
        guard let text = attached ?? nextValue() else { throw .missingValue(option, at: parsed.path) }
        if parsed.values[option.name] != nil, !option.isRepeatable { throw .repeated(option, at: parsed.path) }
        guard value.accepts(text) else { throw .badValue(of: option, given: text, at: parsed.path) }
        parsed.values[option.name, default: []].append(text)
    }

    private func negatedFlag(_ typed: String) -> OptionSpecification? {
        guard typed.hasPrefix("--no-") else { return nil }
        return parsed.command.knownOptions.first { $0.isNegatable && $0.name == typed.dropFirst(5) }
    }

    // What looks like an option is not taken for a value: `--reader --json` is a forgotten value. A negative number and `-` are values.
    private mutating func nextValue() -> String? {
        guard let next = words.first, !next.hasPrefix("-") || next == "-" || Int(next) != nil else { return nil }
        return words.popFirst()
    }
}

extension OptionSpecification {
    func isTyped(as word: String) -> Bool {
        word == longForm || (short.map { word == "-\($0)" } ?? false)
    }

    /// Every long way to type it.
    var longForms: [String] { isNegatable ? [longForm, "--no-\(name)"] : [longForm] }
}
