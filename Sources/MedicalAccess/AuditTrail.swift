import Diagnosis

/// Who wanted to see what, by which right, and what came of it (監査記録). Neither the person's data nor what was shown is in it.
public struct AuditEntry: Sendable, Equatable {
    /// What came of it.
    public enum Outcome: Sendable, Equatable {
        /// It was shown, by this right.
        case shown(ViewingRight.Basis)
        /// It was refused.
        case refused(AccessRefusal)
    }

    /// When: Unix time, in seconds.
    public let time: Int64
    /// Who.
    public let viewer: Viewer
    /// Whose information.
    public let patient: PatientKey
    /// Which.
    public let category: ConsentCategory
    /// What came of it.
    public let outcome: Outcome

    /// An entry.
    public init(at time: Int64, viewer: Viewer, patient: PatientKey, category: ConsentCategory, outcome: Outcome) {
        self.time = time
        self.viewer = viewer
        self.patient = patient
        self.category = category
        self.outcome = outcome
    }
}

/// Where entries are kept.
public protocol AuditTrail {
    /// Keeps an entry for good before it returns. Throws where it cannot: then nothing may be shown.
    func append(_ entry: AuditEntry) throws(AuditError)
}

/// The audit trail cannot be written.
public struct AuditError: DiagnosedError, Equatable {
    /// Its name.
    public var code: String { "audit-not-written" }
    /// What can be done.
    public var sentence: Sentence {
        Sentence(ja: "監査記録を書き込めないため、表示しません。管理者に連絡してください。", en: "The audit trail cannot be written, so nothing is shown.")
    }
    /// Why.
    public let cause: String?
    /// Writing has failed.
    public var category: FailureCategory { .inputOutput }

    /// An error with its reason.
    public init(cause: String?) { self.cause = cause }
}
