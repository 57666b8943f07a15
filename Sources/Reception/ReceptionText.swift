import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import ReaderKit

/// The words of apps, terminal and web reception beside the certified reader, Japanese as the guidance has them, English beside.
///
/// Words without a rule beside them are ours; the guidance shows pictures there.
public enum ReceptionText {
    /// The words of a screen.
    public static func text(_ screen: ReceptionScreen) -> ScreenText {
        switch screen {
        case .working: ScreenText(heading: Sentence(ja: "お待ちください。", en: "Wait, please."))
        case .openApp: ScreenText(heading: appName, buttons: [biometrics, passcode, end])
        case .terms, .deviceSafety, .setUpForm, .deviceForm, .choosePasscode, .preparation, .accountMade, .activationCode, .webAddress:
            SetUpText.text(screen)
        case .ready(let method): ScreenText(heading: limitedName, lines: [current(method)], buttons: [start, settings, end])
        case .settings(let methods, let method):
            ScreenText(heading: settings, lines: [current(method)], buttons: methods.map(name(of:)))
        case .consent(let method): consent(method)
        case .consentTo(let group): consent(to: group)
        case .consentSummary(let consent): summary(consent)
        case .lookAtBearer: lookAtBearer
        case .enterPIN: enterPIN
        case .holdCard: holdCard
        case .offerCard: offerCard
        case .consentRegistered: ScreenText(heading: registered, buttons: [fetch, end])
        case .checkPhoto: checkPhoto
        case .compareInformation(let answer): compare(answer)
        case .result(let answer): result(LimitedResult(answer))
        case .limitedResult(let limited): result(limited)
        case .failureSearch(let missing): failureSearch(missing)
        case .nobodyFound: ScreenText(heading: nobody, buttons: [again, end])
        case .candidates(let found): ScreenText(heading: choose, lines: found.map(candidate), buttons: [again, end])
        case .logIn: ScreenText(heading: logIn, lines: [userID, password], buttons: [logIn, end])
        case .disasterSearch: ScreenText(heading: disasterName, buttons: [searchByCard, searchByPerson, end])
        case .disasterConsent(let answer): disasterConsent(answer)
        case .medicalSearch: ScreenText(heading: inquiryName, lines: [conditions], buttons: [search, end])
        case .chooseRecords(let categories):
            ScreenText(
                heading: chooseRecords, lines: [period], buttons: categories.sorted { $0.rawValue < $1.rawValue }.map(\.name) + [end])
        case .records(let records): RecordText.text(records)
        case .hidden: ScreenText(heading: hidden, buttons: [end])
        case .bulkUpload: ScreenText(heading: bulkFile, buttons: [upload, end])
        case .processing(let reception):
            ScreenText(
                heading: processing, lines: [Sentence(ja: "受付番号 \(reception)", en: "reception \(reception)")], buttons: [fetch, end])
        case .message(let sentence): ScreenText(heading: sentence, buttons: [end])
        }
    }

    // MARK: Names and buttons

    static let appName = Sentence(ja: "マイナ資格確認アプリ（居宅同意取得型）", en: "Eligibility app (home consent)")
    static let limitedName = Sentence(ja: "マイナ資格確認アプリ（資格確認限定型）", en: "Eligibility app (limited)")
    /// R041.
    static let settings = Sentence(ja: "設定メニュー", en: "Settings")
    static let biometrics = Sentence(ja: "生体認証", en: "Biometrics")
    /// パスコード is the app's or the staff's, 暗証番号 only ever the patient's (R166).
    static let passcode = Sentence(ja: "パスコード", en: "Passcode")
    static let start = Sentence(ja: "開始", en: "Start")
    static let end = Sentence(ja: "終了する", en: "End")
    static let ended = Sentence(ja: "終了しました。", en: "It is ended.")
    static let fetch = Sentence(ja: "資格情報を取得", en: "Get the eligibility")
    static let again = Sentence(ja: "検索条件に戻る", en: "Back to the search")
    static let agree = Sentence(ja: "同意する", en: "Agree")
    static let refuse = Sentence(ja: "同意しない", en: "Do not agree")
    static let yes = Sentence(ja: "一致する", en: "It matches")
    static let no = Sentence(ja: "一致しない", en: "It does not match")

