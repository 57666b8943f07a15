/// The check of 32 bits at the end of the messages of several terminals: the remainder of a division, low bits first, begun and ended with all ones.
public struct CyclicCheck: Sendable {
    /// CRC-32/ISO-HDLC, as documents write its polynomial.
    public static let crc32 = CyclicCheck(polynomial: 0x04C1_1DB7)
    /// CRC-32C, as documents write its polynomial.
    public static let crc32C = CyclicCheck(polynomial: 0x1EDC_6F41)

    private let table: [UInt32]

    private init(polynomial: UInt32) {
        // Low bits first, so the polynomial is turned round.
        var turned: UInt32 = 0
        for power in 0..<32 { turned = turned << 1 | polynomial >> UInt32(power) & 1 }
        table = (0..<256).map { [turned] start in
            (0..<8).reduce(UInt32(start)) { rest, _ in rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ turned }
        }
    }

    /// The check of `bytes`.
    public func callAsFunction(_ bytes: Span<UInt8>) -> UInt32 {
        var crc = UInt32.max
        for index in bytes.indices { crc = table[Int(crc & 0xFF) ^ Int(bytes[index])] ^ crc >> 8 }
        return crc ^ .max
    }
}
