import Commands
import Diagnosis
import Eligibility
import ReaderKit

// What the parts of a visit are called by people. Programs, and --stage, know them by their codes, which stand beside the Japanese words.

extension VisitStage.Name {
    /// What was done.
    var japanese: String {
        switch self {
        case .place: "カードを置く"
        case .select: "アプリケーションの選択"
        case .counter: "残り回数の確認"
        case .certificate: "電子証明書の読み取り"
        case .chain: "電子証明書の検証"
        case .pin: "暗証番号の入力"
        case .verify: "暗証番号の照合"
        case .sign: "署名"
        case .signature: "署名の検証"
        case .eligibility: "資格の確認"
        case .choose: "方法の選択"
        case .cardFace: "券面の読み取り"
        case .photograph: "顔写真の読み取り"
        case .compare: "顔の照合"
        case .genuine: "カードの真正性の確認"
        case .passcode: "パスコードの入力"
        case .visualCheck: "目視確認"
        case .message: "メッセージ"
        case .consent: "同意"
        case .registration: "利用登録"
        case .take: "カードを取り出す"
        }
    }

    /// The columns of the longest one.
    static let japaneseWidth = allCases.map { columns($0.japanese) }.max() ?? 0
}

extension ShownScreen {
    /// Its code, in Japanese with its name before it.
    func label(in language: Language) -> String { language == .japanese ? "\(japanese) (\(code))" : code }

    private var japanese: String {
        switch content {
        case .patient(let screen): screen.kind.japanese
        case .staff(.passcode): "パスコード入力"
        case .staff(.visualCheck): "目視確認"
        }
    }
}

extension Screen.Kind {
    fileprivate var japanese: String {
        switch self {
        case .placeCard: "待受"
        case .chooseMethod: "方法の選択"
        case .lookIntoCamera: "カメラ"
        case .enterPIN: "テンキー"
        case .chooseConsent: "同意方法の確認"
        case .consent: "個別の同意"
        case .done: "完了"
        case .removeCard: "カードの取り忘れ"
        case .message: "メッセージ"
        }
    }
}
