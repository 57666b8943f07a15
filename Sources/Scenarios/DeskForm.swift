import Centre
import Diagnosis
import JapaneseCalendar
import MedicalAccess
import Reception

/// The keys of a scenario that flows beside the certified reader have, and with which of them each goes.
enum DeskForm {
    static let fields: [Form.Field] = [
        Form.Field(
            "patient", .written(serial),
            Sentence(
                ja: "カードの持ち主とする人（テスト患者一覧の Serial）", en: "Who of the list of test patients bears the card: the serial there")),
        Form.Field(
            "account", .word(AccountRight.allCases.map(\.rawValue) + [none]),
            Sentence(ja: "使うアカウントの権限区分", en: "The account that is used, by its right")),
        Form.Field(
            "profession", .word(Profession.allCases.map(\.rawValue)),
            Sentence(ja: "閲覧する人の資格（指定がなければ doctor）", en: "What the viewer is by profession; doctor by default")),
        Form.Field("device", .keys(device), Sentence(ja: "アプリを使う端末", en: "The device on which the app runs")),
        Form.Field(
            "route", .word(routes.map(\.name)),
            Sentence(ja: "居宅同意取得型を使う理由（指定がなければ home-visit）", en: "Why the home app is used; home-visit by default")),
        Form.Field(
            "app", .word(["home-consent", "limited"]),
            Sentence(ja: "初めて起動するアプリ（指定がなければ home-consent）", en: "Which app is set up; home-consent by default")),
        Form.Field("revisit", .flag, Sentence(ja: "再訪問・再診である", en: "Whether the patient was there before")),
        Form.Field(
            "place", .word(CentreCaller.Place.allCases.map(\.rawValue)),
            Sentence(ja: "操作するプログラム（指定がなければ terminal）", en: "From which program; terminal by default")),
        Form.Field(
            "address", .word(Desk.Address.allCases.map(\.rawValue)),
            Sentence(ja: "在宅受付WebのURL：今の、変更前の、知らない", en: "The address of the web reception: the current one, one since replaced, or none")),
        Form.Field(
            "search", .list(.keys(search), longest: 100),
            Sentence(ja: "検索条件として入力するもの（順に）、または一括照会の患者", en: "What is filled in at searches, in order, or the patients of a bulk inquiry")),
        Form.Field(
            "view", .list(view, longest: 50), Sentence(ja: "閲覧する情報（順に）", en: "The medical information that is looked at, in order")),
        Form.Field(
            "look-again", .written(ScenarioForm.moment),
            Sentence(ja: "資格確認限定型の結果をもう一度開く日時", en: "When a kept result of the limited type is opened again")),
        Form.Field(
            "recheck", .flag,
            Sentence(
                ja: "一括照会で確かでない患者を受付で確認し直す", en: "Whether patients whom the bulk inquiry leaves in doubt are asked for again at reception")),
    ]

    static let centre: [Form.Field] = [
        Form.Field("on", .list(setting, longest: 10, isUnique: true), Sentence(ja: "「利用する」にした機能", en: "What the facility has switched on")),
        Form.Field("off", .list(setting, longest: 10, isUnique: true), Sentence(ja: "「利用しない」にした機能", en: "What it has switched off")),
        Form.Field(
            "system-failure", .word(EnablingState.allCases.map(\.rawValue)),
            Sentence(ja: "システム障害時機能の手続きの段階", en: "How far the function for a system failure was enabled")),
        Form.Field("disaster", .keys(disaster), Sentence(ja: "開放された災害時医療情報閲覧", en: "The disaster viewing that was opened")),
    ]

    /// The words of `route`.
    static let routes: [(name: String, route: HomeConsentApp.Route)] = [
        ("home-visit", .homeVisit), ("other-route", .otherRoute), ("reader-broken", .readerBroken),
    ]

    /// The flows that a key is for; a key without a line is for all.
    static func flows(of key: String) -> Set<Scenario.Flow> {
        switch key {
        case "second-reader", "firmware", "passcode", "facility", "last-try": [.certifiedReader]
        case "patient": [.certifiedReader, .limited, .homeConsent, .webReception]
        case "identity": [.certifiedReader, .limited, .homeConsent]
        case "account": [.homeConsent, .disasterViewing, .failureSearch, .bulk, .medicalInquiry, .appSetUp]
        case "app": [.appSetUp]
        case "place": [.disasterViewing]
        case "profession", "view": [.disasterViewing, .medicalInquiry]
        case "device": [.limited, .homeConsent, .webReception, .appSetUp]
        case "route": [.homeConsent]
        case "revisit": [.homeConsent, .webReception]
        case "address": [.webReception]
        case "search": [.disasterViewing, .failureSearch, .bulk, .medicalInquiry]
        case "look-again": [.limited]
        case "recheck": [.bulk]
        default: Set(Scenario.Flow.allCases)
        }
    }

