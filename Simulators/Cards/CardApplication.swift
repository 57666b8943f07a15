/// An application of a card (アプリケーション, AP) and its files, as data (a dedicated file with a name in ISO/IEC 7816-4).
public struct CardApplication: Sendable, Hashable {
    /// The application identifier (AID), 5 to 16 bytes (ISO/IEC 7816-4, application identifier).
    public var identifier: [UInt8]
    /// The elementary files (EF). Of two with one identifier the first is found.
    public var files: [ElementaryFile]
    /// The key that COMPUTE DIGITAL SIGNATURE uses with P2=`00`; `nil` where the application has none.
    public var defaultKey: FileID?

    /// An application.
    public init(identifier: [UInt8], files: [ElementaryFile], defaultKey: FileID? = nil) {
        self.identifier = identifier
        self.files = files
        self.defaultKey = defaultKey
    }

    /// The GlobalPlatform issuer security domain (ISD).
    public static let issuerSecurityDomainIdentifier: [UInt8] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00]
}

/// The identifier of an elementary file (ISO/IEC 7816-4, file reference); `0001` to `001E` have a short form (SFI), the low five bits.
public struct FileID: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// The two bytes, big endian.
    public let rawValue: UInt16

    /// The file with these two bytes.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The file with these two bytes.
    public init(integerLiteral value: UInt16) { self.init(rawValue: value) }
}

/// An elementary file (EF) of an application, as data.
public struct ElementaryFile: Sendable, Hashable {
    /// What is in a file.
    public enum Body: Sendable, Hashable {
        /// Bytes for READ BINARY, and who may read them.
        case transparent(FileContent, read: AccessCondition)
        /// An internal file with a PIN or password (照合用データ) for VERIFY.
        case reference(ReferenceData)
        /// An internal file with a private key for COMPUTE DIGITAL SIGNATURE.
        case key(PrivateKeyEntry)
        /// An internal file whose use is not published: it can be selected and nothing else.
        case opaque
    }

    /// Its identifier.
    public var id: FileID
    /// What is in it.
    public var body: Body

    /// A file.
    public init(_ id: FileID, _ body: Body) {
        self.id = id
        self.body = body
    }
}

/// Where the bytes of a file come from when a card is made.
public enum FileContent: Sendable, Hashable {
    /// From the profile: the same on every card.
    case bytes([UInt8])
    /// The holder's certificate for this use, DER and filler; a holder without it has a card without the file.
    case certificate(KeyUse)
    /// The certificate of the authority that issued it, DER and filler.
    case authority(KeyUse)
}

/// The two uses of the keys of the 公的個人認証 service (JPKI).
public enum KeyUse: Sendable, Hashable, CaseIterable {
    /// 利用者証明用: to show who is there.
    case authentication
    /// 署名用: to sign documents.
    case signature
}

/// Who may use a file or key (ISO/IEC 7816-4, security attributes).
public enum AccessCondition: Sendable, Hashable {
    /// Anybody.
    case free
    /// Whoever has verified at least one of these references of the same application.
    case verified(anyOf: Set<FileID>)
    /// Nobody.
    case never
}

/// A PIN or password in its file.
public struct ReferenceData: Sendable, Hashable {
    /// Which secret is compared.
    public var credential: Credential
    /// Tries after a right VERIFY, 1 to 15.
    public var tries: Int
    /// The lengths that CHANGE REFERENCE DATA takes. VERIFY compares: a PIN of another length is a wrong PIN.
    public var lengths: ClosedRange<Int>
    /// The characters that CHANGE REFERENCE DATA takes.
    public var alphabet: Alphabet

    /// The characters of a PIN or password.
    public enum Alphabet: Sendable, Hashable {
        /// `0` to `9`.
        case digits
        /// `0` to `9` and `A` to `Z`.
        case digitsAndCapitals
    }

    /// A reference.
    public init(_ credential: Credential, tries: Int, lengths: ClosedRange<Int>, alphabet: Alphabet) {
        self.credential = credential
        self.tries = min(max(1, tries), 15)
        self.lengths = lengths
        self.alphabet = alphabet
    }
}

/// A private key in its file.
public struct PrivateKeyEntry: Sendable, Hashable {
    /// Which key of the holder.
    public var key: KeyUse
    /// Who may use it.
    public var use: AccessCondition
    /// What P1 of COMPUTE DIGITAL SIGNATURE means; a P1 that is not here answers `6A86`.
    public var operations: [UInt8: SignatureOperation]

    /// A key.
    public init(_ key: KeyUse, use: AccessCondition, operations: [UInt8: SignatureOperation]) {
        self.key = key
        self.use = use
        self.operations = operations
    }
}

/// One way to sign.
public struct SignatureOperation: Sendable, Hashable {
    /// What the host sends.
    public enum Input: Sendable, Hashable {
        /// Bytes that are padded as they are, as many as `lengths` says (for RSA usually a DigestInfo, RFC 8017 clause 9.2).
        case prepared(lengths: ClosedRange<Int>)
        /// A digest.
        case digest
        /// A message that the card digests.
        case message
    }

    /// What the card makes of it before the private key.
    public enum Encoding: Sendable, Hashable {
        /// Only the padding of the algorithm: for RSA type 1 (EMSA-PKCS1-v1_5 without DigestInfo), for ECDSA nothing.
        case plain
        /// EMSA-PKCS1-v1_5 with DigestInfo (RFC 8017 clause 9.2).
        case digestInfo
        /// EMSA-PSS, salt as long as the digest (RFC 8017 clause 9.1). The salt is random: no two signatures are alike.
        case pss
    }

    /// The hash function.
    public enum Digest: Sendable, Hashable {
        /// SHA-256, 32 bytes.
        case sha256
        /// SHA-384, 48 bytes.
        case sha384
    }

    /// What the host sends.
    public var input: Input
    /// What the card makes of it.
    public var encoding: Encoding
    /// The hash function.
    public var digest: Digest

    /// A way to sign.
    public init(_ input: Input, _ encoding: Encoding, digest: Digest = .sha256) {
        self.input = input
        self.encoding = encoding
        self.digest = digest
    }
}
