/// What an answer, or none, about revocation means for the use of a certificate.
public enum RevocationPolicy: Sendable, Hashable, CaseIterable {
    /// Nobody is asked.
    case off
    /// What the authority says counts; where no reliable answer comes, the certificate serves nonetheless.
    case softFail
    /// Only a reliable "good" lets the certificate serve.
    case hardFail
}

extension CertificateVerdict {
    /// The verdict with what is known about revocation.
    ///
    /// A certificate that is revoked, or that its own authority does not know, never serves unless nobody was to be asked. What was
    /// invalid or not checked before stays so, with a reason more where there is one.
    public func considering(_ status: RevocationStatus, policy: RevocationPolicy) -> CertificateVerdict {
        guard let flaw = policy.flaw(of: status) else { return self }
        return switch self {
        case .valid, .validInGrace: .invalid([flaw])
        case .invalid(let flaws): .invalid(flaws + [flaw])
        case .notChecked: .notChecked
        }
    }
}

extension RevocationPolicy {
    fileprivate func flaw(of status: RevocationStatus) -> CertificateFlaw? {
        switch (self, status) {
        case (.off, _), (_, .good): nil
        case (_, .revoked(let since, _)): .revoked(since: since)
        case (_, .unknown): .unknownToAuthority
        case (.softFail, .undetermined), (.softFail, .notAsked): nil
        case (.hardFail, .undetermined(let gap)): .revocationUndetermined(gap)
        case (.hardFail, .notAsked): .revocationUndetermined(.unavailable)
        }
    }
}
