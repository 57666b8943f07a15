import Diagnosis

extension Program {
    /// Does what the command line asks for, `arguments` being the words after the program's own name, and returns the exit
    /// status (sysexits.h): the last thing that a program's main does.
    ///
    /// An error becomes one line on standard error in the person's language, and with `--json` also an object on standard output.
    public func run(
        _ arguments: [String], environment: Environment = .process, streams: StandardStreams = StandardStreams()
    ) -> Int32 {
        let report = ErrorReport(program: name, arguments: arguments, environment: environment, streams: streams)
        do {
            let status = try perform(CommandLineParser.parse(arguments, of: self), environment, streams, report)
            try streams.output.flush()
            return status
        } catch let error as StreamError {
            return report.write(error)
        } catch {
            // What the command had printed before its error comes first.
            do throws(StreamError) { try streams.output.flush() } catch { return report.write(error) }
            return report.write(error)
        }
    }

    private func perform(
        _ request: Request, _ environment: Environment, _ streams: StandardStreams, _ report: ErrorReport
    ) throws -> Int32 {
        switch request {
        case .run(let parsed):
            let invocation = Invocation(program: self, parsed: parsed, environment: environment, streams: streams)
            return try parsed.command.action?(invocation) ?? FailureCategory.internalFault.exitStatus
        case .help(let path):
            let terminal = Terminal(descriptor: streams.output.descriptor, environment: environment)
            try streams.output.write(help(of: path, in: report.language, width: terminal.width))
            return 0
        case .incomplete(let path):
            if report.isJSON {
                throw UsageError(
                    code: "missing-command", sentence: Sentence(ja: "コマンドを指定してください", en: "a command is missing"), path: path)
            }
            let terminal = Terminal(descriptor: streams.error.descriptor, environment: environment)
            streams.error.write(help(of: path, in: report.language, width: terminal.width))
            return FailureCategory.usage.exitStatus
        case .version:
            let names = "{\"program\":\(JSONText.quoted(name)),\"version\":\(JSONText.quoted(version))}"
            try streams.output.writeLine(report.isJSON ? names : "\(name) \(version)")
            return 0
        }
    }

    /// The help of a command, at most 80 columns wide and at least 60.
    func help(of path: [String], in language: Language, width: Int) -> String {
        HelpText(program: self, path: path, language: language, width: min(80, max(60, width))).text
    }
}
