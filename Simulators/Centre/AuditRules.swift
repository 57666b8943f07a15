import Centre
import MedicalAccess

// What the centre writes down: what it has shown, done and refused. No name, no serial and nothing that was shown is in it.

/// What came of a message.
enum AuditOutcome {
    /// Medical information was shown, by this right.
    case shown(ViewingRight.Basis)
    /// The facility hides it.
    case hidden
    /// It was done.
    case done
    /// It was refused, with this code.
    case refused(String)

    var name: String {
        switch self {
        case .shown: "shown"
        case .hidden: "hidden"
        case .done: "done"
        case .refused: "refused"
        }
    }

    var reason: String? {
        switch self {
        case .shown(.consent(let setting, let time)): "consent \(setting.rawValue) \(time)"
        case .shown(.emergency(let name)): "emergency \(name)"
        case .refused(let code): code
        case .hidden, .done: nil
        }
    }
}

extension CentreCore {
    /// Adds an entry. Each operation has one of what was shown or done; every refusal has its own.
    func audit(_ message: CentreMessage, _ outcome: AuditOutcome, at now: Int64) throws(CentreError) {
        var viewer: Viewer?
        var patient: PatientKey?
        var category: ConsentCategory?
        switch message.request {
        case .medical(let query): (viewer, patient, category) = (query.right.viewer, query.right.patient, query.right.category)
        case .consent(.cancel(let key, _, _)): patient = key
        case .disaster(.consent(let key, _)): patient = key
        case .reference(let registration): patient = registration.patient
        default: break
        }
        var operation = message.operation?.value
        if case .refused = outcome { operation = nil }
        try database.run(
            """
            INSERT INTO audit (time, function, place, account, profession, patient, category, outcome, reason, operation)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(now), .text(CentreFunction(message.request).rawValue), .text(message.caller.place.rawValue),
                .text(message.caller.account), .text(viewer?.profession.rawValue), .text(patient?.value), .text(category?.rawValue),
                .text(outcome.name), .text(outcome.reason), .text(operation),
            ])
    }
}

/// One entry of the centre's audit trail, as it stands in the database.
public struct CentreAuditEntry: Sendable, Equatable {
    /// When: Unix time, in seconds.
    public let time: Int64
    /// What was asked.
    public let function: String
    /// From where.
    public let place: String
    /// By which account, where one had logged in.
    public let account: String?
    /// What the facility has said of who looks (R112), where medical information was asked for.
    public let profession: String?
    /// Whose information.
    public let patient: PatientKey?
    /// Which information (OQSCD036).
    public let category: ConsentCategory?
    /// `shown`, `hidden`, `done` or `refused`.
    public let outcome: String
    /// By which right it was shown, or the code of the refusal.
    public let reason: String?
    /// The operation key that it was asked with; refusals have none.
    public let operation: String?
}

extension CentreCore {
    /// The audit trail, the oldest entry first. Throws `CentreError` where the database cannot be read.
    public func auditTrail() throws(CentreError) -> [CentreAuditEntry] {
        try database.rows(
            "SELECT time, function, place, account, profession, patient, category, outcome, reason, operation FROM audit ORDER BY id"
        ) { row in
            guard let function = row.text(1), let place = row.text(2), let outcome = row.text(7) else { return nil }
            return CentreAuditEntry(
                time: row.integer(0), function: function, place: place, account: row.text(3), profession: row.text(4),
                patient: row.text(5).map(PatientKey.init), category: row.text(6).flatMap(ConsentCategory.init), outcome: outcome,
                reason: row.text(8), operation: row.text(9))
        }
    }
}
