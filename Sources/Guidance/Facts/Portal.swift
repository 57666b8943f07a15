/// The sites on which a facility registers and applies (R012).
public enum Portal: String, Sendable, Hashable, CaseIterable {
    /// 医療機関等向け総合ポータルサイト.
    case medicalInstitutions = "csm"
    /// 施術所等向け総合ポータルサイト.
    case treatmentFacilities = "omf"

    /// What it is called.
    public var name: String {
        switch self {
        case .medicalInstitutions: "医療機関等向け総合ポータルサイト"
        case .treatmentFacilities: "施術所等向け総合ポータルサイト"
        }
    }

    /// Where it is.
    public var address: String { "https://iryohokenjyoho.service-now.com/\(rawValue)" }
}

/// Which portal is for whom (R205), and how one gets an account (R204).
public struct PortalTable: Sendable {
    /// What has to be done to get in.
    public enum Step: Sendable, Hashable {
        /// Log out of the portal where the account is good.
        case logOut
        /// Make an account; with 健診実施機関コード where `code` is.
        case createAccount(code: String?)
        /// Log in.
        case logIn
    }

    /// Who uses the portal for medical institutions, by type of service; everybody else uses the other.
    public var medical: [ServiceType: Set<FacilityClass>]

    /// A table.
    public init(medical: [ServiceType: Set<FacilityClass>]) { self.medical = medical }

    /// As the sources have it: the split by 医科 and others is that of the limited type; the existing type is applied for in the portal for
    /// medical institutions.
    public static let standard = PortalTable(medical: [
        .existing: FacilityClass.designated.union([.workplaceClinic]), .limited: [.medicalInstitution],
    ])

    /// The portal of a facility for a type of service.
    public func portal(for facility: FacilityClass, service: ServiceType) -> Portal {
        medical[service]?.contains(facility) == true ? .medicalInstitutions : .treatmentFacilities
    }

    /// What to do to use a portal: an account is good in its own portal alone, and is no account of the centre.
    public func steps(toUse portal: Portal, holding account: Portal?) -> [Step] {
        switch account {
        case portal: [.logIn]
        case .some: [.logOut, .createAccount(code: "健診実施機関コード"), .logIn]
        case nil: [.createAccount(code: nil), .logIn]
        }
    }
}
