import Centre
import MedicalAccess

/// A function of the centre, by which places and accounts are told apart.
public enum CentreFunction: String, Sendable, Hashable, CaseIterable {
    /// 資格確認 by card
    case eligibility
    /// 資格確認 by 記号・番号
    case insuredCard = "insured-card"
    /// Whose eligibility was obtained on a day
    case obtained
    /// 一括照会
    case bulk
    /// 照会番号の登録
    case reference
    /// The list of patients who have consented
    case consentList = "consent-list"
    /// 閲覧同意の取消
    case consentCancel = "consent-cancel"
    /// Medical information with consent
    case medical
    /// Medical information in a disaster
    case medicalInDisaster = "medical-in-disaster"
    /// 健康保険証利用登録
    case registration
    /// Whether a passcode holds
    case passcodeCheck = "passcode-check"
    /// 目視確認用パスコード発行
    case passcodeIssue = "passcode-issue"
    /// アカウント管理（登録）
    case accountCreate = "account-create"
    /// Logging in
    case logIn = "log-in"
    /// アクティベーション管理
    case activationCode = "activation-code"
    /// Setting the app up on a device
    case activate
    /// A device of the limited type is registered, which the portal does with accounts of its own (R204)
    case registerDevice = "register-device"
    /// A device of the limited type begins
    case authenticate
    /// 環境設定情報照会
    case environmentRead = "environment-read"
    /// 環境設定情報更新
    case environmentSet = "environment-set"
    /// 医療機関等別URL取得・変更
    case webAddress = "web-address"
    /// Whether an address holds
    case webAddressCheck = "web-address-check"
    /// A step towards 資格情報照会（システム障害時）, by telephone and mail
    case systemFailureStep = "system-failure-step"
    /// 資格情報照会（システム障害時）
    case systemFailureSearch = "system-failure-search"
    /// 災害時医療情報閲覧, all but the information itself
    case disaster

    init(_ request: CentreRequest) {
        switch request {
        case .eligibility: self = .eligibility
        case .insuredCard: self = .insuredCard
        case .obtained: self = .obtained
        case .bulk: self = .bulk
        case .reference: self = .reference
        case .consent(.list): self = .consentList
        case .consent(.cancel): self = .consentCancel
        case .medical(let query):
            if case .emergency = query.right.basis { self = .medicalInDisaster } else { self = .medical }
        case .registration: self = .registration
        case .passcode(.check): self = .passcodeCheck
        case .passcode(.issue): self = .passcodeIssue
        case .account(.create): self = .accountCreate
        case .account(.logIn): self = .logIn
        case .app(.issueCode), .app(.invalidateCode): self = .activationCode
        case .app(.activate): self = .activate
        case .app(.registerDevice): self = .registerDevice
        case .app(.authenticate): self = .authenticate
        case .environment(.read): self = .environmentRead
        case .environment(.set): self = .environmentSet
        case .environment(.makeWebAddress): self = .webAddress
        case .environment(.checkWebAddress): self = .webAddressCheck
        case .systemFailure(.step): self = .systemFailureStep
        case .systemFailure(.search): self = .systemFailureSearch
        case .disaster: self = .disaster
        }
    }
}

/// From where a function may be used, and by which accounts.
public struct CentreAccess: Sendable, Equatable {
    /// The programs that may ask.
    public var places: Set<CentreCaller.Place>
    /// What the account must be allowed; `nil` where every account may.
    public var function: AccountFunction?
    /// Whether somebody must have logged in. Where not, an account that is named must be allowed it all the same.
    public var needsAccount: Bool

    /// A line.
    public init(_ places: Set<CentreCaller.Place>, _ function: AccountFunction? = nil, needsAccount: Bool = false) {
        self.places = places
        self.function = function
        self.needsAccount = needsAccount
    }

    /// The lines for all functions. That cards are asked for where nobody has logged in, as a reader at a counter does, is assumed.
    public static let standard: [CentreFunction: CentreAccess] = {
        let desk: Set<CentreCaller.Place> = [.terminal, .receiptComputer]
        let all = Set(CentreCaller.Place.allCases)
        return [
            .eligibility: CentreAccess(all, .eligibility),
            .insuredCard: CentreAccess(desk, .eligibility),
            .obtained: CentreAccess(desk, .eligibility),
            .bulk: CentreAccess(desk, .eligibility),
            .reference: CentreAccess(desk, .eligibility),
            .consentList: CentreAccess(desk, .medicalInformation, needsAccount: true),
            .consentCancel: CentreAccess(desk, .eligibility, needsAccount: true),
            .medical: CentreAccess(desk, .medicalInformation, needsAccount: true),
            .medicalInDisaster: CentreAccess([.terminal], .disasterViewing, needsAccount: true),
            .registration: CentreAccess([.terminal, .app], .eligibility),
            .passcodeCheck: CentreAccess(desk),
            .passcodeIssue: CentreAccess(desk, needsAccount: true),
            .accountCreate: CentreAccess([.terminal], .accounts, needsAccount: true),
            .logIn: CentreAccess(desk),
            .activationCode: CentreAccess(desk, .activationCodes, needsAccount: true),
            .activate: CentreAccess([.app]),
            .registerDevice: CentreAccess([.terminal, .app]),
            .authenticate: CentreAccess([.app]),
            .environmentRead: CentreAccess(all),
            .environmentSet: CentreAccess(desk, .environment, needsAccount: true),
            .webAddress: CentreAccess(desk, .webAddress, needsAccount: true),
            .webAddressCheck: CentreAccess(all),
            .systemFailureStep: CentreAccess([.terminal]),
            .systemFailureSearch: CentreAccess([.terminal], .eligibility),
            .disaster: CentreAccess([.terminal], .disasterViewing, needsAccount: true),
        ]
    }()
}
