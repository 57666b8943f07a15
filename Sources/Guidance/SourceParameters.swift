/// Every point on which the sources contradict each other or are silent.
public enum SourceParameters {
    /// When four digits on the keypad are sent (R070): the figure has neither 確定 nor 訂正.
    public enum Submission: String, Sendable, Hashable {
        /// With the fourth digit.
        case onFourthDigit
        /// With a key.
        case onConfirmKey
    }

    /// How the keypad submits.
    public static let keypadSubmission = SourceParameter<Submission>(
        "keypad-submission", "R070", .init(.onFourthDigit, .fallback), not: [.init(.onConfirmKey, nil)],
        ja: "図のテンキーには確定も訂正もないため、4桁目で送る。",
        en: "The keypad in the figure has no key to confirm or to correct, so the fourth digit sends.")
    /// What the date beside the kana name in the result is (R080).
    public static let resultDate = SourceParameter<String>(
        "result-date", "R080", .init("資格確認日", .published), not: [.init("西暦誕生日", .clinics), .init("資格取得日", .fallback)],
        ja: "二つの資料で名前が違い、値はどちらとも合わないが、電文の資格確認日とは合う。",
        en: "Two documents label it in two ways that its value fits neither; the day of confirmation in the message does fit.")
    /// The age on the sample screen (R084).
    public static let sampleAge = SourceParameter<Int>(
        "sample-age", "R084", .init(49, nil), not: [.init(50, .clinics), .init(50, .fallback)],
        ja: "昭和45年1月1日生まれは令和元年11月1日に49歳であり、画面例の50歳は計算に使わない。",
        en: "Who was born on 1970-01-01 is 49 on 2019-11-01; the 50 of the sample is shown and never computed with.")
    /// How many digits an insurer's number has (R084, R085).
    public static let insurerNumberDigits = SourceParameter<ClosedRange<Int>>(
        "insurer-number-digits", "R084", .init(6...8, .handbook), not: [.init(5...5, .clinics), .init(5...5, .fallback)],
        ja: "画面例の12345は5桁だが、保険証の説明は6～8桁とする。", en: "The sample 12345 has five; the explanation of the insurance card says six to eight.")
    /// For how many years drugs can be referred to (R093).
    public static let drugYears = SourceParameter<Int>(
        "drug-years", "R093", .init(5, .clinics), not: [.init(3, .published)],
        ja: "最も新しい資料の5年を採り、保持期間は設定で変えられる。", en: "The newest document says five; the period can be set.")
    /// From when on limit certificates need no consent of their own (R101); `nil` for never.
    public static let limitConsentEnd = SourceParameter<Milestone?>(
        "limit-consent-end", "R101", .init(.limitScreenGone, .published), not: [.init(nil, .report)],
        ja: "2024年10月7日から限度額の同意画面はなくなった。それより前の日付には前の規則が当てはまる。",
        en: "The screen is gone since 2024-10-07; to days before that the older rule applies.", text: { $0?.day.description ?? "never" })
    /// Which pattern is for which situation (R131).
    public static let fallbackTable = SourceParameter<FallbackTable>(
        "fallback-table", "R131", .init(.standard, nil), not: [.init(.stated, .fallback)],
        ja: "言葉で明記された組合せだけでは①②に対応がないため、図の配置から読み取ったものを加える。",
        en: "What is said in words leaves two situations without help, so what the figure suggests is added, marked as inferred.",
        text: { "\($0.lines.count) lines" })
    /// When the call centre answers (R225).
    public static let generalHours = SourceParameter<OpeningHours>(
        "call-centre-hours", "R225", .init(.general, .clinics), not: [.init(.general, .limited), .init(.systemFailureFunction, .fallback)],
        ja: "新しい二つの資料が一致する。", en: "The two newer documents agree.", text: hours)
    /// When it answers about the opening of the inquiry at system failure (R139).
    public static let failureFunctionHours = SourceParameter<OpeningHours>(
        "failure-function-hours", "R139", .init(.systemFailureFunction, .fallback), not: [.init(.general, .clinics)],
        ja: "この機能の開放に係る問い合わせとして別に書かれている。", en: "They are given for enquiries about this very function.", text: hours)
    /// What the switch of the setting covers (R167).
    public static let routeSwitchScope = SourceParameter<String>(
        "route-switch-scope", "R167", .init("オンライン診療等・外来診療等", .fallback), not: [.init("訪問診療等・オンライン診療等・外来診療等", .fallback)],
        ja: "項目名にあるのは二つで、訪問診療等は見出しにのみあり、その設定は示されていない。",
        en: "The item names two; home visits are in the heading only, and their own switch is not shown.")
    /// Whether the URL before a change stops (R168).
    public static let formerURLStops = SourceParameter<Bool>(
        "former-url-stops", "R168", .init(true, nil), not: [.init(false, nil)],
        ja: "資料にない。変更は配り過ぎたURLを止めるためのものと考える。", en: "Nobody says; a change is taken to be there to stop what was spread too far.")
    /// The menu of activation codes (R175).
    public static let activationMenu = SourceParameter<String>(
        "activation-menu", "R175", .init("アクティベーションコード管理", .fallback), not: [.init("アクティベーション管理", .fallback)],
        ja: "本文と図で名前が違い、操作を示す図の方を採る。", en: "Text and figure differ; the figure shows what is pressed.")
    /// What the secret is called that opens the app (R184).
    public static let loginSecret = SourceParameter<String>(
        "login-secret", "R184", .init("パスコード", .fallback), not: [.init("パスワード", .fallback)],
        ja: "初期設定で決めるのは4桁のパスコードであり、パスワードはアカウントのものである。",
        en: "What is chosen at set-up is a four-digit passcode; the password is that of the account.")
    /// Whether a reissue ends the passcode before it at once (R163).
    public static let reissueEndsPasscode = SourceParameter<Bool>(
        "reissue-ends-passcode", "R163", .init(true, nil), not: [.init(false, nil)],
        ja: "「新しいパスコードでの再発行」とあるため、古いものは使えなくなると考える。", en: "It is a reissue with a new passcode; the old one is taken to end with it.")
    /// After how many wrong passcodes in a row the reader refuses more (R166); `nil` for never.
    public static let passcodeTries = SourceParameter<Int?>(
        "passcode-tries", "R166", .init(nil, nil), not: [.init(3, nil)],
        ja: "資料にない。暗証番号の3回とは別のものである。", en: "Nobody says; the three tries are those of the PIN.", text: count)
    /// For how many minutes an activation code is good (R176); `nil` for as long as it is not made invalid.
    public static let activationCodeMinutes = SourceParameter<Int?>(
        "activation-code-minutes", "R176", .init(nil, .published), not: [.init(1_440, nil)],
        ja: "期限は書かれておらず、公開の電文には無効化の要求がある。", en: "No period is said, and the public interface has a request to make a code invalid.",
        text: count)
    /// Whether an activation code serves one device once (R175, R203).
    public static let activationCodeIsSingleUse = SourceParameter<Bool>(
        "activation-code-single-use", "R175", .init(true, nil), not: [.init(false, nil)],
        ja: "コードは端末識別メモ情報ごとに発行されるため、一台で一度使うと考える。", en: "A code is issued for the memo of one device, so it is taken to serve once.")
    /// Whether consent that was chosen counts where the patient presses 終了する before the end (R064).
    public static let consentSurvivesEnd = SourceParameter<Bool>(
        "consent-survives-end", "R064", .init(false, nil), not: [.init(true, nil)],
        ja: "資料にない。完了していない同意は登録しない。", en: "Nobody says; consent that was not completed is not registered.")
    /// What the inquiry at system failure says where nobody is found (R144).
    public static let nobodyFound = SourceParameter<String>(
        "nobody-found", "R144", .init("該当なしの表示", nil), not: [.init("空の検索結果", nil)],
        ja: "資料にない。空の一覧は故障と区別できない。", en: "Nobody says; an empty list cannot be told from a failure.")
    /// What exact matching of names overlooks (R142).
    public static let nameFolding = SourceParameter<String>(
        "name-folding", "R142", .init("なし", .fallback), not: [.init("全角・半角、空白、かな", nil)],
        ja: "「完全一致で検索します」とあり、何も同一視しない。", en: "It matches exactly, so nothing is overlooked.")
    /// What the subsidy is rounded down to, in yen (R222).
    public static let subsidyUnit = SourceParameter<Int>(
        "subsidy-unit", "R222", .init(1, nil), not: [.init(1_000, nil)],
        ja: "資料に端数の扱いはない。円未満を切り捨てる。", en: "Nobody says how it is rounded; fractions of a yen are dropped.")

    /// All of them, for printing.
    public static let all: [PrintedParameter] = [
        keypadSubmission.printed, resultDate.printed, sampleAge.printed, insurerNumberDigits.printed, drugYears.printed,
        limitConsentEnd.printed, fallbackTable.printed, generalHours.printed, failureFunctionHours.printed, routeSwitchScope.printed,
        formerURLStops.printed, activationMenu.printed, loginSecret.printed, reissueEndsPasscode.printed, passcodeTries.printed,
        activationCodeMinutes.printed, activationCodeIsSingleUse.printed, consentSurvivesEnd.printed, nobodyFound.printed,
        nameFolding.printed, subsidyUnit.printed,
    ]

    private static func count(_ value: Int?) -> String { value.map { "\($0)" } ?? "none" }

    private static func hours(_ hours: OpeningHours) -> String {
        func clock(_ minute: Int) -> String { "\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)" }
        func text(_ range: Range<Int>?) -> String { range.map { "\(clock($0.lowerBound))–\(clock($0.upperBound))" } ?? "–" }
        return "Mon–Fri \(text(hours.weekdays)), Sat \(text(hours.saturdays))"
    }
}
