import SimulationKit

/// What can be asked of a simulated reader that is running.
public enum ReaderOrder: String, Sendable, Hashable, CaseIterable, ControlOrder {
    /// Put the card into the reader.
    case insert
    /// Pull it.
    case remove
    /// Plug the reader in.
    case plug
    /// Pull its cable.
    case unplug
    /// Tell how it stands.
    case status
    /// Unplug and end.
    case quit
    /// Tell what can be asked.
    case help

    /// The key for it at a terminal.
    public var key: Character {
        switch self {
        case .insert: "i"
        case .remove: "r"
        case .plug: "p"
        case .unplug: "u"
        case .status: "s"
        case .quit: "q"
        case .help: "?"
        }
    }
}
