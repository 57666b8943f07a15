/// A frame of the control lane, read from the document on its own.
struct ControlFrame {
    let kind: UInt8
    let number: UInt8
    let payload: [UInt8]

    static let command: UInt8 = 1
    static let response: UInt8 = 2
    static let event: UInt8 = 3

    /// Bytes around the payload: eight before, two behind.
    static let overhead = 10
    static let longestPayload = 65_536

    /// Why bytes are no frame.
    struct Flaw: Error {
        let reason: String
    }

    init(kind: UInt8, number: UInt8, payload: [UInt8]) {
        self.kind = kind
        self.number = number
        self.payload = payload
    }

    /// The frame of a whole message of `count` bytes, of which no more were kept than the longest frame has.
    init(_ bytes: [UInt8], count: Int) throws(Flaw) {
        guard bytes.count >= Self.overhead else { throw Flaw(reason: "a frame of \(count) bytes") }
        guard bytes[0] == 0x4B, bytes[1] == 0x46 else { throw Flaw(reason: "a frame does not begin with 4B 46") }
        guard bytes[2] == 1 else { throw Flaw(reason: "version \(bytes[2]) of a frame") }
        let length = Int(bytes[5]) << 16 | Int(bytes[6]) << 8 | Int(bytes[7])
        guard length <= Self.longestPayload, count == length + Self.overhead, bytes.count == count else {
            throw Flaw(reason: "length \(length) in a frame of \(count) bytes")
        }
        let end = bytes.count - 2
        guard Self.crc(bytes[2..<end]) == UInt16(bytes[end]) << 8 | UInt16(bytes[end + 1]) else {
            throw Flaw(reason: "the CRC of a frame is wrong")
        }
        guard bytes[3] == Self.command else { throw Flaw(reason: "a frame of kind \(bytes[3]) from the host") }
        self.init(kind: bytes[3], number: bytes[4], payload: Array(bytes[8..<end]))
    }

    /// As it goes over the bus.
    var bytes: [UInt8] {
        let length = payload.count
        let covered =
            [
                1, kind, number, UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
                UInt8(truncatingIfNeeded: length),
            ]
            + payload
        let crc = Self.crc(covered[...])
        return [0x4B, 0x46] + covered + [UInt8(crc >> 8), UInt8(truncatingIfNeeded: crc)]
    }

    /// CRC-16/IBM-3740: polynomial 1021, start FFFF, not reflected.
    static func crc(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var crc: UInt16 = 0xFFFF
        for byte in bytes {
            crc = crc << 8 ^ table[Int(crc >> 8) ^ Int(byte)]
        }
        return crc
    }

    // What each byte leaves.
    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { rest, _ in rest & 0x8000 != 0 ? rest << 1 ^ 0x1021 : rest << 1 }
    }
}

/// The elements of a payload: tag (1), length (2), value.
struct Elements {
    private var values: [UInt8: [UInt8]] = [:]

    /// `nil` where one is cut short or stands twice.
    init?(_ payload: [UInt8]) {
        var rest = payload[...]
        while !rest.isEmpty {
            guard rest.count >= 3 else { return nil }
            let start = rest.startIndex
            let length = Int(rest[start + 1]) << 8 | Int(rest[start + 2])
            guard rest.count >= 3 + length, values[rest[start]] == nil else { return nil }
            values[rest[start]] = Array(rest[(start + 3)..<(start + 3 + length)])
            rest = rest.dropFirst(3 + length)
        }
    }

    func bytes(_ tag: UInt8) -> [UInt8]? { values[tag] }

    /// A value of one byte.
    func byte(_ tag: UInt8) -> UInt8? {
        guard let value = values[tag], value.count == 1 else { return nil }
        return value[0]
    }

    /// A value of four bytes.
    func number(_ tag: UInt8) -> UInt32? {
        guard let value = values[tag], value.count == 4 else { return nil }
        return value.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A text of at most so many bytes that is UTF-8.
    func text(_ tag: UInt8, atMost limit: Int) -> String? {
        guard let value = values[tag], value.count <= limit else { return nil }
        return String(validating: value, as: UTF8.self)
    }

    /// One element.
    static func element(_ tag: UInt8, _ value: some Collection<UInt8>) -> [UInt8] {
        [tag, UInt8(truncatingIfNeeded: value.count >> 8), UInt8(truncatingIfNeeded: value.count)] + value
    }

    /// The four bytes of a prompt.
    static func prompt(_ prompt: UInt32) -> [UInt8] {
        element(0x04, stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: prompt >> UInt32($0)) })
    }
}