    /// Which method is set, in the words of the app.
    private static func current(_ method: IdentityMethod) -> Sentence {
        let name = name(of: method)
        return Sentence(ja: "設定中の本人確認の方法：\(name.japanese)", en: "How bearers are proved now: \(name.english)")
    }

    /// (A) and (B) of the limited type.
    private static func name(of method: IdentityMethod) -> Sentence {
        switch method {
        case .visual: Sentence(ja: "職員による目視確認", en: "the staff's eye")
        case .pin: Sentence(ja: "利用者による4桁の暗証番号の入力", en: "the four-digit PIN, typed by the person")
        case .face: method.name
        }
    }

    // MARK: Consent

    /// R064, R065. 終了する is not among the guidance's two; that a patient can leave is assumed.
    private static func consent(_ method: IdentityMethod?) -> ScreenText {
        ScreenText(
            heading: Sentence(ja: "同意方法の確認", en: "How to consent"),
            lines: [
                Sentence(ja: "過去の医療情報等の提供に同意しますか。", en: "Do you agree that past medical data is given?"),
                Sentence(ja: "【手術、傷病名、感染症／診療、お薬／健診】", en: "[surgery, diagnoses, infections / treatment, drugs / check-ups]"),
            ],
            buttons: [Sentence(ja: "全て同意する", en: "Agree to all"), Sentence(ja: "個別に同意する", en: "Agree one by one")],
            note: method.map(current))
    }

    private static func consent(to group: ScreenConsentGroup) -> ScreenText {
        ScreenText(
            heading: Sentence(
                ja: "【\(group.name.japanese)】の情報の提供に同意しますか。", en: "Do you agree that this is given: \(group.name.english)?"),
            buttons: [agree, refuse])
    }

    /// 登録する同意情報の内容 (R115).
    private static func summary(_ consent: Consent) -> ScreenText {
        let lines = Consent.order.compactMap { group in
            consent.answers[group].map { agrees in
                Sentence(
                    ja: "\(group.name.japanese)：\((agrees ? agree : refuse).japanese)",
                    en: "\(group.name.english): \((agrees ? agree : refuse).english)")
            }
        }
        return ScreenText(
            heading: Sentence(ja: "登録する同意情報の内容を確認してください。", en: "Check what will be registered."), lines: lines,
            buttons: [Sentence(ja: "確認", en: "It is right"), Sentence(ja: "修正", en: "Change it")],
            note: Sentence(ja: "患者ご本人が確認してください。", en: "The patient checks it."))
    }

    private static let registered = Sentence(ja: "同意登録が完了しました。", en: "The consent is registered.")

    // MARK: Identity

    /// R155 has the words of the tick.
    private static let lookAtBearer = ScreenText(
        heading: Sentence(ja: "目視による本人確認", en: "Check of the person by eye"),
        lines: [
            Sentence(
                ja: "マイナンバーカードの顔写真と患者の顔が同一であることを確認してください。",
                en: "Check that the photograph on the My Number Card shows this person.")
        ],
        buttons: [Sentence(ja: "目視で本人確認完了", en: "Checked by eye"), end],
        note: Sentence(ja: "カードは預からず、患者に提示してもらってください。", en: "Have the patient show the card; do not take it."))

    /// R118.
    private static let enterPIN = ScreenText(
        heading: Sentence(ja: "4桁の暗証番号を入力してください。", en: "Type the four-digit PIN."), buttons: [end],
        note: Sentence(
            ja: "患者が暗証番号を入力するときは他人から暗証番号がのぞかれないようにご注意ください。",
            en: "Take care that nobody else sees the PIN while the patient types it."))

    /// R045, R046.
    private static let holdCard = ScreenText(
        heading: Sentence(ja: "マイナンバーカードをかざしてください。", en: "Hold the My Number Card to the reader."), buttons: [end],
        note: Sentence(ja: "患者がカードをかざします。職員はカードを預かりません。", en: "The patient holds the card; the staff do not take it."))

    /// R174.
    private static let offerCard = ScreenText(
        heading: Sentence(
            ja: "マイナンバーカードの健康保険証利用登録がされていません。登録しますか。",
            en: "The card is not registered as an insurance card. Register it?"),
        buttons: [Sentence(ja: "登録する", en: "Register"), Sentence(ja: "登録しない", en: "Do not register")])

    /// R119.
    private static let checkPhoto = ScreenText(
        heading: Sentence(ja: "顔写真付き身分証で本人確認を行う", en: "Check the person by a document with a photograph"), buttons: [yes, no])

