/// What is printed on a card about its holder, who exists nowhere. Printing shows none of it.
public struct CardHolder: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// 氏名, with an ideographic space between family and given name.
    public var name: String
    /// 住所, with full-width digits.
    public var address: String
    /// 生年月日.
    public var birth: CardDay
    /// 性別.
    public var sex: Sex
    /// 全国地方公共団体コード of the issuing municipality, 5 digits; the synthetic ones begin with 99, where no prefecture is.
    public var municipality: String
    /// The serial number of the card, 15 digits.
    public var serial: String
    /// The last day on which the card is valid (有効期限).
    public var expiry: CardDay
    /// 照合番号B ends with it: the security code on the face of the card, 4 digits.
    public var securityCode: String
    /// What the card shows as pictures.
    public var pictures: CardPictures

    /// 性別, one character (JIS X 0303).
    public enum Sex: String, Sendable, Hashable, CaseIterable {
        /// Not stated.
        case notKnown = "0"
        /// 男.
        case male = "1"
        /// 女.
        case female = "2"
        /// その他.
        case other = "9"
    }

    /// A holder.
    public init(
        name: String, address: String, birth: CardDay, sex: Sex, municipality: String = "99101", serial: String, expiry: CardDay,
        securityCode: String, pictures: CardPictures = .nobody
    ) {
        self.name = name
        self.address = address
        self.birth = birth
        self.sex = sex
        self.municipality = municipality
        self.serial = serial
        self.expiry = expiry
        self.securityCode = securityCode
        self.pictures = pictures
    }

    /// 照合番号B: birth as a Japanese year and `MMDD`, the year of expiry, the security code; 14 digits.
    public var verificationNumberB: String { birthKey + String(expiry.digits.prefix(4)) + securityCode }
    /// The key of the age record (生年月日): birth as a Japanese year and `MMDD`, 6 digits.
    public var birthKey: String { birth.inEra }
    /// What stands in the place of the 12-digit number (個人番号) and of 照合番号A: nobody's, see `WrongNumber`.
    public var wrongNumber: WrongNumber { WrongNumber(serial: serial) }

    /// Never the person.
    public var description: String { "holder" }
    /// Never the person.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The pictures of a card, as files.
public struct CardPictures: Sendable, Hashable, CustomStringConvertible {
    /// 顔写真: JPEG 2000 in its container (JP2, ISO/IEC 15444-1 annex I), greyscale.
    public var photo: [UInt8]
    /// 氏名 as printed: a PNG of 1 bit.
    public var name: [UInt8]
    /// 住所 as printed: a PNG of 1 bit.
    public var address: [UInt8]
    /// The security code as printed: a PNG of 24x12.
    public var securityCode: [UInt8]
    /// The number that is nobody's as printed: a PNG of 72x12.
    public var number: [UInt8]

    /// Pictures.
    public init(photo: [UInt8], name: [UInt8], address: [UInt8], securityCode: [UInt8], number: [UInt8]) {
        self.photo = photo
        self.name = name
        self.address = address
        self.securityCode = securityCode
        self.number = number
    }

    /// A silhouette, the word 試験用 and strokes: for cards whose issuer gives no pictures.
    public static let nobody = CardPictures(
        photo: PackageResources.nobody_photo_jp2, name: PackageResources.nobody_text_png, address: PackageResources.nobody_text_png,
        securityCode: PackageResources.nobody_code_png, number: PackageResources.nobody_number_png)

    /// How large they are.
    public var description: String { "photo of \(photo.count) bytes and 4 pictures" }
}

/// Twelve digits in the place of the number of a person (個人番号), with a check digit that is wrong by construction.
///
/// The first eleven are the last eleven of the card's serial; nobody can choose them all, so that no real number gets onto a card.
public struct WrongNumber: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The twelve digits in ASCII.
    public let digits: [UInt8]

    /// The number of a card; a serial that is too short or has other characters is filled with zeros.
    public init(serial: String) {
        let known = serial.utf8.map { (0x30...0x39).contains($0) ? $0 : 0x30 }.suffix(11)
        let stem = [UInt8](repeating: 0x30, count: 11 - known.count) + known
        let wrong = (Self.checkDigit(stem) + 1) % 10
        digits = stem + [0x30 + wrong]
    }

    /// The right check digit of eleven digits (行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による通知カード及び
    /// 個人番号カード並びに情報提供ネットワークシステムによる特定個人情報の提供等に関する省令 第5条).
    static func checkDigit(_ stem: [UInt8]) -> UInt8 {
        var total = 0
        for (index, digit) in stem.reversed().enumerated() {
            total += Int(digit & 0x0F) * (index < 6 ? index + 2 : index - 4)
        }
        let rest = total % 11
        return rest <= 1 ? 0 : UInt8(11 - rest)
    }

    /// Never the digits.
    public var description: String { "number of nobody" }
    /// Never the digits.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
