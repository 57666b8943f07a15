/// A cyclic redundancy check of 32 bits (巡回冗長検査) that begins with all ones, takes the bits of a byte from the lowest on, and ends inverted.
public struct CRC32: Sendable {
    /// CRC-32/ISO-HDLC, polynomial 04C11DB7 (ITU-T V.42 clause 8.1.1.6.2).
    public static let hdlc = CRC32(reflected: 0xEDB8_8320)
    /// CRC-32C, polynomial 1EDC6F41 (RFC 3720 clause 12.1).
    public static let castagnoli = CRC32(reflected: 0x82F6_3B78)

    /// What each byte leaves of itself.
    private let remainders: [UInt32]

    /// The check by a polynomial whose lowest bit is that of the highest power.
    private init(reflected polynomial: UInt32) {
        remainders = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 != 0 ? rest >> 1 ^ polynomial : rest >> 1 }
        }
    }

    /// The check of `bytes` behind others, whose check is `earlier`: 0 where there are none.
    public func check(of bytes: Span<UInt8>, after earlier: UInt32 = 0) -> UInt32 {
        var check = ~earlier
        for index in bytes.indices { check = check >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: check) ^ bytes[index])] }
        return ~check
    }
}
