/// What kind of facility asks.
public enum FacilityClass: String, Sendable, Hashable, CaseIterable {
    /// 保険医療機関（医科）.
    case medicalInstitution
    /// 保険医療機関（歯科）.
    case dentalInstitution
    /// 保険薬局.
    case pharmacy
    /// 職域診療所.
    case workplaceClinic
    /// 施術所.
    case treatmentFacility
    /// 健診実施機関 that is no 保険医療機関.
    case checkupFacility
    /// 保険者.
    case insurer

    /// Whether it is designated: 保険医療機関 or 保険薬局.
    public var isDesignated: Bool { Self.designated.contains(self) }

    static let designated: Set<FacilityClass> = [.medicalInstitution, .dentalInstitution, .pharmacy]
}

/// What decides whether a clinic is a workplace clinic (R221).
public struct ClinicStanding: Sendable, Hashable {
    /// Under contract (診療契約) with a specific insurer for its insured.
    public var isUnderContract: Bool
    /// Opened by a health-insurance society (健康保険組合) or another insurer.
    public var isOpenedByInsurer: Bool
    /// Designated as 保険医療機関.
    public var isDesignated: Bool

    /// The standing of a clinic.
    public init(isUnderContract: Bool, isOpenedByInsurer: Bool, isDesignated: Bool) {
        (self.isUnderContract, self.isOpenedByInsurer, self.isDesignated) = (isUnderContract, isOpenedByInsurer, isDesignated)
    }

    /// Whether it is a 職域診療所 (R221): one of the two, and not designated (N26).
    public var isWorkplaceClinic: Bool { (isUnderContract || isOpenedByInsurer) && !isDesignated }
}
