import Diagnosis
import Eligibility
import Guidance
import MedicalAccess
import ReaderKit
import Staging

/// The keys of a scenario file.
enum ScenarioForm {
    static func root(_ vocabulary: Vocabulary) -> Form {
        .keys(fields(vocabulary) + DeskForm.fields + [expect])
    }

    private static let expect = Form.Field(
        "expect", isNeeded: true, .keys(ExpectationForm.fields), Sentence(ja: "こうなるはずのこと", en: "What is to come of it"))

    private static func fields(_ vocabulary: Vocabulary) -> [Form.Field] {
        [
            Form.Field(
                "scenario", isNeeded: true, .text(longest: 200), Sentence(ja: "題名。何の場面か1行で", en: "The title: what it is, in one line")),
            Form.Field("about", .text(longest: 4_000), Sentence(ja: "説明", en: "More about it")),
            Form.Field("rules", .list(rule, longest: 50, isUnique: true), Sentence(ja: "この場面が守る規則の番号", en: "The rules that it holds")),
            Form.Field(
                "at", isNeeded: true, .written(moment),
                Sentence(ja: "始まる日時（日本時間。元号でもよい）", en: "When it begins, in Japanese time; the day may stand in its era")),
            Form.Field("flow", .word(Scenario.Flow.allCases.map(\.rawValue)), Sentence(ja: "業務の種類", en: "Which program and which steps")),
            Form.Field(
                "needs", .list(.word(Scenario.Capability.allCases.map(\.rawValue)), longest: 10, isUnique: true),
                Sentence(ja: "カードリーダーに必要な機能（ないカードリーダーでは行わない）", en: "What the reader must have; others are passed over")),
            Form.Field(
                "reader", .oneOf([.word(vocabulary.readers), .list(.word(vocabulary.readers), longest: 20, isUnique: true)]),
                Sentence(ja: "この機種だけで行う", en: "The only models that it is about")),
            Form.Field(
                "second-reader", .word(vocabulary.readers), Sentence(ja: "横に置く、画面のないカードリーダー", en: "A reader without a screen beside it")),
            Form.Field("firmware", .written(firmware), Sentence(ja: "カードリーダーのファームウェア", en: "The program in the reader")),
            Form.Field(
                "passcode", .word(Scenario.Passcode.allCases.map(\.rawValue)),
                Sentence(
                    ja: "目視確認用パスコード：未発行、再起動の後に発行、発行の後に再起動（指定がなければ restarted）",
                    en: "The staff's passcode: none, issued after the last restart, or restarted since, which it is by default")),
            Form.Field("facility", .text(longest: 100), Sentence(ja: "待受画面に出す医療機関・薬局名", en: "The facility's name on the idle screen")),
            Form.Field("centre", .keys(centre), Sentence(ja: "資格確認システムのふるまい", en: "How the eligibility system behaves")),
            Form.Field("card", card(vocabulary), Sentence(ja: "患者の架空のカード", en: "The patient's synthetic card")),
            Form.Field(
                "identity", .word(IdentityMethod.allCases.map(\.rawValue)), Sentence(ja: "本人確認の方法", en: "How the patient is proved")),
            Form.Field("last-try", .flag, Sentence(ja: "暗証番号の残り1回も使う", en: "Use the last try of the PIN too")),
            Form.Field("people", .keys(people), Sentence(ja: "患者と職員", en: "The patient and the staff")),
            Form.Field(
                "stage", .list(stageLine, longest: 200),
                Sentence(
                    ja: "いつもと違うこと（CUE: ACTION。一覧は help visit、アプリや端末では誤りの文にある）",
                    en: "What happens otherwise than usual, CUE: ACTION; 'help visit' lists them, and what is wrong at an app or terminal")),
        ]
    }

    // MARK: Texts of a kind of their own

    static let moment = Form.Writing(
        Sentence(ja: "2026-11-21 09:30:00 や 令和8年11月21日 09:30 のような日時", en: "a time such as 2026-11-21 09:30:00, or 令和8年11月21日 09:30,"),
        pattern: "^(\\d{4}-\\d{2}-\\d{2}|(令和|平成|昭和|大正|明治)(元|\\d{1,2})年\\d{1,2}月\\d{1,2}日)"
            + "([T ]\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?)?$"
    ) { JapaneseTime($0) != nil }

    static let duration = Form.Writing(
        Sentence(ja: "1.5s や 1500ms のような時間", en: "a length of time such as 1.5s or 1500ms"), pattern: "^\\d+(\\.\\d{1,3})?(ms|s)$"
    ) { Duration(written: $0) != nil }

    static let rule = Form.written(
        Form.Writing(Sentence(ja: "規則の番号", en: "the number of a rule"), pattern: "^(R\\d{3}[a-z]?|N\\d{2})$") { text in
            RuleBook.standard[text] == nil ? Sentence(ja: "そのような番号の規則はありません", en: "there is no rule of this number") : nil
        })

