import Glibc

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

    /// The last second of grace in Unix time, which is the end of a day in Japan (UTC+9, no summer time since 1951).
    ///
    /// `nil` without grace, and where the calendar of the C library has no such year. `notAfter` is the last second of validity.
    public func graceEnd(after notAfter: Int64) -> Int64? {
        guard months > 0 else { return nil }
        let (inJapan, overflow) = notAfter.addingReportingOverflow(Self.japan)
        var seconds = time_t(inJapan)
        var day = tm()
        guard !overflow, gmtime_r(&seconds, &day) != nil else { return nil }
        // The C library carries a month of 13 into the next year, and day 0 is the last of the month before.
        guard let target = Int32(exactly: months)?.addingReportingOverflow(day.tm_mon), !target.overflow, target.partialValue < 120_000
        else {
            return nil
        }
        var lastOfMonth = tm()
        lastOfMonth.tm_year = day.tm_year
        lastOfMonth.tm_mon = target.partialValue + 1
        lastOfMonth.tm_mday = 0
        guard lastOfMonth.tm_year < 100_000 else { return nil }
        timegm(&lastOfMonth)
        var end = lastOfMonth
        if start == .dayOfExpiry { end.tm_mday = min(day.tm_mday, lastOfMonth.tm_mday) }
        (end.tm_hour, end.tm_min, end.tm_sec) = (23, 59, 59)
        return Int64(timegm(&end)) - Self.japan
    }

    private static let japan: Int64 = 9 * 3600
}
