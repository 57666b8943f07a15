/// Proof that somebody may see one kind of information of one patient. Nothing but `ViewingRules` makes one.
public struct ViewingRight: Sendable, Equatable {
    /// By what somebody may see it.
    public enum Basis: Sendable, Equatable {
        /// The patient's consent, given for this care at this Unix time.
        case consent(CareSetting, time: Int64)
        /// What the ministry has opened, by its name.
        case emergency(String)
    }

    /// Whose information.
    public let patient: PatientKey
    /// Which.
    public let category: ConsentCategory
    /// Who.
    public let viewer: Viewer
    /// By what.
    public let basis: Basis
    // Both seconds are included.
    private let from: Int64
    private let until: Int64?

    init(patient: PatientKey, category: ConsentCategory, viewer: Viewer, basis: Basis, from: Int64, until: Int64?) {
        self.patient = patient
        self.category = category
        self.viewer = viewer
        self.basis = basis
        self.from = from
        self.until = until
    }

    /// Whether it still holds at a Unix time, in seconds: it ends with the consent or the opening that it stands on.
    public func isLive(at now: Int64) -> Bool { from <= now && until.map { now <= $0 } ?? true }
}

/// A patient as the centre and the facility name them to one another: nothing of the person is in it.
public struct PatientKey: Sendable, Hashable {
    /// Some letters and digits.
    public let value: String

    /// A key that a centre has given.
    public init(_ value: String) { self.value = value }
}
