import Certificates
import Centre
import JapaneseCalendar
import Testing

@testable import CentreSimulator

func query(_ person: SyntheticPerson, _ day: String) throws -> EligibilityQuery {
    EligibilityQuery(serial: CertificateSerial(person.serial), day: try #require(CalendarDay(digits: day)))
}

@Suite struct AnswerTests {
    let core: CentreCore

    init() throws {
        core = CentreCore(try .inMemory())
    }

    struct Case: Sendable {
        let person: SyntheticPerson
        let day: String
        let validity: QualificationValidity
        var insurer: String?
        var percent: Int?
    }

    static let cases = [
        Case(person: SyntheticPersons.hanako, day: "20261121", validity: .valid, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.hanako, day: "20150401", validity: .valid, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.hanako, day: "20150331", validity: .none),
        Case(person: SyntheticPersons.taro, day: "20261121", validity: .valid, insurer: "990010", percent: 20),
        Case(person: SyntheticPersons.expired, day: "20210331", validity: .valid, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.expired, day: "20210401", validity: .invalid, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.betweenInsurances, day: "20200331", validity: .valid, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.betweenInsurances, day: "20200401", validity: .invalidNewerExists, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.betweenInsurances, day: "20990331", validity: .invalidNewerExists, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.betweenInsurances, day: "20990401", validity: .valid, insurer: "990010", percent: 30),
        Case(person: SyntheticPersons.changedInsurers, day: "20230930", validity: .valid, insurer: "990010", percent: 30),
        Case(person: SyntheticPersons.changedInsurers, day: "20231001", validity: .valid, insurer: "06990014", percent: 30),
        Case(person: SyntheticPersons.neverInsured, day: "20261121", validity: .none),
        Case(person: SyntheticPersons.twiceInsured, day: "20200331", validity: .valid, insurer: "990010", percent: 30),
        Case(person: SyntheticPersons.twiceInsured, day: "20200401", validity: .several),
        Case(person: SyntheticPersons.aidUnregistered, day: "20261121", validity: .validUnregistered, insurer: "12990016", percent: 0),
        Case(person: SyntheticPersons.aidRegistered, day: "20261121", validity: .valid, insurer: "12990016", percent: 0),
        Case(person: SyntheticPersons.tenPercent, day: "20261121", validity: .valid, insurer: "39990015", percent: 10),
    ]

    @Test(arguments: cases) func theSyntheticPersons(_ expected: Case) throws {
        let answer = try core.answer(query(expected.person, expected.day))
        #expect(answer.validity == expected.validity)
        #expect(answer.qualification?.insurerNumber == expected.insurer)
        #expect(answer.qualification?.contributionPercent == expected.percent)
        #expect(answer.person?.name == expected.person.name)
    }

    @Test func everyFieldOfAnAnswer() throws {
        let answer = try core.answer(query(SyntheticPersons.expired, "20261121"))
        let day = { (digits: String) in try #require(CalendarDay(digits: digits)) }
        #expect(answer.person == InsuredPerson(name: "試験 期限切", kana: "シケン キゲンギレ", birth: try day("19790315"), sex: 1))
        #expect(
            answer.qualification
                == Qualification(
                    insurerNumber: "06990014", insurerName: "試験健康保険組合", symbol: "試験", number: "1003", branch: "01",
                    contributionPercent: 30, from: try day("20180401"), lostOn: try day("20210401")))
        let aged = try core.answer(query(SyntheticPersons.tenPercent, "20261121"))
        #expect(aged.qualification?.symbol == nil)
        #expect(aged.qualification?.branch == nil)
        #expect(aged.qualification?.lostOn == nil)
    }

    /// Each case lists qualifications as (insurer's last digit, from, lost on, medical aid, ticket registered).
    struct Overlap: Sendable {
        let held: [(Character, String, String?, Bool, Bool)]
        let validity: QualificationValidity
        let chosen: Character?
    }

    static let overlaps = [
        Overlap(held: [("1", "20260102", nil, false, true)], validity: .none, chosen: nil),
        Overlap(held: [("1", "20260101", nil, false, true)], validity: .valid, chosen: "1"),
        Overlap(held: [("1", "20250101", "20260102", false, true)], validity: .valid, chosen: "1"),
        Overlap(held: [("1", "20250101", "20260101", false, true)], validity: .invalid, chosen: "1"),
        // Gained and lost on one day: it never held.
        Overlap(held: [("1", "20260101", "20260101", false, true)], validity: .invalid, chosen: "1"),
        // The one that ended last counts, not the one that began last.
        Overlap(
            held: [("1", "20200101", "20250601", false, true), ("2", "20210101", "20240101", false, true)], validity: .invalid, chosen: "1"),
        Overlap(
            held: [("1", "20200101", "20250601", false, true), ("2", "20210101", "20250601", false, true)], validity: .invalid, chosen: "2"),
        // Stored in any order.
        Overlap(
            held: [("2", "20260102", nil, false, true), ("1", "20200101", "20250601", false, true)], validity: .invalidNewerExists,
            chosen: "1"),
        // Insurance goes before medical aid, and two of medical aid are not several.
        Overlap(held: [("1", "20200101", nil, true, false), ("2", "20200101", nil, false, true)], validity: .valid, chosen: "2"),
        Overlap(held: [("2", "20210101", nil, true, true), ("1", "20200101", nil, true, false)], validity: .valid, chosen: "2"),
        Overlap(
            held: [("1", "20200101", nil, true, true), ("2", "20210101", nil, true, false)], validity: .validUnregistered, chosen: "2"),
        Overlap(held: [("1", "20200101", "20260101", true, false)], validity: .invalid, chosen: "1"),
    ]

    @Test(arguments: overlaps) func theRulesAtTheirBorders(_ overlap: Overlap) throws {
        let qualifications = overlap.held.map {
            SyntheticQualification(
                kind: $0.3 ? "A1" : "01", insurerNumber: "99000\($0.0)", insurerName: "試験", symbol: nil, number: "1", branch: nil,
                contributionPercent: 30, from: $0.1, lostOn: $0.2, registered: $0.4)
        }
        let person = SyntheticPerson(serial: [1], name: "試験", kana: "シケン", birth: "20000101", sex: 3, qualifications: qualifications)
        let answer = try CentreCore(try .inMemory(persons: [person])).answer(query(person, "20260101"))
        #expect(answer.validity == overlap.validity)
        #expect(answer.qualification?.insurerNumber.last == overlap.chosen)
        #expect(answer.person?.name == "試験")
    }

    @Test(arguments: [
        [], [0], Array("' OR 1=1 --".utf8), Array("x'7E570A000001'".utf8), [0x7E], [0x7E, 0x57, 0x0A, 0, 0, 1, 0],
        [UInt8](repeating: 0xFF, count: 20), [UInt8](repeating: 0xFF, count: 21), [UInt8](repeating: 0x27, count: 1_000_000),
        Array("%".utf8), [0x7E, 0x57, 0x0A, 0, 0],
    ])
    func anUnknownSerialIsNobody(bytes: [UInt8]) throws {
        let day = try #require(CalendarDay(year: 2026, month: 11, day: 21))
        let answer = try core.answer(EligibilityQuery(serial: CertificateSerial(bytes), day: day))
        #expect(answer == EligibilityAnswer(validity: .none, qualification: nil, person: nil))
    }

    @Test func leadingZerosOfASerialDoNotMatter() throws {
        let day = try #require(CalendarDay(year: 2026, month: 11, day: 21))
        let serial = CertificateSerial([0, 0] + SyntheticPersons.hanako.serial)
        #expect(try core.answer(EligibilityQuery(serial: serial, day: day)).validity == .valid)
    }
}
