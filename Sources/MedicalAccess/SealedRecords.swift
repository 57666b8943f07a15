import Diagnosis

/// Medical information as it arrives: closed. It opens with a right to it, once that was written into the audit trail.
public struct SealedRecords: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// Whose.
    public let patient: PatientKey
    private let records: MedicalRecords

    /// Closed by what speaks for a centre.
    package init(_ records: MedicalRecords, of patient: PatientKey) {
        self.records = records
        self.patient = patient
    }

    /// What kind it is.
    public var category: ConsentCategory { records.category }

    /// The information. Throws `AccessRefusal` where `right` is not a live one to it, `AuditError` where that cannot be written.
    public func open<Trail: AuditTrail>(with right: ViewingRight, at now: Int64, audit: Trail) throws -> MedicalRecords {
        func entry(_ outcome: AuditEntry.Outcome) -> AuditEntry {
            AuditEntry(at: now, viewer: right.viewer, patient: patient, category: category, outcome: outcome)
        }
        let refusal: AccessRefusal? =
            right.patient != patient || right.category != category ? .otherRight : right.isLive(at: now) ? nil : .consentExpired
        if let refusal {
            try audit.append(entry(.refused(refusal)))
            throw refusal
        }
        try audit.append(entry(.shown(right.basis)))
        return records
    }

    /// The kind only.
    public var description: String { "SealedRecords(\(category.rawValue))" }
    /// Nothing: what is closed is not dumped.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ViewingRules {
    /// `right` as it is, or the refusal, which is written into the audit trail. Throws `AccessRefusal` or `AuditError`.
    public func audited<Trail: AuditTrail>(
        _ category: ConsentCategory, of patient: PatientKey, for viewer: Viewer, at now: Int64, audit: Trail,
        right: () throws(AccessRefusal) -> ViewingRight
    ) throws -> ViewingRight {
        do throws(AccessRefusal) { return try right() } catch {
            try audit.append(AuditEntry(at: now, viewer: viewer, patient: patient, category: category, outcome: .refused(error)))
            throw error
        }
    }
}
