import Diagnosis

/// What an account of the centre may do (権限区分, R200–R202). Who is a qualified person is another thing, and the facility's own.
public enum AccountRight: String, Sendable, Hashable, CaseIterable {
    /// 一般利用者
    case general
    /// 医療情報閲覧
    case medicalViewing = "medical-viewing"
    /// 管理者
    case administrator
}

/// A function of the centre that not every account has.
public enum AccountFunction: String, Sendable, Hashable, CaseIterable {
    /// Eligibility of patients.
    case eligibility
    /// The app on the facility's device (R177).
    case app
    /// Medical information with consent (R201).
    case medicalInformation = "medical-information"
    /// 災害時医療情報閲覧 (R147).
    case disasterViewing = "disaster-viewing"
    /// 環境設定情報更新 (R167).
    case environment
    /// アカウント情報管理 (R178).
    case accounts
    /// 医療機関等別URL取得・変更 (R168).
    case webAddress = "web-address"
    /// アクティベーション管理 (R175).
    case activationCodes = "activation-codes"
}

/// What somebody is by profession (資格). 有資格者 are those whom `ViewingRules` names for what is to be seen (R111).
public enum Profession: String, Sendable, Hashable, CaseIterable {
    /// 医師
    case doctor
    /// 歯科医師
    case dentist
    /// 薬剤師
    case pharmacist
    /// 看護師
    case nurse
    /// 事務職員: none that qualifies.
    case clerk

    /// Its name for people.
    public var name: Sentence {
        switch self {
        case .doctor: Sentence(ja: "医師", en: "doctor")
        case .dentist: Sentence(ja: "歯科医師", en: "dentist")
        case .pharmacist: Sentence(ja: "薬剤師", en: "pharmacist")
        case .nurse: Sentence(ja: "看護師", en: "nurse")
        case .clerk: Sentence(ja: "事務職員", en: "clerk")
        }
    }
}

/// Somebody of the facility who wants to see medical information: the account that they use, and what they are.
public struct Viewer: Sendable, Hashable {
    /// The user id (ユーザID).
    public let account: String
    /// What the account may do at the centre.
    public let right: AccountRight
    /// What the facility knows them to be (R112).
    public let profession: Profession

    /// A viewer.
    public init(account: String, right: AccountRight, profession: Profession) {
        self.account = account
        self.right = right
        self.profession = profession
    }
}
