import Centre

/// The booked patients of a day, and what a bulk inquiry said of them before they come (R051).
///
/// Only a qualification that was valid counts without another look: a patient whose was not is checked again at reception before anything of it
/// counts.
public struct BookedPatients: Sendable, Equatable {
    /// What is known of one patient.
    public enum Standing: Sendable, Equatable {
        /// The inquiry has no result yet: it was not made, or is being worked on (R189).
        case unknown
        /// It was valid.
        case valid
        /// It was not; the patient must be checked again at reception (資格喪失等).
        case recheck(QualificationValidity)
        /// The patient was checked again, with this result.
        case rechecked(QualificationValidity)
    }

    /// Which results of a bulk inquiry count without another look, as data.
    public let trusted: Set<QualificationValidity>
    /// What is known, in the order of the list.
    public private(set) var standings: [Standing]

    /// So many patients of whom nothing is known.
    public init(count: Int, trusting trusted: Set<QualificationValidity> = [.valid]) {
        standings = Array(repeating: .unknown, count: count)
        self.trusted = trusted
    }

    /// Takes the answer of a bulk inquiry. One that is still being worked on changes nothing.
    ///
    /// Throws `centre-answer-other` where it has another number of answers than there are patients: nobody knows then whose is whose.
    public mutating func receive(_ answer: BulkAnswer) throws(CentreError) {
        guard case .finished(let answers) = answer else { return }
        guard answers.count == standings.count else { throw .otherAnswer }
        for (index, answer) in answers.enumerated() {
            // What reception has found is newer.
            if case .rechecked = standings[index] { continue }
            standings[index] = trusted.contains(answer.validity) ? .valid : .recheck(answer.validity)
        }
    }

    /// A patient was checked at reception.
    public mutating func recheck(_ patient: Int, _ answer: EligibilityAnswer) {
        if standings.indices.contains(patient) { standings[patient] = .rechecked(answer.validity) }
    }

    /// Whether the patient must be checked when they come.
    public func mustBeChecked(_ patient: Int) -> Bool {
        guard standings.indices.contains(patient) else { return true }
        switch standings[patient] {
        case .unknown, .recheck: return true
        case .valid, .rechecked: return false
        }
    }

    /// Whether the patient counts as insured.
    public func counts(_ patient: Int) -> Bool {
        guard standings.indices.contains(patient) else { return false }
        switch standings[patient] {
        case .valid: return true
        case .rechecked(let validity): return trusted.contains(validity)
        case .unknown, .recheck: return false
        }
    }
}
