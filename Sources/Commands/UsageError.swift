import Diagnosis

/// A program was called wrongly; exit status 64.
public struct UsageError: DiagnosedError, Equatable {
    /// A stable name, such as `unknown-option`.
    public let code: String
    /// What is wrong, and what may have been meant.
    public let sentence: Sentence
    /// The words of the command whose help tells more.
    public let path: [String]

    /// Nothing beyond the sentence.
    public var cause: String? { nil }
    /// Always wrong use.
    public var category: FailureCategory { .usage }

    /// An error at the command `path`.
    public init(code: String, sentence: Sentence, path: [String]) {
        self.code = code
        self.sentence = sentence
        self.path = path
    }

    /// Where to read more: `see 'kazasu help visit'`.
    public var hint: Sentence {
        let help = ([path.first ?? "", "help"] + path.dropFirst()).joined(separator: " ")
        return Sentence(ja: "'\(help)' を参照してください", en: "see '\(help)'")
    }
}

extension UsageError {
    static func unknownCommand(_ word: String, among names: [String], at path: [String]) -> UsageError {
        let meant = Suggestion(for: word, among: names)
        return UsageError(
            code: "unknown-command",
            sentence: Sentence(
                ja: "'\(short(word))' というコマンドはありません\(meant.japanese)", en: "there is no command '\(short(word))'\(meant.english)"),
            path: path)
    }

    static func unknownOption(_ option: String, among names: [String], at path: [String]) -> UsageError {
        let meant = Suggestion(for: option, among: names)
        return UsageError(
            code: "unknown-option",
            sentence: Sentence(
                ja: "'\(short(option))' というオプションはありません\(meant.japanese)",
                en: "there is no option '\(short(option))'\(meant.english)"),
            path: path)
    }

    static func missingValue(_ option: OptionSpecification, at path: [String]) -> UsageError {
        let form = "\(option.longForm) \(option.value?.placeholder ?? "")"
        return UsageError(
            code: "missing-value",
            sentence: Sentence(ja: "\(option.longForm) には値が必要です（\(form)）", en: "\(option.longForm) needs a value (\(form))"), path: path)
    }

    static func unexpectedValue(_ option: String, at path: [String]) -> UsageError {
        UsageError(
            code: "unexpected-value", sentence: Sentence(ja: "\(option) に値は付けられません", en: "\(option) takes no value"), path: path)
    }

    static func repeated(_ option: OptionSpecification, at path: [String]) -> UsageError {
        UsageError(
            code: "repeated-option",
            sentence: Sentence(ja: "\(option.longForm) は一度しか指定できません", en: "\(option.longForm) can be given only once"), path: path)
    }

    // The wrong value is not repeated here: somebody may have typed a secret in the wrong place.
    static func badValue(of option: OptionSpecification, given: String, at path: [String]) -> UsageError {
        if case .choices(let words) = option.value?.kind { return choice(of: option.longForm, among: words, given: given, at: path) }
        var meant = Suggestion(for: given, among: [])
        if case .suggestions(let words) = option.value?.kind { meant = Suggestion(for: given, among: words) }
        let reason = option.value?.reason?(given) ?? option.summary
        return UsageError(
            code: "bad-value",
            sentence: Sentence(
                ja: "\(option.longForm) の値は \(option.value?.placeholder ?? "") として読めません\(meant.japanese)：\(reason.japanese)",
                en:
                    "the value of \(option.longForm) is not a valid \(option.value?.placeholder ?? "value")\(meant.english): \(reason.english)"
            ),
            path: path)
    }

    static func choice(of name: String, among words: [String], given: String, at path: [String]) -> UsageError {
        let meant = Suggestion(for: given, among: words)
        return UsageError(
            code: "bad-value",
            sentence: Sentence(
                ja: "\(name) に指定できるのは \(words.joined(separator: "、")) のいずれかです\(meant.japanese)",
                en: "\(name) must be one of \(words.joined(separator: ", "))\(meant.english)"),
            path: path)
    }

    static func missingOperand(_ operand: Operand, at path: [String]) -> UsageError {
        UsageError(
            code: "missing-operand", sentence: Sentence(ja: "\(operand.name) がありません", en: "\(operand.name) is missing"), path: path)
    }

    // Counted and not repeated: it may be a secret in the wrong place.
    static func superfluousOperand(number: Int, at path: [String]) -> UsageError {
        UsageError(
            code: "superfluous-operand",
            sentence: Sentence(ja: "引数が多すぎます（\(number)番目）", en: "operand \(number) is one too many"), path: path)
    }

    /// A typed word, fit for a message: not endless. Its control characters are dealt with where the message is written.
    private static func short(_ word: String) -> String {
        word.unicodeScalars.count > 40 ? String(word.unicodeScalars.prefix(40)) + "..." : word
    }
}
