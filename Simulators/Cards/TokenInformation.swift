/// The token information of the 公的個人認証AP (EF 0006): a PKCS #11 `CK_TOKEN_INFO` of 160 bytes with 32-bit big-endian integers.
public struct TokenInformation: Sendable, Hashable {
    /// What kind of token it is, at most 32 characters of ASCII.
    public var label: String
    /// Who made it, at most 32 characters of ASCII.
    public var manufacturer: String
    /// Its model, at most 16 characters of ASCII.
    public var model: String
    /// Its serial number, at most 16 characters of ASCII.
    public var serial: String

    /// Token information.
    public init(label: String, manufacturer: String = "KAZASU SYNTHETIC", model: String = "SYNTHETIC", serial: String = "SYNTHETIC0000001")
    {
        self.label = label
        self.manufacturer = manufacturer
        self.model = model
        self.serial = serial
    }

    /// The plastic My Number Card.
    public static let plasticCard = TokenInformation(label: "JPKIAPICCTOKEN2")
    /// The 住民基本台帳カード before it.
    public static let residentRegistryCard = TokenInformation(label: "JPKIAPICCTOKEN")
    /// スマホ用電子証明書 on an Android phone.
    public static let androidPhone = TokenInformation(label: "JPKIAPGPSETOKEN")
    /// マイナンバーカード on an iPhone.
    public static let iPhone = TokenInformation(label: "JPKIAPIOSTOKEN")

    /// The 160 bytes.
    ///
    /// The order and the lengths were measured by a public open-source project, and so were the PIN lengths (16 and 6) and the unknown
    /// memory; flags, session counts, versions and clock are assumed.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(160)
        for (text, width) in [(label, 32), (manufacturer, 32), (model, 16), (serial, 16)] {
            let field = text.utf8.prefix(width)
            bytes.append(contentsOf: field)
            bytes.append(contentsOf: repeatElement(0x20, count: width - field.count))
        }
        // Login required, user PIN and token initialised (PKCS #11 CKF_...); one session; PINs of 6 to 16 bytes; memory unknown.
        let integers: [UInt32] = [0x0000_040C, 1, 0, 1, 0, 16, 6, .max, .max, .max, .max]
        for integer in integers {
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: integer >> UInt32(shift))) }
        }
        bytes.append(contentsOf: [1, 0, 1, 0])
        bytes.append(contentsOf: repeatElement(0x30, count: 16))
        return bytes
    }
}
