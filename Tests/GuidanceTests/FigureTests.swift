import Guidance
import JapaneseCalendar
import TestSupport
import Testing

@Suite struct FigureTests {
    @Test(
        .holds("R220", "R172"),
        arguments: [
            (Milestone.guidePublished, "2020-09-01", false), (.plannedStart, "2021-03-01", false), (.start, "2021-10-01", false),
            (.duty, "2023-04-01", false), (.webReception, "2023-11-01", false), (.limitedType, "2024-04-01", false),
            (.workplaceClinics, "2024-07-01", false), (.limitScreenGone, "2024-10-07", true), (.noNewInsuranceCards, "2024-12-02", true),
            (.homeConsentApp, "2025-04-01", false), (.lastDayOfInsuranceCards, "2025-12-01", true),
        ])
    func milestones(_ milestone: Milestone, _ date: String, _ isExact: Bool) {
        #expect(milestone.day.description == date && milestone.isExact == isExact)
        #expect(Milestone.allCases.count == 11)
    }

    @Test(.holds("R221", "R223")) func publishedFigures() {
        let values = Dictionary(uniqueKeysWithValues: PublishedFigure.all.map { ($0.name, $0.value) })
        #expect(
            values == [
                "workplace-clinics": 2_200, "facilities-to-introduce": 60, "clinics-to-introduce": 50, "verifications-a-month": 52_000_000,
                "verifications-a-month-by-card": 260_000,
            ])
        #expect(PublishedFigure.all.compactMap { $0.day?.description } == ["2022-07-24", "2022-07-24", "2022-06-01", "2022-06-01"])
    }

    @Test(.holds("R013")) func theCallCentreHasOneNumber() {
        #expect(CallCentre.standard.number == "0800-080-4583")
    }

    /// 2026-04-03 is a Friday, the next day a Saturday.
    private static let days = ["fri": "20260403", "sat": "20260404", "sun": "20260405", "mon": "20260406"]

    private func isOpen(_ purpose: CallCentre.Purpose, _ name: String, _ hour: Int, _ minute: Int) throws -> Bool {
        let day = try day(#require(Self.days[name]))
        return CallCentre.standard.answers(for: purpose, on: day, minute: hour * 60 + minute, holidays: [])
    }

    @Test(
        .holds("R225"),
        arguments: [
            ("fri", 7, 59, false), ("fri", 8, 0, true), ("fri", 17, 59, true), ("fri", 18, 0, false), ("sat", 8, 0, true),
            ("sat", 15, 59, true), ("sat", 16, 0, false), ("sun", 12, 0, false), ("mon", 8, 0, true),
        ])
    func generalHours(_ name: String, _ hour: Int, _ minute: Int, _ open: Bool) throws {
        #expect(try isOpen(.general, name, hour, minute) == open)
    }

    @Test(
        .holds("R139"),
        arguments: [
            ("fri", 8, 59, false), ("fri", 9, 0, true), ("fri", 16, 59, true), ("fri", 17, 0, false), ("sat", 12, 0, false),
            ("mon", 9, 0, true),
        ])
    func hoursOfTheFailureFunction(_ name: String, _ hour: Int, _ minute: Int, _ open: Bool) throws {
        #expect(try isOpen(.systemFailureFunction, name, hour, minute) == open)
    }

    @Test(.holds("R139", "R225")) func onAHolidayNobodyAnswers() throws {
        let friday = try day("20260403")
        for purpose in CallCentre.Purpose.allCases {
            #expect(CallCentre.standard.answers(for: purpose, on: friday, minute: 720, holidays: []))
            #expect(!CallCentre.standard.answers(for: purpose, on: friday, minute: 720, holidays: [friday]))
        }
    }

    @Test func daysBefore1970HaveTheirWeekday() throws {
        // 1969-12-27 was a Saturday, 1969-12-28 a Sunday.
        #expect(try OpeningHours.general.isOpen(on: day("19691227"), minute: 720, holidays: []))
        #expect(try !OpeningHours.general.isOpen(on: day("19691228"), minute: 720, holidays: []))
    }

    @Test(
        .holds("R222"),
        arguments: [
            (0, "20260131", 0), (1, "20260131", 0), (10_001, "20260131", 7_500), (41_333, "20260131", 30_999), (41_334, "20260131", 31_000),
            (1_000_000, "20260131", 31_000), (Int.max, "20260131", 31_000), (-4, "20260131", 0), (40_000, "20260201", 0),
        ])
    func threeQuartersUpToTheCeilingUntilTheLastDay(_ cost: Int, _ digits: String, _ yen: Int) throws {
        #expect(try Subsidy.limitedType.amount(cost: cost, appliedOn: day(digits)) == yen)
    }

    @Test(.holds("R222")) func theReaderOfAClinicWasFreeUntil2023() throws {
        #expect(ReaderSubsidy.standard.freeReadersOfAClinic == 1)
        #expect(try ReaderSubsidy.standard.counts(endedOn: day("20230331"), appliedOn: day("20230630")))
        #expect(try !ReaderSubsidy.standard.counts(endedOn: day("20230401"), appliedOn: day("20230630")))
        #expect(try !ReaderSubsidy.standard.counts(endedOn: day("20230331"), appliedOn: day("20230701")))
    }

    private func points(
        _ visit: FeeAddition.VisitKind, _ information: FeeAddition.Information, _ digits: String, last: String? = nil,
        conditions: Set<FeeAddition.Condition> = Set(FeeAddition.Condition.allCases)
    ) throws -> Int {
        try FeeAddition.standard.points(visit, information, on: day(digits), last: last.map { try day($0) }, conditions: conditions)
    }

    @Test(.holds("R224")) func pointsByVisitAndData() throws {
        #expect(try points(.first, .obtained, "20220701") == 7 && points(.again, .obtained, "20220701") == 4)
        #expect(try points(.first, .difficultOrFromElsewhere, "20240331") == 3)
        #expect(try points(.first, .difficultOrFromElsewhere, "20240401") == 0)
        #expect(try points(.again, .difficultOrFromElsewhere, "20240331") == 0)
    }

    @Test(.holds("R224")) func onceACalendarMonth() throws {
        #expect(try points(.again, .obtained, "20220731", last: "20220701") == 0)
        #expect(try points(.again, .obtained, "20220801", last: "20220731") == 4)
        #expect(try points(.again, .obtained, "20230701", last: "20220701") == 4)
        #expect(try points(.first, .difficultOrFromElsewhere, "20220731", last: "20220701") == 0)
    }

    @Test(.holds("R224"), arguments: FeeAddition.Condition.allCases) func withoutAConditionThereAreNone(_ missing: FeeAddition.Condition)
        throws
    {
        let conditions = Set(FeeAddition.Condition.allCases).subtracting([missing])
        #expect(conditions.count == 2)
        #expect(try points(.first, .obtained, "20220701", conditions: conditions) == 0)
    }

    @Test(.holds("R084")) func theSampleIsShownAsItIsAndContradictsItself() throws {
        let cells = Dictionary(uniqueKeysWithValues: SampleResult.cells)
        #expect(cells["生年月日"] == "昭和45年1月1日" && cells["年齢"] == "50歳" && cells["資格確認日"] == "令和元年11月1日")
        #expect(cells["保険者番号"] == "12345" && cells["記号・番号・枝番"] == "1234 5698910 01" && cells["患者区分"] == "健康保険組合 本人 3割")
        #expect(cells["有効期限"] == "平成28年7月1日 ～ 令和4年7月1日" && cells["郵便番号"] == "123-4567" && cells.count == 17)
        #expect(try day("19700101").age(on: day("20191101")) == SourceParameters.sampleAge.standard)
        #expect(!SourceParameters.insurerNumberDigits.standard.contains(5))
    }
}
