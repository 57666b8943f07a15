import JapaneseCalendar

/// A date of the service (R220, R172).
public enum Milestone: String, Sendable, Hashable, CaseIterable {
    /// The guide to the introduction was published; the month.
    case guidePublished
    /// The start that was planned; the month.
    case plannedStart
    /// The start (運用開始); the month.
    case start
    /// The duty of insurance institutions and pharmacies (義務化); the month.
    case duty
    /// The web reception (マイナ在宅受付Web); the month.
    case webReception
    /// The limited type for treatment and check-up facilities (資格確認限定型); the month.
    case limitedType
    /// Workplace clinics (職域診療所); the month.
    case workplaceClinics
    /// The consent screen for limit certificates is gone.
    case limitScreenGone
    /// No insurance card (健康保険証) is issued from this day on.
    case noNewInsuranceCards
    /// The home-consent app (居宅同意取得型); the month.
    case homeConsentApp
    /// The last day of the insurance cards that were there.
    case lastDayOfInsuranceCards

    /// The day; the first of the month where only the month is known.
    public var day: CalendarDay { CalendarDay.known(date.year, date.month, date.day ?? 1) }
    /// Whether the sources say the day and not the month only.
    public var isExact: Bool { date.day != nil }
    /// Where it is from.
    public var document: SourceDocument { entry.document }

    private var date: (year: Int, month: Int, day: Int?) { entry.date }

    private var entry: (date: (year: Int, month: Int, day: Int?), document: SourceDocument) {
        switch self {
        case .guidePublished: ((2020, 9, nil), .handbook)
        case .plannedStart: ((2021, 3, nil), .handbook)
        case .start: ((2021, 10, nil), .report)
        case .duty: ((2023, 4, nil), .report)
        case .webReception: ((2023, 11, nil), .fallback)
        case .limitedType: ((2024, 4, nil), .limited)
        case .workplaceClinics: ((2024, 7, nil), .clinics)
        case .limitScreenGone: ((2024, 10, 7), .published)
        case .noNewInsuranceCards: ((2024, 12, 2), .clinics)
        case .homeConsentApp: ((2025, 4, nil), .fallback)
        case .lastDayOfInsuranceCards: ((2025, 12, 1), .limited)
        }
    }
}

extension CalendarDay {
    /// A day that is written in the code. The calendar has it: the tests of the tables read each.
    static func known(_ year: Int, _ month: Int, _ day: Int) -> CalendarDay {
        CalendarDay(year: year, month: month, day: day) ?? CalendarDay(inJapanAtUnixTime: 0)
    }
}
