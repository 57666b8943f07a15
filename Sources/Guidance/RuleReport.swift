/// Which rule is held by what, after a run of the tests and scenarios.
public struct RuleReport: Sendable, Hashable {
    /// How a rule stands.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// Something holds it, and all that does has passed.
        case held
        /// Something that holds it has failed.
        case failing
        /// Nothing holds it, and something should.
        case uncovered
        /// Nothing holds it, and nothing is asked to.
        case context
    }

    /// What holds a rule: one test with all its cases, or one scenario on all its readers.
    public struct Holder: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Whether all of it has passed.
        public let passed: Bool
    }

    /// A rule and what holds it.
    public struct Row: Sendable, Hashable {
        /// The rule.
        public let rule: Rule
        /// The tests, by name.
        public let tests: [Holder]
        /// The scenarios, by name.
        public let scenarios: [Holder]

        /// How it stands.
        public var result: Result {
            let holders = tests + scenarios
            if holders.contains(where: { !$0.passed }) { return .failing }
            if !holders.isEmpty { return .held }
            return rule.isToBeHeld ? .uncovered : .context
        }
    }

    /// A row for each rule, in the order of the book.
    public let rows: [Row]
    /// Numbers that something claims to hold and that are no rules, in alphabetical order.
    public let unknown: [String]

    /// The report of a run; evidence of one name counts as one holder, which has passed only if all of it has.
    public init(_ book: RuleBook, _ evidence: [RuleEvidence]) {
        var held: [RuleEvidence.Kind: [String: [String: Bool]]] = [:]
        for piece in evidence {
            for rule in piece.rules {
                held[piece.kind, default: [:]][rule, default: [:]][piece.name, default: true] =
                    held[piece.kind]?[rule]?[piece.name] ?? true && piece.passed
            }
        }
        func holders(_ kind: RuleEvidence.Kind, _ rule: Rule) -> [Holder] {
            (held[kind]?[rule.id.description] ?? [:]).sorted { $0.key < $1.key }.map { Holder(name: $0.key, passed: $0.value) }
        }
        rows = book.rules.map { Row(rule: $0, tests: holders(.test, $0), scenarios: holders(.scenario, $0)) }
        unknown = Set(evidence.flatMap(\.rules)).filter { book[$0] == nil }.sorted()
    }

    /// How many rules stand so.
    public func count(_ result: Result) -> Int { rows.count { $0.result == result } }

    /// Whether every rule that is to be held is held, and nothing is claimed that is no rule.
    public var isComplete: Bool { unknown.isEmpty && rows.allSatisfy { $0.result == .held || $0.result == .context } }
}
