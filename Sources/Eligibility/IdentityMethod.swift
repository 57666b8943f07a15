import Diagnosis

/// How the bearer of a card is proved (本人確認の方法, R032).
public enum IdentityMethod: String, Sendable, Hashable, CaseIterable {
    /// 顔認証: the reader's camera compares the person with the photograph on the card.
    case face
    /// 暗証番号: the PIN of the authentication key, with a signature over a fresh challenge.
    case pin
    /// 目視確認: the staff compare the person with the photograph.
    case visual

    /// Its name for people.
    public var name: Sentence {
        switch self {
        case .face: Sentence(ja: "顔認証", en: "face")
        case .pin: Sentence(ja: "暗証番号", en: "PIN")
        case .visual: Sentence(ja: "目視確認", en: "visual check")
        }
    }
}
