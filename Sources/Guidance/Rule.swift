import Diagnosis

/// A rule of the guidance: one sentence that a test or a scenario holds.
public struct Rule: Sendable, Hashable {
    /// What a rule is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A system or product that is named.
        case system
        /// Fields and their values.
        case data
        /// A screen, word for word.
        case screen
        /// Who may do what.
        case role
        /// A number or a date.
        case number
        /// Behaviour.
        case testable
        /// It follows from other rules.
        case derived
        /// Nothing behaves by it.
        case context
        /// The sources contradict each other or leave it open; see `SourceParameters`.
        case ambiguous
    }

    /// Its number.
    public let id: RuleID
    /// What it is about.
    public let kind: Kind
    /// The rule: in Japanese close to the words of the source, in English in our own.
    public let sentence: Sentence
    /// Where it is from; at least one.
    public let sources: [RuleSource]
    /// Why no test is asked for; `nil` where one is.
    public let context: String?

    /// Whether a test or a scenario has to hold it.
    public var isToBeHeld: Bool { context == nil }
}

/// Where a rule is from.
public enum RuleSource: Sendable, Hashable {
    /// A document and the place in it.
    case document(SourceDocument, place: String)
    /// A rule that it follows from.
    case rule(RuleID)

    /// The source that `text` names: the key of a document and a place, or the number of a rule; `nil` for anything else.
    public init?(_ text: String) {
        if let id = RuleID(text) {
            self = .rule(id)
            return
        }
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let key = parts.first, let document = SourceDocument(rawValue: String(key)) else { return nil }
        self = .document(document, place: parts.count > 1 ? String(parts[1]) : "")
    }
}
