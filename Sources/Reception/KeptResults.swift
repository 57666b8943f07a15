import Centre
import Diagnosis
import JapaneseCalendar

/// What the limited type shows: whether and where a person is insured (R035). Medical information, consents and certificates have no place in it.
public struct LimitedResult: Sendable, Equatable {
    /// 資格有効性
    public let validity: QualificationValidity
    /// The qualification, where there is one.
    public let qualification: Qualification?
    /// Who the person is.
    public let person: InsuredPerson?
    /// 資格確認日
    public let day: CalendarDay?

    /// What of an answer may be shown.
    public init(_ answer: EligibilityAnswer) {
        validity = answer.validity
        qualification = answer.qualification
        person = answer.person
        day = answer.day
    }
}

/// Results of the limited type that the device keeps, to be seen again until the end of the following month in Japan (翌月末まで, R040).
///
/// They are personal data: what is over is removed whenever one is kept, opened or listed.
public struct KeptResults: Sendable, Equatable {
    /// How long a result is kept, as data.
    public struct Retention: Sendable, Equatable {
        /// Until the end of which month, counted from that of the result: 1 is the following one.
        public var months: Int

        /// A retention of 0 to 1200 months; others count as the nearest of these.
        public init(months: Int) { self.months = min(max(months, 0), 1200) }

        /// 翌月末まで
        public static let standard = Retention(months: 1)

        /// The last second at which a result of this moment may be opened. Both are Unix times, in seconds.
        ///
        /// It is 23:59:59 in Japan (UTC+9), whatever the machine's time zone.
        public func lastSecond(of time: Int64) -> Int64 {
            let day = CalendarDay(inJapanAtUnixTime: time)
            let months = day.year * 12 + (day.month - 1) + self.months + 1
            guard let end = CalendarDay(year: months / 12, month: months % 12 + 1, day: 1) else { return .max }
            return end.unixTimeAtMidnightUTC - 9 * 3600 - 1
        }
    }

    /// A result that is kept.
    public struct Entry: Sendable, Equatable {
        /// Its number on this device; none is given twice.
        public let number: Int
        /// When it was obtained: Unix time, in seconds.
        public let time: Int64
        /// The last second at which it may be opened: Unix time.
        public let last: Int64
        /// The result.
        public let result: LimitedResult
    }

    private let retention: Retention
    private(set) var entries: [Entry] = []
    private(set) var lastNumber = 0

    /// Nothing is kept yet.
    public init(retention: Retention = .standard) { self.retention = retention }

    init(retention: Retention, entries: [Entry], lastNumber: Int) {
        self.retention = retention
        self.entries = entries
        self.lastNumber = lastNumber
    }

    /// Keeps a result that was obtained now, and returns its number.
    @discardableResult
    public mutating func keep(_ result: LimitedResult, at now: Int64) -> Int {
        removeOld(at: now)
        lastNumber &+= 1
        entries.append(Entry(number: lastNumber, time: now, last: retention.lastSecond(of: now), result: result))
        return lastNumber
    }

    /// What may be opened now, oldest first.
    public mutating func list(at now: Int64) -> [Entry] {
        removeOld(at: now)
        return entries
    }

    /// A result; `nil` for one that is over or was never kept.
    public mutating func open(_ number: Int, at now: Int64) -> LimitedResult? {
        removeOld(at: now)
        return entries.first { $0.number == number }?.result
    }

    /// Removes what is over.
    public mutating func removeOld(at now: Int64) { entries.removeAll { $0.last < now } }
}
