/// What the ministry has opened for an area and a period (R145a): medical information may be seen without the card.
public struct EmergencyOpening: Sendable, Equatable {
    /// What it is called.
    public let name: String
    /// The first second: Unix time.
    public let first: Int64
    /// The last second: Unix time.
    public let last: Int64
    /// What may be seen: 薬剤情報, 診療情報, 特定健診情報 (R151).
    public let categories: Set<ConsentCategory>

    /// Made by what speaks for a centre.
    package init(name: String, first: Int64, last: Int64, categories: Set<ConsentCategory> = [.drugs, .diagnosis, .checkup]) {
        self.name = name
        self.first = first
        self.last = last
        self.categories = categories
    }

    /// Whether it is open at a Unix time, in seconds.
    public func isOpen(at now: Int64) -> Bool { first <= now && now <= last }
}

/// That the staff have checked who the patient is and registered whether they agree (R121).
public struct EmergencyConsent: Sendable, Equatable {
    /// What was opened.
    public let opening: EmergencyOpening
    /// Whose it is.
    public let patient: PatientKey
    /// Whether the patient agrees; there is no default.
    public let agrees: Bool
    /// When it was registered: Unix time, in seconds.
    public let time: Int64

    /// Made by what speaks for a centre, once it has registered it.
    package init(_ opening: EmergencyOpening, of patient: PatientKey, agrees: Bool, at time: Int64) {
        self.opening = opening
        self.patient = patient
        self.agrees = agrees
        self.time = time
    }
}
