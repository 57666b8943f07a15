/// What is put on a card for its holder: certificates, private keys and what is printed. What is `nil` is not on the card.
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

    /// What makes the card this person's card: the printed data and the card's own keys.
    public struct Personal: Sendable, Hashable {
        /// What is printed on it.
        public var holder: CardHolder
        /// The keys of the card itself.
        public var keys: CardKeys

        /// The personal part of a card.
        public init(holder: CardHolder, keys: CardKeys) {
            self.holder = holder
            self.keys = keys
        }
    }

    /// 利用者証明用: to show who is there.
    public var authentication: Identity?
    /// 署名用: to sign documents. Holders under fifteen usually have none.
    public var signature: Identity?
    /// The printed data and the card's own keys; without them the files that hold or prove them are not on the card.
    public var personal: Personal?

    /// What is put on a card.
    public init(authentication: Identity?, signature: Identity?, personal: Personal? = nil) {
        self.authentication = authentication
        self.signature = signature
        self.personal = personal
    }

    /// Everything of a synthetic holder.
    public init(_ holder: SyntheticHolder) {
        self.init(
            authentication: Identity(
                certificate: holder.authenticationCertificate, authority: holder.authenticationAuthority, key: holder.authenticationKey),
            signature: holder.signature.map {
                Identity(certificate: $0.certificate, authority: holder.signatureAuthority, key: $0.key)
            },
            personal: Personal(holder: holder.card, keys: holder.keys))
    }

    func identity(_ use: KeyUse) -> Identity? {
        switch use {
        case .authentication: authentication
        case .signature: signature
        }
    }

    /// The private key (PKCS #8) for a file; `nil` where the card has none.
    func key(_ source: KeySource) -> [UInt8]? {
        switch source {
        case .holder(let use): identity(use)?.key
        case .card(let key): personal?.keys[key]
        }
    }
}

/// The private keys of a card itself, as PKCS #8 in DER, not encrypted (RFC 5958). Printing shows none of them.
public struct CardKeys: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private var values: [CardKey: [UInt8]]

    /// Keys by their use.
    public init(_ values: [CardKey: [UInt8]]) { self.values = values }

    /// One key; `nil` where the card has none.
    public subscript(key: CardKey) -> [UInt8]? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// Never the keys.
    public var description: String { "keys" }
    /// Never the keys.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
