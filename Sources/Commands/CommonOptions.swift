import Diagnosis

/// The options that every command of every program has.
public enum CommonOptions {
    /// `--json`: the result as one JSON object on standard output; errors too.
    public static let json = Flag("json", Sentence(ja: "結果をJSONで出力する", en: "Print the result as JSON"))
    /// `--verbose`: what happens, on standard error.
    public static let verbose = Flag(
        "verbose", short: "v", Sentence(ja: "経過を標準エラー出力に記録する", en: "Log what happens to standard error"))
    /// `--language`: the language of texts for people.
    public static let language = ValueOption<SpokenLanguage>(
        "language", placeholder: "LANGUAGE",
        Sentence(ja: "表示の言語（指定がなければLC_ALL、LC_MESSAGES、LANGに従う）", en: "Language of texts, by default that of LC_ALL, LC_MESSAGES or LANG"))
    /// `--help`.
    public static let help = Flag("help", short: "h", Sentence(ja: "この説明を表示する", en: "Show this help"))
    /// `--version`, at the program itself only.
    static let version = Flag("version", short: "V", Sentence(ja: "版を表示する", en: "Show the version"))

    static let all: [any Option] = [json, verbose, language, help]
}

/// The languages as the option `--language` writes them (ISO 639-1).
public enum SpokenLanguage: String, Sendable, CaseIterable {
    /// Japanese.
    case ja
    /// English.
    case en

    /// The language.
    public var language: Language {
        switch self {
        case .ja: .japanese
        case .en: .english
        }
    }
}
