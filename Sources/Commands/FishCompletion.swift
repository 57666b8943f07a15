/// The completion script for fish 3.4 and later: one `complete` line for each option and command.
struct FishCompletion {
    let table: CompletionTable

    private var program: String { table.program.name }
    private var function: String { "__\(program)_at" }

    var script: String {
        let lines = table.nodes.flatMap { commands($0) + options($0) + operands($0) }
        return """
            # Completion of \(program) for fish, made by '\(program) completion fish'.

            # Whether the commands on the line are $argv.
            function \(function)
                set -l path \(program)
                set -l skips 0
                set -l words (commandline -opc)
                for word in $words[2..]
                    if test $skips = 1
                        set skips 0
                    else if contains -- "$path $word" \(quoted(valuedKeys))
                        set skips 1
                    else if contains -- "$path $word" \(quoted(table.nodes.dropFirst().map(\.key)))
                        set path "$path $word"
                    end
                end
                test "$path" = "$argv"
            end

            complete -c \(program) -f
            \(lines.joined(separator: "\n"))

            """
    }

    private var valuedKeys: [String] {
        table.nodes.flatMap { node in
            node.options.filter { $0.value != nil }.flatMap(\.forms).map { "\(node.key) \($0)" }
        }
    }

    private func lead(_ node: CompletionTable.Node) -> String {
        "complete -c \(program) -n '\(function) \(node.key)'"
    }

    private func commands(_ node: CompletionTable.Node) -> [String] {
        node.commands.map { "\(lead(node)) -a \(quote($0.name)) -d \(quote($0.summary))" }
    }

    private func options(_ node: CompletionTable.Node) -> [String] {
        node.options.flatMap { option in
            let short = option.short.map { " -s \($0)" } ?? ""
            let value = option.value.map { action(for: $0.kind, isOption: true) } ?? ""
            let summary = quote(table.summary(of: option))
            let names = [option.name] + (option.isNegatable ? ["no-\(option.name)"] : [])
            return names.map { "\(lead(node)) -l \($0)\(short)\(value) -d \(summary)" }
        }
    }

    private func operands(_ node: CompletionTable.Node) -> [String] {
        node.operands.map { operand in
            "\(lead(node))\(action(for: operand.kind, isOption: false)) -d \(quote(operand.summary.text(in: table.language)))"
        }
    }

    private func action(for kind: ValueKind, isOption: Bool) -> String {
        let takesValue = isOption ? " -x" : ""
        return switch kind {
        case .text: takesValue
        case .file: isOption ? " -r -F" : " -F"
        case .directory: "\(takesValue) -a '(__fish_complete_directories)'"
        case .choices(let words), .suggestions(let words): "\(takesValue) -a \(quote(words.joined(separator: " ")))"
        case .printed(let words): "\(takesValue) -a \(quote("(\(program) \(quoted(words)) 2>/dev/null)"))"
        }
    }

    private func quoted(_ words: [String]) -> String { words.map(quote).joined(separator: " ") }

    // Inside single quotes fish knows \\ and \' (fish language, "Quotes").
    private func quote(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
