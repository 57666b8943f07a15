import COpenSSL

/// The certificates of an authority that are trusted: several generations, which may all have one and the same name.
public struct TrustAnchors: Sendable, Hashable {
    /// No anchor: nothing can be checked.
    public static let none = TrustAnchors()

    /// The certificates, in the order given.
    public let authorities: [Certificate]
    /// For which cards they count.
    public let domain: TrustDomain
    // The same certificates as OpenSSL has read them, once for all checks: it reads one more slowly than it looks at a signature.
    private let handles: [X509Handle]

    /// Trusts these certificates.
    ///
    /// - Throws: `trust-anchor-unfit` for one that is no self-signed certificate of an authority with a key identifier and a key of at
    ///   least 2048 bits (RSA) or 256 bits (elliptic curve).
    public init(_ authorities: [Certificate], domain: TrustDomain) throws(CertificateError) {
        var handles: [X509Handle] = []
        for (index, authority) in authorities.enumerated() {
            if let cause = authority.unfitnessAsAnchor { throw .unfitAnchor("certificate \(index): \(cause)") }
            guard let handle = X509Handle(authority.der) else { throw .unfitAnchor("certificate \(index): cannot be read again") }
            handles.append(handle)
        }
        self.authorities = authorities
        self.domain = domain
        self.handles = handles
    }

    private init() {
        authorities = []
        domain = .configured
        handles = []
    }

    /// Whether both have the same certificates for the same cards.
    public static func == (one: TrustAnchors, other: TrustAnchors) -> Bool {
        one.authorities == other.authorities && one.domain == other.domain
    }
    /// Feeds the certificates to `hasher`.
    public func hash(into hasher: inout Hasher) { hasher.combine(authorities) }

    /// The anchor whose key signed `certificate`, by key identifier and never by name (RFC 5280 clause 4.2.1.1).
    ///
    /// Where the authority has several certificates for one key, it is the one that lasts longest.
    public func anchor(for certificate: Certificate) -> Certificate? {
        position(for: certificate).map { authorities[$0] }
    }

    /// The anchor of `certificate`, and what is wrong on the way there; `nil` without anchor.
    func path(to certificate: Certificate) -> AnchoredPath? {
        position(for: certificate).map { position in
            AnchoredPath(
                anchor: authorities[position], flaw: CertificatePath(anchor: handles[position], certificate: certificate).flaw)
        }
    }

    private func position(for certificate: Certificate) -> Int? {
        guard let identifier = certificate.authorityKeyIdentifier else { return nil }
        return authorities.indices.filter { authorities[$0].subjectKeyIdentifier == identifier }
            .max { authorities[$0].notAfter < authorities[$1].notAfter }
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
        guard let handle = X509Handle(der) else { return false }
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
