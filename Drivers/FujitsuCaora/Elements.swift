import ReaderKit

/// The elements of a payload: tag (1), length (2), value. One stands at most once; unknown ones are passed over (PROTOCOL.md, assumed).
struct Elements {
    private var values: [UInt8: [UInt8]] = [:]

    /// No elements.
    init() {}

    /// The elements that fill `bytes`; `nil` where they do not, or one stands twice.
    init?(_ bytes: Span<UInt8>) {
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 3 else { return nil }
            let tag = bytes[offset]
            let length = Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2])
            offset += 3
            guard bytes.count - offset >= length, values[tag] == nil else { return nil }
            values[tag] = bytes.extracting(offset..<offset + length).withUnsafeBufferPointer { Array($0) }
            offset += length
        }
    }

    /// The value of an element; `nil` where there is none.
    subscript(tag: UInt8) -> [UInt8]? { values[tag] }

    /// The value of an element of one byte.
    func byte(_ tag: UInt8) -> UInt8? { values[tag].flatMap { $0.count == 1 ? $0[0] : nil } }

    /// The value of an element that is a number of four bytes.
    func number(_ tag: UInt8) -> UInt32? {
        values[tag].flatMap { $0.count == 4 ? $0.reduce(0) { $0 << 8 | UInt32($1) } : nil }
    }

    /// The value of an element of ASCII; what is not ASCII is no text.
    func text(_ tag: UInt8) -> String? {
        values[tag].flatMap { bytes in bytes.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: bytes, as: UTF8.self) : nil }
    }

    /// One element in bytes; the value is at most 65,535 bytes.
    static func element(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
        [tag, UInt8(truncatingIfNeeded: value.count >> 8), UInt8(truncatingIfNeeded: value.count)] + value
    }
}
