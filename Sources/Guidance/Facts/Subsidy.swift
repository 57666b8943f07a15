import JapaneseCalendar

/// The subsidy for devices of the limited type (地域診療情報連携推進費補助金, R222).
public struct Subsidy: Sendable, Hashable {
    /// How much of the cost is paid: so many parts
    public var numerator: Int
    /// of so many.
    public var denominator: Int
    /// The most that is paid, in yen.
    public var ceiling: Int
    /// The last day of application.
    public var lastDay: CalendarDay
    /// What is paid is a multiple of this, in yen, rounded down; how it is rounded is assumed.
    public var unit: Int

    /// Three quarters, at most 31,000 yen, until 2026-01-31.
    public static let limitedType = Subsidy(
        numerator: 3, denominator: 4, ceiling: 31_000, lastDay: .known(2026, 1, 31), unit: SourceParameters.subsidyUnit.standard)

    /// What is paid for a cost in yen that is applied for on a day; 0 after the last day.
    public func amount(cost: Int, appliedOn day: CalendarDay) -> Int {
        guard day <= lastDay, cost > 0 else { return 0 }
        let (product, overflow) = cost.multipliedReportingOverflow(by: numerator)
        let part = overflow ? ceiling : min(ceiling, product / max(1, denominator))
        return part - part % max(1, unit)
    }
}

/// The subsidy of readers with face authentication (R222): the project ends by one day, and is applied for by another.
public struct ReaderSubsidy: Sendable, Hashable {
    /// Readers that a clinic gets for nothing.
    public var freeReadersOfAClinic: Int
    /// The last day of the project.
    public var projectEnd: CalendarDay
    /// The last day of application.
    public var lastDay: CalendarDay

    /// One reader, until 2023-03-31 and 2023-06-30.
    public static let standard = ReaderSubsidy(
        freeReadersOfAClinic: 1, projectEnd: .known(2023, 3, 31), lastDay: .known(2023, 6, 30))

    /// Whether a project counts.
    public func counts(endedOn end: CalendarDay, appliedOn day: CalendarDay) -> Bool { end <= projectEnd && day <= lastDay }
}
