import Diagnosis

// A command that carries another one out, whose words are its own operands.

extension Invocation {
    /// The call that `words` would be; the common options that were given to this command hold there too.
    ///
    /// Throws a usage error for words that are no call. `nil` where they ask for help or the version, or name a group only.
    public func inner(_ words: [String]) throws(UsageError) -> Invocation? {
        guard case .run(var parsed) = try CommandLineParser.parse(words, of: program) else { return nil }
        for name in CommonOptions.all.map(\.specification.name) {
            parsed.flags[name] = parsed.flags[name] ?? flags[name]
            parsed.values[name] = parsed.values[name] ?? values[name]
        }
        return Invocation(program: program, parsed: parsed, environment: environment, streams: streams)
    }

    /// Runs `body`, which is the call that `words` are, and returns its exit status; an error is told as the options among them say.
    public func reporting(as words: [String], _ body: () throws -> Int32) -> Int32 {
        let report = ErrorReport(of: words, within: self)
        do {
            let result = Result { try body() }
            // What was printed before an error comes first.
            try streams.output.flush()
            return try result.get()
        } catch {
            return report.write(error)
        }
    }

    /// The texts that were given for an option, `true` or `false` for a flag; `nil` where it was not given.
    public func texts(of option: any Option) -> [String]? {
        let name = option.specification.name
        return flags[name].map { ["\($0)"] } ?? values[name]
    }
}
