/// A day as cards write it.
public struct CardDay: Sendable, Hashable, Comparable {
    /// The Gregorian year, 0 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day, 1 to 31.
    public let day: Int

    /// A day; what is out of range becomes the nearest that is not.
    public init(_ year: Int, _ month: Int, _ day: Int) {
        self.year = min(max(0, year), 9_999)
        self.month = min(max(1, month), 12)
        self.day = min(max(1, day), Self.days(in: self.month, of: self.year))
    }

    /// The day that is written `YYYYMMDD` or `YYYY-MM-DD`; `nil` where it is none.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        let isPlain = digits.count == 8
        guard isPlain || (digits.count == 10 && digits[4] == 0x2D && digits[7] == 0x2D) else { return nil }
        let positions = isPlain ? Array(0..<8) : [0, 1, 2, 3, 5, 6, 8, 9]
        var numbers = [0, 0, 0]
        for (index, position) in positions.enumerated() {
            guard (0x30...0x39).contains(digits[position]) else { return nil }
            let part = index < 4 ? 0 : index < 6 ? 1 : 2
            numbers[part] = numbers[part] * 10 + Int(digits[position] - 0x30)
        }
        self.init(numbers[0], numbers[1], numbers[2])
        guard year == numbers[0], month == numbers[1], day == numbers[2] else { return nil }
    }

    /// `YYYYMMDD`.
    public var digits: String { Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2) }
    /// `YYYY-MM-DD`.
    public var text: String { Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) }

    /// `YYMMDD` with the year of the Japanese era (和暦) that the day is in; before 明治 the last two digits of the Gregorian year.
    public var inEra: String {
        let start = Self.eras.first { self >= CardDay($0.year, $0.month, $0.day) }
        return Self.padded(start.map { year - $0.year + 1 } ?? year % 100, 2) + Self.padded(month, 2) + Self.padded(day, 2)
    }

    /// The number of the Japanese era in the signature certificate: 1 明治 to 5 令和; 0 before.
    public var eraNumber: Int { Self.eras.firstIndex { self >= CardDay($0.year, $0.month, $0.day) }.map { 5 - $0 } ?? 0 }

    /// The day before this one.
    var dayBefore: CardDay {
        if day > 1 { return CardDay(year, month, day - 1) }
        if month == 1 { return CardDay(year - 1, 12, 31) }
        let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
        return CardDay(year, month - 1, month == 3 ? (isLeap ? 29 : 28) : [5, 7, 10, 12].contains(month) ? 30 : 31)
    }

    /// The birthday of this number after a day, the first one being 1; that of the 29 February is the 28 in other years (assumed).
    public func birthday(_ number: Int, after day: CardDay) -> CardDay {
        let first = CardDay(day.year, month, self.day)
        return CardDay(day.year + number - (first > day ? 1 : 0), month, self.day)
    }

    /// Completed years between this day, a birth, and another.
    public func age(on other: CardDay) -> Int { other.year - year - ((other.month, other.day) < (month, day) ? 1 : 0) }

    /// The order of days.
    public static func < (left: CardDay, right: CardDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// The first days of 令和, 平成, 昭和, 大正 and 明治.
    private static let eras: [(year: Int, month: Int, day: Int)] = [
        (2019, 5, 1), (1989, 1, 8), (1926, 12, 25), (1912, 7, 30), (1868, 1, 25),
    ]

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits.suffix(width)
    }
}
