import Centre
import Glibc
import JapaneseCalendar
import TestSupport
import Testing

@testable import Reception

/// Results of the limited type in a file.
@Suite struct KeptResultsFileTests {
    private let folder = TemporaryFolder()
    private var path: String { folder / "kept.json" }
    private var file: KeptResultsFile { KeptResultsFile(path: path) }

    private func day(_ digits: String) throws -> CalendarDay { try #require(CalendarDay(digits: digits)) }

    /// A result with something in every field, and a name that CP932 cannot hold.
    private func full(_ name: String = "𠮷田 \"花子\"\\\u{7}\u{85}") throws -> LimitedResult {
        var held = Qualification(
            insurerNumber: "06990014", insurerName: "試験健保", symbol: "１２", number: "0034", branch: "01", contributionPercent: 30,
            from: try day("20240229"), lostOn: try day("20260401"))
        held.cardClass = .medicalAid
        held.relation = .family
        held.issued = try day("20240301")
        held.validFrom = try day("20240302")
        held.validUntil = try day("20270331")
        held.reasonOfLoss = .otherInsurance
        held.isPreschool = true
        var person = InsuredPerson(name: name, kana: "ヨシダ ハナコ", birth: try day("18680125"), sex: 3)
        person.postalCode = "999-0001"
        person.address = "試験県: - {x}, #1"
        person.telephones = ["00-0000-0001", "000-0000-0002"]
        person.birthCalendar = .western
        var answer = EligibilityAnswer(validity: .invalidNewerExists, qualification: held, person: person)
        answer.day = try day("20260401")
        return LimitedResult(answer)
    }

    @Test(.holds("R040")) func whatIsKeptComesBackAfterARestart() throws {
        let nobody = LimitedResult(EligibilityAnswer(validity: .none, qualification: nil, person: nil))
        #expect(try file.keep(full(), at: opening) == 1)
        #expect(try file.keep(nobody, at: opening + 1) == 2)
        #expect(try file.list(at: opening + 1).map(\.result) == [full(), nobody])
        #expect(try file.list(at: opening + 1).map(\.time) == [opening, opening + 1])
        let python =
            "import json, sys; v = json.load(open(sys.argv[1])); print([e['person']['name'] for e in v['entries'] if 'person' in e])"
        let judged = try runProgram(["python3", "-c", python, path], environment: ChildProcess.searchPath + ["PYTHONUTF8=1"]).checked()
        #expect(judged.output == "['𠮷田 \"花子\"\\\\\\x07\\x85']\n")
    }

    /// 2026-05-31 23:59:59 in Japan is the last second.
    @Test(.holds("R040", "N03")) func whatIsOverIsGoneFromTheFile() throws {
        try file.keep(full(), at: opening)
        #expect(try file.list(at: 1_780_239_599).count == 1)
        #expect(try file.list(at: 1_780_239_600).isEmpty)
        #expect(!String(decoding: try folder.read("kept.json"), as: UTF8.self).contains("ヨシダ"))
        #expect(try file.keep(full(), at: 1_780_239_600) == 2, "no number is given twice")
    }

    /// In New York it is 10:59:59 of the last day of May when the result is over, and 13:00 of 31 March when a result of 1 April begins.
    @Test(.holds("R040")) func theMonthIsThatOfJapanWhereverTheMachineStands() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "America/New_York", 1)
            tzset()
            // 2026-04-01 00:00:00 in Japan, 2026-04-30 23:59:59, and one second later.
            let ends: [(obtained: Int64, last: Int64)] = [
                (1_774_969_200, 1_780_239_599), (1_777_561_199, 1_780_239_599), (1_777_561_200, 1_782_831_599),
            ]
            for (obtained, last) in ends where KeptResults.Retention.standard.lastSecond(of: obtained) != last {
                throw BenchError("\(obtained)")
            }
        }
    }

    @Test func onlyTheOwnerMayReadIt() throws {
        try file.keep(full(), at: opening)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
        try file.keep(full(), at: opening)
        #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
        #expect(folder.names() == ["kept.json"], "nothing is left beside it")
    }

    /// A file that was cut anywhere is an error, and stays as it is.
    @Test func aDamagedFileLosesNothing() throws {
        try file.keep(full("花子"), at: opening)
        let whole = try folder.read("kept.json")
        for length in stride(from: 0, to: whole.count - 2, by: 7) {
            let cut = String(decoding: whole[..<length], as: UTF8.self)
            try folder.write("kept.json", cut)
            let bytes = try folder.read("kept.json")
            for attempt in [{ _ = try file.list(at: opening) }, { _ = try file.keep(full(), at: opening) }] {
                let error = #expect(throws: KeptResultsError.self, "cut to \(length)") { try attempt() }
                #expect(error?.code == "kept-results-damaged" && error?.category == .badData)
                #expect(error?.cause?.hasPrefix(path + ": ") == true && error?.cause?.contains("花子") == false)
            }
            #expect(try folder.read("kept.json") == bytes)
        }
    }

    @Test(arguments: [
        ("\"version\":1", "\"version\":2"), ("\"time\":", "\"time\":x"), ("\"1868-01-25\"", "\"1868-02-30\""),
        ("\"sex\":3", "\"sex\":\"\""), ("\"A1\"", "\"ZZ\""), ("\"relation\":2", "\"relation\":7"), ("\"western\"", "\"lunar\""),
        ("\"entries\"", "\"entry\""), ("\"validity\":3", "\"validity\":99999999999999999999"), ("\"03\"", "\"77\""),
    ])
    func aWrongValueIsAnError(_ old: String, _ new: String) throws {
        try file.keep(full(), at: opening)
        let text = String(decoding: try folder.read("kept.json"), as: UTF8.self)
        let range = try #require(text.ranges(of: old).first)
        try folder.write("kept.json", text.replacingCharacters(in: range, with: new))
        #expect(throws: KeptResultsError.self) { try file.list(at: opening) }
    }

    @Test func whatCannotBeWrittenIsTold() throws {
        let error = #expect(throws: KeptResultsError.self) {
            try KeptResultsFile(path: folder / "none/kept.json").keep(full(), at: opening)
        }
        #expect(error?.code == "kept-results-not-written")
        try folder.write("file", "x")
        let other = #expect(throws: KeptResultsError.self) { try KeptResultsFile(path: folder / "file/kept.json").list(at: opening) }
        #expect(other?.code == "kept-results-unreadable")
    }

    /// Somebody else's half-written file is in nobody's way, and is not taken for the file.
    @Test func aPartIsNotTheFile() throws {
        try folder.write("kept.json.1.part", "{")
        try file.keep(full(), at: opening)
        #expect(try file.list(at: opening).count == 1)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
