import Diagnosis

/// An option of a command, as a typed key: declared once, given to the command's table, and used to read the invocation.
public protocol Option: Sendable {
    /// What the parser, the help and the completion scripts need to know of it.
    var specification: OptionSpecification { get }
}

/// What the parser, the help and the completion scripts need to know of an option.
public struct OptionSpecification: Sendable {
    /// The long name without hyphens, such as `reader`.
    public let name: String
    /// The one-letter name without hyphen, such as `v`.
    public var short: Character?
    /// What it does, in a few words without a full stop.
    public let summary: Sentence
    /// The value that it takes; `nil` for a flag.
    public var value: ValueSpecification?
    /// Whether it may be given several times.
    public var isRepeatable = false
    /// Whether `--no-<name>` exists too.
    public var isNegatable = false

    /// The option as it is typed: `--reader`.
    public var longForm: String { "--\(name)" }
}

/// What the parser, the help and the completion scripts need to know of an option's value.
public struct ValueSpecification: Sendable {
    /// The word that stands for it in the help, such as `SELECTOR`.
    public let placeholder: String
    /// What may be written there.
    public let kind: ValueKind
    /// The value that holds where none is given.
    public var fallback: String?
    /// Whether a text is acceptable.
    let accepts: @Sendable (String) -> Bool
    /// Why one is not, where that can be said; never in the words of the text, which may be a secret in the wrong place.
    var reason: (@Sendable (String) -> Sentence?)?
}

/// What may be written as a value or an operand; the completion scripts offer it.
public enum ValueKind: Sendable, Equatable {
    /// Any text; nothing to offer.
    case text
    /// The name of a file.
    case file
    /// The name of a directory.
    case directory
    /// One of these words and nothing else.
    case choices([String])
    /// One of these words, or something else.
    case suggestions([String])
    /// One of the lines that the program prints when run with these arguments, or something else.
    case printed([String])
}

/// An option without a value: there or not there.
public struct Flag: Option {
    /// The table's line.
    public let specification: OptionSpecification

    /// A flag `--name`; with `isNegatable` also `--no-name`, and the later of both wins.
    public init(_ name: String, short: Character? = nil, isNegatable: Bool = false, _ summary: Sentence) {
        specification = OptionSpecification(name: name, short: short, summary: summary, isNegatable: isNegatable)
    }
}

/// An option with a value that need not be there.
public struct ValueOption<Value: Sendable>: Option {
    /// The table's line.
    public let specification: OptionSpecification
    let parse: @Sendable (String) -> Value?

    /// An option `--name VALUE`; `parse` returns `nil` for a text that is no such value.
    public init(
        _ name: String, short: Character? = nil, placeholder: String, kind: ValueKind = .text, _ summary: Sentence,
        parse: @escaping @Sendable (String) -> Value?
    ) {
        let value = ValueSpecification(placeholder: placeholder, kind: kind, accepts: { parse($0) != nil })
        specification = OptionSpecification(name: name, short: short, summary: summary, value: value)
        self.parse = parse
    }
}

extension ValueOption<String> {
    /// An option `--name TEXT`.
    public init(_ name: String, short: Character? = nil, placeholder: String, kind: ValueKind = .text, _ summary: Sentence) {
        self.init(name, short: short, placeholder: placeholder, kind: kind, summary, parse: { $0 })
    }
}

/// An option whose value is always there: the given one, or the one of the table.
public struct DefaultedOption<Value: Sendable>: Option {
    /// The table's line.
    public let specification: OptionSpecification
    let fallback: Value
    let parse: @Sendable (String) -> Value?

    /// An option `--name VALUE` that has the value `fallback`, written `fallbackText` in the help, where it is not given.
    public init(
        _ name: String, short: Character? = nil, placeholder: String, kind: ValueKind = .text, default fallback: Value,
        written fallbackText: String, _ summary: Sentence, parse: @escaping @Sendable (String) -> Value?
    ) {
        let value = ValueSpecification(
            placeholder: placeholder, kind: kind, fallback: fallbackText, accepts: { parse($0) != nil })
        specification = OptionSpecification(name: name, short: short, summary: summary, value: value)
        self.fallback = fallback
        self.parse = parse
    }
}

extension DefaultedOption<String> {
    /// An option `--name TEXT`.
    public init(
        _ name: String, short: Character? = nil, placeholder: String, kind: ValueKind = .text, default fallback: String, _ summary: Sentence
    ) {
        self.init(name, short: short, placeholder: placeholder, kind: kind, default: fallback, written: fallback, summary, parse: { $0 })
    }
}

extension DefaultedOption where Value: FixedWidthInteger {
    /// An option `--name NUMBER`, decimal.
    public init(_ name: String, short: Character? = nil, placeholder: String, default fallback: Value, _ summary: Sentence) {
        self.init(
            name, short: short, placeholder: placeholder, default: fallback, written: String(fallback), summary, parse: { Value($0) })
    }
}

extension DefaultedOption where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// An option whose value is one of the words of an enumeration.
    public init(_ name: String, short: Character? = nil, placeholder: String, default fallback: Value, _ summary: Sentence) {
        self.init(
            name, short: short, placeholder: placeholder, kind: .choices(Value.allCases.map(\.rawValue)), default: fallback,
            written: fallback.rawValue, summary, parse: { Value(rawValue: $0) })
    }
}

extension ValueOption where Value: FixedWidthInteger {
    /// An option `--name NUMBER`, decimal.
    public init(_ name: String, short: Character? = nil, placeholder: String, _ summary: Sentence) {
        self.init(name, short: short, placeholder: placeholder, summary, parse: { Value($0) })
    }
}

extension ValueOption where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// An option whose value is one of the words of an enumeration.
    public init(_ name: String, short: Character? = nil, placeholder: String, _ summary: Sentence) {
        self.init(
            name, short: short, placeholder: placeholder, kind: .choices(Value.allCases.map(\.rawValue)), summary,
            parse: { Value(rawValue: $0) })
    }
}

/// An option that may be given several times; the values keep their order.
public struct ListOption<Value: Sendable>: Option {
    /// The table's line.
    public let specification: OptionSpecification
    let parse: @Sendable (String) -> Value?

    /// An option `--name VALUE` that may be repeated; `reason` says what is wrong with a text, in other words than its own.
    public init(
        _ name: String, short: Character? = nil, placeholder: String, kind: ValueKind = .text, _ summary: Sentence,
        reason: (@Sendable (String) -> Sentence?)? = nil, parse: @escaping @Sendable (String) -> Value?
    ) {
        let value = ValueSpecification(placeholder: placeholder, kind: kind, accepts: { parse($0) != nil }, reason: reason)
        specification = OptionSpecification(name: name, short: short, summary: summary, value: value, isRepeatable: true)
        self.parse = parse
    }
}

extension ListOption<String> {
    /// An option `--name TEXT` that may be repeated.
    public init(_ name: String, short: Character? = nil, placeholder: String, kind: ValueKind = .text, _ summary: Sentence) {
        self.init(name, short: short, placeholder: placeholder, kind: kind, summary, parse: { $0 })
    }
}
