import Diagnosis

/// The screen that the patient sees and touches (患者用画面).
///
/// Nothing here waits for a person: a screen is shown or taken back at once, and what the patient does arrives as an event of the reader's
/// source whose token is the prompt's.
public protocol PatientScreen: AnyObject {
    /// The screens that this reader has.
    var offered: Set<Screen.Kind> { get }

    /// Shows a screen in place of the one before, which is withdrawn by that. Throws `.notSupported` for one that is not offered.
    func show(_ screen: Screen) throws(ReaderError) -> PromptID

    /// Takes a screen back; what the patient still does there is for nobody.
    func withdraw(_ prompt: PromptID)

    /// What the patient did, once the event of `prompt` has come; once per prompt. Throws what ended it otherwise.
    func answer(to prompt: PromptID) throws(ReaderError) -> ScreenAnswer
}

/// Something shown that may be answered; unique on its station.
public struct PromptID: Sendable, Hashable {
    /// The token that the event of its answer carries.
    public let rawValue: UInt64

    /// The prompt with this token.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What a patient is shown. The words on it are those of `ScreenText`.
public enum Screen: Sendable, Hashable {
    /// The idle screen: マイナンバーカードを置いてください。
    case placeCard
    /// 本人確認の方法を選んでください。 One of these, or 終了する.
    case chooseMethod(Set<ScreenMethod>)
    /// The camera is on; what it sees is the affair of `FaceCamera`.
    case lookIntoCamera
    /// The keypad for the PIN; what is typed is the affair of `PINPad`. `nil` where nobody knows how many tries are left.
    case enterPIN(triesLeft: Int?)
    /// 同意方法の確認: all or individually, and no third.
    case chooseConsent
    /// Whether one group of medical data may be seen, or one of the two questions beside them; no default.
    case consent(ScreenConsentGroup)
    /// ●●●××様 確認が完了しました。 With the name where it is shown.
    case done(name: String?)
    /// The card was left behind; with a sound where the reader has one.
    case removeCard
    /// A sentence of our own, such as an error.
    case message(Sentence)

    /// A screen without what stands on it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `Screen.placeCard`.
        case placeCard = "place-card"
        /// `Screen.chooseMethod`.
        case chooseMethod = "choose-method"
        /// `Screen.lookIntoCamera`.
        case lookIntoCamera = "look-into-camera"
        /// `Screen.enterPIN`.
        case enterPIN = "enter-pin"
        /// `Screen.chooseConsent`.
        case chooseConsent = "choose-consent"
        /// `Screen.consent`.
        case consent = "consent"
        /// `Screen.done`.
        case done = "done"
        /// `Screen.removeCard`.
        case removeCard = "remove-card"
        /// `Screen.message`.
        case message = "message"
    }

    /// What kind of screen it is.
    public var kind: Kind {
        switch self {
        case .placeCard: .placeCard
        case .chooseMethod: .chooseMethod
        case .lookIntoCamera: .lookIntoCamera
        case .enterPIN: .enterPIN
        case .chooseConsent: .chooseConsent
        case .consent: .consent
        case .done: .done
        case .removeCard: .removeCard
        case .message: .message
        }
    }
}

/// A way of proving who one is that a patient can choose (R062).
public enum ScreenMethod: String, Sendable, Hashable, CaseIterable {
    /// 顔認証を行う.
    case face
    /// 暗証番号を入力.
    case pin
}

/// What a patient is asked about with yes or no and nothing between: the groups of medical data (R065), and two questions beside them.
public enum ScreenConsentGroup: String, Sendable, Hashable, CaseIterable {
    /// 手術・傷病名・感染症.
    case surgery
    /// 診療・お薬.
    case treatment
    /// 健診.
    case checkup
    /// 限度額情報を提供する／しない, a screen of its own before 2024-10-07.
    case limit
    /// 健康保険証利用登録: whether the card is to become an insurance card, on the spot (R053). How readers ask it is assumed.
    case insuranceCard = "insurance-card"
}

/// What a patient did at a screen.
public enum ScreenAnswer: Sendable, Hashable {
    /// Chose how to prove who they are.
    case method(ScreenMethod)
    /// 全て同意する.
    case consentToAll
    /// 個別に同意する.
    case consentIndividually
    /// Agreed, or did not, to the group that was asked about.
    case consent(Bool)
    /// 終了する or 中止.
    case ended
    /// Somebody pressed 職員用ボタン on the idle screen.
    case staffButton
    /// Nobody touched it for as long as the reader waits.
    case timedOut
}
