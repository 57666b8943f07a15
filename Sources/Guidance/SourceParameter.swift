import Diagnosis

/// A point on which the sources contradict each other or are silent: what they say, and what Kazasu takes.
public struct SourceParameter<Value: Sendable & Hashable>: Sendable {
    /// One reading of the point.
    public struct Reading: Sendable, Hashable {
        /// What it comes to.
        public let value: Value
        /// Who says so; `nil` where nobody does and it is assumed.
        public let document: SourceDocument?

        /// A reading.
        public init(_ value: Value, _ document: SourceDocument?) { (self.value, self.document) = (value, document) }
    }

    /// Its name, in lower case with hyphens.
    public let name: String
    /// The rule that it belongs to.
    public let rule: String
    /// What is taken unless somebody says otherwise.
    public let taken: Reading
    /// The other readings; at least one.
    public let others: [Reading]
    /// Why that one is taken.
    public let why: Sentence
    /// How a value is printed.
    let text: @Sendable (Value) -> String

    /// The value that is taken.
    public var standard: Value { taken.value }

    init(
        _ name: String, _ rule: String, _ taken: Reading, not others: [Reading], ja: String, en: String,
        text: @escaping @Sendable (Value) -> String = { "\($0)" }
    ) {
        (self.name, self.rule, self.taken, self.others) = (name, rule, taken, others)
        why = Sentence(ja: ja, en: en)
        self.text = text
    }

    /// For printing beside parameters of other types.
    public var printed: PrintedParameter {
        PrintedParameter(
            name: name, rule: rule,
            readings: ([taken] + others).map { PrintedParameter.Reading(value: text($0.value), document: $0.document) }, why: why)
    }
}

/// A `SourceParameter` of any type, as text.
public struct PrintedParameter: Sendable, Hashable {
    /// One reading.
    public struct Reading: Sendable, Hashable {
        /// The value as text.
        public let value: String
        /// Who says so; `nil` where it is assumed.
        public let document: SourceDocument?
    }

    /// Its name.
    public let name: String
    /// The rule that it belongs to.
    public let rule: String
    /// All readings; the first is taken.
    public let readings: [Reading]
    /// Why.
    public let why: Sentence
}
