import Diagnosis

/// Something that somebody does at a reader, or that befalls it.
public enum StagedAction {
    /// A card is placed (カードを置く); one that lies there is taken away by that.
    case place(StagedCard)
    /// The card is taken away (カードを取り出す).
    case remove
    /// The card is taken away and another placed before anybody can look (差し替え).
    case swap(StagedCard)

    /// Who stands before the camera from now on (カメラの前の人); somebody who does also touches the panel.
    case stand(CameraView)
    /// The patient walks away (立ち去り): nobody stands before the camera, and what the patient would touch later stays untouched until
    /// somebody stands there again. The card stays.
    case walkAway
    /// The patient touches a button (ボタン); where it is not on the screen the panel was merely touched.
    case choose(StagedButton)
    /// The patient types digits of the PIN (暗証番号), ASCII.
    case typePIN(Secret)
    /// Somebody touches the panel where no button is.
    case touch

    /// The staff press 職員用ボタン.
    case pressStaffButton
    /// The staff type the passcode for a visual check (目視確認用パスコード), ASCII digits.
    case typePasscode(Secret)

    /// The cable is pulled out (抜線).
    case unplug
    /// The cable is plugged in again.
    case plug
    /// The power fails for a moment (瞬断): the reader starts anew.
    case powerDip
    /// Other firmware is put on (ファームウェア更新): the reader starts anew with it.
    case install(StagedFirmware)
}

/// Who or what the camera sees.
public enum CameraView: String, Sendable, Hashable, CaseIterable {
    /// The holder of the card (本人).
    case ownFace = "own-face"
    /// Somebody else (別人).
    case otherFace = "other-face"
    /// The holder with a mask (マスク).
    case mask
    /// A photograph of the holder's face (顔写真をかざす).
    case photograph
    /// Nobody (無人).
    case nobody
}

/// A button on the panel.
public enum StagedButton: String, Sendable, Hashable, CaseIterable {
    /// 顔認証を行う.
    case face
    /// 暗証番号を入力.
    case pin
    /// 全て同意する.
    case consentToAll = "consent-to-all"
    /// 個別に同意する.
    case consentIndividually = "consent-individually"
    /// 同意する.
    case agree
    /// 同意しない.
    case disagree
    /// 終了する or 中止.
    case end
}

/// What stands on the panel, without its words.
public enum StagedScreen: String, Sendable, Hashable, CaseIterable {
    /// マイナンバーカードを置いてください.
    case placeCard = "place-card"
    /// 本人確認の方法を選んでください.
    case chooseMethod = "choose-method"
    /// The camera (顔認証).
    case camera
    /// The keypad for the PIN (暗証番号): shown once it takes digits.
    case keypad
    /// 同意方法の確認.
    case chooseConsent = "choose-consent"
    /// The consent to one group (個別の同意).
    case consent
    /// 確認が完了しました.
    case done
    /// The card was left behind (カードの取り忘れ).
    case removeCard = "remove-card"
    /// A sentence (メッセージ).
    case message
    /// 目視確認用パスコードを入力してください.
    case passcode
    /// 資格確認を開始します。目視で本人確認を行い … (目視確認待ち).
    case visualCheck = "visual-check"
}

/// The program in a reader (ファームウェア).
public struct StagedFirmware: Sendable, Hashable {
    /// `major.minor.patch`; a reader that tells less cuts it.
    public let version: String
    /// Whether it has 職員用ボタン.
    public let hasStaffButton: Bool
    /// Whether it has the visual check (目視確認) on the reader.
    public let hasVisualCheck: Bool

    /// A program.
    public init(version: String = "2.1.0", hasStaffButton: Bool = true, hasVisualCheck: Bool = true) {
        self.version = version
        self.hasStaffButton = hasStaffButton
        self.hasVisualCheck = hasVisualCheck
    }
}
