import Certificates
import JapaneseCalendar

/// 基本4情報: name, address, birth and sex as text, from the 券面事項入力補助AP.
///
/// `FF20 { DF21 offset table, DF22 name, DF23 address, DF24 birth, DF25 sex }`, as several independent open-source projects found it.
/// Unknown objects behind the sex are let through: later cards are expected to carry a reading of the name.
public struct FourItems: PersonalData {
    /// 氏名, with an ideographic space between family and given name.
    public let name: String
    /// 住所.
    public let address: String
    /// 生年月日.
    public let birth: CalendarDay
    /// 性別.
    public let sex: Sex
    /// The bytes under the digest of the integrity record: everything behind the offset table.
    public let digested: [UInt8]

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        let objects = try DataObjects(
            fileContents, of: .fourItems, outer: 0xFF20, tags: [0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25], others: true)
        try objects.checkOffsetTable(0xDF21)
        name = try objects.text(0xDF22, atMost: 1_024)
        address = try objects.text(0xDF23, atMost: 2_048)
        birth = try objects.day(0xDF24)
        sex = try objects.sex(0xDF25)
        digested = try objects.whole(behind: 0xDF21)
    }
}

/// The signed digests of the text: `FF30 { DF31, DF32 digest of the four items, DF33 signature }`.
///
/// The first digest is that of another file; it counts here only as a part of what is signed.
public struct FourItemsIntegrity: PersonalData {
    private let digest: [UInt8]
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        let objects = try DataObjects(fileContents, of: .fourItemsIntegrity, outer: 0xFF30, tags: [0xDF31, 0xDF32, 0xDF33])
        _ = try objects.value(0xDF31, count: 32)
        digest = try objects.value(0xDF32, count: 32)
        signed = try objects.whole(0xDF31, through: 0xDF32)
        signature = try objects.value(0xDF33, atMost: 512)
    }

    /// What is wrong with `items` by this record, whose signature is to be by `key`; `nil` where all is well.
    func flaw(of items: FourItems, key: RSAPublicKey) throws(CertificateError) -> CardFlaw? {
        guard key.verifies(signature: signature, sha256Of: signed) else { return .signature }
        return try sha256(items.digested) == digest ? nil : .digest
    }
}
