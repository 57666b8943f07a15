/// The root keys of card-verifiable certificates that are trusted, by key identifier. No certificate on a card holds them.
public struct CVTrustAnchors: Sendable, Hashable {
    /// No root key: nothing can be checked.
    public static let none = CVTrustAnchors(keys: [:], domain: .configured)

    /// The keys.
    public let keys: [CVKeyID: RSAPublicKey]
    /// For which cards they count.
    public let domain: TrustDomain

    /// Trusts these keys.
    ///
    /// - Throws: `trust-anchor-unfit` for a key of the real hierarchy among synthetic ones.
    public init(_ keys: [CVKeyID: RSAPublicKey], domain: TrustDomain) throws(CertificateError) {
        guard domain == .configured || keys.keys.allSatisfy(\.isTest) else {
            throw .unfitAnchor("a synthetic root key without a test identifier")
        }
        self.init(keys: keys, domain: domain)
    }

    /// Throws `trust-anchor-unfit` where one of these keys is among `synthetic` ones too, whose private halves are published.
    public func mustDiffer(from synthetic: CVTrustAnchors) throws(CertificateError) {
        guard Set(keys.values).isDisjoint(with: synthetic.keys.values) else {
            throw .unfitAnchor("a configured root key whose private half is published for simulated cards")
        }
    }

    private init(keys: [CVKeyID: RSAPublicKey], domain: TrustDomain) {
        self.keys = keys
        self.domain = domain
    }
}
