import SimulationKit

/// What can be asked of a simulated card that is running.
public enum CardOrder: String, Sendable, Hashable, CaseIterable, ControlOrder {
    /// Put the card into the reader.
    case insert
    /// Pull it.
    case remove
    /// Tell how it stands.
    case status
    /// Pull it and end.
    case quit
    /// Tell what can be asked.
    case help

    /// The order of this name.
    public init?(line: String) { self.init(rawValue: line) }

    /// The order with this key.
    public init?(key: Character) {
        guard let order = Self.allCases.first(where: { $0.key == key }) else { return nil }
        self = order
    }

    /// The key for it at a terminal.
    public var key: Character {
        switch self {
        case .insert: "i"
        case .remove: "r"
        case .status: "s"
        case .quit: "q"
        case .help: "?"
        }
    }
}
