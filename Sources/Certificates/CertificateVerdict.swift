/// What came of checking a certificate.
public enum CertificateVerdict: Sendable, Hashable {
    /// It serves its use; `issuedBy` is the anchor whose key signed it, and `domain` says for which cards that anchor counts.
    case valid(issuedBy: Certificate, domain: TrustDomain)
    /// It has expired, everything else is in order, and the policy lets it serve up to the second `until` (Unix time).
    case validInGrace(issuedBy: Certificate, domain: TrustDomain, until: Int64)
    /// It does not, for all these reasons; there is at least one.
    case invalid([CertificateFlaw])
    /// There is no anchor to check it against.
    case notChecked

    /// The anchor and its domain where the certificate serves its use, in grace or not.
    public var issuer: (certificate: Certificate, domain: TrustDomain)? {
        switch self {
        case .valid(let issuer, let domain), .validInGrace(let issuer, let domain, _): (issuer, domain)
        case .invalid, .notChecked: nil
        }
    }
}
