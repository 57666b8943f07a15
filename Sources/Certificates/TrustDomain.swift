/// For which cards the keys of an authority count.
public enum TrustDomain: Sendable, Hashable, CaseIterable {
    /// The authorities that come with the simulated cards. Their private keys are published: they count for simulated cards only.
    case synthetic
    /// The authorities that the operator of this terminal has configured.
    case configured
}
