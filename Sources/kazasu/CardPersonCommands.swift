import Commands
import Diagnosis
import JapaneseCalendar
import MyNumberCard

/// Which secret opens the four items.
enum FourItemsKey: String, CaseIterable {
    case pin
    case visualCode = "visual-code"
}

enum PersonOptions {
    static let by = DefaultedOption<FourItemsKey>(
        "by", placeholder: "SECRET", default: .pin, Sentence(ja: "使う秘密：暗証番号か照合番号B", en: "What opens them: the PIN or 照合番号B"))
    static let atLeast = ValueOption<Int>(
        "at-least", placeholder: "YEARS",
        Sentence(
            ja: "この年齢以上かだけを答える（達していなければ終了コード 1、確かめられなければ 77）",
            en: "Only say whether the age is reached (exit status 1 where it is not, 77 where that is unproven)"),
        parse: { Int($0).flatMap { (1...150).contains($0) ? $0 : nil } })
}

/// `kazasu card four-items`: 基本4情報.
let cardFourItemsCommand = cardSubcommand(
    "four-items", Sentence(ja: "基本4情報（氏名、住所、生年月日、性別）を読む", en: "Read name, address, birth and sex"),
    discussion: Sentence(
        ja: "発行者の署名も確かめ、結果を一緒に表示する。",
        en: "The issuer's signature is checked too, and the verdict shown with them."),
    options: [PersonOptions.by], secrets: [.textPIN, .visualCode], checksChain: true,
    example: Example("kazasu card four-items --reader sim:card", Sentence(ja: "架空の人物の4情報を読む", en: "Those of a synthetic person"))
) { context in
    try context.card.mustHave([.fourItems, .fourItemsIntegrity, .textKeyCertificate])
    let items: FourItems
    switch context.invocation[PersonOptions.by] {
    case .pin:
        items = try context.open(context.card.readFourItems(pin: context.secrets.take(.textPIN), lastTry: context.lastTry))
    case .visualCode:
        items = try context.open(context.card.readFourItems(visualCode: context.secrets.take(.visualCode), lastTry: context.lastTry))
    }
    let verdict = try context.card.checkSignature(of: items, checker: context.trust.cardVerifiable())
    try context.print(
        [
            ResultRow("name", Sentence(ja: "氏名", en: "name"), .text(items.name)),
            ResultRow("address", Sentence(ja: "住所", en: "address"), .text(items.address)),
            ResultRow("birth", Sentence(ja: "生年月日", en: "birth"), .text(items.birth.description)),
            ResultRow("sex", Sentence(ja: "性別", en: "sex"), items.sex.value),
        ], verdict: verdict)
}

/// `kazasu card age`: the age, from the record that holds nothing else.
let cardAgeCommand = cardSubcommand(
    "age", Sentence(ja: "年齢を確かめる", en: "Tell the age of the holder"),
    discussion: Sentence(
        ja: "生年月日だけの記録を読む。年齢は日本の日付で数える。生年月日そのものは --personal を付けたときだけ表示する。",
        en:
            "Reads the record that holds the birth and nothing else; the day is that in Japan. The birth itself is shown with --personal only."
    ),
    options: [PersonOptions.atLeast, VisitOptions.personal], secrets: [.birthKey], checksChain: true,
    example: Example(
        "kazasu card age --reader sim:card --at-least 20", Sentence(ja: "20歳以上か確かめる", en: "Whether the holder is twenty or older"))
) { context in
    let invocation = context.invocation
    let record = try context.open(context.card.readAgeRecord(birthKey: context.secrets.take(.birthKey), lastTry: context.lastTry))
    let verdict = try context.card.checkSignature(of: record, checker: context.trust.cardVerifiable())
    let today = CalendarDay(inJapanAtUnixTime: context.station.unixTime)
    guard record.birth <= today else { throw BirthInFuture() }
    let age = record.birth.age(on: today)
    let least = invocation[PersonOptions.atLeast]
    // Who relies on the exit status must not take an unproven age for a yes.
    let isUnproven = least != nil && verdict == .chainNotChecked
    try context.print(
        [
            ResultRow("age", Sentence(ja: "年齢", en: "age"), least == nil ? .number(age) : nil),
            ResultRow("reached", Sentence(ja: "\(least ?? 0)歳以上", en: "\(least ?? 0) or older"), least.map { .truth(age >= $0) }),
            ResultRow(
                "birth", Sentence(ja: "生年月日", en: "birth"), invocation[VisitOptions.personal] ? .text(record.birth.description) : nil),
            verdict.row,
        ], failure: isUnproven ? ChainNotChecked() : verdict.forgery)
    // An answer and no error.
    if let least, age < least { throw ResultPrinted() }
}

