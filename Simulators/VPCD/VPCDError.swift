import Diagnosis

/// The host of a vpcd is not known.
public struct VPCDError: DiagnosedError, Equatable {
    /// The host as given.
    public let host: String
    /// The words of the resolver.
    public let cause: String?

    /// Always the same.
    public var code: String { "vpcd-host-unknown" }
    /// What to do.
    public var sentence: Sentence {
        Sentence(ja: "vpcdのホスト '\(host)' が見つかりません", en: "the host '\(host)' of vpcd is not known")
    }
    /// The host is not there.
    public var category: FailureCategory { .unavailable }
}
