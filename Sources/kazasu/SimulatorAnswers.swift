import Commands
import Diagnosis

/// A value in the answer of a running simulator.
enum StatusValue {
    case word(String?)
    case number(Int?)

    fileprivate var text: String {
        switch self {
        case .word(let word): word ?? "-"
        case .number(let number): number.map { String($0) } ?? "-"
        }
    }

    fileprivate var json: String {
        switch self {
        case .word(let word): word.map(JSONText.quoted) ?? "null"
        case .number(let number): number.map { String($0) } ?? "null"
        }
    }
}

extension Invocation {
    /// Answers an order to a running simulator, for programs: one line, the same in every language.
    func answer(_ name: String, status: [(name: String, value: StatusValue)]) throws {
        let output = streams.output
        if json {
            let members = [("answer", JSONText.quoted(name))] + status.map { ($0.name, $0.value.json) }
            try output.writeLine("{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")
        } else {
            let isStatus = name == "status"
            try output.writeLine(([name] + (isStatus ? status.map { "\($0.name)=\($0.value.text)" } : [])).joined(separator: " "))
        }
        // Whoever asked waits for it.
        try output.flush()
    }
}