/// The holder is not born yet.
private struct BirthInFuture: DiagnosedError {
    let code = "birth-in-future"
    let sentence = Sentence(ja: "生年月日が今日より後です。日時の設定を確認してください。", en: "The birth is later than today; check the clock.")
    let cause: String? = nil
    let category = FailureCategory.badData
}

private func faceFile(_ invocation: Invocation) throws -> (path: String, form: PhotographForm) {
    guard let path = invocation[CardCommandOptions.output], let form = PhotographForm(path: path) else {
        throw invocation.misuse(
            Sentence(
                ja: "--output に .png、.pgm、.jp2 で終わるファイルを指定してください。",
                en: "Name a file with --output that ends in .png, .pgm or .jp2."))
    }
    return (path, form)
}

/// `kazasu card face`: 券面情報 with the photograph.
let cardFaceCommand = cardSubcommand(
    "face", Sentence(ja: "券面の顔写真をファイルに書く", en: "Write the photograph of the card's face to a file"),
    discussion: Sentence(
        ja: "照合番号Bで開く。顔写真は --output のファイルにだけ書く。名前の終わりが .jp2 ならカードの中の画像そのもの（JPEG 2000）を書く。",
        en: """
            照合番号B opens it. The photograph goes to the file of --output and nowhere else; where its name ends in .jp2 it is the card's own \
            image (JPEG 2000).
            """),
    options: [CardCommandOptions.output, VisitOptions.personal], secrets: [.visualCode], checksChain: true,
    example: Example(
        "kazasu card face --reader sim:card --output face.png", Sentence(ja: "架空の顔写真を書く", en: "The drawn face of a synthetic person")),
    check: { invocation in _ = try faceFile(invocation) }
) { context in
    let invocation = context.invocation
    let (path, form) = try faceFile(invocation)
    let face = try context.open(context.card.readCardFace(visualCode: context.secrets.take(.visualCode), lastTry: context.lastTry))
    let verdict = try context.card.checkSignature(of: face, checker: context.trust.cardVerifiable())
    // No picture of somebody whom the issuer did not put on the card.
    if verdict.forgery == nil { try context.write(form.bytes(of: face.photograph), to: path) }
    let isPersonal = invocation[VisitOptions.personal]
    try context.print(
        [
            ResultRow(
                "photographBytes", Sentence(ja: "カードの顔写真のバイト数", en: "bytes of the photograph on the card"), .number(face.photograph.count)),
            ResultRow("expiry", Sentence(ja: "有効期限", en: "expires after"), .text(face.expiry.description)),
            ResultRow("birth", Sentence(ja: "生年月日", en: "birth"), isPersonal ? .text(face.birth.description) : nil),
            ResultRow("sex", Sentence(ja: "性別", en: "sex"), isPersonal ? face.sex.value : nil),
        ], verdict: verdict)
}

extension Sex {
    fileprivate var value: ResultValue {
        switch self {
        case .male: .word("male", Sentence(ja: "男", en: "male"))
        case .female: .word("female", Sentence(ja: "女", en: "female"))
        case .other: .word("other", Sentence(ja: "その他", en: "other"))
        default: .word("not-stated", Sentence(ja: "なし", en: "not stated"))
        }
    }
}
