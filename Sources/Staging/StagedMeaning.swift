import Diagnosis

// What can be written and what it means, a short line each, for help texts.

extension StagedScreen {
    /// What is on the panel then.
    public var meaning: Sentence {
        switch self {
        case .placeCard: Sentence(ja: "カードを待つ待受画面", en: "the idle screen asks for the card")
        case .chooseMethod: Sentence(ja: "本人確認の方法を選ぶ", en: "the patient chooses face or PIN")
        case .camera: Sentence(ja: "カメラが顔を見る（look-into-camera とも書ける）", en: "the camera looks (also written look-into-camera)")
        case .keypad: Sentence(ja: "テンキーが暗証番号を待つ（enter-pin とも書ける）", en: "the keypad takes digits (also written enter-pin)")
        case .chooseConsent: Sentence(ja: "同意方法を選ぶ", en: "the patient chooses how to consent")
        case .consent: Sentence(ja: "1つの情報への同意をたずねる", en: "the patient is asked about one group of data")
        case .done: Sentence(ja: "確認が完了した", en: "the check is complete")
        case .removeCard: Sentence(ja: "カードの取り忘れを知らせる", en: "the patient is told to take the card")
        case .message: Sentence(ja: "文を示す", en: "a sentence is shown")
        case .passcode: Sentence(ja: "職員がパスコードを入力する", en: "the staff type the passcode")
        case .visualCheck: Sentence(ja: "職員の目視確認を待つ", en: "the staff look, and the card is awaited")
        }
    }

    /// The screen of this name. Screens that a visit names otherwise in its results are known by that name too.
    public init?(name: some StringProtocol) {
        switch name {
        case "look-into-camera": self = .camera
        case "enter-pin": self = .keypad
        default: self.init(rawValue: String(name))
        }
    }
}

extension StagedWord {
    /// What can be written, and what it means.
    public static var forms: [(form: String, meaning: Sentence)] {
        plain.map { ($0.name, $0.meaning) } + [
            (
                "choose " + StagedButton.allCases.map(\.rawValue).joined(separator: "|"),
                Sentence(ja: "そのボタンに触れる", en: "that button is touched")
            ),
            (
                "stand " + CameraView.allCases.map(\.rawValue).joined(separator: "|"),
                Sentence(
                    ja: "カメラの前：本人、別人、マスク、顔写真、無人",
                    en: "before the camera: the holder, somebody else, a mask, a photograph of the holder, nobody")
            ),
            (
                "firmware VERSION[-bv]",
                Sentence(
                    ja: "ファームウェアを更新して再起動する（VERSIONは 2.1.0 のような3つの数。b 職員用ボタンあり、v 目視確認あり）",
                    en:
                        "other firmware, and a restart (VERSION: three numbers, such as 2.1.0; b: it has the staff button, v: the visual check)"
                )
            ),
        ]
    }

    /// The words that stand alone, in the order in which they are listed.
    static let plain: [(name: String, word: StagedWord, meaning: Sentence)] = [
        ("place", .place, Sentence(ja: "カードを置く", en: "the card is placed")),
        ("place-plain", .placePlain, Sentence(ja: "ICのないカードを置く", en: "a card without a chip is placed")),
        ("remove", .remove, Sentence(ja: "カードを取り出す", en: "the card is taken away")),
        ("swap", .swap, Sentence(ja: "同じカードを素早く置き直す", en: "the same card is taken and placed again at once")),
        (
            "walk-away", .walkAway,
            Sentence(ja: "カードを残して立ち去る", en: "the patient leaves, and the card stays")
        ),
        ("end", .choose(.end), Sentence(ja: "「終了する」「中止」に触れる", en: "終了する or 中止 is touched")),
        ("type-pin", .typePIN, Sentence(ja: "正しい暗証番号を入力する", en: "the right PIN is typed")),
        ("type-wrong-pin", .typeWrongPIN, Sentence(ja: "違う暗証番号を入力する", en: "a wrong PIN is typed")),
        ("touch", .touch, Sentence(ja: "ボタンのない所に触れる", en: "the panel is touched where no button is")),
        ("staff-button", .pressStaffButton, Sentence(ja: "職員用ボタンを押す", en: "the staff press their button")),
        ("type-passcode", .typePasscode, Sentence(ja: "正しいパスコードを入力する", en: "the right passcode is typed")),
        ("type-wrong-passcode", .typeWrongPasscode, Sentence(ja: "違うパスコードを入力する", en: "a wrong passcode is typed")),
        ("unplug", .unplug, Sentence(ja: "ケーブルを抜く", en: "the cable is pulled out")),
        ("plug", .plug, Sentence(ja: "ケーブルを差す", en: "the cable is plugged in")),
        ("power-dip", .powerDip, Sentence(ja: "瞬断でカードリーダーが再起動する", en: "the power fails for a moment; the reader restarts")),
        ("nothing", .nothing, Sentence(ja: "そこでするはずのことをしない", en: "what would be done there is not")),
    ]
}
