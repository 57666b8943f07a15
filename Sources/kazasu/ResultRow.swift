import Commands
import Diagnosis

/// One value of a result: a label for people, a key for programs.
struct ResultRow {
    let key: String
    let label: Sentence
    /// `nil` where there is none: not shown to people, `null` for programs.
    let value: ResultValue?

    init(_ key: String, _ label: Sentence, _ value: ResultValue?) {
        self.key = key
        self.label = label
        self.value = value
    }
}

enum ResultValue: Encodable {
    case text(String)
    case number(Int)
    case truth(Bool)
    /// True, and the word for it.
    case done(Sentence)
    /// A stable name for programs, and words for people.
    case word(String, Sentence)
    /// Only for programs: people are told on standard error.
    case failure(VisitJSON.Failure)

    /// A text, where there is one.
    static func text(_ text: String?) -> ResultValue? { text.map { .text($0) } }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text), .word(let text, _): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .truth(let truth): try container.encode(truth)
        case .done: try container.encode(true)
        case .failure(let failure): try container.encode(failure)
        }
    }

    func shown(in language: Language) -> String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .truth(let truth): (truth ? Sentence(ja: "はい", en: "yes") : Sentence(ja: "いいえ", en: "no")).text(in: language)
        case .word(_, let words), .done(let words): words.text(in: language)
        case .failure(let failure): failure.message
        }
    }
}

extension Invocation {
    /// Prints a result: one JSON object, with the failure in it if there is one, or lines of a label and a value.
    func print(_ rows: [ResultRow], failure: (any DiagnosedError)? = nil) throws {
        let output = streams.output
        if json {
            var members = Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.value) })
            if let failure { members["error"] = .failure(VisitJSON.Failure(failure, in: language)) }
            try output.writeLine(jsonLine(members))
            return
        }
        let shown = rows.filter { $0.value != nil }
        let width = shown.map { columns($0.label.text(in: language)) }.max() ?? 0
        for row in shown {
            let label = row.label.text(in: language)
            // What a card holds may be meant to harm a terminal.
            let value = printable(row.value?.shown(in: language) ?? "")
            try output.writeLine("\(label)\(String(repeating: " ", count: width - columns(label) + 2))\(value)")
        }
    }
}
