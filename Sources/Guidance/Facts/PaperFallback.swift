import JapaneseCalendar

/// Pattern A: the insurance is confirmed by papers, by word of mouth or by a declaration (R132–R135).
public struct PaperFallback: Sendable {
    /// What confirms the insurance.
    public enum Measure: Sendable, Hashable {
        /// What was presented suffices; no insurance card is asked for in addition (R132).
        case presented
        /// The patient is asked (口頭確認): what is needed to bill is known from a visit before (R134).
        case oralConfirmation
        /// 被保険者資格申立書 is filled in, and it is verified afterwards (事後に確認, R135).
        case declaration
    }

    /// What papers suffice.
    public var papers: AcceptedPapers

    /// Pattern A with a table of papers.
    public init(papers: AcceptedPapers = .standard) { self.papers = papers }

    /// The measure for a patient. Oral confirmation wants a re-visit (再診) *and* the data that billing needs.
    public func measure(
        presented: Set<Paper>, isRevisit: Bool, knowsBillingData: Bool, on day: CalendarDay
    ) -> Measure {
        if papers.suffices(presented, for: .receptionWithoutReader, on: day) { return .presented }
        return isRevisit && knowsBillingData ? .oralConfirmation : .declaration
    }
}

/// What a 資格情報のお知らせ shows (R133).
public enum EligibilityNotice {
    /// The fields in their order; the first is the name of the society as a heading.
    public static let fields = ["組合", "氏名", "負担割合"]
    /// What it says of itself: without the card it does not suffice.
    public static let remark = "受診の際マイナ保険証が必要"
}
