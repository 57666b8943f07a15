import Diagnosis
import Eligibility

/// The words of setting up app and web (R168, R175–R185). Words without a rule beside them are ours.
enum SetUpText {
    /// The words of a screen of the set-up; of any other only the button that ends.
    static func text(_ screen: ReceptionScreen) -> ScreenText {
        switch screen {
        case .terms: ScreenText(heading: terms, buttons: [ReceptionText.agree, ReceptionText.refuse])
        case .deviceSafety: ScreenText(heading: safety, lines: [antivirus], buttons: [done, ReceptionText.end])
        case .setUpForm(let wrong, let refused): form(wrong, refused)
        case .deviceForm(let refused):
            ScreenText(heading: device, lines: [refused].compactMap { $0 }, buttons: [register, ReceptionText.end])
        case .choosePasscode: ScreenText(heading: choose, buttons: [ReceptionText.end], note: noPIN)
        case .preparation: ScreenText(heading: menu, buttons: [account, issue, address, ReceptionText.end])
        case .accountMade: ScreenText(heading: accountMade, lines: [logInFirst], buttons: [back, ReceptionText.end])
        case .activationCode(let code):
            ScreenText(
                heading: Sentence(ja: "アクティベーションコード：\(code)", en: "Activation code: \(code)"), lines: [later],
                buttons: [back, ReceptionText.end])
        case .webAddress(let address):
            ScreenText(
                heading: Sentence(ja: "医療機関等別URL", en: "Address of the web reception"), lines: [Sentence(ja: address, en: address)],
                buttons: [back, ReceptionText.end])
        default: ScreenText(heading: menu, buttons: [ReceptionText.end])
        }
    }

    private static func form(_ wrong: Set<SetUpField>, _ refused: Sentence?) -> ScreenText {
        let lines = SetUpField.allCases.filter(wrong.contains).map { field in
            Sentence(ja: "\(field.name.japanese)を正しく入力してください。", en: "Type the \(field.name.english) correctly.")
        }
        return ScreenText(heading: set, lines: [refused].compactMap { $0 } + lines, buttons: [register, ReceptionText.end])
    }

    private static let terms = Sentence(ja: "利用規約に同意しますか。", en: "Do you agree to the terms of use?")
    private static let safety = Sentence(ja: "端末のセキュリティ対策を確認してください。", en: "Check that this device is kept safe.")
    /// R185.
    private static let antivirus = Sentence(ja: "ウイルス対策ソフトのインストールなど", en: "Anti-virus software and so on")
    private static let done = Sentence(ja: "対策済み", en: "It is")
    /// R181.
    private static let set = Sentence(
        ja: "機関コード、ID、パスワード、アクティベーションコードを登録してください。", en: "Register institution code, ID, password and activation code.")
    private static let device = Sentence(ja: "端末を登録してください。", en: "Register this device.")
    private static let register = Sentence(ja: "登録", en: "Register")
    private static let choose = Sentence(ja: "ログイン用の4桁のパスコードを決めてください。", en: "Choose the four-digit passcode that opens the app.")
    private static let noPIN = Sentence(
        ja: "マイナンバーカードの暗証番号ではありません。", en: "It is not the PIN of a My Number Card.")
    private static let menu = Sentence(ja: "マイナ資格確認アプリ管理", en: "Management of the eligibility app")
    private static let account = Sentence(ja: "アカウント管理（登録）", en: "Make an account")
    private static let issue = Sentence(ja: "アクティベーションコード管理", en: "Issue an activation code")
    private static let address = Sentence(ja: "医療機関等別URL取得・変更", en: "Make or change the address of the web reception")
    private static let back = Sentence(ja: "メニューに戻る", en: "Back to the menu")
    private static let accountMade = Sentence(ja: "アカウントを登録しました。", en: "The account is made.")
    /// R180.
    private static let logInFirst = Sentence(
        ja: "アプリで利用する前に、このアカウントで一度ログインしてください。", en: "Log in with it once before the app uses it.")
    /// R176.
    private static let later = Sentence(
        ja: "発行から10分程度経過してから利用してください。", en: "Use it about ten minutes after it was issued.")
}
