/// A pull parser for BER-TLV: it walks the data objects of one level and holds positions only, so it neither copies nor allocates.
///
/// Going down is the caller's business (`TLVElement.contents`), and so is how deep. Ask always with the span it was made for.
public struct TLVCursor: Sendable {
    /// What to do with filler bytes.
    public enum Filler: Sendable {
        /// There is none: `00` and `FF` begin a tag like any other byte.
        case none
        /// Bytes `00`, and bytes `FF` that are followed by `00`, `FF` or the end, are passed over before, between and behind the objects
        /// (ISO/IEC 7816-4 clause 5.2.2). `FF` before any other byte begins a tag: Japanese cards use `FF10` and the like.
        case skip
    }

    /// Where the next data object or filler begins.
    public private(set) var position: Int
    /// Where the level ends.
    public let end: Int
    private let filler: Filler

    /// A cursor over a part of the data.
    public init(_ range: Range<Int>, filler: Filler = .none) {
        position = range.lowerBound
        end = range.upperBound
        self.filler = filler
    }

    /// The next data object of this level, or nil at its end.
    ///
    /// - Parameter bytes: The data; a cursor that reaches past it stops at its end.
    /// - Returns: The object by position.
    /// - Throws: `TLVError`; the cursor stays where it was.
    public mutating func next(in bytes: Span<UInt8>) throws(TLVError) -> TLVElement? {
        let limit = min(end, bytes.count)
        guard position >= 0 else { return nil }
        if filler == .skip { skipFiller(bytes, limit: limit) }
        guard position < limit else { return nil }
        let header = try TLVHeader(bytes, at: position, limit: limit)
        guard header.length <= limit - header.valueStart else {
            throw TLVError(.truncatedValue(missing: header.length - (limit - header.valueStart)), at: position)
        }
        let start = position
        position = header.valueStart + header.length
        return TLVElement(tag: header.tag, range: start..<position, value: header.valueStart..<position)
    }

    /// The next data object of this level with `tag`, or nil when there is none; objects before it are passed over.
    ///
    /// - Throws: `TLVError` when an object before it is malformed.
    public mutating func next(_ tag: UInt32, in bytes: Span<UInt8>) throws(TLVError) -> TLVElement? {
        while let element = try next(in: bytes) {
            if element.tag == tag { return element }
        }
        return nil
    }

    private mutating func skipFiller(_ bytes: Span<UInt8>, limit: Int) {
        while position < limit {
            switch bytes[position] {
            case 0x00: position += 1
            case 0xFF where position + 1 == limit || bytes[position + 1] == 0x00 || bytes[position + 1] == 0xFF: position += 1
            default: return
            }
        }
    }
}

/// Tag and length of a data object; the value may lie behind the data.
struct TLVHeader {
    let tag: UInt32
    let valueStart: Int
    let length: Int

    /// Reads tag and length at `start`, which must lie before `limit`.
    init(_ bytes: Span<UInt8>, at start: Int, limit: Int) throws(TLVError) {
        var position = start
        tag = try TLVHeader.readTag(bytes, at: &position, limit: limit)

        guard position < limit else { throw TLVError(.truncatedLength, at: start) }
        let first = bytes[position]
        position += 1
        switch first {
        case 0x00...0x7F: length = Int(first)
        case 0x80: throw TLVError(.indefiniteLength, at: start)
        case 0x81...0x84:
            var value = 0
            for _ in 0..<Int(first & 0x7F) {
                guard position < limit else { throw TLVError(.truncatedLength, at: start) }
                value = value << 8 | Int(bytes[position])
                position += 1
            }
            length = value
        default: throw TLVError(.unsupportedLength, at: start)
        }
        valueStart = position
    }

    /// One byte, or up to two more when the low five bits are all set. Numbers below 31 in two bytes (`FF10`) are against the
    /// letter of X.690 clause 8.1.2.4 but on cards, and accepted.
    private static func readTag(_ bytes: Span<UInt8>, at position: inout Int, limit: Int) throws(TLVError) -> UInt32 {
        let start = position
        var tag = UInt32(bytes[start])
        position += 1
        guard tag & 0x1F == 0x1F else { return tag }
        while true {
            guard position < limit else { throw TLVError(.truncatedTag, at: start) }
            let byte = bytes[position]
            position += 1
            let count = position - start
            guard !(count == 2 && byte == 0x80) else { throw TLVError(.unsupportedTag, at: start) }
            tag = tag << 8 | UInt32(byte)
            if byte & 0x80 == 0 { return tag }
            guard count < 3 else { throw TLVError(.unsupportedTag, at: start) }
        }
    }
}
