import Centre
import Eligibility
import MedicalAccess
import ReaderKit
import Station

/// What a visit brought, so that two can be compared.
public struct VisitRecord: Equatable, Sendable {
    /// How it ended.
    public let code: String
    /// What the centre said, but for the consents.
    public let eligibility: EligibilityAnswer?
    /// What it said of the consents: when they were given depends on how long a fault has taken.
    public let flags: [ConsentCategory: ConsentFlag]?
    /// How the bearer was proved.
    public let identity: IdentityMethod?
    /// What they answered.
    public let consent: Consent?
    /// Why it failed, for engineers.
    public let cause: String?
    /// How many commands the card got.
    public let apdus: Int
    /// What was shown, and when after the beginning.
    public let screens: [Screen]
    /// From opening the reader to closing it.
    public let duration: Duration
    /// How it counts in the table.
    public let ending: Ending

    /// A screen, and when it was shown.
    public struct Screen: Equatable, Sendable {
        let content: ShownScreen.Content
        let after: Duration
    }

    /// The ways in which a visit may end.
    public enum Ending: String, Sendable, CaseIterable {
        /// The bearer is proved and the eligibility known.
        case confirmed
        /// The person is told what to do again.
        case again = "do again"
        /// The reader failed and says how.
        case failed
        /// The reader could not be opened and says why.
        case closed = "not opened"
    }

    init(_ report: VisitReport, since began: Instant, until ended: Instant) {
        code = report.outcome.code
        var answer = report.outcome.eligibility
        flags = answer?.consents.mapValues(\.flag)
        answer?.consents = [:]
        eligibility = answer
        identity = report.identity
        consent = report.consent
        cause = report.outcome.cause
        apdus = report.tally.apdus
        screens = report.screens.map { Screen(content: $0.content, after: $0.moment - began) }
        duration = ended - began
        ending =
            switch report.outcome {
            case .confirmed: .confirmed
            case .failed: .failed
            default: .again
            }
    }

    init(_ error: ReaderError, since began: Instant, until ended: Instant) {
        code = error.code
        eligibility = nil
        flags = nil
        identity = nil
        consent = nil
        cause = error.cause
        apdus = 0
        screens = []
        duration = ended - began
        ending = .closed
    }

    /// Whether it is the same as `other`, but for so much time.
    func equals(_ other: VisitRecord, within time: Duration) -> Bool {
        if time == .zero { return self == other }
        return code == other.code && eligibility == other.eligibility && flags == other.flags && identity == other.identity
            && consent == other.consent
            && apdus == other.apdus && screens.map(\.content) == other.screens.map(\.content) && duration <= other.duration + time
    }

    /// Says of the patient, or the card, what is not true of them.
    var accuses: Bool {
        switch code {
        case "confirmed", "timed-out", "cancelled", "card-removed", "identity-not-offered": false
        default: ending == .again
        }
    }
}
