import Diagnosis

/// One kind of past medical information that a patient consents to (閲覧同意区分, code table OQSCD036).
///
/// Five stand in a message; the three groups on a reader's screen (R065) are combinations of them.
public enum ConsentCategory: String, Sendable, Hashable, CaseIterable {
    /// 手術情報, with names of injuries and infections.
    case surgery = "SHJ"
    /// 診療情報, with allergies and tests.
    case diagnosis = "SRJ"
    /// 薬剤情報, with prescriptions.
    case drugs = "YZK"
    /// 特定健診情報.
    case checkup = "TKK"
    /// 特定疾病療養受療証情報.
    case specifiedDisease = "TSR"

    /// Its name for people.
    public var name: Sentence {
        switch self {
        case .surgery: Sentence(ja: "手術情報", en: "operations")
        case .diagnosis: Sentence(ja: "診療情報", en: "treatment")
        case .drugs: Sentence(ja: "薬剤情報", en: "drugs")
        case .checkup: Sentence(ja: "特定健診情報", en: "check-ups")
        case .specifiedDisease: Sentence(ja: "特定疾病療養受療証情報", en: "specified diseases")
        }
    }
}
