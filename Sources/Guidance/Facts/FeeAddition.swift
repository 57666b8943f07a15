import JapaneseCalendar

/// 電子的保健医療情報活用加算: points that are added to a fee (R224), as of 2022.
public struct FeeAddition: Sendable, Hashable {
    /// What a facility has to do (施設基準).
    public enum Condition: String, Sendable, Hashable, CaseIterable {
        /// 電子情報処理組織の使用による請求.
        case electronicClaims
        /// 電子資格確認を行う体制.
        case verificationInPlace
        /// The notice at a place where it is seen (掲示).
        case noticeDisplayed
    }

    /// The kind of a visit.
    public enum VisitKind: Sendable, Hashable {
        /// 初診.
        case first
        /// 再診.
        case again
    }

    /// How the patient's data came.
    public enum Information: Sendable, Hashable {
        /// By electronic verification (電子資格確認により取得).
        case obtained
        /// They were hard to get (取得が困難), also because the patient brought no card, or another institution has given them.
        case difficultOrFromElsewhere
    }

    /// Points of a first visit.
    public var first: Int
    /// Points of a visit again.
    public var again: Int
    /// Points of a first visit without the data, during the transition.
    public var transitional: Int
    /// The last day of the transition.
    public var transitionEnd: CalendarDay

    /// 7, 4, and 3 until 2024-03-31.
    public static let standard = FeeAddition(first: 7, again: 4, transitional: 3, transitionEnd: .known(2024, 3, 31))

    /// The points of a visit: once a month (月1回), so none where `last`, the day of the last addition to this patient, is in the same month
    /// of the calendar.
    public func points(
        _ visit: VisitKind, _ information: Information, on day: CalendarDay, last: CalendarDay?, conditions: Set<Condition>
    ) -> Int {
        guard conditions == Set(Condition.allCases) else { return 0 }
        if let last, (last.year, last.month) == (day.year, day.month) { return 0 }
        switch (visit, information) {
        case (.first, .obtained): return first
        case (.again, .obtained): return again
        case (.first, .difficultOrFromElsewhere): return day <= transitionEnd ? transitional : 0
        case (.again, .difficultOrFromElsewhere): return 0
        }
    }
}
