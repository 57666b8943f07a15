import Glibc
import MedicalAccess
import TestSupport
import Testing

/// The facility's audit trail in a file.
@Suite struct AuditFileTests {
    private let folder = TemporaryFolder()
    private var path: String { folder / "audit.jsonl" }

    private func entry(_ outcome: AuditEntry.Outcome) -> AuditEntry {
        AuditEntry(at: given, viewer: viewer(), patient: patient, category: .drugs, outcome: outcome)
    }

    private func lines() throws -> [Substring] { String(decoding: try folder.read("audit.jsonl"), as: UTF8.self).split(separator: "\n") }

    @Test("Who has seen what, by which right, a line each, for its owner alone")
    func entries() throws {
        try AuditFile(path: path).append(entry(.shown(.consent(.outpatient, time: given))))
        let again = try AuditFile(path: path)
        try again.append(entry(.shown(.emergency("opening \"1\""))))
        try again.append(entry(.refused(.notQualified)))
        // Python reads it, who has no part in it.
        let told = try runProgram([
            "python3", "-c",
            "import json, sys; [print(e['time'], e['account'], e['profession'], e['patient'], e['category'], e['outcome'], e['by']) for e in map(json.loads, open(sys.argv[1]))]",
            path,
        ]).checked().output
        let who = "\(given) \(viewer().account) \(viewer().profession.rawValue) \(patient.value) YZK"
        #expect(
            told == "\(who) shown consent 1 \(given)\n\(who) shown emergency opening \"1\"\n\(who) refused viewer-not-qualified\n")
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("A line that was cut off stays by itself")
    func cutOff() throws {
        _ = try folder.write("audit.jsonl", "{\"time\":1,\"acc")
        try AuditFile(path: path).append(entry(.refused(.noConsent)))
        let lines = try lines()
        #expect(lines.count == 2 && lines[0] == "{\"time\":1,\"acc" && lines[1].hasSuffix("\"by\":\"consent-missing\"}"), "\(lines)")
    }

    @Test("What cannot be written is an error, and nothing is shown")
    func fullDisk() throws {
        let full = try AuditFile(path: "/dev/full")
        let sealed = SealedRecords(.drugs([]), of: patient)
        let state = ConsentPolicy.standard.state(of: ConsentGrant(to: .drugs, in: .outpatient, at: given), at: given)
        let right = try ViewingRules.standard.right(to: .drugs, of: patient, by: state, for: viewer(), at: given)
        #expect(throws: AuditError.self) { try sealed.open(with: right, at: given, audit: full) }
        #expect(throws: AuditError.self) { try AuditFile(path: folder / "none/audit.jsonl") }
        #expect(symlink("/dev/null", folder / "link") == 0)
        #expect(throws: AuditError.self, "a link may lead anywhere") { try AuditFile(path: folder / "link") }
    }
}
