import Diagnosis

/// How an error that ends the program is told.
///
/// The command line may be what is wrong, so the two options that matter here are looked for on their own.
struct ErrorReport {
    let program: String
    let language: Language
    let isJSON: Bool
    let streams: StandardStreams

    init(program: String, arguments: [String], environment: Environment, streams: StandardStreams) {
        self.program = program
        self.streams = streams
        let options = arguments.prefix { $0 != "--" }
        isJSON = options.contains(CommonOptions.json.specification.longForm)
        language = Self.spokenLanguage(in: Array(options))?.language ?? environment.language
    }

    /// For a call by `words` within another one, whose options hold there too.
    init(of words: [String], within invocation: Invocation) {
        program = invocation.program.name
        isJSON = invocation.json || words.contains(CommonOptions.json.specification.longForm)
        language = Self.spokenLanguage(in: words)?.language ?? invocation.language
        streams = invocation.streams
    }

    private static func spokenLanguage(in options: [String]) -> SpokenLanguage? {
        let form = CommonOptions.language.specification.longForm
        for (position, word) in options.enumerated() {
            if word.hasPrefix(form + "=") { return SpokenLanguage(rawValue: String(word.dropFirst(form.count + 1))) }
            if word == form, position + 1 < options.count { return SpokenLanguage(rawValue: options[position + 1]) }
        }
        return nil
    }

    /// Tells the error and returns the exit status.
    func write(_ error: any Error) -> Int32 {
        // Somebody read enough, as `head` does: the status of a program that SIGPIPE has ended, and not a word.
        if let error = error as? StreamError, error.isBrokenPipe { return 141 }
        guard let error = error as? any DiagnosedError else {
            // Only the type: nobody has checked the text of a foreign error for secrets.
            return write(UnexpectedError(cause: String(describing: type(of: error))))
        }
        streams.error.writeLine(error.line(of: program, in: language))
        if let usage = error as? UsageError { streams.error.writeLine(usage.hint.text(in: language)) }
        if isJSON, !(error is StreamError) {
            do {
                try streams.output.writeLine(object(for: error))
                try streams.output.flush()
            } catch {
                return write(error)
            }
        }
        // Cancelled by a signal or by the person: each wait that can be cancelled says the same.
        if error.category == .cancelled, let interrupt = Interrupts.received { return interrupt.exitStatus }
        return error.category.exitStatus
    }

    private func object(for error: any DiagnosedError) -> String {
        let members = [
            ("code", JSONText.quoted(error.code)),
            ("message", JSONText.quoted(error.sentence.text(in: language))),
            ("cause", error.cause.map(JSONText.quoted) ?? "null"),
        ]
        return "{\"error\":{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}}"
    }
}

extension DiagnosedError {
    /// The error in one line, as `program` tells it: sentence, code and cause. Its parts may come from outside.
    func line(of program: String, in language: Language) -> String {
        if let list = self as? any ListedError { return list.lines(of: program, in: language) }
        let sentence = printable("\(program): \(sentence.text(in: language))")
        // A usage error speaks for itself; its hint follows.
        if self is UsageError { return sentence }
        return "\(sentence) [\(code)]" + (cause.map { " (\(printable($0)))" } ?? "")
    }
}

/// An error that is told as a list, such as everything that is wrong in a file.
public protocol ListedError: DiagnosedError {
    /// What is in the list; at least one.
    var items: [Sentence] { get }
}

extension ListedError {
    /// All of it in one text, a line each.
    public var sentence: Sentence {
        Sentence(ja: items.map(\.japanese).joined(separator: "\n"), en: items.map(\.english).joined(separator: "\n"))
    }

    /// A line for each, the last one with the code.
    fileprivate func lines(of program: String, in language: Language) -> String {
        items.map { printable("\(program): \($0.text(in: language))") }.joined(separator: "\n") + " [\(code)]"
    }
}

/// An error that no module has turned into a sentence: a fault of the program.
private struct UnexpectedError: DiagnosedError {
    let cause: String?
    var code: String { "unexpected" }
    var sentence: Sentence { Sentence(ja: "プログラムの内部で想定外の誤りが起きました。", en: "Something unexpected went wrong in the program.") }
    var category: FailureCategory { .internalFault }
}
