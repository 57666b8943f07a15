import Diagnosis
import Eligibility
import MedicalAccess
import ReaderKit
import Reception

/// The keys under `expect`. What is a single value there is a field of the result of the same name.
enum ExpectationForm {
    static let none = "none"

    static let fields: [Form.Field] =
        single + [
            Form.Field(
                "consent", .oneOf([.keys(consent), .word([none])]),
                Sentence(ja: "区分ごとの同意（OQSCD036）。none は答えていない", en: "What was consented to, by category (OQSCD036); none: not answered")),
            Form.Field(
                "registered", .keys(registered),
                Sentence(ja: "登録された同意の区分ごとの有無（OQSCD016）", en: "What the centre has registered, by category: the flag (OQSCD016)")),
            Form.Field(
                "eligibility", .oneOf([.keys(eligibility), .word([none])]),
                Sentence(ja: "資格確認の回答。none は回答なし", en: "What the centre has answered; none: nothing")),
            Form.Field(
                "screens", .list(screen, longest: 200),
                Sentence(
                    ja: "画面の順。名前だけか、名前と全部の行（日本語か英語、1文字も違わず）",
                    en: "The screens in order: the name, or the name and every line, in Japanese or English, to the letter")),
            Form.Field(
                "status-words", .list(.written(statusWord), longest: 1_000),
                Sentence(ja: "カードの応答の順（* は0個以上の何でも）", en: "The card's status words in order; * is any number of any")),
            Form.Field(
                "audit", .list(.written(auditEntry), longest: 1_000),
                Sentence(
                    ja: "資格確認システムの監査記録の順。機能と結果（* は0個以上の何でも）",
                    en: "What the centre writes down, a function and what came of it each; * is any number of any")),
            Form.Field(
                "viewed", .list(.written(viewEntry), longest: 100),
                Sentence(
                    ja: "施設の監査記録：区分と、shown か拒否のコード（順に）",
                    en: "The facility's own audit trail, in order: a category, and shown or why it was refused")),
            Form.Field(
                "booked", .list(.word(bookedStates), longest: 100),
                Sentence(ja: "一括照会の後の予約患者の扱い（順に）", en: "How each booked patient stands after the bulk inquiry, in order")),
            Form.Field("at-most", .keys(limits), Sentence(ja: "上限", en: "Limits")),
            Form.Field(
                "absent", .list(.text(longest: 200), longest: 50),
                Sentence(ja: "記録のどこにもない語", en: "Words that stand nowhere in what is written of the session")),
        ]

    /// What is one value, and a field of the result.
    static let single: [Form.Field] = [
        Form.Field(
            "outcome", isNeeded: true, .written(code), Sentence(ja: "結果のコード", en: "How it ends: confirmed, or the code of an error")),
        Form.Field("exit", .whole(0...255), Sentence(ja: "visit の終了コード", en: "The exit status that visit has then")),
        Form.Field(
            "identity", .word(IdentityMethod.allCases.map(\.rawValue) + [none]),
            Sentence(ja: "本人と確認した方法", en: "How the patient was proved")),
        Form.Field("certificate", .written(code), Sentence(ja: "電子証明書の検証の結果", en: "What came of checking the certificate")),
        Form.Field("genuine", .written(code), Sentence(ja: "カードの真正性の確認の結果", en: "Whether the card was found genuine")),
        Form.Field("card-left", .flag, Sentence(ja: "カードの取り忘れ", en: "Whether the card was left behind")),
        Form.Field("card-reader", .word(["first", "second", none]), Sentence(ja: "カードが置かれた場所", en: "Where the card was placed")),
        Form.Field(
            "delivery", .word(ConsentDelivery.allCases.map(\.rawValue)),
            Sentence(
                ja: "同意の登録：none 登録なし、sent 不明、registered 登録済み",
                en: "Whether the consent is registered: none, sent (nobody knows) or registered")),
        Form.Field("kept", .flag, Sentence(ja: "look-again の時に結果を開けるか", en: "Whether the kept result opens at look-again")),
        Form.Field("tries-left", .whole(0...3), Sentence(ja: "終わりの暗証番号の残り回数", en: "How many tries the PIN has left at the end")),
    ]

    static let consent: [Form.Field] = ConsentCategory.allCases.map { category in
        Form.Field(category.rawValue, .oneOf([.flag, .word([none])]), category.name)
    }

    static let registered: [Form.Field] = ConsentCategory.allCases.map { category in
        Form.Field(category.rawValue, .whole(0...3), category.name)
    }

