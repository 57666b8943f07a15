/// What can be asked of the centre, one case for each function. The interfaces of the receipt computer are named by their numbers (OQS-IF).
public enum CentreRequest: Sendable {
    /// 資格確認 by card (the face file), by app and by web.
    case eligibility(EligibilityQuery)
    /// 資格確認 by 記号・番号 (IF-001, IF-002).
    case insuredCard(InsuredCardQuery)
    /// Whose eligibility the facility has obtained on a day (R187).
    case obtained(ObtainedQuery)
    /// 一括照会 (IF-005 to IF-008).
    case bulk(BulkRequest)
    /// 照会番号の登録 (IF-003, IF-004).
    case reference(ReferenceRegistration)
    /// 閲覧同意: what there is, and its cancellation (IF-037, IF-038).
    case consent(ConsentRequest)
    /// 薬剤情報, 診療情報, 特定健診情報 and others.
    case medical(MedicalQuery)
    /// マイナンバーカードの健康保険証利用登録 (R053).
    case registration(RegistrationRequest)
    /// 目視確認用パスコード (IF-049, IF-050).
    case passcode(PasscodeRequest)
    /// アカウント情報管理.
    case account(AccountRequest)
    /// マイナ資格確認アプリ管理 (IF-051 to IF-056), and devices of the limited type.
    case app(AppRequest)
    /// 環境設定情報管理 (IF-041 to IF-044) and マイナ在宅受付web管理 (IF-039, IF-040).
    case environment(EnvironmentRequest)
    /// 資格情報照会（システム障害時）.
    case systemFailure(SystemFailureRequest)
    /// 災害時医療情報閲覧.
    case disaster(DisasterRequest)
}

/// What the centre answers, one case for each request.
public enum CentreAnswer: Sendable {
    /// To `eligibility` and `insuredCard`.
    case eligibility(EligibilityAnswer)
    /// To `obtained`, in the order in which the centre knows the patients.
    case obtained([EligibilityAnswer])
    /// To `bulk`.
    case bulk(BulkAnswer)
    /// To `consent`.
    case consents([ConsentedPatient])
    /// To `medical`.
    case medical(MedicalAnswer)
    /// To `registration`, once it is registered.
    case registration(RegistrationAnswer)
    /// To `passcode`.
    case passcode(PasscodeAnswer)
    /// To `account`.
    case account(AccountAnswer)
    /// To `app`.
    case app(AppAnswer)
    /// To `environment`.
    case environment(EnvironmentAnswer)
    /// To `systemFailure`.
    case systemFailure(SystemFailureAnswer)
    /// To `disaster`.
    case disaster(DisasterAnswer)
    /// It was done, and there is nothing to say; to `reference`, and to a cancellation.
    case done
}
