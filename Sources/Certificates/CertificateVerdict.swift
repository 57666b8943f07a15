/// What came of checking a certificate.
public enum CertificateVerdict: Sendable, Hashable {
    /// It serves its use; `issuedBy` is the anchor whose key signed it.
    case valid(issuedBy: Certificate)
    /// It does not, for all these reasons; there is at least one.
    case invalid([CertificateFlaw])
    /// There is no anchor to check it against.
    case notChecked

    /// The last second of its validity in Unix time, where having expired is the only flaw; else `nil`.
    ///
    /// A rule of grace can build on it: everything else about the certificate is in order.
    public var onlyExpiredSince: Int64? {
        guard case .invalid(let flaws) = self, flaws.count == 1, case .expired(let since)? = flaws.first else { return nil }
        return since
    }
}
