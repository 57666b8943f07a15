import Diagnosis
import ReaderKit

/// The words of one screen (画面の文言), Japanese as the guidance has them, English beside. One catalogue for every reader.
///
/// A certified reader has its own words in its firmware; these say what stands there, and serve readers that show what they are sent.
public struct ScreenText: Sendable, Hashable {
    /// The words at the top.
    public let heading: Sentence
    /// The words below.
    public var lines: [Sentence] = []
    /// What can be touched, in order.
    public var buttons: [Sentence] = []
    /// The words at the bottom.
    public var note: Sentence?

    package init(heading: Sentence, lines: [Sentence] = [], buttons: [Sentence] = [], note: Sentence? = nil) {
        self.heading = heading
        self.lines = lines
        self.buttons = buttons
        self.note = note
    }

    /// Every line from top to bottom in one language, for reports.
    public func text(in language: Language) -> [String] {
        ([heading] + lines + buttons + [note].compactMap { $0 }).map { $0.text(in: language) }
    }
}

extension ScreenConsentGroup {
    /// What of the medical data is in it (R065).
    public var name: Sentence {
        switch self {
        case .surgery: Sentence(ja: "手術・傷病名・感染症", en: "surgery, diagnoses, infections")
        case .treatment: Sentence(ja: "診療・お薬", en: "treatment, drugs")
        case .checkup: Sentence(ja: "健診", en: "check-ups")
        case .limit: Sentence(ja: "限度額情報", en: "limit certificate")
        case .insuranceCard: Sentence(ja: "健康保険証利用登録", en: "use as insurance card")
        }
    }
}

/// What the staff are shown at a reader (職員用画面).
public enum StaffScreen: String, Sendable, Hashable, CaseIterable {
    /// The keypad for the passcode of a visual check.
    case passcode
    /// The wait for the staff's look and for the card.
    case visualCheck = "visual-check"
}

extension ScreenText {
    /// The words of a patient's screen; on the idle screen 職員用ボタン and the facility's name may stand (R068, R165).
    public init(_ screen: Screen, showsStaffButton: Bool = false, facility: String? = nil) {
        switch screen {
        case .placeCard: self = .placeCard(showsStaffButton, facility)
        case .chooseMethod(let methods): self = .chooseMethod(methods)
        case .lookIntoCamera: self = .camera
        case .enterPIN(let tries): self = .keypad(tries)
        case .chooseConsent: self = .chooseConsent
        case .consent(let group): self = .consent(to: group)
        case .done(let name): self = .done(name)
        case .removeCard: self = .removeCard
        case .message(let sentence): self = ScreenText(heading: sentence, buttons: [Self.end])
        }
    }

    /// The words of a screen of the staff.
    public init(_ screen: StaffScreen) {
        switch screen {
        case .passcode:
            self = ScreenText(
                heading: Sentence(ja: "目視確認用パスコードを入力してください", en: "Type the passcode for a visual check"), buttons: [Self.stop])
        case .visualCheck:
            self = ScreenText(
                heading: Sentence(ja: "資格確認を開始します。", en: "The eligibility check begins."),
                lines: [
                    Sentence(
                        ja: "目視で本人確認を行いマイナンバーカードを置いてください。",
                        en: "Check the person by eye and have the My Number Card placed.")
                ], buttons: [Self.stop])
        }
    }

    private static let staffButton = Sentence(ja: "職員用ボタン", en: "Staff button")
    private static let end = Sentence(ja: "終了する", en: "End")
    private static let stop = Sentence(ja: "中止", en: "Stop")

    // MARK: The screens

    /// R068. Where on the screen the name stands is assumed.
    private static func placeCard(_ showsStaffButton: Bool, _ facility: String?) -> ScreenText {
        ScreenText(
            heading: Sentence(ja: "マイナンバーカードを置いてください。", en: "Place the My Number Card."),
            buttons: showsStaffButton ? [staffButton] : [], note: facility.map { Sentence(ja: $0, en: $0) })
    }

