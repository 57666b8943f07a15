/// The completion script for zsh: one function for each command, made of `_arguments` (zshcompsys(1)).
struct ZshCompletion {
    let table: CompletionTable

    private var program: String { table.program.name }

    var script: String {
        let functions = table.nodes.map(function).joined(separator: "\n")
        return """
            #compdef \(program)
            # Completion of \(program) for zsh, made by '\(program) completion zsh'.

            \(name(of: [program, "printed"], mark: "-"))() {
                local -a lines
                lines=("${(@f)$(_call_program words \(program) "${(@q)@}" 2>/dev/null)}")
                \(name(of: [program, "words"], mark: "-")) "${lines[@]}"
            }

            # A word that ends with a colon goes on: no blank after it.
            \(name(of: [program, "words"], mark: "-"))() {
                local -a whole=("${(@)@:#*:}") open=("${(@M)@:#*:}")
                compadd -a whole
                compadd -S '' -a open
            }

            \(functions)
            # Loaded by name from a folder of $fpath, or sourced.
            if [[ $funcstack[1] == \(name(of: [program])) ]]; then
                \(name(of: [program])) "$@"
            else
                compdef \(name(of: [program])) \(program)
            fi

            """
    }

    private func name(of path: [String], mark: String = "_") -> String {
        "_" + path.joined(separator: mark)
    }

    private func function(_ node: CompletionTable.Node) -> String {
        var specifications = node.options.flatMap(specifications(of:))
        let body: String
        if node.commands.isEmpty {
            specifications += node.operands.map(specification(of:))
            body = ""
        } else {
            specifications += ["1: :->command", "*:: :->rest"]
            body = "\n" + branches(of: node)
        }
        let arguments = specifications.map { " \\\n        " + $0.shellQuoted }.joined()
        return """
            \(name(of: node.path))() {
                local curcontext=$curcontext context state state_descr line
                typeset -A opt_args
                _arguments -C -S\(arguments)\(body)
            }

            """
    }

    private func branches(of node: CompletionTable.Node) -> String {
        let commands = node.commands.map { "\($0.name):\($0.summary)".shellQuoted }.joined(separator: " ")
        let known = Set(table.nodes.map(\.key))
        let branches = node.commands.filter { known.contains("\(node.key) \($0.name)") }.map {
            "            \($0.name)) \(name(of: node.path + [$0.name])) ;;"
        }
        return """
                case $state in
                command)
                    local -a commands=(\(commands))
                    _describe -t commands command commands
                    ;;
                rest)
                    case $line[1] in
            \(branches.joined(separator: "\n"))
                    esac
                    ;;
                esac
            """
    }

    private func specifications(of option: OptionSpecification) -> [String] {
        let others = option.isRepeatable ? "*" : "(\(option.forms.joined(separator: " ")))"
        let summary = escaped(table.summary(of: option), also: "[]")
        return option.forms.map { form in
            guard let value = option.value else { return "\(others)\(form)[\(summary)]" }
            let equals = form.hasPrefix("--") ? "=" : ""
            return "\(others)\(form)\(equals)[\(summary)]:\(value.placeholder):\(action(for: value.kind))"
        }
    }

    private func specification(of operand: Operand) -> String {
        let position = operand.takesMany ? "*" : ""
        return "\(position):\(operand.name):\(action(for: operand.kind))"
    }

    private func action(for kind: ValueKind) -> String {
        switch kind {
        case .text: " "
        case .file: "_files"
        case .directory: "_files -/"
        case .choices(let words): "(\(words.map { escaped($0) }.joined(separator: " ")))"
        case .suggestions(let words): "{\(name(of: [program, "words"], mark: "-")) \(arguments(words))}"
        case .printed(let words): "{\(name(of: [program, "printed"], mark: "-")) \(arguments(words))}"
        }
    }

    private func arguments(_ words: [String]) -> String {
        words.map { escaped($0.shellQuoted) }.joined(separator: " ")
    }

    private func escaped(_ text: String, also more: String = "") -> String {
        text.map { ("\\:" + more).contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
