import JapaneseCalendar
import MedicalAccess
import Testing

/// What is closed opens with a live right to it, and never without a line in the trail.
struct SealedRecordsTests {
    private let records = MedicalRecords.surgery([])
    private let trail = Trail()

    private func right(to category: ConsentCategory = .surgery, of key: PatientKey = patient) throws -> ViewingRight {
        let state = ConsentPolicy.standard.state(of: ConsentGrant(to: category, in: .outpatient, at: given), at: given)
        return try ViewingRules.standard.right(to: category, of: key, by: state, for: viewer(), at: given)
    }

    @Test("It opens, and who has seen what by which right is written")
    func opens() throws {
        let sealed = SealedRecords(records, of: patient)
        #expect(try sealed.open(with: right(), at: given + day, audit: trail) == records)
        #expect(
            trail.entries == [
                AuditEntry(
                    at: given + day, viewer: viewer(), patient: patient, category: .surgery,
                    outcome: .shown(.consent(.outpatient, time: given)))
            ])
    }

    @Test("Another patient's right, one to other information and one that is over are refused and written")
    func refusals() throws {
        let sealed = SealedRecords(records, of: patient)
        let cases: [(ViewingRight, Int64, AccessRefusal)] = [
            (try right(of: PatientKey("P2")), given, .otherRight), (try right(to: .drugs), given, .otherRight),
            (try right(), given + day + 1, .consentExpired), (try right(), given - 1, .consentExpired),
        ]
        for (right, now, refusal) in cases {
            #expect(throws: refusal) { try sealed.open(with: right, at: now, audit: trail) }
        }
        #expect(trail.entries.map(\.outcome) == cases.map { .refused($0.2) })
        #expect(trail.entries.allSatisfy { $0.patient == patient && $0.category == .surgery })
    }

    @Test("Where the trail cannot be written nothing is shown")
    func brokenTrail() throws {
        trail.isBroken = true
        let sealed = SealedRecords(records, of: patient)
        #expect(throws: AuditError.self) { try sealed.open(with: right(), at: given, audit: trail) }
        #expect(throws: AuditError.self) { try sealed.open(with: right(to: .drugs), at: given, audit: trail) }
    }

    @Test("A viewer who gets no right is written")
    func refusedViewer() {
        let clerk = viewer(.medicalViewing, .clerk)
        #expect(throws: AccessRefusal.notQualified) {
            try ViewingRules.standard.audited(.drugs, of: patient, for: clerk, at: given, audit: trail) { () throws(AccessRefusal) in
                try ViewingRules.standard.right(to: .drugs, of: patient, by: .none, for: clerk, at: given)
            }
        }
        #expect(
            trail.entries == [AuditEntry(at: given, viewer: clerk, patient: patient, category: .drugs, outcome: .refused(.notQualified))])
    }

    @Test("Printing and dumping what is closed tells its kind only")
    func printing() {
        let record = SurgeryRecord(kind: .operation, day: .init(digits: "20260101")!, institution: "秘密病院", name: "秘密")
        let sealed = SealedRecords(.surgery([record]), of: patient)
        var dumped = ""
        dump(sealed, to: &dumped)
        #expect(!"\(sealed)\(String(reflecting: sealed))\(dumped)".contains("秘密"))
    }
}
