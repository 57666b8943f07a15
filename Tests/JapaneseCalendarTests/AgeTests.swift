import JapaneseCalendar
import Testing

@Suite struct AgeTests {
    private func day(_ digits: String) throws -> CalendarDay { try #require(CalendarDay(digits: digits)) }

    @Test(
        "A year is complete on the birthday; of 29 February on 1 March where there is no such day",
        arguments: [
            ("19900505", "20260504", 35), ("19900505", "20260505", 36), ("19900505", "19900505", 0), ("19900505", "19890101", 0),
            ("20000229", "20010228", 0), ("20000229", "20010301", 1), ("20000229", "20040228", 3), ("20000229", "20040229", 4),
            ("20000229", "20990228", 98), ("20000229", "21000228", 99), ("20000229", "21000301", 100),
            ("19600401", "20260331", 65), ("19600401", "20260401", 66), ("00010101", "99991231", 9_998),
        ])
    func age(_ birth: String, _ today: String, _ years: Int) throws {
        #expect(try day(birth).age(on: day(today)) == years)
    }

    // 2026-05-04 15:00 UTC is midnight in Japan: a birthday there and not yet anywhere else.
    @Test func aBirthdayBeginsAtMidnightInJapan() throws {
        let birth = try day("19900505")
        #expect(birth.age(on: CalendarDay(inJapanAtUnixTime: 1_777_906_799)) == 35)
        #expect(birth.age(on: CalendarDay(inJapanAtUnixTime: 1_777_906_800)) == 36)
    }

    @Test(
        "The first day of each era and the day before",
        arguments: [
            ("18680125", JapaneseEra.meiji, 1), ("19120729", .meiji, 45), ("19120730", .taisho, 1), ("19261224", .taisho, 15),
            ("19261225", .showa, 1), ("19890107", .showa, 64), ("19890108", .heisei, 1), ("20190430", .heisei, 31),
            ("20190501", .reiwa, 1), ("20261121", .reiwa, 8),
        ])
    func eras(_ digits: String, _ era: JapaneseEra, _ number: Int) throws {
        let year = try #require(JapaneseEra.year(of: day(digits)))
        #expect(year == (era, number))
    }

    @Test func beforeMeijiThereIsNone() throws {
        #expect(try JapaneseEra.year(of: day("18680124")) == nil)
    }
}
