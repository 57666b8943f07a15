import Diagnosis
import Eligibility

/// How far the registration of a consent has come. Its commit point is the centre's acknowledgement: nothing after it takes the consent away,
/// and nothing before it counts as registered.
enum ConsentFate: Hashable {
    case notSent
    /// It may be registered or not. So often may the same operation still be sent again.
    case sent(triesLeft: Int)
    case registered

    /// How a flow ends that has come so far.
    func ending(_ outcome: VisitOutcome) -> ReceptionOutcome {
        switch self {
        case .notSent: .notCompleted(outcome)
        case .sent: .consentUnknown(outcome)
        case .registered: .registered(butNot: outcome)
        }
    }

    /// No acknowledgement has come. Whether the same operation is to be sent again, which the centre does once however often it is sent.
    ///
    /// A refusal is an answer: nothing was registered. Everything else leaves that open.
    mutating func isSentAgain(after error: (any DiagnosedError)?) -> Bool {
        if let error, error.isRefusal {
            self = .notSent
            return false
        }
        guard case .sent(let tries) = self, tries > 0 else { return false }
        self = .sent(triesLeft: tries - 1)
        return true
    }
}

extension DiagnosedError {
    /// Whether the other side has understood what was asked and has said no.
    fileprivate var isRefusal: Bool { category == .notPermitted || category == .badData || category == .usage }
}
