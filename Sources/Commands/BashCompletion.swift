/// The completion script for bash 4 and later; it needs nothing of the bash-completion package.
struct BashCompletion {
    let table: CompletionTable

    private var program: String { table.program.name }
    // A shell function may not have every name that a program may have.
    private var function: String { "_" + String(program.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }

    var script: String {
        """
        # Completion of \(program) for bash, made by '\(program) completion bash'.

        # What may follow the words $1.
        \(function)_table() {
            commands='' options='' valued=''
            case $1 in
        \(table.nodes.map(nodeCase).joined(separator: "\n"))
            esac
        }

        # Offers the values of an option or operand: $1 is the words, then the option or the operand's number.
        \(function)_values() {
            case $1 in
        \(table.nodes.flatMap(valueCases).joined(separator: "\n"))
            esac
        }

        \(Self.body.replacing("FUNCTION", with: function).replacing("PROGRAM", with: program))
        """
    }

    private func nodeCase(_ node: CompletionTable.Node) -> String {
        let commands = node.commands.map(\.name).joined(separator: " ")
        let options = node.options.flatMap(\.longForms).joined(separator: " ")
        let valued = node.options.filter { $0.value != nil }.flatMap(\.forms).joined(separator: " ")
        return "        \(node.key.shellQuoted)) commands='\(commands)' options='\(options)' valued='\(valued)' ;;"
    }

    private func valueCases(_ node: CompletionTable.Node) -> [String] {
        var lines: [String] = []
        for option in node.options {
            guard let value = option.value, let action = action(for: value.kind) else { continue }
            let patterns = option.forms.map { "\(node.key) \($0)".shellQuoted }.joined(separator: " | ")
            lines.append("        \(patterns)) \(action) ;;")
        }
        for (position, operand) in node.operands.enumerated() {
            guard let action = action(for: operand.kind) else { continue }
            let pattern = operand.takesMany ? "\(node.key) ".shellQuoted + "[0-9]*" : "\(node.key) \(position + 1)".shellQuoted
            lines.append("        \(pattern)) \(action) ;;")
        }
        return lines
    }

    private func action(for kind: ValueKind) -> String? {
        switch kind {
        case .text: nil
        case .file: "\(function)_files -f"
        case .directory: "\(function)_files -d"
        case .choices(let words), .suggestions(let words): "\(function)_words \(words.map(\.shellQuoted).joined(separator: " "))"
        case .printed(let arguments): "\(function)_printed \(arguments.map(\.shellQuoted).joined(separator: " "))"
        }
    }

    // Words are compared here and not by `compgen -W`, which would expand `$(...)` in the name of a reader.
    private static let body = #"""
        FUNCTION_words() {
            local word
            for word in "$@"; do
                if [[ $word == "$current"* ]]; then
                    [[ $word == *: ]] && compopt -o nospace 2>/dev/null
                    printf -v word '%q' "$word"
                    COMPREPLY+=("$word")
                fi
            done
        }

        FUNCTION_printed() {
            local lines
            mapfile -t lines < <("${COMP_WORDS[0]/#\~/$HOME}" "$@" 2>/dev/null)
            FUNCTION_words "${lines[@]}"
        }

        FUNCTION_files() {
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
        }

        FUNCTION() {
            local commands options valued current path=PROGRAM awaited='' ended='' operands=0
            local word words=() line=${COMP_LINE:0:COMP_POINT} i
            COMPREPLY=()
            # bash cuts at = and : as well; put together again what no blank separates.
            for ((i = 0; i <= COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if ((i == 0)) || [[ $line == [[:blank:]]* ]]; then
                    words+=("$word")
                else
                    words[${#words[@]} - 1]+=$word
                fi
                line=${line#"${line%%[![:blank:]]*}"}
                line=${line#"$word"}
            done

            FUNCTION_table "$path"
            for word in "${words[@]:1:${#words[@]}-2}"; do
                if [[ -n $awaited ]]; then
                    awaited=''
                elif [[ -z $ended && $word == -- ]]; then
                    ended=1
                elif [[ -z $ended && $word == -?* ]]; then
                    [[ " $valued " == *" $word "* ]] && awaited=$word
                elif [[ " $commands " == *" $word "* ]]; then
                    path+=" $word"
                    FUNCTION_table "$path"
                else
                    ((operands += 1))
                fi
            done

            current=${words[${#words[@]} - 1]}
            # As it is meant, not as it is quoted; readline quotes the answer again.
            current=${current#[\"\']}
            current=${current//\\/}
            if [[ -n $awaited ]]; then
                FUNCTION_values "$path $awaited"
            elif [[ -z $ended && $current == --*=* ]]; then
                word=${current%%=*}
                current=${current#*=}
                FUNCTION_values "$path $word"
                [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/$word=}")
            elif [[ -z $ended && $current == -* ]]; then
                FUNCTION_words $options
            elif [[ -n $commands ]]; then
                FUNCTION_words $commands
            else
                FUNCTION_values "$path $((operands + 1))"
            fi
            # Only what follows the last colon is replaced by bash.
            if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}")
            fi
        }

        complete -F FUNCTION PROGRAM

        """#
}
