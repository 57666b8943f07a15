/// Says whether a certificate serves a use at a moment, and if not, why (RFC 5280 clause 6 for a chain of one).
///
/// The hierarchy has a single tier: an anchor signs the holder's certificate. Dates, usage, policy, strength and extensions are
/// looked at here, one reason each; the signature and what else path validation asks for is OpenSSL's.
public struct CertificateChecker: Sendable, Hashable {
    /// What the certificate must be.
    public let use: CertificateUse
    /// Who may have issued it.
    public let anchors: TrustAnchors

    /// How long it may serve after its end.
    public let validity: ValidityPolicy

    /// A checker for one use and one set of anchors.
    public init(use: CertificateUse, anchors: TrustAnchors, validity: ValidityPolicy = .untilExpiry) {
        self.use = use
        self.anchors = anchors
        self.validity = validity
    }

    /// The verdict on `certificate` at `time`, in Unix time. Revocation is not looked at.
    ///
    /// In grace the certificate is judged as it was in its last second: the anchor need not outlive it.
    public func check(_ certificate: Certificate, at time: Int64) -> CertificateVerdict {
        check(certificate, at: time, on: anchors.path(to: certificate))
    }

    /// The same where the path, which no date changes, has been looked at.
    func check(_ certificate: Certificate, at time: Int64, on path: AnchoredPath?) -> CertificateVerdict {
        guard time > certificate.notAfter, let until = validity.graceEnd(after: certificate.notAfter), time <= until else {
            return judge(certificate, at: time, on: path)
        }
        guard case .valid(let issuer, let domain) = judge(certificate, at: certificate.notAfter, on: path) else {
            return judge(certificate, at: time, on: path)
        }
        return .validInGrace(issuedBy: issuer, domain: domain, until: until)
    }

    private func judge(_ certificate: Certificate, at time: Int64, on path: AnchoredPath?) -> CertificateVerdict {
        if anchors.authorities.isEmpty { return .notChecked }
        var flaws = flawsOfUse(certificate)
        if time > certificate.notAfter { flaws.append(.expired(since: certificate.notAfter)) }
        if time < certificate.notBefore { flaws.append(.notYetValid(until: certificate.notBefore)) }
        guard let path else { return .invalid(flaws + [.untrusted]) }
        let anchor = path.anchor
        if time > anchor.notAfter { flaws.append(.anchorExpired(since: anchor.notAfter)) }
        if time < anchor.notBefore { flaws.append(.anchorNotYetValid(until: anchor.notBefore)) }
        if let flaw = path.flaw { flaws.append(flaw) }
        return flaws.isEmpty ? .valid(issuedBy: anchor, domain: anchors.domain) : .invalid(flaws)
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
