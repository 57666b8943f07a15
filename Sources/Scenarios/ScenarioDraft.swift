import Diagnosis
import Eligibility
import MedicalAccess

/// A scenario made of a session that was played by hand: what was chosen there, and what came of it as what is expected.
///
/// Nothing of a person is in it, and no secret: the card is named by its kind.
public struct ScenarioDraft {
    private let title: String
    private let time: JapaneseTime
    private let reader: String
    private let result: ScenarioResult
    /// A reader beside it.
    public var secondReader: String?
    /// The facility's name.
    public var facility: String?
    /// The card.
    public var card = Scenario.Card()
    /// How the patient proved who they are.
    public var identity = IdentityMethod.pin
    /// Whether the last try of the PIN was used too.
    public var usesLastTry = false
    /// What the people's pauses were drawn from.
    public var seed: UInt64 = 0
    /// What happened otherwise than usual.
    public var stage: [String] = []

    /// A session of a time, at a reader model, of which this came.
    public init(title: String, time: JapaneseTime, reader: String, result: ScenarioResult) {
        self.title = title
        self.time = time
        self.reader = reader
        self.result = result
    }

    /// The file (YAML).
    public var text: String { (head + parts + ["expect:"] + expectations.map { "  " + $0 }).joined(separator: "\n") + "\n" }

    private var head: [String] {
        var lines = ["scenario: \(JSONText.quoted(title))", "at: \(time.plainText)", "reader: \(reader)"]
        if result.screens.isEmpty { lines.append("needs: []") }
        if let secondReader { lines.append("second-reader: \(secondReader)") }
        if let facility { lines.append("facility: \(JSONText.quoted(facility))") }
        return lines
    }

    private var parts: [String] {
        let card = [
            card.kind.map { "kind: \($0)" }, card.holder.map { "holder: \($0)" }, card.triesLeft.map { "tries-left: \($0)" },
        ].compactMap { $0 }
        var lines = card.isEmpty ? [] : ["card: {\(card.joined(separator: ", "))}"]
        lines.append("identity: \(identity.rawValue)")
        if usesLastTry { lines.append("last-try: true") }
        if seed != 0 { lines.append("people: {seed: \(seed)}") }
        return lines + (stage.isEmpty ? [] : ["stage:"] + stage.map { "  - \(JSONText.quoted($0))" })
    }

    private var expectations: [String] {
        var lines = ["outcome", "exit", "identity"].map { "\($0): \(result.fields[$0] ?? ExpectationForm.none)" }
        for key in ["certificate", "genuine"] { if let value = result.fields[key] { lines.append("\(key): \(value)") } }
        if !result.screens.isEmpty {
            lines.append("card-left: \(result.fields["card-left"] ?? "false")")
            lines += ["screens:"] + result.screens.map { "  - \($0.name)" }
        }
        let categories = ConsentCategory.allCases.map(\.rawValue).compactMap { name in
            result.fields["consent.\(name)"].map { "\(name): \($0)" }
        }
        lines.append("consent: \(categories.isEmpty ? ExpectationForm.none : "{\(categories.joined(separator: ", "))}")")
        // Who it is stands in no recording.
        let eligibility = ["validity", "contribution", "day"].compactMap { name in
            result.fields["eligibility.\(name)"].map { "\(name): \($0)" }
        }
        lines.append("eligibility: \(eligibility.isEmpty ? ExpectationForm.none : "{\(eligibility.joined(separator: ", "))}")")
        return lines + ["at-most: {apdus: \(result.commands)}"]
    }
}
