/// Where the fields of an encoded command lie (ISO/IEC 7816-3 clause 12.1.3); it holds positions, never bytes.
public struct CommandLayout: Hashable, Sendable {
    /// The four header bytes.
    public let header: CommandHeader
    /// Where the data field lies; empty when there is none.
    public let data: Range<Int>
    /// How many bytes may come back (Ne): 0 for none, 1...65536.
    public let expected: Int
    /// Whether the length fields are extended; false for case 1, which has none.
    public let isExtended: Bool

    /// The case of the command, 1 to 4 (ISO/IEC 7816-3 clause 12.1.2).
    public var caseNumber: Int {
        switch (data.isEmpty, expected == 0) {
        case (true, true): 1
        case (true, false): 2
        case (false, true): 3
        case (false, false): 4
        }
    }

    /// Finds the fields of `bytes`, which must be exactly one command in one of the seven forms.
    ///
    /// - Throws: `APDUError.commandTooShort` below four bytes, `.lengthFieldsDisagree` when Lc, Le and the size cannot be brought together.
    @inlinable
    public init(_ bytes: Span<UInt8>) throws(APDUError) {
        let count = bytes.count
        guard count >= 4 else { throw .commandTooShort(count) }
        header = CommandHeader(cla: bytes[0], ins: bytes[1], p1: bytes[2], p2: bytes[3])

        if count == 4 {  // case 1
            (data, expected, isExtended) = (4..<4, 0, false)
        } else if count == 5 {  // case 2, short
            (data, expected, isExtended) = (5..<5, CommandLayout.expected(Int(bytes[4]), zero: 256), false)
        } else if bytes[4] != 0 {  // cases 3 and 4, short
            let end = 5 + Int(bytes[4])
            switch count - end {
            case 0: expected = 0
            case 1: expected = CommandLayout.expected(Int(bytes[end]), zero: 256)
            default: throw .lengthFieldsDisagree(count: count)
            }
            (data, isExtended) = (5..<end, false)
        } else {  // cases 2, 3 and 4, extended
            guard count >= 7 else { throw .lengthFieldsDisagree(count: count) }
            let length = CommandLayout.twoBytes(bytes, at: 5)
            isExtended = true
            if count == 7 {
                (data, expected) = (7..<7, CommandLayout.expected(length, zero: 65536))
            } else {
                let end = 7 + length
                switch count - end {
                case 0 where length > 0: expected = 0
                case 2 where length > 0: expected = CommandLayout.expected(CommandLayout.twoBytes(bytes, at: end), zero: 65536)
                default: throw .lengthFieldsDisagree(count: count)
                }
                data = 7..<end
            }
        }
    }

    @inlinable
    static func expected(_ field: Int, zero: Int) -> Int { field == 0 ? zero : field }

    @inlinable
    static func twoBytes(_ bytes: Span<UInt8>, at position: Int) -> Int {
        Int(bytes[position]) << 8 | Int(bytes[position + 1])
    }
}
