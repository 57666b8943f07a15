import Diagnosis

/// Why somebody may not see medical information. What is refused is audited like what is shown.
public enum AccessRefusal: String, DiagnosedError, CaseIterable {
    /// The patient has not consented (R113).
    case noConsent = "consent-missing"
    /// The consent is over.
    case consentExpired = "consent-expired"
    /// The viewer is no qualified person (R111).
    case notQualified = "viewer-not-qualified"
    /// The account has no such function (R147, R201).
    case account = "account-not-permitted"
    /// The ministry has opened nothing for this place and time (R145a).
    case notOpened = "disaster-viewing-not-opened"
    /// The right is another patient's, or for other information.
    case otherRight = "right-for-other-records"

    /// Its name.
    public var code: String { rawValue }

    /// What can be done.
    public var sentence: Sentence {
        switch self {
        case .noConsent:
            Sentence(ja: "患者の同意がないため閲覧できません。", en: "The patient has not consented; nothing can be shown.")
        case .consentExpired:
            Sentence(ja: "同意の有効期限が切れています。もう一度同意を取得してください。", en: "The consent is over; ask the patient again.")
        case .notQualified:
            Sentence(ja: "医師・歯科医師・薬剤師などの有資格者だけが閲覧できます。", en: "Only a qualified person, such as a doctor, may see this.")
        case .account:
            Sentence(ja: "このアカウントでは利用できません。権限区分を確認してください。", en: "This account may not do that; check its rights.")
        case .notOpened:
            Sentence(
                ja: "災害時医療情報閲覧は、この地域・期間では開放されていません。", en: "Disaster viewing is not open for this area and period.")
        case .otherRight:
            Sentence(ja: "この情報の閲覧は許可されていません。", en: "There is no right to see these records.")
        }
    }

    /// Nothing more is known.
    public var cause: String? { nil }

    /// A refusal.
    public var category: FailureCategory { .notPermitted }
}
