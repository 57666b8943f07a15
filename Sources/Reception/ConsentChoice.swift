import Eligibility

/// A patient is asked who may see past medical information: all at once or one by one, with no default (R064, R065). Where the app lets the
/// patient confirm what will be registered, nothing is an answer before that (R115).
struct ConsentChoice: Hashable {
    enum Progress {
        case pending([ReceptionEffect])
        /// Every group was answered, and what was answered is confirmed.
        case complete(Consent)
        /// It is no answer to what is asked.
        case notMeant
    }

    /// Whose touches count as answers: the patient's, and the staff's who show the screen and hear the patient (R115).
    let operators: Set<Operator>
    /// Whether the patient confirms a summary.
    let confirms: Bool
    private var consent = Consent()
    private var isIndividual = false

    init(operators: Set<Operator>, confirms: Bool) {
        self.operators = operators
        self.confirms = confirms
    }

    mutating func begin(method: IdentityMethod?) -> [ReceptionEffect] {
        consent = Consent()
        isIndividual = false
        return [.show(.consent(method: method))]
    }

    mutating func receive(_ touch: Touch, by hand: Operator) -> Progress {
        switch touch {
        case .consentToAll where isFresh && operators.contains(hand): return answered(.toAll)
        case .consentIndividually where isFresh && operators.contains(hand):
            isIndividual = true
            return answered(consent)
        case .consent(let agrees) where isIndividual && operators.contains(hand):
            guard let group = consent.next else { return .notMeant }
            var consent = consent
            consent.answer(agrees, for: group)
            return answered(consent)
        // Whoever entered the answers: that they are right is for the patient alone to say.
        case .confirm where confirms && consent.isComplete && hand == .patient: return .complete(consent)
        default: return .notMeant
        }
    }

    /// Whether the patient has still to choose how to consent.
    var isFresh: Bool { !isIndividual && !consent.isComplete }
    /// Whether the summary is shown.
    var isSummary: Bool { confirms && consent.isComplete }

    private mutating func answered(_ consent: Consent) -> Progress {
        self.consent = consent
        if let group = consent.next { return .pending([.show(.consentTo(group))]) }
        return confirms ? .pending([.show(.consentSummary(consent))]) : .complete(consent)
    }
}
