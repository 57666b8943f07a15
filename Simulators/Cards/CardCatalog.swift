/// Every kind of card by name.
extension CardKind {
    /// The kind of this name; `nil` where there is none.
    public static func named(_ name: String) -> CardKind? { all.first { $0.name == name } }

    /// A plastic My Number Card in the field, the usual one.
    public static let myNumberCard = CardKind(.myNumberCard, "個人番号カード（非接触）", "A My Number Card in the field", .measured)
    /// A plastic My Number Card on its contacts, with the answer to reset that OpenSC knows.
    public static let knownToOpenSC = CardKind(
        .myNumberCardKnownToOpenSC, "OpenSCが知るATRの個人番号カード（接触）", "A My Number Card with the ATR that OpenSC knows, on its contacts",
        .measured, interface: .contact)

    /// Every kind, the usual ones first.
    public static let all: [CardKind] =
        plastic + [
            CardKind(
                .myNumberCard, named: "expired", "電子証明書の有効期限が切れた個人番号カード", "A My Number Card whose certificates have expired", .measured,
                holder: .expired),
            CardKind(
                .myNumberCard, named: "expiring", "電子証明書の有効期限が2027年1月10日の個人番号カード",
                "A My Number Card whose certificates end on 2027-01-10", .measured, holder: .expiring),
            CardKind(
                .myNumberCard.issuing([.authenticationPIN], as: .exhausted), named: "pin-blocked", "利用者証明用の暗証番号がロックされた個人番号カード",
                "A My Number Card whose authentication PIN is blocked", .measured),
            CardKind(
                .myNumberCard.issuing([.authenticationPIN, .signaturePassword, .textPIN, .commonPIN, .residentRegistryPIN], as: .blocked),
                named: "face-only", "顔認証マイナンバーカード（暗証番号は使えない）", "A card for face authentication only: no PIN can be used", .published),
            CardKind(
                .myNumberCard, named: "child", "15歳未満の個人番号カード（署名用電子証明書なし）",
                "The card of a child under fifteen: no signature certificate", .published, holder: .child),
            CardKind(.androidToken, "Androidスマートフォンの電子証明書", "The token in an Android phone", .measured, issued: .certificates),
            CardKind(.iPhoneToken, "iPhoneの電子証明書", "The token in an iPhone", .measured, issued: .certificates),
            CardKind(
                .residentRegistryCard, "住民基本台帳カード", "The resident registry card, before the My Number Card", .assumed, interface: .contact,
                issued: .certificates),
            CardKind(.drivingLicence, "運転免許証", "A driving licence", .assumed, issued: .nothing),
            CardKind(.residenceCard, "在留カード", "A residence card", .assumed, issued: .nothing),
            CardKind(
                .nextGeneration, "次期個人番号カード（P-384、仮定）", "The next My Number Card: P-384, two applications", .assumed,
                issued: .nextGeneration),
            CardKind(.slow, "計算が20倍遅いカード", "A My Number Card that computes twenty times as long", .assumed),
            CardKind(.mute, "リセットに応答した後、何も答えないカード", "A card that answers its reset and then nothing", .assumed),
            CardKind(.dead, "リセットに応答しないカード", "A card that does not answer its reset", .assumed),
        ]

    /// The plastic My Number Card on both interfaces and from several vendors.
    private static let plastic: [CardKind] = [
        myNumberCard,
        CardKind(
            .myNumberCard, named: "my-number-card-contact", "個人番号カード（接触）", "A My Number Card on its contacts", .measured,
            interface: .contact),
        knownToOpenSC,
        CardKind(
            .myNumberCardShortLength, "拡張長のない個人番号カード（接触）", "A My Number Card without extended length, on its contacts", .measured,
            interface: .contact),
        CardKind(
            .myNumberCardShortLength, named: "my-number-card-short-contactless", "拡張長のない個人番号カード（非接触）",
            "A My Number Card without extended length, in the field", .measured),
        CardKind(
            .myNumberCardByT0, "T=0だけの個人番号カード（接触、拡張長なし）", "A My Number Card with T=0 only, without extended length, on its contacts",
            .assumed, interface: .contact),
        CardKind(
            .randomIdentifier, "毎回PUPIが変わる個人番号カード", "A My Number Card with another identifier (PUPI) at each power-up", .measured),
        CardKind(
            .failingFirst, "最初のコマンドに6F00を返す個人番号カード", "A My Number Card that answers 6F00 to the first command", .measured),
    ]
}
