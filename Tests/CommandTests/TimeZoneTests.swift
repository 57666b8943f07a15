import TestSupport
import Testing

/// Where the machine stands changes nothing: days are those of Japan (UTC+9), and a machine in New York is 13 or 14 hours behind.
@Suite struct TimeZoneTests {
    private static let zones = ["Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"]
    private let folder = TemporaryFolder()

    private func kazasu(_ words: [String], in zone: String) throws -> ProgramResult {
        let environment = ChildProcess.searchPath + ["TZ=\(zone)", "LC_ALL=C", "XDG_DATA_HOME=\(folder.path)/data"]
        return try runProgram([builtProgram("kazasu")] + words, environment: environment)
    }

    /// What every zone gives, and nothing but that.
    private func same(_ words: [String]) throws -> String {
        let results = try Self.zones.map { try kazasu(words, in: $0) }
        for result in results { #expect(result.output == results[0].output && result.status == results[0].status, "\(words)") }
        return results[0].output
    }

    /// Asks python3, an independent judge, for a value in a JSON text.
    private func json(_ text: String, _ expression: String) throws -> String {
        let script = "import json, sys; v = json.load(sys.stdin); print((\(expression)))"
        return String(try runProgram(["python3", "-c", script], input: folder.write("json", text)).checked().output.dropLast())
    }

    @Test(
        "The second before and after midnight, at the ends of months and years, at 29 February",
        arguments: [
            ("2026-04-30T23:59:50", "2026-04-30"), ("2026-05-01T00:00:00", "2026-05-01"), ("2026-12-31T23:59:50", "2026-12-31"),
            ("2027-01-01T00:00:00", "2027-01-01"), ("2028-02-28T23:59:50", "2028-02-28"), ("2028-02-29T00:00:00", "2028-02-29"),
            ("2028-02-29T13:30:00", "2028-02-29"), ("2028-03-01T00:00:00", "2028-03-01"),
            // Clocks in New York go forward on 2026-03-08 and back on 2026-11-01, at 02:00 there.
            ("2026-03-08T16:00:00", "2026-03-08"), ("2026-11-01T15:30:00", "2026-11-01"),
        ])
    func theDayOfAVisit(_ time: String, _ day: String) throws {
        let output = try same(["visit", "--reader", "sim:card", "--at", time, "--json", "--personal"])
        #expect(try json(output, "v['day'], v['outcome'], v['eligibility']['person']['birth']") == "('\(day)', 'confirmed', '1990-05-05')")
    }

    /// The certificate of the card `expiring` ends on 2027-01-10 in Japan.
    @Test func theLastDayOfACertificate() throws {
        for (time, verdict) in [("2027-01-10T23:59:00", "valid-synthetic"), ("2027-01-11T00:00:00", "valid-synthetic-in-grace")] {
            let output = try same(["visit", "--reader", "sim:card", "--card", "expiring", "--at", time, "--json"])
            #expect(try json(output, "v['certificate']") == verdict)
        }
    }

    /// The scenarios of the calendar that come with the program: eras, midnight, month ends, 29 February.
    @Test func theScenariosOfTheCalendar() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Simulators/Scenarios/certified-reader/"
        let names = ["era-date", "leap-day", "midnight", "month-end-elsewhere", "showa-birth", "last-day-of-certificate"]
        let output = try same(["run", "--json"] + names.map { root + $0 + ".yaml" })
        #expect(try json(output, "v['passed'], v['failed'], v['skipped']") == "(6, 0, 0)")
    }

    /// Nothing asks the machine where it stands, so nothing can depend on it.
    @Test func nothingAsksForTheZone() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let found = try runProgram(
            ["grep", "-rnE", #"\b(localtime|localtime_r|mktime|tzset|strftime|TimeZone|DateFormatter)\b"#, "--include=*.swift"]
                + ["Sources", "Drivers", "Simulators"].map { "\(root)/\($0)" })
        #expect(found.output == "" && found.status == 1)
    }
}
