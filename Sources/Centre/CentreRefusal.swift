import Diagnosis
import MedicalAccess

/// Why the centre refuses what it was asked. The codes are ours: the official list (処理結果コード) is not public.
public enum CentreRefusal: String, Sendable, CaseIterable {
    /// Not from there (R146).
    case place = "centre-place-not-permitted"
    /// Nobody has logged in, or nobody whom the centre knows, or not yet (利用開始年月日).
    case noAccount = "centre-account-unknown"
    /// User id or password is wrong.
    case logIn = "centre-log-in-failed"
    /// The user id has another form than R179 wants.
    case userID = "centre-user-id"
    /// There is such an account.
    case userExists = "centre-user-exists"
    /// The password is too short or too long.
    case password = "centre-password"
    /// A text is empty or too long.
    case text = "centre-text-length"
    /// The facility has not switched it on (R167).
    case switchedOff = "centre-function-off"
    /// The card is no insurance card yet (R053).
    case cardNotRegistered = "centre-card-not-registered"
    /// The card's certificate was revoked (失効).
    case certificateRevoked = "centre-certificate-revoked"
    /// The limited type takes no consent (R035, R110).
    case limitedService = "centre-limited-consent"
    /// The activation code was issued less than ten minutes ago (R176).
    case codeTooEarly = "centre-activation-code-early"
    /// There is no such activation code, or it was used, is over or was taken back.
    case code = "centre-activation-code"
    /// 機関コード is another one, or has not ten digits (R182).
    case institution = "centre-institution-code"
    /// The account has never logged in to the centre (R180).
    case accountNeverUsed = "centre-account-never-used"
    /// The account has a device already (R177).
    case accountHasDevice = "centre-account-has-device"
    /// The device is not registered (R039).
    case device = "centre-device-unknown"
    /// The function for a system failure is not enabled (R145).
    case notEnabled = "centre-system-failure-off"
    /// The steps of R136 come in their order only.
    case step = "centre-step-order"
    /// Something that must be filled in is missing (R141–R143).
    case incompleteSearch = "centre-search-incomplete"
    /// A text has an individual number in it (R047, N20).
    case individualNumber = "centre-individual-number"
    /// The credential is none of an insurer, as those of public expense (R052).
    case notCovered = "centre-credential-not-covered"
    /// There is no such 受付番号.
    case reception = "centre-reception-unknown"
    /// So many persons at once are too many.
    case tooMany = "centre-bulk-too-many"
    /// There is no such patient.
    case patient = "centre-patient-unknown"
    /// That consent ends by itself, or there is none.
    case consentCannotBeCancelled = "centre-consent-not-cancellable"
    /// The operation key has another form, or belongs to something else.
    case operation = "centre-operation-key"
    /// It was done, and what it made is shown once only (R161).
    case shownOnce = "centre-shown-once"

    /// What can be done.
    public var sentence: Sentence {
        switch self {
        case .place: Sentence(ja: "この端末では利用できません。資格確認端末から操作してください。", en: "Not from this program; use the terminal.")
        case .noAccount: Sentence(ja: "ログインしてください。", en: "Log in with an account of the centre.")
        case .logIn: Sentence(ja: "ユーザIDまたはパスワードが違います。", en: "User id or password is wrong.")
        case .userID: Sentence(ja: "ユーザIDは半角英数字2～8文字で入力してください。", en: "A user id has 2 to 8 half-width letters and digits.")
        case .userExists: Sentence(ja: "このユーザIDは登録済みです。別のIDにしてください。", en: "There is such a user id; choose another one.")
        case .password: Sentence(ja: "パスワードの長さが正しくありません。", en: "The password is too short or too long.")
        case .text: Sentence(ja: "入力した文字数が正しくありません。", en: "A text is empty or too long.")
        case .switchedOff:
            Sentence(ja: "環境設定で「利用する」になっていません。管理者に連絡してください。", en: "The facility has not switched this on; ask its administrator.")
        case .cardNotRegistered:
            Sentence(
                ja: "マイナンバーカードの健康保険証利用登録がされていません。登録してください。", en: "The card is not registered as insurance card; register it.")
        case .certificateRevoked:
            Sentence(
                ja: "マイナンバーカードの電子証明書が失効しています。市区町村の窓口で手続きが必要です。ほかの方法で確認してください。",
                en: "The card's certificate was revoked; the municipality issues another one. Check in another way.")
        case .limitedService: Sentence(ja: "資格確認限定型では同意を取得できません。", en: "The limited type takes no consent.")
        case .codeTooEarly:
            Sentence(
                ja: "アクティベーションコードは発行から約10分後に入力してください。", en: "Use the activation code about ten minutes after it was issued.")
        case .code: Sentence(ja: "アクティベーションコードが正しくありません。発行し直してください。", en: "This activation code does not hold; issue one anew.")
        case .institution: Sentence(ja: "機関コード（10桁）が正しくありません。", en: "The institution code (ten digits) is wrong.")
        case .accountNeverUsed:
            Sentence(ja: "先に資格確認端末で一度ログインしてください。", en: "Log in once at the terminal with this account first.")
        case .accountHasDevice:
            Sentence(ja: "このアカウントは別の端末で利用しています。端末ごとにアカウントを用意してください。", en: "The account has a device; each device needs its own.")
        case .device: Sentence(ja: "この端末は登録されていません。ポータルサイトで登録してください。", en: "This device is not registered; register it.")
        case .notEnabled:
            Sentence(
                ja: "システム障害時の機能は有効になっていません。コールセンターに連絡してください。",
                en: "The function for a system failure is off; call the call centre.")
        case .step: Sentence(ja: "手続きの順番が正しくありません。", en: "The steps come in another order.")
        case .incompleteSearch: Sentence(ja: "検索に必要な項目が入力されていません。", en: "Something that the search needs is missing.")
        case .individualNumber:
            Sentence(
                ja: "12桁の個人番号（マイナンバー）は取り扱いません。個人番号を消してください。", en: "The 12-digit individual number is never handled; take it out.")
        case .notCovered:
            Sentence(
                ja: "公費負担医療等の証はオンライン資格確認の対象外です。証そのものを確認してください。",
                en: "Only credentials of insurers are covered; look at the certificate itself.")
        case .reception: Sentence(ja: "受付番号が見つかりません。", en: "There is no such reception number.")
        case .tooMany: Sentence(ja: "一度に照会できる件数を超えています。分けて送ってください。", en: "Too many persons at once; send them in parts.")
        case .patient: Sentence(ja: "該当する患者が見つかりません。", en: "There is no such patient.")
        case .consentCannotBeCancelled: Sentence(ja: "取り消せる同意がありません。", en: "There is no consent that can be cancelled.")
        case .operation: Sentence(ja: "処理番号が正しくありません。やり直してください。", en: "The operation key is wrong; begin anew.")
        case .shownOnce:
            Sentence(ja: "発行済みです。もう一度表示することはできないため、発行し直してください。", en: "It was issued and is shown once only; issue another one.")
        }
    }
}

extension CentreError {
    /// The centre refuses.
    public init(_ refusal: CentreRefusal, cause: String? = nil) {
        self.init(code: refusal.rawValue, sentence: refusal.sentence, cause: cause, category: .notPermitted)
    }

    /// The centre refuses, for a reason of access.
    public init(_ refusal: AccessRefusal) {
        self.init(code: refusal.code, sentence: refusal.sentence, cause: refusal.cause, category: refusal.category)
    }

    /// Whether it is this refusal.
    public func isRefusal(_ refusal: CentreRefusal) -> Bool { code == refusal.rawValue }
}
