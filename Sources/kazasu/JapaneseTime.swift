import JapaneseCalendar

/// A moment as people write it: `2026-04-01T09:00:00`, in Japanese time, or with `Z` or an offset such as `+09:00`.
struct JapaneseTime: Sendable {
    /// The Unix time, in seconds.
    let unixTime: Int64

    init(unixTime: Int64) { self.unixTime = unixTime }

    /// As RFC 3339 writes it: `2026-04-01T09:00:00+09:00`.
    var text: String {
        let day = CalendarDay(inJapanAtUnixTime: unixTime)
        let second = unixTime + 9 * 3600 - day.unixTimeAtMidnightUTC
        let clock = [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : String($0) }
        return "\(day)T\(clock.joined(separator: ":"))+09:00"
    }

    /// The moment that `text` writes (ISO 8601, seconds may be left out); `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count <= 2, let day = Self.day(parts[0]) else { return nil }
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

    /// Seconds from 1970 to the beginning of a day written `YYYY-MM-DD`, in UTC.
    private static func day(_ text: Substring) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], let day = CalendarDay(digits: parts.joined()) else { return nil }
        return day.unixTimeAtMidnightUTC
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
