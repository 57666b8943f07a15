import Diagnosis

/// Why the centre gave no answer.
public struct CentreError: DiagnosedError, Equatable {
    /// A stable name, such as `centre-unavailable`.
    public let code: String
    /// What the person at the counter can act on.
    public let sentence: Sentence
    /// What the engineer wants to know.
    public let cause: String?
    /// What kind of failure it is.
    public let category: FailureCategory

    /// An error of the centre.
    public init(code: String, sentence: Sentence, cause: String?, category: FailureCategory) {
        self.code = code
        self.sentence = sentence
        self.cause = cause
        self.category = category
    }
}

extension CentreError {
    /// The centre has answered something else than it was asked.
    public static let otherAnswer = CentreError(
        code: "centre-answer-other",
        sentence: Sentence(
            ja: "資格確認システムの応答が正しくありません。コールセンターに連絡してください。", en: "The eligibility system's answer is wrong; call the call centre."),
        cause: "an answer to another request", category: .protocolViolation)
}