    static let none = ExpectationForm.none

    // MARK: Parts

    private static let device: [Form.Field] = [
        Form.Field(
            "kind", .word(DeviceKind.allCases.map(\.rawValue)), Sentence(ja: "種類（指定がなければ windows）", en: "What it is; windows by default")),
        Form.Field("owner", .word(["facility", "patient"]), Sentence(ja: "施設の端末か患者の端末か", en: "Whose it is")),
        Form.Field("reads-cards", .flag, Sentence(ja: "カードを読めるか", en: "Whether it reads cards")),
        Form.Field("registered", .flag, Sentence(ja: "ポータルサイトで登録済みか", en: "Whether it was registered at the portal")),
        Form.Field(
            "code", .word(Desk.Code.allCases.map(\.rawValue)),
            Sentence(ja: "入力するアクティベーションコード（指定がなければ ready）", en: "The activation code that is typed; ready by default")),
        Form.Field("logged-in", .flag, Sentence(ja: "アカウントで一度ログインしたか", en: "Whether the account has logged in before")),
    ]

    private static let search: [Form.Field] = [
        Form.Field("birth", .written(day), Sentence(ja: "生年月日", en: "The day of birth")),
        Form.Field("sex", .whole(0...9), Sentence(ja: "性別（OQSCD007）", en: "性別 (OQSCD007)")),
        Form.Field("day", .written(day), Sentence(ja: "資格確認日", en: "The day that is asked about")),
        Form.Field("name", .text(longest: 200), Sentence(ja: "氏名", en: "The name")),
        Form.Field("kana", .text(longest: 200), Sentence(ja: "氏名（カナ）", en: "The name in kana")),
        Form.Field("address", .text(longest: 200), Sentence(ja: "住所", en: "The address")),
        Form.Field("insurer", .text(longest: 200), Sentence(ja: "保険者名", en: "The insurer's name")),
        Form.Field(
            "insurer-number", .text(longest: 8),
            Sentence(ja: "保険者番号（これがあれば被保険者証等による検索）", en: "The insurer's number; with it the search is by card")),
        Form.Field("symbol", .text(longest: 40), Sentence(ja: "被保険者証記号", en: "The symbol")),
        Form.Field("number", .text(longest: 40), Sentence(ja: "被保険者証番号", en: "The number")),
        Form.Field("branch", .text(longest: 2), Sentence(ja: "枝番", en: "The branch number")),
    ]

    private static let view = Form.oneOf([
        .word(ConsentCategory.allCases.map(\.rawValue)),
        .keys([
            Form.Field(
                "category", isNeeded: true, .word(ConsentCategory.allCases.map(\.rawValue)),
                Sentence(ja: "情報の区分（OQSCD036）", en: "Which kind")),
            Form.Field("from", .written(day), Sentence(ja: "最初の日", en: "The first day")),
            Form.Field("until", .written(day), Sentence(ja: "最後の日", en: "The last day")),
        ]),
    ])

    private static let disaster: [Form.Field] = [
        Form.Field("area", .text(longest: 100), Sentence(ja: "地域（施設は試験県にある）", en: "The area; the facility is in 試験県")),
        Form.Field("from", isNeeded: true, .written(ScenarioForm.moment), Sentence(ja: "最初の日時", en: "The first second")),
        Form.Field("until", isNeeded: true, .written(ScenarioForm.moment), Sentence(ja: "最後の日時", en: "The last second")),
    ]

    private static let setting = Form.word(EnvironmentSetting.allCases.map(\.rawValue))

    static let day = Form.Writing(
        Sentence(ja: "2026-04-01 のような日", en: "a day such as 2026-04-01"), pattern: "^\\d{4}-\\d{2}-\\d{2}$"
    ) { $0.utf8.count == 10 && JapaneseTime($0) != nil }

    private static let serial = Form.Writing(
        Sentence(ja: "テスト患者一覧の Serial（7e57 で始まる16進数）", en: "a serial of the list of test patients, which begins with 7e57,"),
        pattern: "^7e57[0-9a-f]{8}$"
    ) { $0.utf8.count == 12 && $0.hasPrefix("7e57") && $0.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) } }
}
