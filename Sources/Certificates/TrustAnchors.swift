import COpenSSL

/// The certificates of an authority that are trusted: several generations, which may all have one and the same name.
public struct TrustAnchors: Sendable, Hashable {
    /// No anchor: nothing can be checked.
    public static let none = TrustAnchors()

    /// The certificates, in the order given.
    public let authorities: [Certificate]
    /// For which cards they count.
    public let domain: TrustDomain

    /// Trusts these certificates.
    ///
    /// - Throws: `trust-anchor-unfit` for one that is no self-signed certificate of an authority with a key identifier and a key of at
    ///   least 2048 bits (RSA) or 256 bits (elliptic curve).
    public init(_ authorities: [Certificate], domain: TrustDomain) throws(CertificateError) {
        for (index, authority) in authorities.enumerated() {
            if let cause = authority.unfitnessAsAnchor { throw .unfitAnchor("certificate \(index): \(cause)") }
        }
        self.authorities = authorities
        self.domain = domain
    }

    private init() {
        authorities = []
        domain = .configured
    }

    /// The anchor whose key signed `certificate`, by key identifier and never by name (RFC 5280 clause 4.2.1.1).
    ///
    /// Where the authority has several certificates for one key, it is the one that lasts longest.
    public func anchor(for certificate: Certificate) -> Certificate? {
        guard let identifier = certificate.authorityKeyIdentifier else { return nil }
        return authorities.filter { $0.subjectKeyIdentifier == identifier }.max { $0.notAfter < $1.notAfter }
    }

    /// The anchor of `certificate`, and what is wrong on the way there; `nil` without anchor.
    func path(to certificate: Certificate) -> AnchoredPath? {
        anchor(for: certificate).map { AnchoredPath(anchor: $0, flaw: CertificatePath(anchor: $0, certificate: certificate).flaw) }
    }
}

/// An anchor and what OpenSSL's path validation says against the certificate under it; `nil` where nothing.
struct AnchoredPath {
    let anchor: Certificate
    let flaw: CertificateFlaw?
}

extension Certificate {
    /// Why it cannot be an anchor, in words without anything of its contents; `nil` where it can.
    var unfitnessAsAnchor: String? {
        if !isAuthority { return "not of an authority" }
        // Without the extension its key may do everything (RFC 5280 clause 4.2.1.3).
        if let keyUsage, !keyUsage.contains(.keyCertSign) { return "may not sign certificates" }
        if subjectKeyIdentifier == nil { return "without key identifier" }
        if !keyAlgorithm.isStrong { return "with a weak or unknown key" }
        if !isSelfSigned { return "not signed by itself" }
        return nil
    }

    private var isSelfSigned: Bool {
        defer { OpenSSLErrors.discard() }
        return X509_self_signed(handle.pointer, 1) == 1
    }
}

extension KeyAlgorithm {
    fileprivate var isStrong: Bool {
        switch self {
        case .rsa(let bits): bits >= 2048
        case .ellipticCurve(let bits): bits >= 256
        case .other: false
        }
    }
}
