import Glibc

/// What can be asked of a simulator that is running: on a line, or by a key at a terminal.
public protocol ControlOrder: Hashable, Sendable {
    /// What a line asks for; `nil` where it is no order.
    init?(line: String)
    /// What a key asks for; `nil` where it is no order.
    init?(key: Character)
    /// What the end of input at a terminal asks for.
    static var quit: Self { get }
}

/// What a look at the control input has led to.
public enum ControlOutcome: Sendable, Hashable {
    /// Go on.
    case goOn
    /// There is nothing more to come; go on without it.
    case ended
    /// End what is simulated and return.
    case quit
}

/// Why a host has returned.
public enum HostEnding: Sendable, Hashable {
    /// The control input asked for it.
    case quit
    /// Its cancellation became readable.
    case cancelled
}

/// The orders on a descriptor: single keys where it is a terminal, else lines.
///
/// Whoever makes it has the terminal hand over each key at once.
public final class ControlInput<Order: ControlOrder> {
    /// What has been read.
    public enum Word: Sendable, Hashable {
        /// An order.
        case order(Order)
        /// A line or key that is none.
        case unknown
    }

    /// Where it reads.
    public let descriptor: Int32
    /// Whether single keys are taken.
    public let takesKeys: Bool
    private var line: [UInt8] = []

    /// The longest line that is looked at; what is longer is no order.
    private static var longestLine: Int { 200 }

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
        return Order(line: text).map(Word.order) ?? .unknown
    }

    private static func word(key: UInt8) -> Word? {
        switch key {
        case 0x04: return .order(.quit)  // Ctrl-D, the end of input at a terminal
        case 0x0A, 0x0D, 0x20: return nil  // pressed to see that it is alive
        default: break
        }
        return Order(key: Character(UnicodeScalar(key))).map(Word.order) ?? .unknown
    }
}
