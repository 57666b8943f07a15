/// What the 公的個人認証AP says of itself: a PKCS #11 `CK_TOKEN_INFO` of 160 bytes with 32-bit big-endian integers.
///
/// Order and lengths were measured by a public open-source project.
public struct TokenDescription: PersonalData {
    /// What kind of token it is, by the label that several independent open-source projects found.
    public enum Kind: Sendable, Hashable {
        /// The plastic My Number Card, `JPKIAPICCTOKEN2`.
        case myNumberCard
        /// The older 住民基本台帳カード, `JPKIAPICCTOKEN`.
        case residentCard
        /// スマホ用電子証明書 on Android, `JPKIAPGPSETOKEN`.
        case android
        /// スマホ用電子証明書 on iPhone, `JPKIAPIOSTOKEN`.
        case iPhone
        /// Any other.
        case unknown

        /// Whether it is a phone, whose certificates have no grace.
        public var isPhone: Bool { self == .android || self == .iPhone }
    }

    /// How many bytes the file has.
    static let count = 160

    /// What kind of token it is, in ASCII.
    public let label: String
    /// Who made it.
    public let manufacturer: String
    /// Its model.
    public let model: String
    /// Its serial number.
    public let serial: String
    /// How short and how long a PIN it says it takes, in bytes.
    public let pinLengths: ClosedRange<Int>

    /// Reads the contents of the file, with or without filler behind them.
    public init(fileContents: [UInt8]) throws(CardDataError) {
        guard fileContents.count >= Self.count else {
            throw CardDataError(.tokenInformation, .unreadable("\(fileContents.count) bytes instead of \(Self.count)"))
        }
        if let offset = fileContents[Self.count...].firstIndex(where: { $0 != 0xFF && $0 != 0x00 }) {
            throw CardDataError(.tokenInformation, .notFiller(at: offset))
        }
        label = try Self.text(fileContents[0..<32])
        manufacturer = try Self.text(fileContents[32..<64])
        model = try Self.text(fileContents[64..<80])
        serial = try Self.text(fileContents[80..<96])
        // Behind the flags and four counts of sessions.
        let longest = Self.number(fileContents[116..<120])
        let shortest = Self.number(fileContents[120..<124])
        guard shortest <= longest else { throw CardDataError(.tokenInformation, .number(at: 120)) }
        pinLengths = shortest...longest
    }

    /// The kind that the label tells.
    public var kind: Kind {
        switch label {
        case "JPKIAPICCTOKEN2": .myNumberCard
        case "JPKIAPICCTOKEN": .residentCard
        case "JPKIAPGPSETOKEN": .android
        case "JPKIAPIOSTOKEN": .iPhone
        default: .unknown
        }
    }

    /// ASCII, without the spaces or zeros that fill it up.
    private static func text(_ field: ArraySlice<UInt8>) throws(CardDataError) -> String {
        let end = field.lastIndex { $0 != 0x20 && $0 != 0x00 }.map { $0 + 1 } ?? field.startIndex
        let text = field[..<end]
        if let offset = text.firstIndex(where: { !(0x20...0x7E).contains($0) }) {
            throw CardDataError(.tokenInformation, .notASCII(at: offset))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int {
        field.reduce(0) { $0 << 8 | Int($1) }
    }
}
