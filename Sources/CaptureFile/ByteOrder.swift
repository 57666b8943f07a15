/// Which byte of a number comes first. A section of a capture has the one of the machine that wrote it.
public enum ByteOrder: Sendable, Hashable {
    /// The lowest.
    case little
    /// The highest.
    case big

    /// The number of this type in `bytes` from `offset` on, which must be there.
    func number<Number: FixedWidthInteger>(_ type: Number.Type, in bytes: ArraySlice<UInt8>, at offset: Int) -> Number {
        let count = Number.bitWidth / 8
        let start = bytes.startIndex + offset
        var value: Number = 0
        for index in 0..<count {
            value = value << 8 | Number(truncatingIfNeeded: bytes[start + (self == .big ? index : count - 1 - index)])
        }
        return value
    }

    /// The bytes of a number.
    func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        let lowestFirst = (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number(8 * $0)) }
        return self == .big ? lowestFirst.reversed() : lowestFirst
    }
}
