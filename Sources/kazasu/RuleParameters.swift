import Commands
import Diagnosis
import Guidance

/// `kazasu rules --parameters`: what each source says where they differ, and what is taken.
func printParameters(_ invocation: Invocation) throws -> Int32 {
    guard invocation[RulesOptions.logs].isEmpty, !invocation[RulesOptions.uncovered] else {
        throw invocation.misuse(
            Sentence(ja: "--parameters は --log、--uncovered と一緒に使えません。", en: "--parameters goes with neither --log nor --uncovered."))
    }
    let chosen = invocation[RulesOptions.rules].map(\.description)
    let parameters = SourceParameters.all.filter { chosen.isEmpty || chosen.contains($0.rule) }
    let output = invocation.streams.output
    if invocation.json {
        try output.writeLine(jsonLine(["parameters": parameters.map(ParameterJSON.init)]))
        return 0
    }
    for parameter in parameters {
        var lines = ["\(parameter.name)  \(parameter.rule)"]
        for (index, reading) in parameter.readings.enumerated() {
            let source = reading.document.map { "\($0.title), \($0.date)" } ?? RuleParameterWords.assumed.text(in: invocation.language)
            let mark = index == 0 ? RuleParameterWords.taken : RuleParameterWords.other
            lines.append("  \(mark.text(in: invocation.language)): \(reading.value) (\(source))")
        }
        lines.append("  " + parameter.why.text(in: invocation.language))
        try output.writeLine(lines.map(printable).joined(separator: "\n"))
    }
    return 0
}

private enum RuleParameterWords {
    static let taken = Sentence(ja: "採用", en: "taken")
    static let other = Sentence(ja: "ほか", en: "other")
    static let assumed = Sentence(ja: "資料なし、想定", en: "no source, assumed")
}

private struct ParameterJSON: Encodable {
    struct Reading: Encodable {
        let value: String
        /// Missing where it is assumed.
        let document: String?
        let date: String?
        let taken: Bool
    }

    let name: String
    let rule: String
    let readings: [Reading]
    let ja: String
    let en: String

    init(_ parameter: PrintedParameter) {
        (name, rule) = (parameter.name, parameter.rule)
        (ja, en) = (parameter.why.japanese, parameter.why.english)
        readings = parameter.readings.enumerated().map { index, reading in
            Reading(value: reading.value, document: reading.document?.rawValue, date: reading.document?.date, taken: index == 0)
        }
    }
}
