import Certificates
import Commands
import Diagnosis
import ISO7816
import JapaneseCalendar
import MyNumberCard

/// `kazasu card info`: what a card says of itself without any secret.
let cardInfoCommand = cardSubcommand(
    "info", Sentence(ja: "カードの種類、有効期限、版を表示する", en: "Show kind, expiry and versions of the card"),
    discussion: Sentence(
        ja: "秘密を使わずに読めるものだけを読む。カードの製造番号は --personal を付けたときだけ表示する。",
        en: "Reads only what is free to read. The card's serial number is shown with --personal only."),
    options: [VisitOptions.personal],
    example: Example("kazasu card info --reader sim:card", Sentence(ja: "シミュレーションのカードを見る", en: "Look at a simulated card"))
) { context in
    let card = context.card
    let token = try card.readTokenInformation()
    let record = try ifPresent { () throws(CardError) in try card.readIssueRecord() }
    let text = try ifPresent { () throws(CardError) in try card.readTextInformation() }
    let face = try ifPresent { () throws(CardError) in try card.readFaceInformation() }
    let today = CalendarDay(inJapanAtUnixTime: context.station.unixTime)
    let declaration = (try? AnswerToReset(bytes: context.channel.answerToReset))?.extendedLengthDeclaration ?? .notDeclared
    let isPersonal = context.invocation[VisitOptions.personal]
    try context.print([
        ResultRow("kind", Sentence(ja: "種類", en: "kind"), token.kind.value),
        ResultRow("label", Sentence(ja: "ラベル", en: "label"), .text(token.label)),
        ResultRow("answerToReset", Sentence(ja: "ATR", en: "ATR"), .text(Hexadecimal.text(context.channel.answerToReset))),
        ResultRow("extendedLength", Sentence(ja: "拡張長の宣言", en: "declares extended length"), .truth(declaration == .declared)),
        ResultRow("municipality", Sentence(ja: "市区町村コード", en: "municipality"), .text(record?.municipality ?? face?.municipality)),
        ResultRow("expiry", Sentence(ja: "有効期限", en: "expires after"), .text(record?.expiry.description)),
        ResultRow("expired", Sentence(ja: "期限切れ", en: "expired"), record.map { .truth($0.isExpired(on: today)) }),
        ResultRow(
            "textVersion", Sentence(ja: "券面事項入力補助APの版", en: "four items version"), .text(text.map { Hexadecimal.text([$0.version]) })),
        ResultRow("faceVersions", Sentence(ja: "券面事項確認APの版", en: "card face versions"), .text(face.map { Hexadecimal.text($0.versions) })),
        ResultRow("serial", Sentence(ja: "製造番号", en: "serial number"), isPersonal ? .text(record?.serial) : nil),
    ])
}

/// What a card may lack, such as a phone: `nil` then.
private func ifPresent<Value>(_ read: () throws(CardError) -> Value) throws(CardError) -> Value? {
    do { return try read() } catch {
        switch error {
        case .applicationMissing, .notOnThisCard, .refused(.fileNotFound, _): return nil
        default: throw error
        }
    }
}

extension TokenDescription.Kind {
    fileprivate var value: ResultValue { .word(name, words) }

    private var name: String {
        switch self {
        case .myNumberCard: "my-number-card"
        case .residentCard: "resident-card"
        case .android: "android"
        case .iPhone: "iphone"
        case .unknown: "unknown"
        }
    }

    var words: Sentence {
        switch self {
        case .myNumberCard: Sentence(ja: "マイナンバーカード", en: "My Number Card")
        case .residentCard: Sentence(ja: "住民基本台帳カード", en: "住民基本台帳カード (older card)")
        case .android: Sentence(ja: "スマホ用電子証明書 (Android)", en: "certificate on an Android phone")
        case .iPhone: Sentence(ja: "スマホ用電子証明書 (iPhone)", en: "certificate on an iPhone")
        case .unknown: Sentence(ja: "不明", en: "unknown")
        }
    }
}
