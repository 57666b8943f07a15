import YAML

/// A test or scenario that has run, the rules that it holds, and how it ended.
public struct RuleEvidence: Sendable, Hashable {
    /// What has run.
    public enum Kind: Sendable, Hashable {
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

    /// The tests in a log, one JSON object a line as the trait writes them. Throws the first line that is none, with its number.
    ///
    /// JSON as the log has it is YAML, so that no second parser is needed.
    public static func tests(inLog bytes: [UInt8], path: String) throws(RuleBookError) -> [RuleEvidence] {
        var tests: [RuleEvidence] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            guard let test = test(Array(line)) else {
                throw RuleBookError(path: "\(path):\(index + 1)", place: nil, reason: "this is no line of the log of rules")
            }
            tests.append(test)
        }
        return tests
    }

    private static func test(_ line: [UInt8]) -> RuleEvidence? {
        guard let root = try? YAMLFile.parse(line), case .mapping(let entries) = root.value else { return nil }
        func value(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
        guard let name = value("test")?.text, let passed = value("passed")?.text, ["true", "false"].contains(passed),
            case .sequence(let items)? = value("rules")?.value
        else { return nil }
        let rules = items.compactMap(\.text)
        guard rules.count == items.count else { return nil }
        return RuleEvidence(.test, name: name, rules: rules, passed: passed == "true")
    }
}
