import Commands
import Diagnosis

/// `kazasu config …`: the configuration file.
let configCommand = Command(
    "config", Sentence(ja: "設定ファイルを見る", en: "Look at the configuration file"),
    discussion: Sentence(ja: configurationInJapanese, en: configurationInEnglish),
    subcommands: [configShowCommand, configPathCommand])

private let configurationInJapanese = """
    YAMLのファイルで、場所は KAZASU_CONFIG、なければ XDG_CONFIG_HOME（既定値 ~/.config）の kazasu/config.yaml、
    それもなければ XDG_CONFIG_DIRS（既定値 /etc/xdg）の kazasu/config.yaml である。相対パスはファイルのあるフォルダから数える。秘密は書けない。

    \(keyLines(.japanese))
    """
private let configurationInEnglish = """
    A YAML file: the one that KAZASU_CONFIG names, else kazasu/config.yaml in XDG_CONFIG_HOME (by default ~/.config),
    else in XDG_CONFIG_DIRS (by default /etc/xdg). Relative paths begin at the folder of the file. No secret has a place in it.

    \(keyLines(.english))
    """

private func keyLines(_ language: Language) -> String {
    Configuration.Key.allCases.map { "\($0.rawValue): \($0.summary.text(in: language))" }.joined(separator: "\n")
}

private let variables = [
    Variable(Configuration.variable, Sentence(ja: "設定ファイル", en: "The configuration file")),
    Variable("XDG_CONFIG_HOME", Sentence(ja: "設定ファイルを置く場所", en: "Where the configuration file is kept")),
    Variable("XDG_CONFIG_DIRS", Sentence(ja: "その次に探す場所", en: "Where it is looked for next")),
]

private let configShowCommand = Command(
    "show", Sentence(ja: "有効な設定を表示する", en: "Show what is configured"), variables: variables,
    examples: [Example("kazasu config show", Sentence(ja: "どの設定がどこから来たかを見る", en: "See what is set"))]
) { invocation in
    let configuration = try invocation.configuration()
    let output = invocation.streams.output
    if invocation.json {
        let values = Configuration.Key.allCases.map { ($0.rawValue, configuration[$0]) }
        let shown = ShownConfiguration(
            path: configuration.path, exists: configuration.exists, values: Dictionary(uniqueKeysWithValues: values))
        try output.writeLine(jsonLine(shown))
        return 0
    }
    let japanese = invocation.language == .japanese
    let state = configuration.exists ? "" : japanese ? "（ファイルはありません）" : " (there is no such file)"
    try output.writeLine("# \(printable(configuration.path ?? "-"))\(state)")
    for key in Configuration.Key.allCases {
        // As YAML writes it: a selector may begin with a character that means something there.
        let value = configuration[key].map { "'\(printable($0).replacing("'", with: "''"))'" } ?? "~"
        try output.writeLine("\(key.rawValue): \(value)")
    }
    return 0
}

private struct ShownConfiguration: Encodable {
    let path: String?
    let exists: Bool
    let values: [String: String?]
}

private let configPathCommand = Command(
    "path", Sentence(ja: "設定ファイルの場所を表示する", en: "Print where the configuration file is"), variables: variables,
    examples: [
        Example("mkdir -p \"$(dirname \"$(kazasu config path)\")\"", Sentence(ja: "設定ファイルを置くフォルダを作る", en: "Make the folder for it"))
    ]
) { invocation in
    guard let path = Configuration.place(invocation.environment) else { throw NoPlace() }
    try invocation.streams.output.writeLine(invocation.json ? jsonLine(["path": path]) : path)
    return 0
}

private struct NoPlace: DiagnosedError {
    let code = "config-no-place"
    let sentence = Sentence(
        ja: "設定ファイルの場所が決まりません。HOME か KAZASU_CONFIG を設定してください。",
        en: "There is no place for a configuration file; set HOME or KAZASU_CONFIG.")
    let cause: String? = nil
    let category = FailureCategory.noInput
}
