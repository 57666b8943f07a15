import JapaneseCalendar

/// A moment as people write it in Japanese time: `2026-04-01T09:00:00` or `2026-04-01 09:00`, with `Z` or an offset such as `+09:00`
/// behind where it is another time; the day may stand in its era, as in `令和8年4月1日 09:00`.
public struct JapaneseTime: Sendable, Hashable {
    /// The Unix time, in seconds.
    public let unixTime: Int64

    /// The moment at a Unix time, in seconds.
    public init(unixTime: Int64) { self.unixTime = unixTime }

    /// As RFC 3339 writes it: `2026-04-01T09:00:00+09:00`.
    public var text: String { "\(day)T\(clock)+09:00" }

    /// As people write it, and as it is read again: `2026-04-01 09:00:00`.
    public var plainText: String { "\(day) \(clock)" }

    private var day: CalendarDay { CalendarDay(inJapanAtUnixTime: unixTime) }

    private var clock: String {
        let second = unixTime + 9 * 3600 - day.unixTimeAtMidnightUTC
        return [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : String($0) }.joined(separator: ":")
    }

    /// The moment that `text` writes (seconds may be left out, and the time of day); `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        guard let day = parts.first.flatMap(Self.day) else { return nil }
        guard parts.count == 2 else {
            unixTime = day - 9 * 3600
            return
        }
        var clock = parts[1]
        var offset: Int64 = 9 * 3600
        if clock.last == "Z" {
            clock = clock.dropLast()
            offset = 0
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let written = Self.seconds(clock[clock.index(after: sign)...]) else { return nil }
            offset = clock[sign] == "-" ? -written : written
            clock = clock[..<sign]
        }
        guard let seconds = Self.seconds(clock) else { return nil }
        unixTime = day + seconds - offset
    }

    /// Seconds from 1970 to the beginning of a day written `YYYY-MM-DD`, or in its era, in UTC.
    private static func day(_ text: Substring) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2] else { return CalendarDay(inEra: text)?.unixTimeAtMidnightUTC }
        return CalendarDay(digits: parts.joined())?.unixTimeAtMidnightUTC
    }

    /// Seconds of `HH:MM` or `HH:MM:SS`.
    private static func seconds(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let numbers = parts.compactMap { Int64($0) } + [0]
        guard numbers[0] < 24, numbers[1] < 60, numbers[2] < 60 else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    }
}

extension CalendarDay {
    /// The day written with its era (元号), `令和8年4月1日` or `平成元年1月8日`; `nil` for anything else, also for a day of another era.
    fileprivate init?(inEra text: Substring) {
        let eras: [(name: String, era: JapaneseEra, before: Int)] = [
            ("令和", .reiwa, 2018), ("平成", .heisei, 1988), ("昭和", .showa, 1925), ("大正", .taisho, 1911), ("明治", .meiji, 1867),
        ]
        guard let (name, era, before) = eras.first(where: { text.hasPrefix($0.name) }), text.last == "日" else { return nil }
        let parts = text.dropFirst(name.count).dropLast().split(omittingEmptySubsequences: false) { $0 == "年" || $0 == "月" }
        guard parts.count == 3, let month = Self.number(parts[1]), let day = Self.number(parts[2]),
            let year = parts[0] == "元" ? 1 : Self.number(parts[0]),
            let found = CalendarDay(year: before + year, month: month, day: day), let known = JapaneseEra.year(of: found),
            known == (era, year)
        else { return nil }
        self = found
    }

    /// One or two ASCII digits.
    private static func number(_ text: Substring) -> Int? {
        (1...2).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
