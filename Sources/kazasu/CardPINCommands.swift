import Commands
import Diagnosis
import MyNumberCard

/// `kazasu card pins`: every counter, without using a try.
let cardPINsCommand = cardSubcommand(
    "pins", Sentence(ja: "暗証番号などの残り回数を表示する", en: "Show how many tries every PIN has left"),
    discussion: Sentence(
        ja: "中身のない VERIFY でたずねるので、回数は減らない。",
        en: "Asks by VERIFY without data, which uses no try."),
    example: Example("kazasu card pins --reader sim:card", Sentence(ja: "すべての残り回数を見る", en: "See all counters"))
) { context in
    let counters = try context.card.counters()
    if context.invocation.json {
        let rows = counters.map { CounterJSON(reference: $0.reference.rawValue, $0.state) }
        try context.invocation.streams.output.writeLine(jsonLine(rows))
        return
    }
    try context.print(
        counters.map { ResultRow($0.reference.rawValue, $0.reference.words, .text($0.state.words.text(in: context.invocation.language))) })
}

private struct CounterJSON: Encodable {
    let reference: String
    let state: String
    let triesLeft: Int?

    init(reference: String, _ state: PINState?) {
        self.reference = reference
        switch state {
        case .verified: (self.state, triesLeft) = ("verified", nil)
        case .left(let tries): (self.state, triesLeft) = ("open", tries)
        case .blocked: (self.state, triesLeft) = ("blocked", 0)
        case nil: (self.state, triesLeft) = ("absent", nil)
        }
    }
}

extension PINState? {
    var words: Sentence {
        switch self {
        case .verified: Sentence(ja: "照合済み", en: "verified")
        case .left(1): Sentence(ja: "残り1回（間違えるとロック）", en: "1 try left; a wrong one blocks it")
        case .left(let tries): Sentence(ja: "残り\(tries)回", en: "\(tries) tries left")
        case .blocked: Sentence(ja: "ロック中", en: "blocked")
        case nil: Sentence(ja: "なし", en: "not on this card")
        }
    }
}

enum PINCommandOptions {
    static let changeable: [CardReference] = [.authenticationPIN, .signaturePassword, .textPIN, .commonPIN, .residentPIN]

    static let verified = which(CardReference.allCases, Sentence(ja: "照合するもの", en: "Which one is verified"))
    static let changed = which(changeable, Sentence(ja: "変えるもの", en: "Which one is changed"))

    private static func which(_ references: [CardReference], _ summary: Sentence) -> DefaultedOption<CardReference> {
        DefaultedOption(
            "which", placeholder: "NAME", kind: .choices(references.map(\.rawValue)), default: .authenticationPIN,
            written: CardReference.authenticationPIN.rawValue, summary,
            parse: { name in references.first { $0.rawValue == name } })
    }
}

/// `kazasu card verify-pin`: one try.
let cardVerifyCommand = cardSubcommand(
    "verify-pin", Sentence(ja: "暗証番号などを1回照合する", en: "Verify a PIN once"),
    discussion: Sentence(
        ja: "送る前に形と残り回数を確かめる。違っていても送り直さない。終了コードは、正しければ 0、違うかロック中なら 77。",
        en: """
            Form and counter are looked at before anything is sent, and a wrong one is never sent again. The exit status is 0 where it is \
            right, 77 where it is wrong or blocked.
            """),
    options: [PINCommandOptions.verified], secrets: SecretRoute.allCases.filter { $0 != .new },
    example: Example(
        "KAZASU_PIN=1234 kazasu card verify-pin --reader sim:card",
        Sentence(ja: "利用者証明用の暗証番号を照合する", en: "Verify the PIN of the authentication key"))
) { context in
    let reference = context.invocation[PINCommandOptions.verified]
    let secret = try context.secrets.take(reference.route)
    if context.lastTry == .keep {
        // An application without this reference, or a phone, says so here.
        switch try context.card.state(of: reference) {
        case .blocked: throw RefusedSecret(refusal: .blocked)
        case .left(...1): throw RefusedSecret(refusal: .lastTryKept)
        case .left, .verified: break
        }
    }
    switch try context.card.verify(reference, with: secret) {
    case .verified: break
    case .rejected(let left): throw RefusedSecret(refusal: .rejected(triesLeft: left))
    case .blocked: throw RefusedSecret(refusal: .blocked)
    }
    try context.print([ResultRow("verified", reference.words, .done(Sentence(ja: "正しい", en: "right")))])
}

/// `kazasu card change-pin`.
let cardChangeCommand = cardSubcommand(
    "change-pin", Sentence(ja: "暗証番号を変える", en: "Change a PIN or password"),
    discussion: Sentence(
        ja: "今の暗証番号を照合してから変える。両方の形を、送る前に確かめる。途中で切れたときは、どちらが有効か分からないと知らせる。模擬カードは1回の実行ごとに新しく、--card のファイルは変わらない。",
        en: """
            The old one is verified first; both are checked by their form before anything is sent. Where the card is lost in the middle you are \
            told that nobody knows which one counts. A simulated card is new in every run; the file of --card does not change.
            """),
    options: [PINCommandOptions.changed],
    secrets: [.authenticationPIN, .signaturePassword, .textPIN, .commonPIN, .residentPIN, .new],
    example: Example(
        "kazasu card change-pin --reader 'pcsc:*' --which signature-password",
        Sentence(ja: "署名用パスワードを端末で入力して変える", en: "Change the password of the signature key, typed at the terminal"))
) { context in
    let reference = context.invocation[PINCommandOptions.changed]
    let old = try context.secrets.take(reference.route)
    let new = try context.secrets.take(.new)
    try context.open(context.card.change(reference, from: old, to: new, lastTry: context.lastTry))
    try context.print([ResultRow("changed", reference.words, .done(Sentence(ja: "変更した", en: "changed")))])
}
