/// A day of the proleptic Gregorian calendar, without a time of day.
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The year, for example 2026.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, 1 to 31.
    public let day: Int

    /// A day, or `nil` where the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, in: year) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day written as eight digits, `YYYYMMDD`; `nil` for anything else.
    public init?(digits: String) {
        let values = digits.utf8.map { Int($0) - 0x30 }
        guard values.count == 8, values.allSatisfy({ (0...9).contains($0) }) else { return nil }
        func number(_ range: Range<Int>) -> Int { values[range].reduce(0) { $0 * 10 + $1 } }
        self.init(year: number(0..<4), month: number(4..<6), day: number(6..<8))
    }

    /// The day in Japan (UTC+9, no summer time since 1951) at a Unix time, in seconds.
    ///
    /// Before 0001-01-01 it is that day, after 9999-12-31 that one.
    public init(inJapanAtUnixTime seconds: Int64) {
        // Seconds and days since 0000-03-01, so that the leap day ends a year (Fliegel and Van Flandern's idea).
        let elapsed = min(max(seconds, -62_135_629_200), 253_402_268_399) + 9 * 3600 + 719_468 * 86_400
        let days = elapsed / 86_400
        let era = days / 146_097
        let dayOfEra = Int(days - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
    }

    /// The Unix time at which the day begins in UTC, in seconds.
    public var unixTimeAtMidnightUTC: Int64 {
        // Years and months counted from March, so that the leap day ends a year.
        let shiftedYear = Int64(month > 2 ? year : year - 1)
        let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
        let days = 365 * shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear
        return (days - 719_468) * 86_400
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// `YYYYMMDD`.
    public var digits: String { description.filter { $0 != "-" } }

    /// Earlier comes first.
    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
