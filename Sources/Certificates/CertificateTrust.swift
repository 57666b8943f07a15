/// Whose certificates count: those of real cards by the anchors that are configured, and those of simulated cards by synthetic ones.
///
/// A certificate that a synthetic authority has signed is always named synthetic, whatever else is configured: no verdict can take it
/// for one of a real card. A certificate of a real card without configured anchors is never valid, but not checked.
public struct CertificateTrust: Sendable, Hashable {
    /// The check of real cards.
    public let configured: CertificateChecker
    /// The check of simulated cards.
    public let synthetic: CertificateChecker
    /// The cards that count here.
    public let accepted: Set<TrustDomain>

    /// Trust for these cards.
    ///
    /// - Throws: `trust-anchor-unfit` where a checker has anchors of the other domain, or a configured anchor has the key of a synthetic
    ///   one, which is published.
    public init(
        configured: CertificateChecker, synthetic: CertificateChecker, accepting accepted: Set<TrustDomain>
    ) throws(CertificateError) {
        guard configured.anchors.domain == .configured || configured.anchors.authorities.isEmpty,
            synthetic.anchors.domain == .synthetic || synthetic.anchors.authorities.isEmpty
        else { throw .unfitAnchor("anchors of the other domain") }
        let published = Set(synthetic.anchors.authorities.map(\.publicKey))
        guard published.isDisjoint(with: configured.anchors.authorities.map(\.publicKey)) else {
            throw .unfitAnchor("a configured authority whose private key is published for simulated cards")
        }
        self.configured = configured
        self.synthetic = synthetic
        self.accepted = accepted
    }

    /// Trust in one set of anchors; every certificate is judged by it.
    public init(_ checker: CertificateChecker) {
        let isSynthetic = checker.anchors.domain == .synthetic
        let nobody = CertificateChecker(use: checker.use, anchors: .none, validity: checker.validity)
        configured = isSynthetic ? nobody : checker
        synthetic = isSynthetic ? checker : nobody
        accepted = [checker.anchors.domain]
    }

    /// The verdict on `certificate` at `time`, in Unix time. Revocation is not looked at.
    public func check(_ certificate: Certificate, at time: Int64) -> CertificateVerdict {
        let path = synthetic.anchors.path(to: certificate)
        let isSynthetic = path.map { $0.flaw == nil } ?? false
        guard isSynthetic || accepted.contains(.configured) else { return synthetic.check(certificate, at: time, on: path) }
        guard isSynthetic else { return configured.check(certificate, at: time) }
        return accepted.contains(.synthetic) ? synthetic.check(certificate, at: time, on: path) : .invalid([.synthetic])
    }
}
