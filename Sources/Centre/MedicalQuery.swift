import JapaneseCalendar
import MedicalAccess

/// Medical information of one kind is asked for. Without a right to it the question cannot be put.
public struct MedicalQuery: Sendable, Equatable {
    /// The right, for the patient, the kind and the viewer.
    public let right: ViewingRight
    /// The first month that is wanted; the centre gives no older one than it keeps (R091, R093, R096).
    public let from: CalendarDay?
    /// The last day that is wanted.
    public let until: CalendarDay?

    /// A question.
    public init(with right: ViewingRight, from: CalendarDay? = nil, until: CalendarDay? = nil) {
        self.right = right
        self.from = from
        self.until = until
    }
}

/// Medical information, closed, or that the facility does not use it.
public enum MedicalAnswer: Sendable, Equatable {
    /// What there is. It opens with the right with which it was asked for.
    case records(SealedRecords)
    /// The environment setting hides it (R094, OQSCD030).
    case hidden
}

/// What there is of consents.
public enum ConsentRequest: Sendable, Equatable {
    /// Patients who have consented for care at home or online (F: list of consented patients).
    case list(CareSetting)
    /// Ends a consent that does not end by itself, for a reason (IF-037, IF-038).
    case cancel(PatientKey, CareSetting, ConsentEnding)
}

/// A patient who has consented.
public struct ConsentedPatient: Sendable, Equatable {
    /// Who.
    public let patient: PatientKey
    /// To what, and until when.
    public let consents: [ConsentCategory: ConsentState]

    /// A patient of a list.
    public init(_ patient: PatientKey, _ consents: [ConsentCategory: ConsentState]) {
        self.patient = patient
        self.consents = consents
    }
}
