/// A pull parser for SIMPLE-TLV records (ISO/IEC 7816-4 clause 5.2.1): a tag of one byte, a length of one byte or `FF` and two more.
public struct SimpleTLVCursor: Sendable {
    /// One data object by position.
    public struct Element: Hashable, Sendable {
        /// The tag, `01`...`FE`.
        public let tag: UInt8
        /// Where the whole object lies.
        public let range: Range<Int>
        /// Where the value lies.
        public let value: Range<Int>
    }

    /// Where the next data object begins.
    public private(set) var position: Int
    /// Where the data ends.
    public let end: Int

    /// A cursor over a part of the data.
    public init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next data object, or nil at the end.
    ///
    /// - Throws: `TLVError`: `.unsupportedTag` for `00` and `FF`, which are no tags, and the truncations; the cursor stays where it was.
    public mutating func next(in bytes: Span<UInt8>) throws(TLVError) -> Element? {
        let limit = min(end, bytes.count)
        let start = position
        guard start >= 0, start < limit else { return nil }
        let tag = bytes[start]
        guard tag != 0x00, tag != 0xFF else { throw TLVError(.unsupportedTag, at: start) }
        guard limit - start >= 2 else { throw TLVError(.truncatedLength, at: start) }
        var valueStart = start + 2
        var length = Int(bytes[start + 1])
        if length == 0xFF {
            guard limit - start >= 4 else { throw TLVError(.truncatedLength, at: start) }
            length = Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
            valueStart = start + 4
        }
        guard length <= limit - valueStart else {
            throw TLVError(.truncatedValue(missing: length - (limit - valueStart)), at: start)
        }
        position = valueStart + length
        return Element(tag: tag, range: start..<position, value: valueStart..<position)
    }
}
