import TestSupport
import Testing

/// `kazasu centre`: who is known to the simulated centre, and what it has written down.
@Suite struct CentreCommandTests {
    private let folder = TemporaryFolder()

    private func kazasu(_ words: String..., variables: [String] = []) throws -> ProgramResult {
        try ChildProcess([builtProgram("kazasu")] + words, environment: ChildProcess.searchPath + ["LC_ALL=C"] + variables).result()
    }

    @Test("Who has asked what, when in Japan, and nothing of the person")
    func audit() throws {
        let file = folder / "centre.sqlite3"
        let visit = try kazasu(
            "visit", "--reader", "sim:fujitsu-caora", "--identity", "face", "--centre", file, "--at", "2026-11-21T23:59:00",
            variables: ["TZ=America/New_York"])
        #expect(visit.status == 0)
        let audit = try kazasu("centre", "audit", "--centre", file).checked().output
        let lines = audit.split(separator: "\n")
        #expect(lines.count == 1 && lines[0].hasPrefix("2026-11-21T23:59:"), "\(audit)")
        #expect(lines.allSatisfy { $0.contains("+09:00  eligibility  done  terminal") }, "\(audit)")
        #expect(!audit.contains("試験") && !audit.contains("7e570a"))
        let json = try kazasu("centre", "audit", "--centre", file, "--json").checked().output
        let told = try runProgram(
            ["python3", "-c", "import json, sys; print([(e['function'], e['outcome']) for e in json.loads(sys.argv[1])['audit']])", json]
        ).checked().output
        #expect(told == "[('eligibility', 'done')]\n")
    }

    @Test("A database that is not there is not made")
    func missing() throws {
        let result = try kazasu("centre", "audit", "--centre", folder / "none.sqlite3")
        #expect(result.status == 66 && result.output.isEmpty)
        #expect(folder.names(in: ".").isEmpty)
        let byDefault = try kazasu("centre", "audit", variables: ["XDG_DATA_HOME=\(folder.path)"])
        #expect(byDefault.status == 66 && folder.names(in: ".").isEmpty)
    }

    @Test("The list of patients is the published one")
    func patients() throws {
        let listed = try kazasu("centre", "patients").checked().output.split(separator: "\n").map { $0.prefix(12) }
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try runProgram(["cat", root + "/Simulators/Centre/PATIENTS.md"]).checked().output
        let published = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(listed == published.map { $0.dropFirst(3).prefix(12) })
    }
}
