/// A document that rules and facts are from.
public enum SourceDocument: String, Sendable, Hashable, CaseIterable {
    /// The guide for workplace clinics (職域診療所).
    case clinics
    /// The fourth part of the guide to the introduction (導入準備の手引き), questions and answers.
    case handbook
    /// The guide to the limited type (資格確認限定型) for check-up facilities.
    case limited
    /// What to do where the face-authentication reader cannot be used (patterns A to D).
    case fallback
    /// A report on the introduction, with the names of the readers.
    case report
    /// Public pages of authorities and vendors and public descriptions of the interface.
    case published = "public"

    /// Its title.
    public var title: String {
        switch self {
        case .clinics: "職域診療所の方々へ 職域診療所においてオンライン資格確認が利用可能となっています（厚生労働省保険局）"
        case .handbook: "健康保険証の資格確認がオンラインで可能となります オンライン資格確認導入の手引き 第4回（厚生労働省保険局）"
        case .limited: "健診実施機関等の方々へ オンライン資格確認（資格確認限定型：簡素な資格確認の仕組み）が利用可能となっています（厚生労働省保険局）"
        case .fallback: "何らかの事情により顔認証付きカードリーダーでの受付ができない場合の対応（厚生労働省）"
        case .report: "オンライン資格確認の概要と導入事例（医業経営情報レポート）"
        case .published: "公開されている外部インタフェースの記述、官公庁とベンダーの公開ページ"
        }
    }

    /// Year and month to which it holds, `YYYY-MM`; of those that bear none, of the newest thing in them.
    public var date: String {
        switch self {
        case .clinics: "2026-04"
        case .handbook: "2020-09"
        case .limited: "2025-12"
        case .fallback: "2025-04"
        case .report: "2022-07"
        case .published: "2025-09"
        }
    }
}
