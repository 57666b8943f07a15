/// A frame on the control lane (PROTOCOL.md, "Frames on the control lane", assumed).
struct Frame {
    /// What it is for.
    enum Kind: UInt8 {
        case command = 1
        case response = 2
        case event = 3
    }

    /// Magic, version, kind, number, length.
    static let headerCount = 8
    static let checkCount = 2
    static let mostPayload = 65_536
    /// The longest frame, in bytes.
    static let capacity = headerCount + mostPayload + checkCount

    private static let magic: [UInt8] = [0x4B, 0x46]
    private static let version: UInt8 = 0x01

    let kind: Kind
    /// A command's number, or an event's.
    let number: UInt8
    /// Where the payload lies.
    let payload: Range<Int>

    /// The fields of exactly one frame; `nil` for what is not one, from magic to check.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= Self.headerCount + Self.checkCount, bytes.count <= Self.capacity else { return nil }
        guard bytes[0] == Self.magic[0], bytes[1] == Self.magic[1], bytes[2] == Self.version else { return nil }
        guard let kind = Kind(rawValue: bytes[3]) else { return nil }
        let length = Int(bytes[5]) << 16 | Int(bytes[6]) << 8 | Int(bytes[7])
        let end = bytes.count - Self.checkCount
        guard length == end - Self.headerCount else { return nil }
        guard UInt16(bytes[end]) << 8 | UInt16(bytes[end + 1]) == Self.check(bytes.extracting(2..<end)) else { return nil }
        self.kind = kind
        number = bytes[4]
        payload = Self.headerCount..<end
    }

    /// The bytes of a frame; the payload is at most `mostPayload` bytes.
    static func bytes(_ kind: Kind, number: UInt8, payload: [UInt8]) -> [UInt8] {
        var bytes = magic + [version, kind.rawValue, number]
        for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        bytes += payload
        let check = check(bytes.span.extracting(2..<bytes.count))
        return bytes + [UInt8(check >> 8), UInt8(truncatingIfNeeded: check)]
    }

    /// CRC-16/IBM-3740: polynomial 1021, start FFFF, not reflected.
    static func check(_ bytes: Span<UInt8>) -> UInt16 {
        var check: UInt16 = 0xFFFF
        for index in bytes.indices {
            check = check << 8 ^ remainders[Int(UInt8(check >> 8) ^ bytes[index])]
        }
        return check
    }

    /// What each byte leaves of itself.
    private static let remainders: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { rest, _ in rest & 0x8000 != 0 ? rest << 1 ^ 0x1021 : rest << 1 }
    }
}
