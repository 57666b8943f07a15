import JapaneseCalendar

/// Until when a certificate serves: to its end, or some months of grace longer.
public struct ValidityPolicy: Sendable, Hashable {
    /// From where the months of grace are counted.
    public enum GraceStart: Sendable, Hashable, CaseIterable {
        /// The day of expiry: a certificate that ends on 5 May has, with three months, grace to the end of 5 August.
        case dayOfExpiry
        /// The last day of the month of expiry: the same certificate has grace to the end of 31 August.
        case endOfMonth
    }

    /// How many months of grace there are; none where it is 0.
    public var months: Int
    /// From where they are counted.
    public var start: GraceStart

    /// A policy by its parts; a negative number of months is none.
    public init(months: Int, from start: GraceStart) {
        self.months = max(0, months)
        self.start = start
    }

    /// No grace: signatures, and certificates on phones, whose use ends at once.
    public static let untilExpiry = ValidityPolicy(months: 0, from: .dayOfExpiry)

    /// The eligibility of a person with a plastic card: three months from the end of the month of expiry
    /// (有効期限満了日の属する月の末日から3か月). Only eligibility is shown in that time, no medical information.
    ///
    /// The rule is that of the ministry's leaflet as several health insurers repeat it; others write only "three months after expiry".
    public static let eligibilityByPlasticCard = ValidityPolicy(months: 3, from: .endOfMonth)

    /// The last second of grace in Unix time, which is the end of a day in Japan; `notAfter` is the last second of validity.
    ///
    /// `nil` without grace, and where it would end after the year 9999.
    public func graceEnd(after notAfter: Int64) -> Int64? {
        // A thousand years are enough for every sum below.
        guard (1...12_000).contains(months) else { return nil }
        let expiry = CalendarDay(inJapanAtUnixTime: notAfter)
        let month = expiry.year * 12 + expiry.month - 1 + months
        let sameDay = CalendarDay(year: month / 12, month: month % 12 + 1, day: expiry.day)
        let nextMonth = CalendarDay(year: (month + 1) / 12, month: (month + 1) % 12 + 1, day: 1)
        guard let nextMonth else { return nil }
        // Where the month is too short for the day, it ends with its last day.
        let beginOfNextDay =
            if start == .dayOfExpiry, let sameDay { sameDay.unixTimeAtMidnightUTC + 86_400 } else { nextMonth.unixTimeAtMidnightUTC }
        return beginOfNextDay - 9 * 3600 - 1
    }
}