    /// R062.
    private static func chooseMethod(_ methods: Set<ScreenMethod>) -> ScreenText {
        var buttons: [Sentence] = []
        if methods.contains(.face) { buttons.append(Sentence(ja: "顔認証を行う", en: "Use face authentication")) }
        if methods.contains(.pin) { buttons.append(Sentence(ja: "暗証番号を入力", en: "Enter the PIN")) }
        return ScreenText(
            heading: Sentence(ja: "本人確認の方法を選んでください。", en: "Choose how to prove who you are."), buttons: buttons + [end],
            note: Sentence(ja: "本人確認の情報は、他の目的には使用しません。", en: "What is taken to prove it is used for nothing else."))
    }

    /// The words are assumed.
    private static let camera = ScreenText(
        heading: Sentence(ja: "カメラを見てください。", en: "Look into the camera."), buttons: [end])

    /// The words are assumed.
    private static func keypad(_ triesLeft: Int?) -> ScreenText {
        ScreenText(
            heading: Sentence(ja: "暗証番号を入力してください。", en: "Enter the PIN."),
            lines: triesLeft.map { [Sentence(ja: "残り\($0)回", en: "\($0) \($0 == 1 ? "try" : "tries") left")] } ?? [], buttons: [end])
    }

    /// R064. 終了する is not among the two of the guidance; that a patient can leave is assumed.
    private static let chooseConsent = ScreenText(
        heading: Sentence(ja: "同意方法の確認", en: "How to consent"),
        lines: [
            Sentence(ja: "過去の医療情報等の提供に同意しますか。", en: "Do you agree that past medical data is given?"),
            Sentence(ja: "【手術、傷病名、感染症／診療、お薬／健診】", en: "[surgery, diagnoses, infections / treatment, drugs / check-ups]"),
        ],
        buttons: [Sentence(ja: "全て同意する", en: "Agree to all"), Sentence(ja: "個別に同意する", en: "Agree one by one")])

    /// The three groups are those of R065, the other words are assumed.
    private static func consent(to group: ScreenConsentGroup) -> ScreenText {
        let data = group.name
        switch group {
        case .limit: return limit
        case .insuranceCard: return insuranceCard
        case .surgery, .treatment, .checkup: break
        }
        return ScreenText(
            heading: Sentence(ja: "【\(data.japanese)】の情報の提供に同意しますか。", en: "Do you agree that this is given: \(data.english)?"),
            buttons: [Sentence(ja: "同意する", en: "Agree"), Sentence(ja: "同意しない", en: "Do not agree")])
    }

    /// The two answers are those of the screen before 2024-10-07; the other words are assumed.
    private static let limit = ScreenText(
        heading: Sentence(ja: "限度額情報を提供しますか。", en: "Do you agree that your limit certificate is given?"),
        buttons: [Sentence(ja: "提供する", en: "Give"), Sentence(ja: "提供しない", en: "Do not give")])

    /// R053. The words are assumed.
    private static let insuranceCard = ScreenText(
        heading: Sentence(ja: "マイナンバーカードの健康保険証利用登録をしますか。", en: "Do you want to use this card as your insurance card?"),
        buttons: [Sentence(ja: "登録する", en: "Register"), Sentence(ja: "登録しない", en: "Do not register")])

    /// R066.
    private static func done(_ name: String?) -> ScreenText {
        let end = Sentence(
            ja: "終了する場合は、マイナンバーカードを取り出し、待合室でお待ちください。",
            en: "To end, take the My Number Card out and wait in the waiting room.")
        let confirmed = Sentence(ja: "確認が完了しました。", en: "The check is complete.")
        guard let name else { return ScreenText(heading: confirmed, lines: [end]) }
        return ScreenText(heading: Sentence(ja: "\(name)様", en: name), lines: [confirmed, end])
    }

    /// The words are assumed.
    private static let removeCard = ScreenText(
        heading: Sentence(ja: "マイナンバーカードをお取りください。", en: "Take the My Number Card, please."))
}
