import Diagnosis

/// An operand of a command: what follows the options, such as a file.
public struct Operand: Sendable, Equatable {
    /// How many of them there may be.
    public enum Count: Sendable, Equatable {
        /// Exactly one.
        case one
        /// None or one.
        case optional
        /// Any number, also none.
        case any
        /// One or more.
        case oneOrMore
    }

    /// The word that stands for it in the help, such as `FILE`.
    public let name: String
    /// What it is, in a few words without a full stop.
    public let summary: Sentence
    /// What may be written there.
    public let kind: ValueKind
    /// How many of them there may be; only the last operand of a command may have another count than one.
    public let count: Count

    /// An operand.
    public init(_ name: String, _ count: Count = .one, kind: ValueKind = .text, _ summary: Sentence) {
        self.name = name
        self.count = count
        self.kind = kind
        self.summary = summary
    }

    /// As the usage line shows it.
    var synopsis: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .any: "[\(name)...]"
        case .oneOrMore: "\(name)..."
        }
    }

    var isNeeded: Bool { count == .one || count == .oneOrMore }
    var takesMany: Bool { count == .any || count == .oneOrMore }
}
