import Staging

/// A screen with what stands on it.
public enum PanelScreen: Sendable, Hashable {
    /// The idle screen.
    case placeCard
    /// The methods that can be chosen.
    case chooseMethod(face: Bool, pin: Bool)
    /// The camera.
    case camera
    /// The keypad, with the tries left where they are known.
    case keypad(triesLeft: UInt8?)
    /// All or individually.
    case chooseConsent
    /// Group 1 (手術), 2 (診療) or 3 (健診), or question 4 (限度額) or 5 (健康保険証利用登録).
    case consent(group: UInt8)
    /// The end, with the name where it is shown.
    case done(name: String?)
    /// Take your card.
    case removeCard
    /// A sentence in Japanese and in English.
    case message(String, String)
    /// The keypad for the passcode.
    case passcode
    /// The wait for a visual check.
    case visualCheck

    /// Which screen it is.
    public var kind: StagedScreen {
        switch self {
        case .placeCard: .placeCard
        case .chooseMethod: .chooseMethod
        case .camera: .camera
        case .keypad: .keypad
        case .chooseConsent: .chooseConsent
        case .consent: .consent
        case .done: .done
        case .removeCard: .removeCard
        case .message: .message
        case .passcode: .passcode
        case .visualCheck: .visualCheck
        }
    }

    /// What a touch of a button answers; `nil` where the button is not there. There is no third way beside the two of the consent method.
    func answer(to button: StagedButton) -> PanelAnswer? {
        switch (self, button) {
        case (.chooseMethod(true, _), .face): .face
        case (.chooseMethod(_, true), .pin): .pin
        case (.chooseConsent, .consentToAll): .toAll
        case (.chooseConsent, .consentIndividually): .individually
        case (.consent, .agree): .agreed
        case (.consent, .disagree): .notAgreed
        // Wherever something is asked; at the message too (assumed).
        case (.chooseMethod, .end), (.camera, .end), (.keypad, .end), (.chooseConsent, .end), (.consent, .end), (.message, .end): .ended
        case (.passcode, .end), (.visualCheck, .end): .ended
        default: nil
        }
    }
}

/// How a screen was answered.
public enum PanelAnswer: Sendable, Hashable {
    /// 顔認証を行う.
    case face
    /// 暗証番号を入力.
    case pin
    /// 全て同意する.
    case toAll
    /// 個別に同意する.
    case individually
    /// 同意する.
    case agreed
    /// 同意しない.
    case notAgreed
    /// 終了する or 中止.
    case ended
    /// 職員用ボタン.
    case staffButton
    /// Nobody touched it for as long as it waits.
    case timedOut
    /// Four ASCII digits at the keypad for the passcode.
    case digits([UInt8])
}
