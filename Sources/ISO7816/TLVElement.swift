/// One BER-TLV data object by position (ISO/IEC 7816-4 clause 5.2.2, X.690 clause 8.1); it holds no bytes.
public struct TLVElement: Hashable, Sendable {
    /// The tag with all its bytes, such as `0x30`, `0x7F21` or `0xFF10`.
    public let tag: UInt32
    /// Where the whole object lies, tag and length included.
    public let range: Range<Int>
    /// Where the value lies.
    public let value: Range<Int>

    @usableFromInline
    init(tag: UInt32, range: Range<Int>, value: Range<Int>) {
        self.tag = tag
        self.range = range
        self.value = value
    }

    /// How many bytes tag and length take.
    @inlinable
    public var headerCount: Int { value.lowerBound - range.lowerBound }

    /// Whether the value is made of data objects itself: bit 6 of the first tag byte.
    @inlinable
    public var isConstructed: Bool { firstTagByte & 0x20 != 0 }

    /// The class of the tag: bits 8 and 7 of the first tag byte.
    public var tagClass: TagClass {
        switch firstTagByte >> 6 {
        case 0: .universal
        case 1: .application
        case 2: .contextSpecific
        default: .privateUse
        }
    }

    /// The tag number, without class and form.
    public var tagNumber: Int {
        switch tag {
        case 0...0xFF: Int(tag & 0x1F)
        case 0x100...0xFFFF: Int(tag & 0x7F)
        default: Int(tag >> 8 & 0x7F) << 7 | Int(tag & 0x7F)
        }
    }

    /// A cursor over the value, for an object that `isConstructed`.
    @inlinable
    public var contents: TLVCursor { TLVCursor(value) }

    @usableFromInline
    var firstTagByte: UInt32 {
        switch tag {
        case 0...0xFF: tag
        case 0x100...0xFFFF: tag >> 8
        default: tag >> 16
        }
    }
}

/// The four classes of tags (X.690 clause 8.1.2.2).
public enum TagClass: Hashable, Sendable, CaseIterable {
    /// Class 00.
    case universal
    /// Class 01.
    case application
    /// Class 10.
    case contextSpecific
    /// Class 11.
    case privateUse
}

/// Why bytes are not a data object.
public struct TLVError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Kind: Hashable, Sendable {
        /// The data ends within the tag.
        case truncatedTag
        /// The tag is longer than three bytes, or begins with a padded number.
        case unsupportedTag
        /// The data ends within the length field.
        case truncatedLength
        /// The length is indefinite (`80`), which cards and DER do not use.
        case indefiniteLength
        /// The length field has more than four bytes of length.
        case unsupportedLength
        /// The value would end this many bytes behind the data.
        case truncatedValue(missing: Int)
    }

    /// What is wrong.
    public let kind: Kind
    /// Where the data object begins, in bytes.
    public let offset: Int

    @usableFromInline
    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
