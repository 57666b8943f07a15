import Glibc

/// What can be asked of a simulated card that is running.
public enum CardOrder: String, Sendable, Hashable, CaseIterable {
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

/// The orders on a descriptor: single keys where it is a terminal, else lines of one word.
///
/// Whoever makes it has the terminal hand over each key at once.
public final class ControlInput {
    /// What has been read.
    public enum Word: Sendable, Hashable {
        /// An order.
        case order(CardOrder)
        /// A line or key that is none.
        case unknown
    }

    /// Where it reads.
    public let descriptor: Int32
    /// Whether single keys are taken.
    public let takesKeys: Bool
    private var line: [UInt8] = []

    /// The longest line that is looked at; what is longer is no order.
    private static let longestLine = 200

    /// The orders on `descriptor`; `nil` at a terminal that another process uses in the foreground: reading from it would stop this one.
    public init?(descriptor: Int32) {
        self.descriptor = descriptor
        takesKeys = isatty(descriptor) == 1
        if takesKeys, tcgetpgrp(descriptor) != getpgrp() { return nil }
    }

    /// Reads what is there, once poll(2) has told that something is.
    ///
    /// - Returns: the orders in their order, and whether this was the end of the input.
    public func read() -> (words: [Word], isEnd: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return ([], false) }
        guard count > 0 else {
            // A last line may lack its line feed.
            return (line.isEmpty ? [] : [takeLine()], true)
        }
        if takesKeys { return (buffer[..<count].compactMap(Self.word(key:)), false) }
        var words: [Word] = []
        for byte in buffer[..<count] {
            if byte == 0x0A { words.append(takeLine()) } else if line.count <= Self.longestLine { line.append(byte) }
        }
        return (words, false)
    }

    private func takeLine() -> Word {
        defer { line.removeAll() }
        if line.last == 0x0D { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        return CardOrder(rawValue: text).map(Word.order) ?? .unknown
    }

    private static func word(key: UInt8) -> Word? {
        switch key {
        case 0x04: return .order(.quit)  // Ctrl-D, the end of input at a terminal
        case 0x0A, 0x0D, 0x20: return nil  // pressed to see that it is alive
        default: break
        }
        let key = Character(UnicodeScalar(key))
        return CardOrder.allCases.first { $0.key == key }.map(Word.order) ?? .unknown
    }
}
