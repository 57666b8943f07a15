import Certificates
import JapaneseCalendar

/// The birth alone, for whoever need not know more, from the 券面事項確認AP: `FF10 { DF11 birth, DF12 public key of the card, DF13 signature }`.
///
/// Measured by a public open-source project. Age as of a day: `birth.age(on:)`.
public struct AgeRecord: PersonalData, SignedCardKey {
    /// 生年月日.
    public let birth: CalendarDay
    /// The public half of the card's own key.
    public let publicKey: RSAPublicKey

    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        let objects = try DataObjects(fileContents, of: .ageRecord, outer: 0xFF10, tags: [0xDF11, 0xDF12, 0xDF13])
        birth = try objects.day(0xDF11)
        publicKey = try objects.publicKey(0xDF12)
        signed = try objects.whole(0xDF11, through: 0xDF12)
        signature = try objects.value(0xDF13, atMost: 512)
    }

    /// Whether `key` signed birth and key.
    public func isSigned(by key: RSAPublicKey) throws(CertificateError) -> Bool { key.verifies(signature: signature, sha256Of: signed) }

    /// Where the key that signed it is certified.
    public static var keyCertificate: CardFile { .faceKeyCertificate }
    /// Which key of the card it belongs to.
    public static var cardKey: CardSigningKey { .faceCard }
}

/// The public half of the 券面事項入力補助AP's own key: `FF50 { DF51 public key, DF52 signature }`.
///
/// Measured by a public open-source project; that the signature covers `DF51` with tag and length is assumed.
public struct TextCardKey: PersonalData, SignedCardKey {
    /// The public half of the card's own key.
    public let publicKey: RSAPublicKey

    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        let objects = try DataObjects(fileContents, of: .textCardKey, outer: 0xFF50, tags: [0xDF51, 0xDF52])
        publicKey = try objects.publicKey(0xDF51)
        signed = try objects.whole(0xDF51, through: 0xDF51)
        signature = try objects.value(0xDF52, atMost: 512)
    }

    /// Whether `key` signed it.
    public func isSigned(by key: RSAPublicKey) throws(CertificateError) -> Bool { key.verifies(signature: signature, sha256Of: signed) }

    /// Where the key that signed it is certified.
    public static var keyCertificate: CardFile { .textKeyCertificate }
    /// Which key of the card it belongs to.
    public static var cardKey: CardSigningKey { .textCard }
}
