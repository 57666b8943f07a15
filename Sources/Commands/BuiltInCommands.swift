import Diagnosis
import Glibc

extension Command {
    /// `help [COMMAND...]`.
    static let help = Command(
        helpName, Sentence(ja: "コマンドの説明を表示する", en: "Show the help of a command"), operands: [helpTopic]
    ) { invocation in
        let path = [invocation.program.name] + invocation[helpTopic]
        for (depth, word) in path.enumerated().dropFirst() {
            let parent = invocation.program.command(at: path[1..<depth])
            if parent?.subcommand(named: word) == nil {
                let names = parent?.shownSubcommands.map(\.name) ?? []
                throw UsageError.unknownCommand(word, among: names, at: Array(path[..<depth]))
            }
        }
        let terminal = Terminal(descriptor: invocation.streams.output.descriptor, environment: invocation.environment)
        try invocation.streams.output.write(
            invocation.program.help(of: path, in: invocation.language, width: terminal.width))
        return 0
    }

    /// `manual DIRECTORY`, for whoever installs the program.
    static let manual = Command(
        "manual", Sentence(ja: "マニュアルページを書き出す", en: "Write the manual pages"), operands: [manualDirectory],
        isHidden: true
    ) { invocation in
        for directory in invocation[manualDirectory] {
            for language in Language.allCases { try writeManual(of: invocation.program, in: language, below: directory) }
        }
        return 0
    }

    private static func writeManual(of program: Program, in language: Language, below directory: String) throws(ManualError) {
        let parts = language == .japanese ? ["ja", "man1"] : ["man1"]
        var folder = directory
        for part in [""] + parts {
            if !part.isEmpty { folder += "/\(part)" }
            if mkdir(folder, 0o755) != 0, errno != EEXIST { throw ManualError(path: folder, number: errno) }
        }
        for page in program.manualPages(in: language) { try write(page.text, to: "\(folder)/\(page.fileName)") }
    }

    private static func write(_ text: String, to path: String) throws(ManualError) {
        guard let file = fopen(path, "we") else { throw ManualError(path: path, number: errno) }
        let written = fputs(text, file)
        guard fclose(file) == 0, written >= 0 else { throw ManualError(path: path, number: errno) }
    }

    private static let manualDirectory = Operand(
        "DIRECTORY", kind: .directory, Sentence(ja: "書き出す場所（なければ作る）", en: "Where they are written; made where it is missing"))

    /// `completion SHELL`.
    static func completion(of program: String) -> Command {
        Command(
            "completion", Sentence(ja: "シェルの補完スクリプトを出力する", en: "Print a completion script for a shell"), operands: [shellOperand],
            examples: [
                Example(
                    "source <(\(program) completion bash)",
                    Sentence(ja: "今のbashで補完を使えるようにする", en: "Have completion in this bash"))
            ]
        ) { invocation in
            // The parser has let only the names of shells through.
            for shell in invocation[shellOperand].compactMap(Shell.init(rawValue:)) {
                try invocation.streams.output.write(shell.script(for: invocation.program, language: invocation.language))
            }
            return 0
        }
    }

    static let helpName = "help"
    static let helpTopic = Operand("COMMAND", .any, Sentence(ja: "説明を表示するコマンド", en: "The command to show the help of"))

    private static let shellOperand = Operand(
        "SHELL", kind: .choices(Shell.allCases.map(\.rawValue)), Sentence(ja: "シェル", en: "The shell"))
}

/// A manual page could not be written.
private struct ManualError: DiagnosedError {
    let path: String
    let number: Int32

    let code = "manual-not-written"
    let sentence = Sentence(
        ja: "マニュアルページを書けません。場所と権限を確認してください。", en: "The manual page cannot be written; check the place and its permissions.")
    var cause: String? { "\(path): \(describe(errorNumber: number))" }
    let category = FailureCategory.cannotCreate
}
