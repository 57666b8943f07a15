import Certificates
import Commands
import Diagnosis
import MyNumberCard
import SimulationKit

/// What opens the record that names the card's own key.
enum GenuinenessEvidence: String, CaseIterable {
    case birthKey = "birth-key"
    case visualCode = "visual-code"
    case textPIN = "text-pin"

    var route: SecretRoute {
        switch self {
        case .birthKey: .birthKey
        case .visualCode: .visualCode
        case .textPIN: .textPIN
        }
    }

    /// The files that the check reads.
    var files: [CardFile] {
        switch self {
        case .birthKey: [.ageRecord, AgeRecord.keyCertificate]
        case .visualCode: [.cardFace, CardFace.keyCertificate]
        case .textPIN: [.textCardKey, TextCardKey.keyCertificate]
        }
    }

    /// The card's own key.
    var key: CardSigningKey {
        switch self {
        case .birthKey: AgeRecord.cardKey
        case .visualCode: CardFace.cardKey
        case .textPIN: TextCardKey.cardKey
        }
    }
}

enum GenuineOptions {
    static let by = DefaultedOption<GenuinenessEvidence>(
        "by", placeholder: "SECRET", default: .birthKey,
        Sentence(ja: "カードの公開鍵が載った記録を開く秘密", en: "What opens the record that names the card's own key"))
}

/// `kazasu card genuine`: whether it is the card that the issuer made, and no copy.
let cardGenuineCommand = cardSubcommand(
    "genuine", Sentence(ja: "カードが本物か確かめる", en: "Check that the card is genuine and no copy"),
    discussion: Sentence(
        ja: """
            カード自身の鍵に乱数へ署名させ（この鍵に暗証番号は要らない）、その公開鍵が載った記録の署名を、ルート鍵まで確かめる。
            ルート鍵が設定されていない実物のカードは「確認できない」となり、終了コードは 77 である。
            """,
        en: """
            The card signs a random challenge with its own key, which asks for no PIN; the record that names that key is followed up to a root key.
            A real card without a configured root key is "chain not checked", never genuine, and the exit status is 77.
            """),
    options: [GenuineOptions.by], secrets: [.birthKey, .visualCode, .textPIN], checksChain: true,
    example: Example("kazasu card genuine --reader sim:card", Sentence(ja: "架空のカードを確かめる", en: "Check a synthetic card"))
) { context in
    let (card, lastTry) = (context.card, context.lastTry)
    let evidence = context.invocation[GenuineOptions.by]
    try context.card.mustHave(evidence.files, key: evidence.key)
    let secret = try context.secrets.take(evidence.route)
    let checker = try context.trust.cardVerifiable()
    let challenge = try context.challenge()
    let verdict: CardVerdict
    switch evidence {
    case .birthKey:
        let record = try context.open(card.readAgeRecord(birthKey: secret, lastTry: lastTry))
        verdict = try card.checkGenuineness(by: record, challenge: challenge, checker: checker)
    case .visualCode:
        let face = try context.open(card.readCardFace(visualCode: secret, lastTry: lastTry))
        verdict = try card.checkGenuineness(by: face, challenge: challenge, checker: checker)
    case .textPIN:
        let key = try context.open(card.readTextCardKey(pin: secret, lastTry: lastTry))
        verdict = try card.checkGenuineness(by: key, challenge: challenge, checker: checker)
    }
    try context.print(
        [ResultRow("verdict", Sentence(ja: "真正性", en: "genuine"), verdict.row.value)],
        failure: verdict == .chainNotChecked ? ChainNotChecked() : verdict.forgery)
}

extension CardContext {
    /// Fresh bytes; in a simulation those of the seed, so that a run can be repeated.
    func challenge() throws -> Challenge {
        guard isSimulated else { return try Challenge() }
        var random = SeededGenerator(seed: invocation[CardOptions.seed])
        return try Challenge(bytes: random.bytes(Challenge.count))
    }
}

extension CardVerdict {
    /// The verdict as a row of a result.
    var row: ResultRow { ResultRow("verdict", Sentence(ja: "発行者の署名", en: "issuer's signature"), .word(code, words)) }

    /// The error where it does not hold. What could not be checked is told and no error where the check is not what was asked for.
    var forgery: ForgedCard? {
        if case .invalid = self { ForgedCard(verdict: self) } else { nil }
    }

    /// A stable name for programs.
    var code: String {
        switch self {
        case .valid(.synthetic): "valid-synthetic"
        case .valid(.configured): "valid"
        case .chainNotChecked: "chain-not-checked"
        case .invalid: "invalid"
        }
    }

    fileprivate var words: Sentence {
        switch self {
        case .valid(.synthetic): Sentence(ja: "正しい（架空のカード）", en: "holds (a synthetic card)")
        case .valid(.configured): Sentence(ja: "正しい", en: "holds")
        case .chainNotChecked:
            Sentence(ja: "署名は合うが、ルート鍵がないため確認できない", en: "the signatures agree, but the chain was not checked: no root key")
        case .invalid(let flaw): flaw.words
        }
    }
}

extension CardFlaw {
    fileprivate var words: Sentence {
        switch self {
        case .chain: Sentence(ja: "発行者の鍵の証明書が正しくない", en: "the issuer's key is not certified")
        case .signature: Sentence(ja: "発行者の署名ではない", en: "it is not signed by its issuer")
        case .digest: Sentence(ja: "データが署名されたものと違う", en: "the data is not what was signed")
        case .challenge: Sentence(ja: "カードが自分の鍵で署名できない（複製の疑い）", en: "the card does not have the key that it names: a copy")
        }
    }
}

/// The card, or what it holds, is not what its issuer made.
struct ForgedCard: DiagnosedError {
    let verdict: CardVerdict

    let code = "card-not-genuine"
    let sentence = Sentence(ja: "このカードは本物と確認できません。使わないでください。", en: "This card is not what its issuer made; do not accept it.")
    var cause: String? { verdict.words.english }
    let category = FailureCategory.notPermitted
}

/// There are no anchors to check by, and a check is what was asked for.
struct ChainNotChecked: DiagnosedError {
    let code = "chain-not-checked"
    let sentence = Sentence(
        ja: "この確認に使う認証局やルート鍵が設定されていないため、確認できません。--trust のフォルダに置いてください。",
        en: "Nothing could be checked, because no authority or root key for it is configured; put it into the folder of --trust.")
    let cause: String? = nil
    let category = FailureCategory.notPermitted
}
