import Diagnosis

/// Why a transport source cannot list or open its devices.
public struct TransportError: DiagnosedError, Hashable {
    /// A stable name, such as `pcsc-not-running`.
    public let code: String
    /// What the person at the counter can act on.
    public let sentence: Sentence
    /// What the engineer wants to know.
    public let cause: String?
    /// What kind of failure it is.
    public let category: FailureCategory

    /// An error of a transport.
    public init(code: String, sentence: Sentence, cause: String? = nil, category: FailureCategory = .unavailable) {
        self.code = code
        self.sentence = sentence
        self.cause = cause
        self.category = category
    }
}
