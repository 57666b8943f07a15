/// What the 券面事項入力補助AP says of itself, free to read: `FF40 { DF41, DF42 key identifier, DF43 }`.
///
/// Measured by a public open-source project; what the 128 bytes of `DF43` are is not known, and they are not kept.
public struct TextInformation: Sendable, Hashable {
    /// The version of the specification.
    public let version: UInt8
    /// Whether the card takes extended length fields. Kept as the byte it is: only 3 was seen.
    public let extendedLength: UInt8
    /// Who made the card.
    public let vendor: UInt8
    /// A byte of the maker's own.
    public let vendorByte: UInt8
    /// The identifier of a key, 16 bytes.
    public let keyIdentifier: [UInt8]

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        let objects = try DataObjects(fileContents, of: .textInformation, outer: 0xFF40, tags: [0xDF41, 0xDF42, 0xDF43])
        let versions = try objects.value(0xDF41, count: 4)
        (version, extendedLength, vendor, vendorByte) = (versions[0], versions[1], versions[2], versions[3])
        keyIdentifier = try objects.value(0xDF42, count: 16)
        _ = try objects.value(0xDF43, count: 128)
    }
}

/// What the 券面事項確認AP says of itself, free to read: `FF30 { DF31, DF32 key identifier, DF33 version, DF34 municipality, DF35 }`.
///
/// Several independent open-source projects found the first four. `DF35` holds 照合番号 encrypted for the issuer: no use to a reader, and not
/// kept.
public struct FaceInformation: Sendable, Hashable {
    /// Four bytes: the version of the specification, extended length, maker, a byte of the maker's own.
    public let versions: [UInt8]
    /// The identifier of a key, 16 bytes; not the one that the application's certificate certifies.
    public let keyIdentifier: [UInt8]
    /// The version of what is on the face.
    public let faceVersion: UInt8
    /// 全国地方公共団体コード of the municipality that issued the card, 5 digits.
    public let municipality: String

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        let objects = try DataObjects(
            fileContents, of: .faceInformation, outer: 0xFF30, tags: [0xDF31, 0xDF32, 0xDF33, 0xDF34, 0xDF35])
        versions = try objects.value(0xDF31, count: 4)
        keyIdentifier = try objects.value(0xDF32, count: 16)
        faceVersion = try objects.value(0xDF33, count: 1)[0]
        municipality = try objects.digits(0xDF34, count: 5)
        _ = try objects.value(0xDF35, count: 272)
    }
}
