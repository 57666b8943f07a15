import Diagnosis
import Eligibility

/// How a flow ended.
public enum ReceptionOutcome: Sendable {
    /// All was done.
    case completed
    /// It was not done, and no consent was registered.
    case notCompleted(VisitOutcome)
    /// A consent was sent and nobody knows whether the centre has it: the same operation may be sent again, and is done once.
    case consentUnknown(VisitOutcome)
    /// The centre has acknowledged the consent, which stands; what came after it was not done.
    case registered(butNot: VisitOutcome)

    /// A stable name.
    public var code: String {
        switch self {
        case .completed: "completed"
        case .notCompleted(let outcome): outcome.code
        case .consentUnknown: "consent-unknown"
        case .registered(let outcome): "registered-\(outcome.code)"
        }
    }

    /// What to do, where something is left to do.
    public var sentence: Sentence? {
        switch self {
        case .completed: nil
        case .notCompleted(let outcome): outcome.sentence
        case .consentUnknown:
            Sentence(
                ja: "同意が登録されたか確認できません。資格確認端末で確認し、なければもう一度行ってください。",
                en: "Nobody knows whether the consent is registered; look at the terminal, and do it again if it is not.")
        case .registered(let outcome):
            Sentence(
                ja: "同意は登録されています。" + (outcome.sentence?.japanese ?? ""),
                en: "The consent is registered. " + (outcome.sentence?.english ?? ""))
        }
    }
}

/// Why a flow is refused before the centre would refuse it, or by the staff.
public enum ReceptionRefusal: String, DiagnosedError, CaseIterable {
    /// The kind of device is not supported (R037, R171).
    case deviceNotSupported = "device-not-supported"
    /// The flow is for the facility's own device (R036, R173).
    case notFacilityDevice = "device-not-the-facility-s"
    /// The device cannot read cards and has no reader (R038, R171).
    case readerMissing = "reader-missing"
    /// Another account is needed (R177).
    case account = "account-not-permitted"
    /// The environment setting is off (R167).
    case functionOff = "function-off"
    /// The address of the web reception does not hold (R168).
    case addressInvalid = "web-address-invalid"
    /// The app was not opened (R184).
    case loginRefused = "login-refused"
    /// The card is not registered as insurance card, and the patient does not register it (R053).
    case notRegistered = "card-not-registered"
    /// The document with a photograph shows somebody else (R119).
    case otherPerson = "photo-of-other-person"
    /// The patient information is not this person's (R119).
    case otherInformation = "patient-information-differs"
    /// Only the eligibility terminal has this function (R146).
    case notOnTerminal = "terminal-only"
    /// The service does not exist yet on that day (R172).
    case notYetAvailable = "not-yet-available"
    /// The terms of use were refused (R181).
    case termsRefused = "terms-refused"
    /// 照合番号B is locked: its ten tries are used up, or nearly.
    case visualCodeLocked = "visual-code-locked"
    /// A bulk inquiry is still being worked on (R189).
    case stillProcessing = "still-processing"

    /// Its name.
    public var code: String { rawValue }

    /// What can be done.
    public var sentence: Sentence {
        switch self {
        case .deviceNotSupported:
            Sentence(ja: "この端末では利用できません。対応している端末をお使いください。", en: "This device is not supported; use another one.")
        case .notFacilityDevice:
            Sentence(ja: "施設の端末で利用してください。患者の端末は使いません。", en: "Use the facility's device, never the patient's.")
        case .readerMissing:
            Sentence(ja: "この端末には汎用カードリーダーの接続が必要です。", en: "This device needs a card reader; connect one.")
        case .account:
            Sentence(
                ja: "一般アカウントまたは医療情報閲覧アカウントでご利用ください。", en: "Use a general or a medical-viewing account.")
        case .functionOff:
            Sentence(
                ja: "環境設定情報更新で機能が「利用する」になっていません。管理者に連絡してください。",
                en: "The function is not switched on in the environment setting; tell the administrator.")
        case .addressInvalid:
            Sentence(
                ja: "このURLは利用できません。医療機関等に新しいURLを確認してください。", en: "This address holds no more; ask the facility for the new one.")
        case .loginRefused:
            Sentence(ja: "ログインできませんでした。パスコードを確認してください。", en: "The login has failed; check the passcode.")
        case .notRegistered:
            Sentence(
                ja: "マイナンバーカードの健康保険証利用登録がされていません。", en: "The card is not registered as an insurance card.")
        case .otherPerson:
            Sentence(
                ja: "身分証の顔写真で本人と確認できませんでした。情報を使わないでください。",
                en: "The document shows another person; use none of this.")
        case .otherInformation:
            Sentence(ja: "患者情報が一致しません。受付で確認してください。", en: "The patient information differs; check at reception.")
        case .notOnTerminal:
            Sentence(ja: "この機能は資格確認端末からのみ利用できます。", en: "Only the eligibility terminal has this function.")
        case .notYetAvailable:
            Sentence(ja: "この日にはまだ提供されていないサービスです。日時を確認してください。", en: "The service does not exist yet on this day; check the clock.")
        case .termsRefused:
            Sentence(ja: "利用規約に同意しないとアプリを利用できません。", en: "The app cannot be used without agreeing to its terms.")
        case .visualCodeLocked:
            Sentence(
                ja: "このカードは照合番号Bがロックされています。暗証番号で確認してください。",
                en: "The code that opens the photograph is locked; the PIN serves.")
        case .stillProcessing:
            Sentence(ja: "一括照会は処理中です。しばらくしてから確認してください。", en: "The bulk inquiry is still being worked on; look again later.")
        }
    }

    /// Nothing more is known.
    public var cause: String? { nil }

    /// What kind of failure it is.
    public var category: FailureCategory {
        switch self {
        case .deviceNotSupported, .readerMissing: .unavailable
        case .stillProcessing, .notYetAvailable: .temporary
        default: .notPermitted
        }
    }
}