    static let eligibility: [Form.Field] = [
        Form.Field("validity", .whole(1...6), Sentence(ja: "資格有効性（OQSCD006）", en: "資格有効性 (OQSCD006)")),
        Form.Field("contribution", .whole(0...100), Sentence(ja: "一部負担金割合（％）", en: "What the person pays, per cent")),
        Form.Field("insurer", .text(longest: 100), Sentence(ja: "保険者名称", en: "The insurer's name")),
        Form.Field("insurer-number", .text(longest: 8), Sentence(ja: "保険者番号", en: "The insurer's number")),
        Form.Field("symbol", .text(longest: 40), Sentence(ja: "被保険者証記号", en: "The symbol")),
        Form.Field("number", .text(longest: 40), Sentence(ja: "被保険者証番号", en: "The number")),
        Form.Field("branch", .text(longest: 2), Sentence(ja: "枝番", en: "The branch number")),
        Form.Field("name", .text(longest: 200), Sentence(ja: "氏名", en: "The name")),
        Form.Field("birth", .written(DeskForm.day), Sentence(ja: "生年月日", en: "The day of birth")),
        Form.Field("sex", .whole(1...3), Sentence(ja: "性別（OQSCD007）", en: "性別 (OQSCD007)")),
        Form.Field("day", .written(DeskForm.day), Sentence(ja: "資格確認日", en: "The day that was asked about")),
    ]

    static let limits: [Form.Field] = [
        Form.Field("apdus", .whole(0...100_000), Sentence(ja: "カードへのコマンドの数", en: "Commands to the card")),
        Form.Field("time", .written(ScenarioForm.duration), Sentence(ja: "全体の時間", en: "How long it all takes")),
    ]

    /// Of readers, and of apps, terminal and web reception; some have one name.
    static let screenNames: [String] = {
        let names = Screen.Kind.allCases.map(\.rawValue) + StaffScreen.allCases.map(\.rawValue)
        return names + ReceptionScreen.Kind.allCases.map(\.rawValue).filter { !names.contains($0) }
    }()

    /// What `BookedPatients` says of a patient.
    private static let bookedStates = ["unknown", "valid", "recheck", "rechecked-valid", "rechecked-other"]

    private static let screen = Form.oneOf([
        .word(screenNames),
        .pair(
            Form.Pair(keyPattern: "^(\(screenNames.joined(separator: "|")))$", value: .list(.text(longest: 400), longest: 60)) { name, _ in
                guard !screenNames.contains(name) else { return nil }
                let list = screenNames.joined(separator: ", ")
                return Sentence(ja: "画面は次のいずれかです：\(list)", en: "a screen is one of: \(list)")
            }),
    ])

    private static let code = Form.Writing(
        Sentence(ja: "confirmed のような結果のコード", en: "a code such as confirmed"), pattern: "^[a-z][a-z0-9-]{1,60}$"
    ) { text in
        (2...61).contains(text.utf8.count) && text.utf8.first.map { (0x61...0x7A).contains($0) } == true
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private static let statusWord = Form.Writing(
        Sentence(ja: "9000 のような4桁の16進数、* またはエラーのコード", en: "four hexadecimal digits such as 9000, * or the code of an error"),
        pattern: "^([0-9A-F]{4}|\\*|[a-z][a-z0-9-]+)$", takesNumbers: true
    ) { text in
        if text == "*" || code.fault(text) == nil { return true }
        return text.utf8.count == 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }
    }

    private static let auditEntry = Form.Writing(
        Sentence(ja: "eligibility done のような機能と結果、または *", en: "a function and what came of it, such as eligibility done, or *"),
        pattern: "^([a-z][a-z-]* (shown|hidden|done|refused)|\\*)$"
    ) { text in
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard text != "*" else { return true }
        let isName =
            words[0].utf8.first != 0x2D && !words[0].isEmpty && words[0].utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D }
        return words.count == 2 && isName && ["shown", "hidden", "done", "refused"].contains(words[1])
    }

    private static let viewEntry = Form.Writing(
        Sentence(ja: "YZK shown のような区分と結果", en: "a category and what came of it, such as YZK shown"),
        pattern: "^([A-Z]{3} [a-z][a-z-]+|\\*)$"
    ) { text in
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard text != "*" else { return true }
        return words.count == 2 && words[0].utf8.count == 3 && words[0].utf8.allSatisfy { (0x41...0x5A).contains($0) }
            && words[1].utf8.count > 1 && words[1].utf8.first != 0x2D
            && words[1].utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D }
    }
}