    static let firmware = Form.Writing(
        Sentence(ja: "2.1.0-bv のような版（b 職員用ボタン、v 目視確認）", en: "a version such as 2.1.0-bv (b: staff button, v: visual check)"),
        pattern: "^\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}(-[bv]*)?$"
    ) { StagedWord("firmware \($0)") != nil }

    // MARK: Parts

    private static let centre: [Form.Field] =
        [
            Form.Field("latency", .written(duration), Sentence(ja: "応答までの時間", en: "How long an answer takes")),
            Form.Field("fault", .word(Scenario.CentreConduct.Fault.allCases.map(\.rawValue)), Sentence(ja: "障害", en: "What goes wrong")),
            Form.Field(
                "fault-at", .whole(1...1_000),
                Sentence(ja: "何番目の要求で障害になるか（指定がなければすべて）", en: "At which message that goes wrong; all of them where it is not said")),
            Form.Field("fault-from", .whole(1...1_000), Sentence(ja: "何番目の要求から障害になるか", en: "From which message on that goes wrong")),
        ] + DeskForm.centre

    private static func card(_ vocabulary: Vocabulary) -> Form {
        .oneOf([
            .word(vocabulary.holders + vocabulary.cards.filter { !vocabulary.holders.contains($0) }),
            .keys([
                Form.Field("kind", .word(vocabulary.cards), Sentence(ja: "カードの種類", en: "The kind of card")),
                Form.Field("holder", .word(vocabulary.holders), Sentence(ja: "持ち主（架空の人物）", en: "The synthetic person")),
                Form.Field(
                    "file", .text(longest: 1_000), Sentence(ja: "card new が作ったファイル（この場面のファイルから見た場所）", en: "A file of 'card new', from here")
                ),
                Form.Field("revoked", .flag, Sentence(ja: "電子証明書が失効している", en: "Whether its certificate was revoked")),
                Form.Field("tries-left", .whole(0...3), Sentence(ja: "暗証番号の残り回数", en: "How many tries the PIN has left")),
                Form.Field(
                    "face-tries-left", .whole(0...10),
                    Sentence(ja: "照合番号Bの残り回数", en: "How many tries 照合番号B has left, which opens the photograph")),
            ]),
        ])
    }

    private static let people: [Form.Field] = [
        Form.Field(
            "pin", .oneOf([.word(["right", "wrong"]), .written(pin)]),
            Sentence(
                ja: "患者が入力する暗証番号（数字は架空のカードのものだけ、引用符で囲む）", en: "The PIN that the patient types; digits only of a synthetic card, in quotes")),
        Form.Field("placing", .written(duration), Sentence(ja: "カードを置くまでの時間", en: "How long until the card is placed")),
        Form.Field("seed", .whole(0...999_999_999), Sentence(ja: "間の取り方の乱数の種", en: "What their pauses are drawn from")),
    ]

    /// Four digits, which is what the PIN of the authentication key has. What else is typed there is never repeated.
    private static let pin = Form.Writing(
        Sentence(ja: "4桁の数字", en: "right, wrong or four digits in quotes"), pattern: "^[0-9]{4}$"
    ) { $0.utf8.count == 4 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }

    private static let stageLine = Form.oneOf([
        .pair(
            Form.Pair(keyPattern: "^[a-z0-9#+-]+$", value: .text(longest: 100)) { cue, action in
                fault(in: "\(cue):\(action)")
            }),
        .written(Form.Writing(Sentence(ja: "CUE:ACTION", en: "CUE:ACTION"), pattern: "^[a-z0-9#+-]+:.+$") { fault(in: $0) }),
    ])

    /// Whether it goes with the flow is asked where both are known.
    private static func fault(in line: String) -> Sentence? {
        guard let fault = StagedLine.fault(in: line), DeskLine(line) == nil else { return nil }
        return DeskLine.isMeant(by: line) ? DeskLine.fault(in: line) : fault
    }
}

extension Duration {
    /// `1.5s` or `1500ms`, a day at most; `nil` for anything else.
    init?(written text: String) {
        let isMilliseconds = text.hasSuffix("ms")
        guard isMilliseconds || text.hasSuffix("s") else { return nil }
        let parts = text.dropLast(isMilliseconds ? 2 : 1).split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : ""
        guard (1...2).contains(parts.count), (1...8).contains(parts[0].utf8.count),
            parts.count == 1 || (1...3).contains(fraction.utf8.count),
            (parts[0] + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let whole = Int(parts[0]), let thousandths = Int(fraction + String(repeating: "0", count: 3 - fraction.count))
        else { return nil }
        let units = whole * 1_000 + thousandths
        self = isMilliseconds ? .microseconds(units) : .milliseconds(units)
        guard self <= .seconds(86_400) else { return nil }
    }

    /// As a file has it, in seconds and thousandths.
    var written: String {
        let milliseconds = wholeMilliseconds
        let fraction = milliseconds % 1_000
        return fraction == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }

    private var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
