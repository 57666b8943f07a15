import Diagnosis

/// One call of a command: what was typed, and where to write.
public struct Invocation: Sendable {
    /// The program that was called.
    public let program: Program
    /// The words from the program's name to the command, such as `["kazasu", "trace", "show"]`.
    public let path: [String]
    /// The operands as typed.
    public let operands: [String]
    /// The environment variables.
    public let environment: Environment
    /// Standard output and standard error.
    public let streams: StandardStreams

    let command: Command
    let flags: [String: Bool]
    let values: [String: [String]]

    init(program: Program, parsed: ParsedCommandLine, environment: Environment, streams: StandardStreams) {
        self.program = program
        path = parsed.path
        operands = parsed.operands
        command = parsed.command
        flags = parsed.flags
        values = parsed.values
        self.environment = environment
        self.streams = streams
    }

    /// Whether the flag was given.
    public subscript(flag: Flag) -> Bool {
        flags[declared(flag)] ?? false
    }

    /// The option's value; `nil` where it was not given.
    public subscript<Value>(option: ValueOption<Value>) -> Value? {
        values[declared(option)]?.last.flatMap(option.parse)
    }

    /// The option's value, or the one that it has where it was not given.
    public subscript<Value>(option: DefaultedOption<Value>) -> Value {
        values[declared(option)]?.last.flatMap(option.parse) ?? option.fallback
    }

    /// The option's values in the order in which they were given.
    public subscript<Value>(option: ListOption<Value>) -> [Value] {
        values[declared(option)]?.compactMap(option.parse) ?? []
    }

    /// Whether the option was given at all, to tell a default from a choice.
    public func isGiven(_ option: some Option) -> Bool {
        let name = declared(option)
        return flags[name] != nil || values[name] != nil
    }

    /// The texts given for an operand of the command's table; one where its count is one.
    public subscript(operand: Operand) -> [String] {
        guard let position = command.operands.firstIndex(where: { $0.name == operand.name }) else {
            preconditionFailure("\(path.joined(separator: " ")) does not declare the operand \(operand.name)")
        }
        guard position < operands.count else { return [] }
        return operand.takesMany ? Array(operands[position...]) : [operands[position]]
    }

    /// Whether the result and errors go to standard output as JSON.
    public var json: Bool { self[CommonOptions.json] }
    /// Whether what happens is logged to standard error.
    public var verbose: Bool { self[CommonOptions.verbose] }

    /// The language of texts for people.
    public var language: Language {
        self[CommonOptions.language]?.language ?? environment.language
    }

    /// Writes a line to standard error where `--verbose` was given.
    public func log(_ line: @autoclosure () -> String) {
        if verbose { streams.error.writeLine(printable(line())) }
    }

    /// Tells an error in one line on standard error, without ending the program.
    public func tell(_ error: any DiagnosedError) {
        streams.error.writeLine(error.line(of: program.name, in: language))
    }

    /// The error of a command that finds its options or operands at odds; carries the hint to the command's help.
    public func misuse(_ sentence: Sentence) -> UsageError {
        UsageError(code: "usage", sentence: sentence, path: path)
    }

    // Reading an option that the command's table lacks is a fault in the program, not in what was typed.
    private func declared(_ option: some Option) -> String {
        let name = option.specification.name
        precondition(command.knownOptions.contains { $0.name == name }, "\(path.joined(separator: " ")) does not declare --\(name)")
        return name
    }
}
