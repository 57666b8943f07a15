import JapaneseCalendar

/// オンライン資格確認等コールセンター (R013).
public struct CallCentre: Sendable, Hashable {
    /// Why one calls.
    public enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// Anything else.
        case general
        /// The opening of 資格情報照会（システム障害時）.
        case systemFailureFunction
    }

    /// Its number (通話無料).
    public var number: String
    /// When somebody answers, by purpose.
    public var hours: [Purpose: OpeningHours]

    /// As the documents have it that are taken for each purpose (R139, R225).
    public static let standard = CallCentre(
        number: "0800-080-4583",
        hours: [
            .general: SourceParameters.generalHours.standard, .systemFailureFunction: SourceParameters.failureFunctionHours.standard,
        ])

    /// Whether somebody answers for a purpose on a day at a minute of it, in Japan; `holidays` are 祝日.
    public func answers(for purpose: Purpose, on day: CalendarDay, minute: Int, holidays: Set<CalendarDay>) -> Bool {
        hours[purpose]?.isOpen(on: day, minute: minute, holidays: holidays) == true
    }
}

/// When somebody answers, by day of the week; never on a holiday.
public struct OpeningHours: Sendable, Hashable {
    /// From minute to minute of the day in Japan, the last one no more; `nil` on a day without.
    public var weekdays: Range<Int>?
    /// The same on Saturdays. There are none on Sundays.
    public var saturdays: Range<Int>?

    /// Hours.
    public init(weekdays: Range<Int>?, saturdays: Range<Int>?) { (self.weekdays, self.saturdays) = (weekdays, saturdays) }

    /// Whether somebody answers on a day at a minute of it, in Japan. `holidays` are 祝日: they are decided by law and given by the caller.
    public func isOpen(on day: CalendarDay, minute: Int, holidays: Set<CalendarDay>) -> Bool {
        guard !holidays.contains(day) else { return false }
        // 1970-01-01 was a Thursday: 0 is Monday.
        let days = day.unixTimeAtMidnightUTC / 86_400
        switch ((days + 3) % 7 + 7) % 7 {
        case 0...4: return weekdays?.contains(minute) == true
        case 5: return saturdays?.contains(minute) == true
        default: return false
        }
    }

    /// Weekdays 8:00–18:00 and Saturdays 8:00–16:00 (R225).
    public static let general = OpeningHours(weekdays: 8 * 60..<18 * 60, saturdays: 8 * 60..<16 * 60)
    /// Monday to Friday 9:00–17:00 (R139).
    public static let systemFailureFunction = OpeningHours(weekdays: 9 * 60..<17 * 60, saturdays: nil)
}
