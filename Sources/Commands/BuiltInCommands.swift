import Diagnosis

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
