import JapaneseCalendar
import TestSupport
import Testing

@Suite struct CalendarDayTests {
    @Test("Python's calendar agrees on 10,000 days and their borders in Japan")
    func agreement() throws {
        // Days at random over all years, those about the borders of months and centuries, and the first and last that there are.
        let program = """
            import datetime, random
            random.seed(20261121)
            first, last = datetime.date.min.toordinal(), datetime.date.max.toordinal()
            days = {random.randint(first, last) for _ in range(8500)} | set(range(first, first + 70)) | set(range(last - 70, last + 1))
            for year in [1, 4, 100, 400, 1582, 1600, 1700, 1896, 1900, 1904, 1948, 1951, 1969, 1970, 1999, 2000, 2024, 2025, 2026, 2100, 2400, 9996]:
              for month in range(1, 13):
                start = datetime.date(year, month, 1).toordinal()
                days |= {day for day in range(start - 2, start + 2) if day >= first}
            for day in sorted(days):
              print((day - datetime.date(1970, 1, 1).toordinal()) * 86400, datetime.date.fromordinal(day).strftime('%Y %m %d').zfill(10))
            """
        let lines = try runProgram(["python3", "-c", program]).checked().output.split(separator: "\n")
        #expect(lines.count > 9_000)
        var previous: CalendarDay?
        for line in lines {
            let numbers = line.split(separator: " ").compactMap { Int64($0) }
            let (midnight, year, month, day) = (numbers[0], Int(numbers[1]), Int(numbers[2]), Int(numbers[3]))
            let expected = try #require(CalendarDay(year: year, month: month, day: day))
            #expect(expected.unixTimeAtMidnightUTC == midnight)
            for second in [0, 1, 43_200, 86_399] as [Int64] {
                #expect(CalendarDay(inJapanAtUnixTime: midnight - 9 * 3_600 + second) == expected)
            }
            #expect(CalendarDay(digits: expected.digits) == expected)
            if let previous { #expect(previous < expected && !(expected < previous)) }
            previous = expected
        }
    }

    @Test("The day changes at midnight in Japan, which is 15:00 UTC")
    func midnight() {
        // date -u -d '2026-03-31T15:00:00Z' +%s
        let midnight: Int64 = 1_774_969_200
        #expect(CalendarDay(inJapanAtUnixTime: midnight - 1).description == "2026-03-31")
        #expect(CalendarDay(inJapanAtUnixTime: midnight).description == "2026-04-01")
        #expect(CalendarDay(inJapanAtUnixTime: -9 * 3_600 - 1).description == "1969-12-31")
        #expect(CalendarDay(inJapanAtUnixTime: -9 * 3_600).description == "1970-01-01")
    }

    @Test func beyondTheCalendarIsItsFirstOrLastDay() {
        for time in [Int64.min, -62_135_629_201] { #expect(CalendarDay(inJapanAtUnixTime: time).description == "0001-01-01") }
        for time in [Int64.max, 253_402_268_400] { #expect(CalendarDay(inJapanAtUnixTime: time).description == "9999-12-31") }
    }

    @Test(arguments: [
        (1900, 2, 29, false), (2000, 2, 29, true), (2100, 2, 29, false), (2200, 2, 29, false), (2024, 2, 29, true), (2023, 2, 29, false),
        (2400, 2, 29, true),
        (2026, 4, 31, false), (2026, 12, 31, true), (2026, 13, 1, false), (2026, 0, 1, false), (2026, 1, 0, false), (2026, 1, 32, false),
        (0, 1, 1, false), (1, 1, 1, true), (9999, 12, 31, true), (10_000, 1, 1, false), (-1, 1, 1, false), (.max, .max, .max, false),
        (2026, .min, .min, false),
    ])
    func whichDaysThereAre(_ year: Int, _ month: Int, _ day: Int, _ exists: Bool) {
        #expect((CalendarDay(year: year, month: month, day: day) != nil) == exists)
    }

    @Test(arguments: [
        "", "2026041", "202604011", "2026-4-1", "20260431", "20260229", "00000101", "+2026401", "2026 401", "２０２６０４０１", "2026040١",
        "2026040\u{0}",
        "-0260401", "2026/4/1", "2026040:", "2026040/", "e\u{301}26040", "🃏🃏",
    ])
    func whatIsNoDay(_ digits: String) {
        #expect(CalendarDay(digits: digits) == nil)
    }

    @Test func eightDigits() {
        #expect(CalendarDay(digits: "20240229").map { [$0.year, $0.month, $0.day] } == [2024, 2, 29])
        #expect(CalendarDay(digits: "00010101")?.description == "0001-01-01")
        #expect(CalendarDay(digits: "00010101")?.digits == "00010101")
    }
}
