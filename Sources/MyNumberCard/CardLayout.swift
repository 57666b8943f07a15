import Certificates

/// Where a kind of card keeps what, as data: another generation of the card is another value, not another code path.
///
/// What a layout does not name does not exist for any operation. So the 12-digit number (個人番号), its image and the reference that it
/// opens (照合番号A) have no name here: nothing can select, read or compare them.
public struct CardLayout: Sendable, Hashable {
    /// An elementary file and its application.
    public struct Place: Sendable, Hashable {
        /// The identifier of the application, always sent whole: partial names are legal and several begin alike.
        public var application: [UInt8]
        /// The short identifier of the file, 1 to 30.
        public var file: UInt8

        /// A place.
        public init(_ application: [UInt8], _ file: UInt8) {
            self.application = application
            self.file = file
        }
    }

    /// A PIN, a password or a 照合番号 that the card compares.
    public struct Reference: Sendable, Hashable {
        /// Where it is compared.
        public var place: Place
        /// What it looks like.
        public var form: SecretForm
        /// The command that changes it; `nil` for what its holder cannot change.
        public var change: ChangeCommand?

        /// A reference.
        public init(_ place: Place, _ form: SecretForm, change: ChangeCommand? = nil) {
            self.place = place
            self.form = form
            self.change = change
        }
    }

    /// A private key.
    public struct Key: Sendable, Hashable {
        /// Its application.
        public var application: [UInt8]
        /// P2 of COMPUTE DIGITAL SIGNATURE: `80` and the short identifier of the key, or `00` for the key that asks for no credential.
        public var parameter: UInt8
        /// How it signs.
        public var scheme: SignatureScheme
        /// What opens it; `nil` where nothing has to.
        public var reference: CardReference?

        /// A key.
        public init(_ application: [UInt8], parameter: UInt8, scheme: SignatureScheme, opensBy reference: CardReference? = nil) {
            self.application = application
            self.parameter = parameter
            self.scheme = scheme
            self.reference = reference
        }
    }

    /// The command that changes a reference after it was verified.
    public enum ChangeCommand: Sendable, Hashable {
        /// CHANGE REFERENCE DATA, `00 24 01 80` (ISO/IEC 7816-4 clause 7.5.7).
        case changeReferenceData
        /// CHANGE KEY, `80 32 00 80` (JICSAP).
        case changeKey
    }

    /// The application by which the card is known.
    public var application: [UInt8]
    /// The files that are read.
    public var files: [CardFile: Place]
    /// What is compared.
    public var references: [CardReference: Reference]
    /// What signs.
    public var keys: [CardSigningKey: Key]

    /// A layout.
    public init(
        application: [UInt8], files: [CardFile: Place], references: [CardReference: Reference], keys: [CardSigningKey: Key]
    ) {
        self.application = application
        self.files = files
        self.references = references
        self.keys = keys
    }

    /// How the authentication key signs.
    public var signatureScheme: SignatureScheme { keys[.authentication]?.scheme ?? .rsaPKCS1SHA256 }
}

extension CardLayout {
    /// Every layout that is known, today's first.
    public static let all: [CardLayout] = [.myNumberCard, .nextGeneration]

    /// Today's My Number Card. Identifiers and files as several independent open-source projects found them on cards.
    public static let myNumberCard: CardLayout = {
        let jpki: [UInt8] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]
        // 券面事項入力補助AP, 券面事項確認AP, 共通カードAP and 住基AP.
        let text: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]
        let face: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02]
        let common: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00]
        let resident: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01]
        return CardLayout(
            application: jpki,
            files: [
                .signatureCertificate: Place(jpki, 0x01), .signatureAuthority: Place(jpki, 0x02), .tokenInformation: Place(jpki, 0x06),
                .authenticationCertificate: Place(jpki, 0x0A), .authenticationAuthority: Place(jpki, 0x0B),
                .fourItems: Place(text, 0x02), .fourItemsIntegrity: Place(text, 0x03), .textKeyCertificate: Place(text, 0x04),
                .textInformation: Place(text, 0x05), .textCardKey: Place(text, 0x07),
                .ageRecord: Place(face, 0x01), .cardFace: Place(face, 0x02), .faceInformation: Place(face, 0x03),
                .faceKeyCertificate: Place(face, 0x04),
                .issueRecord: Place(common, 0x01),
            ],
            references: [
                .authenticationPIN: Reference(Place(jpki, 0x18), .digits(4), change: .changeReferenceData),
                .signaturePassword: Reference(Place(jpki, 0x1B), .signaturePassword, change: .changeReferenceData),
                .textPIN: Reference(Place(text, 0x11), .digits(4), change: .changeReferenceData),
                .textVisualCode: Reference(Place(text, 0x15), .digits(14)),
                .faceVisualCode: Reference(Place(face, 0x12), .digits(14)),
                .birthKey: Reference(Place(face, 0x11), .digits(6)),
                .commonPIN: Reference(Place(common, 0x1C), .digits(4), change: .changeKey),
                .residentPIN: Reference(Place(resident, 0x1C), .digits(4), change: .changeKey),
            ],
            keys: [
                .authentication: Key(jpki, parameter: 0x97, scheme: .rsaPKCS1SHA256, opensBy: .authenticationPIN),
                .signature: Key(jpki, parameter: 0x9A, scheme: .rsaPKCS1SHA256, opensBy: .signaturePassword),
                .textCard: Key(text, parameter: 0x00, scheme: .rsaPKCS1SHA256),
                .faceCard: Key(face, parameter: 0x00, scheme: .rsaPKCS1SHA256),
            ])
    }()
}
