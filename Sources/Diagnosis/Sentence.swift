/// One sentence for the person at the counter, in Japanese and in English.
///
/// A sentence carries no secret, no personal field and no certificate serial: it may be shown, logged and mailed.
public struct Sentence: Sendable, Hashable {
    /// The Japanese wording.
    public let japanese: String
    /// The English wording.
    public let english: String

    /// A sentence from both wordings.
    public init(ja japanese: String, en english: String) {
        self.japanese = japanese
        self.english = english
    }

    /// The wording in `language`.
    public func text(in language: Language) -> String {
        switch language {
        case .japanese: japanese
        case .english: english
        }
    }
}

/// A language that Kazasu speaks.
public enum Language: Sendable, Hashable, CaseIterable {
    case japanese, english

    /// The language that a POSIX locale name such as `ja_JP.UTF-8` asks for; English where it asks for neither.
    public init(locale: String) {
        self = locale.hasPrefix("ja") ? .japanese : .english
    }
}
