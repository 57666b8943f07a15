import YAML

/// Something that is to come of a scenario, and where that is written.
public struct Expectation: Sendable {
    /// What is expected.
    public enum Kind: Sendable, Hashable {
        /// A field of the result has this value, as it is written in a file; `none` where there is none.
        case field(String, String)
        /// These screens, in this order and no others.
        case screens([ExpectedScreen])
        /// These status words in this order; `*` for any number of any.
        case statusWords([String])
        /// The centre has written down these in this order; `*` for any number of any.
        case audit([String])
        /// In this list of the result these stand in this order; `*` for any number of any.
        case noted(String, [String])
        /// At most so many commands to the card.
        case commands(atMost: Int)
        /// It takes at most so long.
        case time(atMost: Duration)
        /// These words stand nowhere in what is written of the session.
        case absent(String)
    }

    /// What is expected.
    public let kind: Kind
    /// Where that is written.
    public let place: YAMLPlace
}

/// A screen that is to be shown.
public struct ExpectedScreen: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its words line by line, in Japanese or in English; `nil` where they do not matter.
    public let words: [String]?
    /// Where it is written.
    public let place: YAMLPlace
}
