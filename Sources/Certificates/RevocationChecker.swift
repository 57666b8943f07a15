/// The way to an authority: bytes out, bytes back. Who implements it brings the network, or a simulated authority.
public protocol RevocationSource {
    /// Sends an OCSP request in DER and returns the answer, whatever it is.
    ///
    /// - Throws: `RevocationGap.unavailable` when no answer comes, `.tooLong` when it does not end.
    func answer(toOCSP request: [UInt8]) throws(RevocationGap) -> [UInt8]
    /// The revocation list in DER that `certificate` names as its own (RFC 5280 clause 4.2.1.13), of the authority `issuer`.
    ///
    /// - Throws: `RevocationGap.unavailable` when none comes, `.tooLong` when it does not end.
    func revocationList(for certificate: Certificate, issuedBy issuer: Certificate) throws(RevocationGap) -> [UInt8]
}

/// Asks an authority whether a certificate is revoked.
public struct RevocationChecker<Source: RevocationSource> {
    /// How it is asked.
    public enum Method: Sendable, Hashable, CaseIterable {
        /// About this one certificate (RFC 6960).
        case ocsp
        /// For the whole list (RFC 5280 clause 5).
        case list
    }

    /// The way to the authority.
    public let source: Source
    /// How it is asked.
    public let method: Method
    /// What its answer must fulfil.
    public let rules: RevocationRules
    /// What its answer means.
    public let policy: RevocationPolicy

    /// A checker by its parts.
    public init(source: Source, method: Method = .ocsp, rules: RevocationRules = RevocationRules(), policy: RevocationPolicy) {
        self.source = source
        self.method = method
        self.rules = rules
        self.policy = policy
    }

    /// The verdict on `certificate` with revocation, and what the authority said, at `time` in Unix time.
    ///
    /// `verdict` is that of `CertificateChecker`. The authority is asked only where that is good so far and the policy is not `.off`.
    /// `nonce` is for OCSP, fresh for every question.
    public func check(
        _ certificate: Certificate, after verdict: CertificateVerdict, at time: Int64, nonce: Challenge
    ) -> (verdict: CertificateVerdict, status: RevocationStatus) {
        guard policy != .off, let issuer = verdict.issuer?.certificate else { return (verdict, .notAsked) }
        let status = ask(about: certificate, issuedBy: issuer, at: time, nonce: nonce)
        return (verdict.considering(status, policy: policy), status)
    }

    private func ask(
        about certificate: Certificate, issuedBy issuer: Certificate, at time: Int64, nonce: Challenge
    ) -> RevocationStatus {
        do throws(RevocationGap) {
            switch method {
            case .ocsp:
                guard let request = try? OCSPRequest(for: certificate, issuedBy: issuer, nonce: nonce) else { throw .internalFault }
                return request.status(in: try source.answer(toOCSP: request.der), at: time, rules: rules)
            case .list:
                let list = RevocationList(der: try source.revocationList(for: certificate, issuedBy: issuer))
                return list.status(of: certificate, issuedBy: issuer, at: time, rules: rules)
            }
        } catch {
            return .undetermined(error)
        }
    }
}
