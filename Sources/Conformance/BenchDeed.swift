import Diagnosis

/// Something that is done at the bench: by a script at a simulated reader, by a person at a real one.
public enum BenchDeed: Sendable, Hashable {
    /// A card is placed.
    case place(ContractCard)
    /// The card is taken away.
    case remove
    /// The card is taken away and another one placed at once.
    case swap(ContractCard)
    /// A button on the screen is pressed.
    case press(ContractButton)
    /// The screen is touched where no button is.
    case touch
    /// Digits are typed at the keypad for the PIN.
    case typePIN(ContractPIN)
    /// Four digits are typed at the keypad for the passcode.
    case typePasscode
    /// 職員用ボタン is pressed.
    case pressStaffButton
    /// Somebody stands before the camera.
    case stand(ContractPerson)
    /// The patient walks away.
    case walkAway
    /// The cable is pulled.
    case unplug
    /// The cable is plugged in.
    case plug
    /// Somebody cancels everything on the station.
    case interrupt

    /// What a person is told to do.
    public var instruction: Sentence {
        switch self {
        case .place(let card): Sentence(ja: "カードを置いてください: \(card.words.japanese)", en: "Place \(card.words.english).")
        case .remove: Sentence(ja: "カードを取り出してください。", en: "Take the card away.")
        case .swap(let card):
            Sentence(ja: "すばやくカードを差し替えてください: \(card.words.japanese)", en: "Quickly exchange the card for \(card.words.english).")
        case .press(let button): Sentence(ja: "「\(button.label)」を押してください。", en: "Press \(button.label) (\(button.rawValue)).")
        case .touch: Sentence(ja: "画面のボタンのない所に触れてください。", en: "Touch the screen where no button is.")
        case .typePIN(.right): Sentence(ja: "正しい暗証番号を入力してください。", en: "Type the right PIN.")
        case .typePIN(.wrong): Sentence(ja: "誤った暗証番号を入力してください。", en: "Type a wrong PIN.")
        case .typePIN(.half): Sentence(ja: "暗証番号の最初の2桁だけ入力してください。", en: "Type the first two digits of the PIN only.")
        case .typePasscode: Sentence(ja: "4桁のパスコードを入力してください。", en: "Type a passcode of four digits.")
        case .pressStaffButton:
            Sentence(
                ja: "「職員用ボタン」を押してください。なければその場所に触れてください。",
                en: "Press 職員用ボタン; where it is not shown, touch the place where it would be.")
        case .stand(let person): Sentence(ja: "カメラの前: \(person.words.japanese)", en: "Before the camera: \(person.words.english).")
        case .walkAway: Sentence(ja: "カメラと画面から離れてください。", en: "Walk away from camera and screen.")
        case .unplug: Sentence(ja: "ケーブルを抜いてください。", en: "Pull the cable.")
        case .plug: Sentence(ja: "ケーブルを差してください。", en: "Plug the cable in.")
        case .interrupt: Sentence(ja: "Ctrl-C を押してください。", en: "Press Ctrl-C.")
        }
    }
}

/// A card for the bench, by what matters of it.
public enum ContractCard: String, Sendable, Hashable, CaseIterable {
    /// A My Number Card for tests (個人番号カード) of the person before the camera, with a known PIN, its face readable.
    case person
    /// Another one, of somebody else.
    case other
    /// A card whose face cannot be read.
    case unreadable
    /// A card without a chip.
    case withoutChip = "without-chip"
    /// A card that does not answer to reset.
    case dead
    /// A card that answers to reset and to nothing else.
    case mute
    /// A card that takes 20 seconds for every answer.
    case slow

    /// In words.
    public var words: Sentence {
        switch self {
        case .person: Sentence(ja: "本人の試験用マイナンバーカード", en: "the test card of the person")
        case .other: Sentence(ja: "別人の試験用マイナンバーカード", en: "the test card of somebody else")
        case .unreadable: Sentence(ja: "券面を読めないマイナンバーカード", en: "a test card whose face cannot be read")
        case .withoutChip: Sentence(ja: "ICチップのないカード", en: "a card without a chip")
        case .dead: Sentence(ja: "リセットに応答しないカード", en: "a card that does not answer to reset")
        case .mute: Sentence(ja: "コマンドに応答しないカード", en: "a card that answers to reset only")
        case .slow: Sentence(ja: "応答に20秒かかるカード", en: "a card that takes 20 seconds for every answer")
        }
    }
}

/// A button of the patient's screen.
public enum ContractButton: String, Sendable, Hashable, CaseIterable {
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

    /// What stands on it; a place is touched where it would be, where it is not shown.
    public var label: String {
        switch self {
        case .face: "顔認証を行う"
        case .pin: "暗証番号を入力"
        case .consentToAll: "全て同意する"
        case .consentIndividually: "個別に同意する"
        case .agree: "同意する"
        case .disagree: "同意しない"
        case .end: "終了する／中止"
        }
    }
}

/// What is typed for a PIN; the bench knows the digits, no case does.
public enum ContractPIN: String, Sendable, Hashable {
    /// The PIN of the card.
    case right
    /// Another one of as many digits.
    case wrong
    /// Its first two digits.
    case half
}

/// Who stands before the camera.
public enum ContractPerson: String, Sendable, Hashable, CaseIterable {
    /// The person on the photograph.
    case own
    /// Somebody else.
    case other
    /// The person with a mask.
    case masked
    /// A photograph of the person.
    case photograph

    /// In words.
    public var words: Sentence {
        switch self {
        case .own: Sentence(ja: "本人", en: "the person")
        case .other: Sentence(ja: "別人", en: "somebody else")
        case .masked: Sentence(ja: "マスクをした本人", en: "the person with a mask")
        case .photograph: Sentence(ja: "本人の写真", en: "a photograph of the person")
        }
    }
}
