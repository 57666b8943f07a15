/// A value of a YAML file (YAML 1.1 as libyaml reads it) and where it stands.
public struct YAMLNode: Sendable, Hashable {
    /// What a node holds.
    public enum Value: Sendable, Hashable {
        /// A text; `isPlain` where it is not in quotes, so that `null` and `"null"` are two things.
        case scalar(String, isPlain: Bool)
        /// A list.
        case sequence([YAMLNode])
        /// Keys, each a scalar and each once, with their values in the order of the file.
        case mapping([Entry])
    }

    /// A key and its value.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public let key: String
        /// Where the key stands.
        public let place: YAMLPlace
        /// The value.
        public let value: YAMLNode
    }

    /// What it holds.
    public let value: Value
    /// Where it begins.
    public let place: YAMLPlace

    /// Its text where it is a scalar that is not empty.
    public var text: String? {
        if case .scalar(let text, _) = value, !text.isEmpty { text } else { nil }
    }

    /// Whether nothing is written there: an empty plain scalar, `~` or `null`.
    public var isNull: Bool {
        if case .scalar(let text, isPlain: true) = value { ["", "~", "null"].contains(text) } else { false }
    }
}

/// A place in a file, as editors count: lines and columns (characters) from 1.
public struct YAMLPlace: Sendable, Hashable, CustomStringConvertible {
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int

    /// `line:column`.
    public var description: String { "\(line):\(column)" }
}

/// A file that cannot be read as YAML, or holds what is refused here.
public struct YAMLError: Error, Hashable {
    /// Where it is wrong.
    public let place: YAMLPlace
    /// What is wrong, without what stands there.
    public let reason: String
}
