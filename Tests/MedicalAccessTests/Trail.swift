import MedicalAccess

/// A trail in memory, which can be broken.
final class Trail: AuditTrail {
    private(set) var entries: [AuditEntry] = []
    var isBroken = false

    func append(_ entry: AuditEntry) throws(AuditError) {
        if isBroken { throw AuditError(cause: "ENOSPC") }
        entries.append(entry)
    }
}

let patient = PatientKey("P1")
let given: Int64 = 1_800_000_000
let day: Int64 = 86_400

func viewer(_ right: AccountRight = .medicalViewing, _ profession: Profession = .doctor) -> Viewer {
    Viewer(account: "user1", right: right, profession: profession)
}
