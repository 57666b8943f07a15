/// A Japanese era (元号), in which the year of a birth is printed on the card.
public enum JapaneseEra: Sendable, Hashable, CaseIterable {
    /// 明治.
    case meiji
    /// 大正.
    case taisho
    /// 昭和.
    case showa
    /// 平成.
    case heisei
    /// 令和.
    case reiwa

    /// The first day of each era, in the Gregorian calendar. The day on which an emperor died belongs to the new era until Showa.
    private static let firstDays: [(JapaneseEra, year: Int, month: Int, day: Int)] = [
        (.meiji, 1868, 1, 25), (.taisho, 1912, 7, 30), (.showa, 1926, 12, 25), (.heisei, 1989, 1, 8), (.reiwa, 2019, 5, 1),
    ]

    /// The era of a day and the year in it, counted from 1; `nil` before Meiji.
    public static func year(of day: CalendarDay) -> (era: JapaneseEra, year: Int)? {
        firstDays.last { (day.year, day.month, day.day) >= ($0.year, $0.month, $0.day) }.map { ($0.0, day.year - $0.year + 1) }
    }
}
