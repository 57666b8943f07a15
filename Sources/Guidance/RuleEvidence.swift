import Diagnosis
import YAML

/// A test or scenario that has run, the rules that it holds, and how it ended.
public struct RuleEvidence: Sendable, Hashable {
    /// What has run; its name is the key in the log.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A test of the package, with the trait `.holds`.
        case test
        /// A scenario file.
        case scenario
    }

    /// What has run.
    public let kind: Kind
    /// The name of the test or the file of the scenario.
    public let name: String
    /// The numbers of the rules as they were written; one may be no rule.
    public let rules: [String]
    /// Whether it has passed.
    public let passed: Bool

    /// Something that has run.
    public init(_ kind: Kind, name: String, rules: [String], passed: Bool) {
        (self.kind, self.name, self.rules, self.passed) = (kind, name, rules, passed)
    }

    /// What a log says, one JSON object a line: of tests as the trait writes them, of scenarios as `kazasu run` does. Throws the first line
    /// that is neither; none is passed over but an empty one.
    ///
    /// JSON as the log has it is YAML, so that no second parser is needed.
    public static func inLog(_ bytes: [UInt8], path: String) throws(RuleLogError) -> [RuleEvidence] {
        var evidence: [RuleEvidence] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            guard let piece = RuleEvidence(line: Array(line)) else { throw RuleLogError(path: path, line: index + 1) }
            evidence.append(piece)
        }
        return evidence
    }

    /// A line has three keys: who has run, which rules, and whether it has passed.
    private init?(line: [UInt8]) {
        guard let root = try? YAMLFile.parse(line), case .mapping(let entries) = root.value, entries.count == 3 else { return nil }
        func value(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
        guard let kind = Kind.allCases.first(where: { value($0.rawValue) != nil }), let name = value(kind.rawValue)?.text,
            let passed = value("passed")?.text, ["true", "false"].contains(passed), case .sequence(let items)? = value("rules")?.value
        else { return nil }
        let rules = items.compactMap(\.text)
        guard rules.count == items.count else { return nil }
        self.init(kind, name: name, rules: rules, passed: passed == "true")
    }
}

/// A log of rules has a line that is none.
public struct RuleLogError: DiagnosedError, Equatable {
    /// Which log.
    public let path: String
    /// Which line, counted from 1.
    public let line: Int

    /// `rule-log-malformed`.
    public var code: String { "rule-log-malformed" }
    /// That the log is wrong, and in which line.
    public var sentence: Sentence {
        Sentence(
            ja: "規則の記録の\(line)行目が正しくありません。テストをやり直して記録を作り直してください。",
            en: "The log of rules is wrong at line \(line); run the tests anew to have another one.")
    }
    /// `file:line: this is no line of the log of rules`.
    public var cause: String? { "\(path):\(line): this is no line of the log of rules" }
    /// Wrong data.
    public var category: FailureCategory { .badData }
}
