/// What a certificate must be to serve a purpose, as data: production, test and synthetic certificates differ in the policy only.
public struct CertificateUse: Sendable, Hashable {
    /// The key usage, exactly: neither less nor more.
    public var keyUsage: KeyUsage
    /// A purpose that extKeyUsage must name; where it is `nil` the extension must be absent.
    public var extendedKeyUsage: String?
    /// The policies, as dotted object identifiers, of which the certificate must assert one. anyPolicy is not among them.
    public var policies: Set<String>
    /// The digests that may stand under the authority's signature.
    public var signatureDigests: Set<SignatureDigest>
    /// The shortest RSA modulus, in bits.
    public var minimumRSABits: Int
    /// The smallest field of an elliptic curve, in bits.
    public var minimumEllipticCurveBits: Int

    /// A use by its parts.
    public init(
        keyUsage: KeyUsage, extendedKeyUsage: String?, policies: Set<String>,
        signatureDigests: Set<SignatureDigest> = [.sha256, .sha384, .sha512],
        minimumRSABits: Int = 2048, minimumEllipticCurveBits: Int = 256
    ) {
        self.keyUsage = keyUsage
        self.extendedKeyUsage = extendedKeyUsage
        self.policies = policies
        self.signatureDigests = signatureDigests
        self.minimumRSABits = minimumRSABits
        self.minimumEllipticCurveBits = minimumEllipticCurveBits
    }

    /// The policy of the 利用者証明用 (authentication) certificates of a real My Number Card.
    public static let productionAuthenticationPolicy = "1.2.392.200149.8.5.1.3.30"
    /// The policy of the 署名用 (signature) certificates of a real My Number Card.
    public static let productionSignaturePolicy = "1.2.392.200149.8.5.1.1.20"
    /// The purpose "TLS web client authentication" (RFC 5280 clause 4.2.1.12).
    public static let clientAuthentication = "1.3.6.1.5.5.7.3.2"

    /// Showing who one is: 利用者証明用電子証明書.
    public static func authentication(policy: String = productionAuthenticationPolicy) -> CertificateUse {
        CertificateUse(keyUsage: .digitalSignature, extendedKeyUsage: clientAuthentication, policies: [policy])
    }

    /// Signing documents: 署名用電子証明書.
    public static func signature(policy: String = productionSignaturePolicy) -> CertificateUse {
        CertificateUse(keyUsage: [.digitalSignature, .nonRepudiation], extendedKeyUsage: nil, policies: [policy])
    }
}