    /// R119.
    private static func compare(_ answer: EligibilityAnswer) -> ScreenText {
        ScreenText(
            heading: Sentence(ja: "患者情報が一致するか確認", en: "Check that the patient information matches"),
            lines: ResultText.lines(LimitedResult(answer)), buttons: [yes, no])
    }

    private static func result(_ result: LimitedResult) -> ScreenText {
        ScreenText(heading: Sentence(ja: "資格情報確認", en: "Eligibility"), lines: ResultText.lines(result), buttons: [ResultText.refresh, end])
    }

    // MARK: Search

    private static let failureName = Sentence(ja: "資格情報照会（システム障害時）", en: "Eligibility inquiry (system failure)")
    private static let search = Sentence(ja: "検索", en: "Search")
    private static let nobody = Sentence(
        ja: "該当する資格情報が見つかりません。検索条件を確認してください。", en: "Nobody was found; check the conditions.")
    private static let choose = Sentence(ja: "該当者を選択してください。", en: "Choose the person.")

    private static func failureSearch(_ missing: [Set<SearchField>]) -> ScreenText {
        let lines = missing.map { fields in
            let names = SearchField.allCases.filter { fields.contains($0) }.map(\.name)
            return Sentence(
                ja: names.map(\.japanese).joined(separator: "、") + (names.count > 1 ? "のどちらか一方は入力してください。" : "を入力してください。"),
                en: "Fill in " + names.map(\.english).joined(separator: " or ") + ".")
        }
        return ScreenText(heading: failureName, lines: lines, buttons: [search, end])
    }

    private static func candidate(_ answer: EligibilityAnswer) -> Sentence {
        // Name, birth and insurer can be those of two: the numbers and the address tell them apart.
        let person = answer.person
        let birth = person.map { DateText.birth(of: $0) }
        let card = answer.qualification
        let number = [card?.symbol, card?.number, card?.branch].compactMap { $0 }.joined(separator: "/")
        func words(_ birth: String?) -> String {
            let parts = [person?.name, birth, card?.insurerName, number.isEmpty ? nil : number, person?.address]
            return parts.compactMap { $0 }.joined(separator: " ")
        }
        return Sentence(ja: words(birth?.japanese), en: words(birth?.english))
    }

    private static let inquiryName = Sentence(ja: "薬剤情報等の照会", en: "Inquiry of drugs and so on")
    private static let conditions = Sentence(
        ja: "検索条件：保険者番号、被保険者証記号・番号・枝番、生年月日", en: "Conditions: insurer, symbol, number and branch of the card, day of birth")

    // MARK: Disaster

    private static let disasterName = Sentence(ja: "災害時医療情報閲覧", en: "Medical information in a disaster")
    private static let userID = Sentence(ja: "ユーザID", en: "User id")
    private static let password = Sentence(ja: "パスワード", en: "Password")
    private static let logIn = Sentence(ja: "ログイン", en: "Log in")
    private static let searchByCard = Sentence(ja: "被保険者証等による検索", en: "Search by insurance card")
    private static let searchByPerson = Sentence(ja: "氏名、住所等による検索", en: "Search by name, address and so on")
    private static let chooseRecords = Sentence(ja: "閲覧する情報を選択してください。", en: "Choose what to see.")
    private static let period = Sentence(ja: "対象期間", en: "Period")
    private static let hidden = Sentence(ja: "この情報は表示しない設定です。", en: "The facility's setting hides this.")

    /// 該当者の患者情報を確認し、薬剤情報等の閲覧同意の有無を登録します。
    private static func disasterConsent(_ answer: EligibilityAnswer) -> ScreenText {
        ScreenText(
            heading: Sentence(
                ja: "患者情報を確認し、薬剤情報等の閲覧同意の有無を登録してください。",
                en: "Check the patient information, and register whether the patient agrees."),
            lines: ResultText.lines(LimitedResult(answer)), buttons: [agree, refuse, again])
    }

    // MARK: Bulk

    private static let bulkFile = Sentence(ja: "資格確認一括要求ファイル", en: "Bulk request of eligibility")
    private static let upload = Sentence(ja: "アップロード", en: "Upload")
    private static let processing = Sentence(ja: "処理中です。", en: "It is being worked on.")
}
