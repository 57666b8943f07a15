import COpenSSL

/// Says whether a certificate serves a use at a moment, and if not, why (RFC 5280 clause 6 for a chain of one).
///
/// The hierarchy has a single tier: an anchor signs the holder's certificate. Dates, usage, policy, strength and extensions are
/// looked at here, one reason each; the signature and what else path validation asks for is OpenSSL's.
public struct CertificateChecker: Sendable, Hashable {
    /// What the certificate must be.
    public let use: CertificateUse
    /// Who may have issued it.
    public let anchors: TrustAnchors

    /// A checker for one use and one set of anchors.
    public init(use: CertificateUse, anchors: TrustAnchors) {
        self.use = use
        self.anchors = anchors
    }

    /// The verdict on `certificate` at `time`, in Unix time. Revocation is not looked at.
    public func check(_ certificate: Certificate, at time: Int64) -> CertificateVerdict {
        if anchors.authorities.isEmpty { return .notChecked }
        var flaws = flawsOfUse(certificate)
        if time > certificate.notAfter { flaws.append(.expired(since: certificate.notAfter)) }
        if time < certificate.notBefore { flaws.append(.notYetValid(until: certificate.notBefore)) }
        guard let anchor = anchors.anchor(for: certificate) else { return .invalid(flaws + [.untrusted]) }
        if time > anchor.notAfter { flaws.append(.anchorExpired(since: anchor.notAfter)) }
        if time < anchor.notBefore { flaws.append(.anchorNotYetValid(until: anchor.notBefore)) }
        if let flaw = flawOfPath(from: anchor, to: certificate) { flaws.append(flaw) }
        return flaws.isEmpty ? .valid(issuedBy: anchor) : .invalid(flaws)
    }

    private func flawsOfUse(_ certificate: Certificate) -> [CertificateFlaw] {
        var flaws: [CertificateFlaw] = []
        if certificate.isAuthority { flaws.append(.authority) }
        if certificate.keyUsage != use.keyUsage { flaws.append(.wrongKeyUsage) }
        if !servesPurpose(certificate) { flaws.append(.wrongExtendedKeyUsage) }
        if use.policies.isDisjoint(with: certificate.policies) { flaws.append(.wrongPolicy) }
        if !isStrong(certificate) { flaws.append(.weakAlgorithm) }
        for extensionID in certificate.criticalExtensions where !Self.understood.contains(extensionID) {
            flaws.append(.unknownCriticalExtension(extensionID))
        }
        return flaws
    }

    private func servesPurpose(_ certificate: Certificate) -> Bool {
        guard let purpose = use.extendedKeyUsage else { return certificate.extendedKeyUsages.isEmpty }
        return certificate.extendedKeyUsages.contains(purpose)
    }

    private func isStrong(_ certificate: Certificate) -> Bool {
        guard let digest = certificate.signatureDigest, use.signatureDigests.contains(digest) else { return false }
        return switch certificate.keyAlgorithm {
        case .rsa(let bits): bits >= use.minimumRSABits
        case .ellipticCurve(let bits): bits >= use.minimumEllipticCurveBits
        case .other: false
        }
    }

    /// The extensions whose meaning is looked at here: keyUsage, basicConstraints, certificatePolicies, extKeyUsage.
    private static let understood: Set<String> = ["2.5.29.15", "2.5.29.19", "2.5.29.32", "2.5.29.37"]
}

/// OpenSSL's path validation with one anchor in the store. What `CertificateChecker` looks at itself is switched off: the dates
/// (OpenSSL takes the last second for expired, RFC 5280 clause 4.1.2.5 does not) and critical extensions.
private func flawOfPath(from anchor: Certificate, to certificate: Certificate) -> CertificateFlaw? {
    defer { OpenSSLErrors.discard() }
    guard let anchorHandle = X509Handle(anchor.der), let handle = X509Handle(certificate.der),
        let store = X509_STORE_new(), let context = X509_STORE_CTX_new()
    else { return .refused(reason: "out of memory") }
    defer {
        X509_STORE_CTX_free(context)
        X509_STORE_free(store)
    }
    guard X509_STORE_add_cert(store, anchorHandle.pointer) == 1,
        X509_STORE_CTX_init(context, store, handle.pointer, nil) == 1,
        let parameters = X509_STORE_CTX_get0_param(context),
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_IGNORE_CRITICAL)) == 1
    else { return .refused(reason: "out of memory") }
    X509_VERIFY_PARAM_set_auth_level(parameters, 0)
    if X509_verify_cert(context) == 1 { return nil }
    let error = X509_STORE_CTX_get_error(context)
    return switch error {
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: .badSignature
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: .untrusted
    default: .refused(reason: String(cString: X509_verify_cert_error_string(Int(error))))
    }
}
