/// An application of a card (アプリケーション, AP) and its files, as data (a dedicated file with a name in ISO/IEC 7816-4).
public struct CardApplication: Sendable, Hashable {
    /// The application identifier (AID), 5 to 16 bytes (ISO/IEC 7816-4, application identifier).
    public var identifier: [UInt8]
    /// The elementary files (EF). Of two with one identifier the first is found.
    public var files: [ElementaryFile]
    /// The key that COMPUTE DIGITAL SIGNATURE uses with P2=`00`; `nil` where the application has none.
    public var defaultKey: FileID?
    /// What SET SESSION KEY (`80 AE`) does.
    public var messaging: KeyDelivery

    /// How an application takes the key of a session of secure messaging.
    public enum KeyDelivery: Sendable, Hashable {
        /// Not at all: `66F1`.
        case notConfigured
        /// Only after something that is not public: `6982`.
        case neverAllowed
        /// After this.
        case offered(after: AccessCondition)
    }

    /// An application.
    public init(
        identifier: [UInt8], files: [ElementaryFile], defaultKey: FileID? = nil, messaging: KeyDelivery = .notConfigured
    ) {
        self.identifier = identifier
        self.files = files
        self.defaultKey = defaultKey
        self.messaging = messaging
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
        /// Records for READ RECORD, the first has number 1, and who may read them.
        case records([FileContent], read: AccessCondition)
        /// An internal file with a PIN or password (照合用データ) for VERIFY.
        case reference(ReferenceData)
        /// An internal file with a private key for COMPUTE DIGITAL SIGNATURE.
        case key(PrivateKeyEntry)
        /// An internal file with the key of the authority that certifies terminals (特定機関認証, `80 A2`).
        case terminalAuthority
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
    /// Three bytes that say which certificates the holder has.
    case certificatePresence
    /// The card-verifiable certificate of an issuer.
    case cardVerifiable(SyntheticPKI.CardIssuer)
    /// The same without its outer header, as GET DATA answers it.
    case cardVerifiableContents(SyntheticPKI.CardIssuer)
    /// Computed from what is printed on the card, with filler bytes `FF` behind it; a card without that data is without the file.
    case record(CardRecord, filler: Int = 0)
}

/// The two uses of the keys of the 公的個人認証 service (JPKI).
public enum KeyUse: Sendable, Hashable, CaseIterable {
    /// 利用者証明用: to show who is there.
    case authentication
    /// 署名用: to sign documents.
    case signature
}

/// A key of the card itself.
public enum CardKey: String, Sendable, Hashable, CaseIterable {
    /// The 券面事項入力補助AP answers with it, without a PIN.
    case text
    /// The 券面事項確認AP answers with it, without a PIN.
    case surface
    /// The 共通カードAP answers with it (INTERNAL AUTHENTICATE), without a PIN.
    case common
    /// Session keys for secure messaging are encrypted to it.
    case messaging
}

/// Whose private key.
public enum KeySource: Sendable, Hashable {
    /// The holder's, with a certificate.
    case holder(KeyUse)
    /// The card's own.
    case card(CardKey)
}

/// Who may use a file or key (ISO/IEC 7816-4, security attributes).
public enum AccessCondition: Sendable, Hashable {
    /// Anybody.
    case free
    /// Whoever has verified at least one of these references of the same application.
    case verified(anyOf: Set<FileID>)
    /// Whoever has verified at least one of these references of the root (`CardProfile.root`).
    case verifiedAtRoot(anyOf: Set<FileID>)
    /// Nobody.
    case never
}

/// A PIN or password in its file.
public struct ReferenceData: Sendable, Hashable {
    /// Which secret is compared.
    public var credential: Credential
    /// Tries after a right VERIFY, 1 to 15.
    public var tries: Int
    /// How the card comes from its issuer.
    public var issue: Issue
    /// The lengths that CHANGE REFERENCE DATA takes. VERIFY compares: a PIN of another length is a wrong PIN.
    public var lengths: ClosedRange<Int>
    /// The characters that CHANGE REFERENCE DATA takes.
    public var alphabet: Alphabet

    /// The command that changes the secret.
    public var change: Change

    /// How a reference is when the card is issued.
    public enum Issue: Sendable, Hashable {
        /// With all its tries.
        case usable
        /// As after too many wrong ones: everything answers `6984`.
        case exhausted
        /// Never to be used: the inquiry answers `63C0`, VERIFY `6984` (measured on a reference whose use is not known).
        case blocked
    }

    /// The command that changes a secret.
    public enum Change: Sendable, Hashable {
        /// CHANGE REFERENCE DATA `00 24` (ISO/IEC 7816-4).
        case referenceData
        /// CHANGE KEY `80 32` (JICSAP).
        case key
        /// None: the secret is printed on the card.
        case never
    }

    /// The characters of a PIN or password.
    public enum Alphabet: Sendable, Hashable {
        /// `0` to `9`.
        case digits
        /// `0` to `9` and `A` to `Z`.
        case digitsAndCapitals
    }

    /// A reference.
    public init(
        _ credential: Credential, tries: Int, lengths: ClosedRange<Int>, alphabet: Alphabet, issue: Issue = .usable,
        change: Change = .referenceData
    ) {
        self.credential = credential
        self.tries = min(max(1, tries), 15)
        self.issue = issue
        self.change = change
        self.lengths = lengths
        self.alphabet = alphabet
    }
}

/// A private key in its file.
public struct PrivateKeyEntry: Sendable, Hashable {
    /// Which key.
    public var key: KeySource
    /// Who may use it.
    public var use: AccessCondition
    /// What P1 of COMPUTE DIGITAL SIGNATURE means; a P1 that is not here answers `6A86`.
    public var operations: [UInt8: SignatureOperation]
    /// How INTERNAL AUTHENTICATE signs; `nil` where it does not.
    public var internalAuthentication: SignatureOperation?

    /// A key.
    public init(
        _ key: KeySource, use: AccessCondition, operations: [UInt8: SignatureOperation], internalAuthentication: SignatureOperation? = nil
    ) {
        self.key = key
        self.use = use
        self.operations = operations
        self.internalAuthentication = internalAuthentication
    }

    /// A key of the holder.
    public init(_ key: KeyUse, use: AccessCondition, operations: [UInt8: SignatureOperation]) {
        self.init(.holder(key), use: use, operations: operations)
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
