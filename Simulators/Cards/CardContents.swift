/// What is put on a card for its holder: certificates and private keys. What is `nil` is not on the card.
public struct CardContents: Sendable, Hashable {
    /// A certificate, its issuer's, and the private key.
    public struct Identity: Sendable, Hashable {
        /// The holder's X.509 certificate in DER.
        public var certificate: [UInt8]
        /// The certificate of the authority that issued it, in DER.
        public var authority: [UInt8]
        /// The private key as PKCS #8 in DER, not encrypted (RFC 5958).
        public var key: [UInt8]

        /// An identity.
        public init(certificate: [UInt8], authority: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.authority = authority
            self.key = key
        }
    }

    /// 利用者証明用: to show who is there.
    public var authentication: Identity?
    /// 署名用: to sign documents. Holders under fifteen usually have none.
    public var signature: Identity?

    /// What is put on a card.
    public init(authentication: Identity?, signature: Identity?) {
        self.authentication = authentication
        self.signature = signature
    }

    /// Both identities of a synthetic holder.
    public init(_ holder: SyntheticHolder) {
        self.init(
            authentication: Identity(
                certificate: holder.authenticationCertificate, authority: holder.authenticationAuthority, key: holder.authenticationKey),
            signature: Identity(certificate: holder.signatureCertificate, authority: holder.signatureAuthority, key: holder.signatureKey))
    }

    func identity(_ use: KeyUse) -> Identity? {
        switch use {
        case .authentication: authentication
        case .signature: signature
        }
    }

    /// The bytes of a file with its filler; `nil` where the holder has no such certificate.
    func bytes(of content: FileContent, filler: Int) -> [UInt8]? {
        let certificate: [UInt8]?
        switch content {
        case .bytes(let bytes): return bytes
        case .certificate(let use): certificate = identity(use)?.certificate
        case .authority(let use): certificate = identity(use)?.authority
        }
        return certificate.map { $0 + repeatElement(0xFF, count: max(0, filler)) }
    }
}

/// A secret that a holder knows, whatever file of the card compares it.
public enum Credential: Sendable, Hashable, CaseIterable {
    /// 利用者証明用電子証明書の暗証番号: 4 digits.
    case authenticationPIN
    /// 署名用電子証明書の暗証番号: 6 to 16 capitals and digits.
    case signaturePassword
}

/// The secrets of a simulated card; synthetic ones, for they are compared and changed in plain memory. Printing shows none of them.
public struct CardCredentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private var values: [Credential: [UInt8]]

    /// The secrets: 1234 and ABC123 unless said otherwise, as ASCII without padding, at most 16 bytes each.
    public init(authenticationPIN: String = "1234", signaturePassword: String = "ABC123") {
        values = [.authenticationPIN: Array(authenticationPIN.utf8), .signaturePassword: Array(signaturePassword.utf8)]
    }

    /// One secret; `nil` where the holder has none, and then no VERIFY is right.
    public subscript(credential: Credential) -> [UInt8]? {
        get { values[credential] }
        set { values[credential] = newValue }
    }

    /// Never the secrets.
    public var description: String { "credentials" }
    /// Never the secrets.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
