import FaceTerminal
import Station

/// The bytes of the host as frames.
struct LineParser {
    /// What a byte has completed.
    enum Item: Equatable {
        /// The body of a message: number, code and the rest.
        case message([UInt8])
        case acknowledgement(UInt8)
        case refusal
        case poll
        /// A frame that is wrong, and why.
        case wrong(String)
        /// A byte between frames.
        case noise
    }

    private enum State {
        case idle
        /// After STX: length, body, ETX, CRC.
        case message([UInt8])
        case acknowledgement
        /// A wrong length: nobody knows where the frame ends but by the silence after it.
        case lost
    }

    static let longestBody = 4_096
    let longestGap: Duration
    private var state = State.idle
    private var lastByte = Instant.zero

    init(longestGap: Duration) { self.longestGap = longestGap }

    /// When an unfinished frame ends as wrong; `nil` where none is.
    var silenceDue: Instant? {
        if case .idle = state { return nil }
        return lastByte + longestGap + .nanoseconds(1)
    }

    /// Ends the frame that has stopped coming; `nil` where none has.
    mutating func endSilent(at now: Instant) -> Item? {
        guard let due = silenceDue, due <= now else { return nil }
        defer { state = .idle }
        if case .lost = state { return .wrong("the length of a frame is wrong") }
        return .wrong("a gap inside a frame")
    }

    /// Takes bytes up to the end of the next item, from a position on; `nil` where they end before.
    mutating func next(in arrival: SerialLine.Arrival, from position: inout Int) -> Item? {
        while position < arrival.bytes.count {
            let moment = arrival.moment(of: position)
            if let item = endSilent(at: moment) { return item }
            position += 1
            if let item = take(arrival.bytes[position - 1], at: moment) { return item }
        }
        return nil
    }

    private mutating func take(_ byte: UInt8, at now: Instant) -> Item? {
        lastByte = now
        switch state {
        case .idle: return begin(byte)
        case .lost: return nil
        case .acknowledgement:
            state = .idle
            return .acknowledgement(byte)
        case .message(var bytes):
            // Not copied for each byte.
            state = .idle
            bytes.append(byte)
            return goOn(bytes)
        }
    }

    private mutating func begin(_ byte: UInt8) -> Item? {
        switch byte {
        case 0x02: state = .message([])
        case 0x06: state = .acknowledgement
        case 0x15: return .refusal
        case 0x05: return .poll
        default: return .noise
        }
        return nil
    }

    private mutating func goOn(_ bytes: [UInt8]) -> Item? {
        state = .message(bytes)
        guard bytes.count >= 2 else { return nil }
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        guard (2...Self.longestBody).contains(length) else {
            state = .lost
            return nil
        }
        guard bytes.count == length + 7 else { return nil }
        state = .idle
        guard bytes[length + 2] == 0x03 else { return .wrong("no ETX where the length of a frame says") }
        guard Array(bytes[(length + 3)...]) == Self.crc(of: bytes[..<(length + 3)]) else { return .wrong("the CRC of a frame is wrong") }
        return .message(Array(bytes[2..<(length + 2)]))
    }

    /// A message as it goes over the line.
    static func frame(_ body: [UInt8]) -> [UInt8] {
        let covered = [UInt8(truncatingIfNeeded: body.count >> 8), UInt8(truncatingIfNeeded: body.count)] + body + [0x03]
        return [0x02] + covered + crc(of: covered[...])
    }

    /// The four bytes of CRC-32/ISO-HDLC over `covered`, high byte first.
    private static func crc(of covered: ArraySlice<UInt8>) -> [UInt8] {
        let crc = CyclicCheck.crc32(covered.span)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: crc >> $0) }
    }
}
