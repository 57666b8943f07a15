import Cards

/// A made-up person for whom a card is to be issued, as described in a JSON file; `Simulators/Cards/Holders` has one with every field.
///
/// Name, address, birth and sex are needed. What is left out is chosen: the day of issue is today, the card ends on the tenth birthday after
/// it (the fifth for people under eighteen), serial and security code are by chance. There is no field for the 12-digit number, and none may
/// be added: the card gets one that is nobody's.
public struct HolderDescription: Sendable, Hashable {
    /// Who.
    public let holder: CardHolder
    /// When the card is issued.
    public let issued: CardDay
    /// The secrets that the person has chosen.
    public let credentials: CardCredentials

    /// Reads a description.
    ///
    /// - Parameters:
    ///   - bytes: the file, JSON in UTF-8; any bytes.
    ///   - today: the day in Japan.
    ///   - picture: reads the file of a picture that the description names, by the path that stands there.
    /// - Throws: `CardImageError` with the line and the field, and whatever `picture` throws.
    public init(json bytes: [UInt8], today: CardDay, picture: (String) throws -> [UInt8]) throws {
        let file = try Fields(
            file: bytes,
            keys: [
                "name", "address", "birth", "sex", "municipality", "serial", "issued", "expiry", "securityCode", "pictures", "secrets",
            ])
        let birth = try file.needed("birth", try file.day("birth"))
        issued = try file.day("issued") ?? today
        guard birth <= issued else { throw file.error("birth", ja: "発行日より後です", en: "is later than the day of issue") }
        let years = birth.age(on: issued) < 18 ? 5 : 10
        let expiry = try file.day("expiry") ?? birth.birthday(years, after: issued)
        guard issued < expiry else { throw file.error("expiry", ja: "発行日より後ではありません", en: "is not later than the day of issue") }
        var pictures = CardPictures.nobody
        if let fields = try file.mapping("pictures", keys: ImageForm.pictureKeys) {
            for (key, path) in Self.pictureFields {
                guard let name = try fields.text(key, atMost: 4_096) else { continue }
                let bytes = try picture(name)
                guard Self.isPicture(bytes, photo: key == "photo") else {
                    throw fields.error(
                        key, ja: key == "photo" ? "JPEG 2000（JP2）の20,000バイト以下のファイルが必要です" : "PNGの4,000バイト以下のファイルが必要です",
                        en: key == "photo"
                            ? "has to be a JPEG 2000 file (JP2) of 20,000 bytes at most" : "has to be a PNG file of 4,000 bytes at most")
                }
                pictures[keyPath: path] = bytes
            }
        }
        holder = CardHolder(
            name: try file.needed("name", try file.text("name", atMost: 200)),
            address: try file.needed("address", try file.text("address")), birth: birth,
            sex: try file.needed("sex", try file.choice("sex", ImageForm.sexes)),
            municipality: try file.syntheticDigits("municipality", count: 5) ?? "99101",
            serial: try file.syntheticDigits("serial", count: 15) ?? "99" + CardIssuer.randomDigits(13), expiry: expiry,
            securityCode: try file.digits("securityCode", count: 4) ?? CardIssuer.randomDigits(4), pictures: pictures)
        credentials = try file.secrets("secrets")
    }

    private static var pictureFields: [(String, WritableKeyPath<CardPictures, [UInt8]>)] {
        [
            ("photo", \.photo), ("name", \.name), ("address", \.address), ("securityCode", \.securityCode), ("number", \.number),
        ]
    }

    /// Whether a file begins as its kind does (ISO/IEC 15444-1 annex I.5.1, RFC 2083 clause 3.1) and is small enough for a card.
    private static func isPicture(_ bytes: [UInt8], photo: Bool) -> Bool {
        let signature: [UInt8] =
            photo
            ? [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A] : [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        return bytes.count <= (photo ? Picture.photoLimit : Picture.limit) && bytes.starts(with: signature)
    }
}

extension CardImage {
    /// Issues a card of a kind for somebody: new keys, new certificates under the synthetic authorities.
    ///
    /// - Throws: `CardImageError` where the name or the address does not go into a certificate, or there was no authority yet.
    public static func issue(_ kind: CardKind, for description: HolderDescription) throws(CardImageError) -> CardImage {
        do throws(CardIssuer.Failure) {
            let contents = try CardIssuer.issue(description.holder, on: description.issued, as: kind)
            return CardImage(kind, contents: contents, credentials: description.credentials)
        } catch {
            throw switch error {
            case .noAuthority:
                CardImageError(nil, "issued", ja: "2015-10-20より前です", en: "is before 2015-10-20, when the first synthetic authority began")
            case .unfitText:
                CardImageError(
                    nil, "name", ja: "と「address」のASCII文字は、英数字、空白、ハイフンだけが使えます",
                    en: "and 'address' may have, of ASCII, only letters, digits, space and hyphen")
            case .cryptography: CardImageError(nil, "", ja: "OpenSSLが鍵か証明書を作れませんでした", en: "OpenSSL made no key or certificate")
            }
        }
    }
}
