import FaceReaderKit

/// What the bytes of the serial line mean (PROTOCOL.md, "Line", assumed).
enum LineCode {
    static let start: UInt8 = 0x02
    static let end: UInt8 = 0x03
    static let nothing: UInt8 = 0x04
    static let poll: UInt8 = 0x05
    static let acknowledge: UInt8 = 0x06
    static let refuse: UInt8 = 0x15
    /// The longest body, in bytes: number, code and what follows.
    static let mostBody = 4_096
    /// What stands around a body, in bytes: STX, length, ETX, CRC.
    static let overhead = 8

    /// Writes a message over what is in `bytes`, without a copy of its `code` elsewhere; number and code are at most `mostBody` bytes.
    static func encode(number: UInt8, _ code: [UInt8], into bytes: inout [UInt8]) {
        let count = 1 + code.count
        bytes.removeAll(keepingCapacity: true)
        bytes.reserveCapacity(count + overhead)
        bytes.append(start)
        bytes.append(UInt8(truncatingIfNeeded: count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: count))
        bytes.append(number)
        bytes.append(contentsOf: code)
        bytes.append(end)
        let check = CRC32.hdlc.check(of: bytes.span.extracting(1...))
        for shift in stride(from: UInt32(24), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: check >> shift)) }
    }
}

/// What came over the line.
enum LineItem: Equatable {
    /// A message, by its body: number and code at least.
    case message([UInt8])
    /// ACK with the number of what it acknowledges.
    case acknowledged(UInt8)
    /// NAK.
    case refused
    /// EOT.
    case nothing
    /// A message whose length, end or CRC is wrong. What follows is not to be understood before the line was quiet.
    case wrong
}

/// Finds the messages in the bytes of the line, however they are cut.
struct LineParser {
    private enum State {
        case between
        case acknowledge
        case length
        case body(count: Int)
        case wrong
    }

    private var state = State.between
    private var held: [UInt8] = []

    /// Whether a message has begun and not ended.
    var isInside: Bool {
        if case .between = state { false } else { true }
    }

    /// Takes bytes from a position on, up to the end of the next item; `nil` where they end before.
    mutating func next(in bytes: [UInt8], from position: inout Int) -> LineItem? {
        while position < bytes.count {
            let item = take(bytes[position])
            position += 1
            if let item { return item }
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) -> LineItem? {
        switch state {
        case .between: return begin(byte)
        case .acknowledge:
            reset()
            return .acknowledged(byte)
        case .length:
            held.append(byte)
            guard held.count == 2 else { return nil }
            let count = Int(held[0]) << 8 | Int(held[1])
            guard (2...LineCode.mostBody).contains(count) else { return fail() }
            state = .body(count: count)
        case .body(let count):
            held.append(byte)
            // All but STX, which is not held.
            guard held.count == count + LineCode.overhead - 1 else { return nil }
            return complete(count)
        case .wrong: break
        }
        return nil
    }

    /// Forgets what has begun.
    mutating func reset() {
        state = .between
        for index in held.indices { held[index] = 0 }
        held.removeAll(keepingCapacity: true)
    }

    private mutating func begin(_ byte: UInt8) -> LineItem? {
        switch byte {
        case LineCode.start: state = .length
        case LineCode.acknowledge: state = .acknowledge
        case LineCode.refuse: return .refused
        case LineCode.nothing: return .nothing
        default: break
        }
        return nil
    }

    private mutating func complete(_ count: Int) -> LineItem {
        let covered = held[..<(2 + count + 1)]
        let check = held[covered.endIndex...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard covered.last == LineCode.end, check == CRC32.hdlc.check(of: covered.span) else { return fail() }
        let body = Array(held[2..<2 + count])
        reset()
        return .message(body)
    }

    private mutating func fail() -> LineItem {
        reset()
        state = .wrong
        return .wrong
    }
}
