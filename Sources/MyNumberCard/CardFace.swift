import Certificates
import JapaneseCalendar

/// 券面情報: what is printed on the card, with the photograph, from the 券面事項確認AP.
///
/// `FF20 { DF21 offset table, DF22 birth, DF23 sex, DF24 public key of the card, DF25 name, DF26 address, DF27 photograph,
/// DF28 signature, DF29 expiry, DF2A security code }`: kinds and order as several independent open-source projects found them.
/// The images are what the card holds, byte for byte; expiry and security code are not signed.
public struct CardFace: PersonalData, SignedCardKey {
    /// 生年月日.
    public let birth: CalendarDay
    /// 性別.
    public let sex: Sex
    /// The public half of the card's own key.
    public let publicKey: RSAPublicKey
    /// 氏名, a PNG image in black and white.
    public let nameImage: [UInt8]
    /// 住所, a PNG image in black and white.
    public let addressImage: [UInt8]
    /// 顔写真, a greyscale JPEG 2000 image in the JP2 container (ISO/IEC 15444-1 annex I).
    public let photograph: [UInt8]
    /// 有効期限: the last day on which the card is valid. Not signed.
    public let expiry: CalendarDay
    /// セキュリティコード, a PNG image. Not signed.
    public let securityCodeImage: [UInt8]

    private let signedParts: [[UInt8]]
    private let signature: [UInt8]

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        let objects = try DataObjects(
            fileContents, of: .cardFace, outer: 0xFF20,
            tags: [0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25, 0xDF26, 0xDF27, 0xDF28, 0xDF29, 0xDF2A])
        try objects.checkOffsetTable(0xDF21)
        birth = try objects.day(0xDF22)
        sex = try objects.sex(0xDF23)
        publicKey = try objects.publicKey(0xDF24)
        nameImage = try objects.value(0xDF25, atMost: 16_384)
        addressImage = try objects.value(0xDF26, atMost: 16_384)
        photograph = try objects.value(0xDF27, atMost: 32_768)
        signature = try objects.value(0xDF28, atMost: 512)
        expiry = try objects.day(0xDF29)
        securityCodeImage = try objects.value(0xDF2A, atMost: 4_096)
        signedParts = [
            try objects.whole(0xDF22, through: 0xDF24), try objects.whole(0xDF25, through: 0xDF26),
            try objects.whole(0xDF27, through: 0xDF27),
        ]
    }

    /// Whether `key` signed birth, sex, key, name, address and photograph.
    ///
    /// The signature is over one DigestInfo with SHA-256 whose OCTET STRING holds three digests, 96 bytes: no stock verifier takes it
    /// (measured by a public open-source project). That the digests cover tags and lengths too is assumed.
    public func isSigned(by key: RSAPublicKey) throws(CertificateError) -> Bool {
        // SEQUENCE { SEQUENCE { sha256, NULL }, OCTET STRING (96) } (RFC 8017 clause 9.2, but for the length).
        var digestInfo: [UInt8] = [0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00]
        digestInfo += [0x04, 0x60]
        for part in signedParts { digestInfo += try sha256(part) }
        return key.verifies(signature: signature, digestInfo: digestInfo)
    }

    /// Where the key that signed it is certified.
    public static var keyCertificate: CardFile { .faceKeyCertificate }
    /// Which key of the card it belongs to.
    public static var cardKey: CardSigningKey { .faceCard }
}
