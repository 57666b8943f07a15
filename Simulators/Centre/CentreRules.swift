import Centre
import JapaneseCalendar
import MedicalAccess

/// The rules of the centre that are no flow, as data.
public struct CentreRules: Sendable {
    /// From where each function may be used, and by which accounts; a function without a line is refused.
    public var access = CentreAccess.standard
    /// How long consents last.
    public var consent = ConsentPolicy.standard
    /// Who may see what.
    public var viewing = ViewingRules.standard
    /// For how many months before this one information is given; for ever without a line.
    public var retention = CentreRetention.of2026
    /// Which setting of the facility shows each kind of information; without a line it is always shown (R094).
    public var shownBy: [ConsentCategory: EnvironmentSetting] = [
        .surgery: .showsSurgery, .diagnosis: .showsDiagnosis, .drugs: .showsDrugs, .checkup: .showsCheckup,
    ]
    /// Which setting lets web and app be used for each care (R167). The switch of visits at home is not public: assumed.
    public var usedBy: [CareSetting: EnvironmentSetting] = [.outpatient: .otherRoutes, .online: .otherRoutes, .homeVisit: .homeVisits]
    /// Which settings are on until the facility sets them. Web and app are off; visits at home are not, since nothing says that they are.
    public var settingsAtFirst: Set<EnvironmentSetting> = [.homeVisits, .showsSurgery, .showsDiagnosis, .showsDrugs, .showsCheckup]
    /// From this day on limit certificates are given without being asked for: the screen that asked is gone since 2024-10-07 (R101).
    public var limitsNeedNoConsentFrom = CalendarDay(inJapanAtUnixTime: 1_728_226_800)
    /// Whether a card must have been registered as insurance card (R053).
    public var needsRegistration = true
    /// Whose certificates were revoked, as the certification authority has told: serial numbers, magnitude, big-endian.
    public var revoked: Set<[UInt8]> = []

    /// Whose credentials are covered (R052).
    public var coveredSchemes = InsuranceSchemes.standard

    /// The facility's 機関コード; `nil` takes every one of ten digits.
    public var institution: String?
    /// The area in which the facility is, as the ministry names it where it opens disaster viewing.
    public var area = "試験県"
    /// The telephone number of the 保険医療機関届, which the call centre calls back; `nil` takes every one.
    public var registeredPhone: String?
    /// The title of the report that ends the function for a system failure (R138).
    public var reportTitle = "システム障害時機能の利用報告"

    /// How long a user id may be (R179).
    public var userIDLength = 2...8
    /// How long a password may be; assumed.
    public var passwordLength = 8...64
    /// How often the hash of a password or passcode is repeated.
    public var hashRounds = 10_000
    /// What an account that is made may be (R178): nobody makes an administrator at the terminal.
    public var creatableRights: Set<AccountRight> = [.general, .medicalViewing]
    /// Whether a new passcode ends the one that the account had (R163; the sources imply it).
    public var reissueEndsPasscode = true

    /// How long after its issue an activation code may be used first, in seconds (R176).
    public var activationWait: Int64 = 600
    /// How long after its issue it may be used last, in seconds; `nil` for ever (open in the sources).
    public var activationLifetime: Int64?
    /// Whether it may be used once only (open in the sources).
    public var activationIsSingle = true
    /// Whether the account must have logged in to the centre before (R180).
    public var appNeedsEarlierLogIn = true
    /// Whether an account may have one device only (R177).
    public var accountHasOneDevice = true
    /// Whether a new address of the web reception ends the old one (R168; open in the sources).
    public var newWebAddressEndsOld = true
    /// What an address begins with.
    public var webAddressStart = "https://reception.kazasu.invalid/"

    /// How names and addresses are compared in the search of a system failure (R142).
    public var searchFolding = SearchFolding.exact
    /// How long a bulk inquiry is worked on, in seconds; assumed.
    public var bulkProcessing: Int64 = 60
    /// How many persons it may have; assumed.
    public var bulkLimit = 10_000

    /// The standard values.
    public init() {}

    /// The standard values.
    public static let standard = CentreRules()
}

/// For how many months information is given. The sources differ: both are here, by document.
public enum CentreRetention {
    /// Five years of all (案内 of 2026-04: R091, R093, R096); of operations it is assumed.
    public static let of2026: [ConsentCategory: Int] = [.checkup: 60, .drugs: 60, .diagnosis: 60, .surgery: 60]
    /// Three years of drugs, five of check-ups (earlier public pages).
    public static let earlier: [ConsentCategory: Int] = [.checkup: 60, .drugs: 36, .diagnosis: 36, .surgery: 36]
}

/// How texts of a search are compared.
public enum SearchFolding: Sendable, CaseIterable {
    /// 完全一致: byte for byte (R142).
    case exact
    /// Spaces do not matter, nor whether ASCII is full- or half-width.
    case spacesAndWidth

    func matches(_ typed: String, _ stored: String) -> Bool {
        // Bytes: Swift's own comparison takes composed and decomposed letters for the same.
        folded(typed).elementsEqual(folded(stored))
    }

    private func folded(_ text: String) -> [UInt32] {
        let scalars = text.unicodeScalars.map(\.value)
        switch self {
        case .exact: return scalars
        case .spacesAndWidth:
            return scalars.filter { $0 != 0x20 && $0 != 0x3000 }.map { (0xFF01...0xFF5E).contains($0) ? $0 - 0xFEE0 : $0 }
        }
    }
}
