import CardImages
import Cards
import Commands
import Diagnosis
import Glibc
import JapaneseCalendar
import Scenarios

private enum CardNewOptions {
    static let holder = ValueOption<String>(
        "holder", placeholder: "FILE", kind: .file,
        Sentence(ja: "架空の人物を書いたJSONファイル（- は標準入力）", en: "A JSON file that describes a made-up person; - is standard input"))
    static let profile = DefaultedOption<CardKind>(
        "profile", placeholder: "KIND", kind: .choices(issuable.map(\.name)), default: .myNumberCard,
        written: CardKind.myNumberCard.name,
        Sentence(ja: "カードの種類", en: "The kind of card"), parse: { name in issuable.first { $0.name == name } })
    /// Without those that are what they are by their holder: whether a certificate has ended, or is missing, follows from person and day.
    private static let issuable = CardKind.all.filter { $0.holder == .hanako }
    static let at = ValueOption<JapaneseTime>(
        "at", placeholder: "TIME", Sentence(ja: "発行する日（既定は今日）", en: "The day of issue; today by default"), parse: { JapaneseTime($0) })
}

/// `kazasu card new`: issues a simulated card.
let cardNewCommand = Command(
    "new", Sentence(ja: "模擬カードを発行してファイルに書く", en: "Issue a simulated card into a file"),
    discussion: Sentence(
        ja: """
            --card FILE でこのカードを使える。中身はJSONで、見ることも書き換えることもできる。鍵も証明書も試験用の認証局のもので、保護されていない。
            人物のファイルには name、address、birth（YYYY-MM-DD）、sex（male、female、other、not-known）が要る。issued、expiry、municipality、serial、\
            securityCode、pictures、secrets は省ける。12桁の個人番号を書く欄はない。省いたものは乱数で決めるので、2回発行すれば違うカードになる。

            証明書の期限と、15歳未満で署名用電子証明書がないことは、発行日と生年月日で決まる。シミュレーションの日時は、発行日より前にはならない。
            この人物は資格データベースにいないので、受付の結果は「該当資格なし」になる。

            --card で使えるカードの種類：
            \(kinds(.japanese))
            """,
        en: """
            --card FILE uses it. The file is JSON and can be read and changed; its keys and certificates are under the test authorities and are not \
            protected. The person's file has name, address, birth (YYYY-MM-DD) and sex (male, female, other, not-known); issued, expiry, \
            municipality, serial, securityCode, pictures and secrets may be left out. There is no field for the 12-digit number. What is left out \
            is chosen by chance, so two cards of one person are different cards.

            When its certificates end, and that a child has none to sign with, follows from birth and day of issue. A simulation that uses the card \
            takes place after its issue. The centre does not know the person, so a visit ends with "no qualification".

            Kinds of cards for --card, and where their behaviour is known from:
            \(kinds(.english))
            """),
    options: [CardNewOptions.holder, CardNewOptions.profile, CardCommandOptions.output, CardNewOptions.at],
    examples: [
        Example(
            "kazasu card new --holder Simulators/Cards/Holders/jiro.json --output jiro-card.json",
            Sentence(ja: "見本の人物にカードを発行する", en: "Issue a card to the sample person")),
        Example("kazasu visit --reader sim:card --card ./jiro-card.json", Sentence(ja: "そのカードで受付する", en: "Use it in a visit")),
    ]
) { invocation in
    guard let source = invocation[CardNewOptions.holder], let output = invocation[CardCommandOptions.output] else {
        throw invocation.misuse(Sentence(ja: "--holder と --output を指定してください。", en: "Name the files with --holder and --output."))
    }
    let now = invocation[CardNewOptions.at]?.unixTime ?? Int64(time(nil))
    let day = CalendarDay(inJapanAtUnixTime: now)
    let description = try HolderDescription(
        json: readFile(source, limit: 1 << 20), today: CardDay(day.year, day.month, day.day),
        // Paths in the file begin at its folder.
        picture: { name in try readFile(name.hasPrefix("/") ? name : folder(of: source) + name, limit: 1 << 20) })
    let image = try CardImage.issue(invocation[CardNewOptions.profile], for: description)
    let bytes = image.json
    try writeFile(output, bytes, cancellation: Interrupts.watch { _ in }.cancellation)
    try invocation.print([
        ResultRow("card", Sentence(ja: "カード", en: "card"), .text(output)),
        ResultRow("profile", Sentence(ja: "種類", en: "kind"), .text(image.kind.name)),
        ResultRow("bytes", Sentence(ja: "バイト数", en: "bytes"), .number(bytes.count)),
    ])
    return 0
}

private func kinds(_ language: Language) -> String {
    CardKind.all.map { kind in
        let words = Sentence(ja: kind.japanese, en: "\(kind.english) (\(kind.provenance.rawValue))").text(in: language)
        return "\(kind.name): \(words)"
    }.joined(separator: "\n")
}
