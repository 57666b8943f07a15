/// Who may see what, as data: the tables of account and profession.
public struct ViewingRules: Sendable, Equatable {
    /// Who is a qualified person (有資格者) for each kind of information; nobody for a kind without a line.
    public var professions: [ConsentCategory: Set<Profession>]
    /// What an account of each right may do at the centre.
    public var functions: [AccountRight: Set<AccountFunction>]

    /// Rules.
    public init(professions: [ConsentCategory: Set<Profession>], functions: [AccountRight: Set<AccountFunction>]) {
        self.professions = professions
        self.functions = functions
    }

    /// Doctors, dentists and pharmacists (R111); check-ups doctors and dentists only, which one public summary says.
    public static let standard = ViewingRules(
        professions: [
            .surgery: [.doctor, .dentist, .pharmacist], .diagnosis: [.doctor, .dentist, .pharmacist],
            .drugs: [.doctor, .dentist, .pharmacist], .checkup: [.doctor, .dentist],
            .specifiedDisease: [.doctor, .dentist, .pharmacist],
        ],
        functions: [
            .general: [.eligibility, .app],
            .medicalViewing: [.eligibility, .app, .medicalInformation, .disasterViewing],
            .administrator: [.eligibility, .disasterViewing, .environment, .accounts, .webAddress, .activationCodes],
        ])

    /// Whether an account has a function.
    public func allows(_ function: AccountFunction, to right: AccountRight) -> Bool { functions[right]?.contains(function) ?? false }

    /// The right to see what the patient has consented to (R113). Throws why there is none.
    public func right(
        to category: ConsentCategory, of patient: PatientKey, by consent: ConsentState, for viewer: Viewer, at now: Int64
    ) throws(AccessRefusal) -> ViewingRight {
        guard allows(.medicalInformation, to: viewer.right) else { throw .account }
        try check(viewer, for: category)
        guard consent.flag != .expired else { throw .consentExpired }
        guard let setting = consent.setting, let time = consent.time, consent.flag == .given else { throw .noConsent }
        guard consent.isLive(at: now) else { throw .consentExpired }
        return ViewingRight(
            patient: patient, category: category, viewer: viewer, basis: .consent(setting, time: time), from: time,
            until: consent.availableUntil)
    }

    /// The right to see medical information while the ministry has opened it (災害時医療情報閲覧, R145a, R147). Throws why there is none.
    public func right(
        to category: ConsentCategory, of patient: PatientKey, by emergency: EmergencyConsent, for viewer: Viewer, at now: Int64
    ) throws(AccessRefusal) -> ViewingRight {
        guard allows(.disasterViewing, to: viewer.right) else { throw .account }
        try check(viewer, for: category)
        let opening = emergency.opening
        guard opening.categories.contains(category), emergency.patient == patient else { throw .notOpened }
        guard opening.isOpen(at: now), now >= emergency.time else { throw .notOpened }
        guard emergency.agrees else { throw .noConsent }
        return ViewingRight(
            patient: patient, category: category, viewer: viewer, basis: .emergency(opening.name), from: emergency.time,
            until: opening.last)
    }

    private func check(_ viewer: Viewer, for category: ConsentCategory) throws(AccessRefusal) {
        guard professions[category]?.contains(viewer.profession) ?? false else { throw .notQualified }
    }
}
