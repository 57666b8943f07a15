import Diagnosis

/// Why the reader with face authentication cannot be used (R130).
public enum ReaderObstacle: String, Sendable, Hashable, CaseIterable {
    /// ① 「資格情報なし」 or the like is shown.
    case noEligibilityShown
    /// ② The card cannot be used, for example because it has expired.
    case cardUnusable
    /// ③ The network has failed.
    case networkFailure
    /// ④ The reader is broken.
    case readerBroken
    /// ⑤ The patient has lost the card in a disaster.
    case cardLostInDisaster
    /// ⑥ The face does not match, or the PIN is forgotten.
    case identityFails
    /// ⑦ The patient cannot operate the reader.
    case cannotOperate
    /// 参考: another route than the usual one, such as a fever clinic.
    case differentRoute

    /// The number of the source; `nil` for the reference beside the seven.
    public var number: Int? { self == .differentRoute ? nil : Self.allCases.firstIndex(of: self).map { $0 + 1 } }

    /// What the source calls it, and in English.
    public var sentence: Sentence {
        switch self {
        case .noEligibilityShown: Sentence(ja: "「資格情報なし」等と表示", en: "'No eligibility' or the like is shown.")
        case .cardUnusable:
            Sentence(ja: "有効期限切れ等で患者のマイナンバーカードが使用できない", en: "The card cannot be used, for example because it has expired.")
        case .networkFailure: Sentence(ja: "ネットに繋がらない等の通信障害", en: "The network has failed.")
        case .readerBroken: Sentence(ja: "カードリーダーの故障", en: "The reader is broken.")
        case .cardLostInDisaster:
            Sentence(ja: "災害時に患者がマイナンバーカードを紛失した場合", en: "The patient has lost the card in a disaster.")
        case .identityFails: Sentence(ja: "顔認証がうまくいかない、暗証番号を忘れた場合", en: "The face does not match, or the PIN is forgotten.")
        case .cannotOperate:
            Sentence(
                ja: "車いす等の利用者や高齢者・障害者などカードリーダーの操作が困難", en: "The patient cannot operate the reader.")
        case .differentRoute: Sentence(ja: "発熱外来等、異なる動線での利用時", en: "Another route is used, such as that of a fever clinic.")
        }
    }
}
