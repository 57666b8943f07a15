import Commands
import Diagnosis
import Eligibility
import Scenarios
import Staging

/// `kazasu visit`: one visit at one reader, from "card placed" to "eligibility shown".
let visitCommand = Command(
    "visit", Sentence(ja: "受付を1回行う：カードを置いてから資格の表示まで", en: "Carry out one visit: from card placed to eligibility shown"),
    discussion: VisitHelp.discussion,
    options: [
        ReaderOptions.reader, VisitOptions.secondReader, ReaderOptions.share, ReaderOptions.profile, VisitOptions.identity,
        VisitOptions.lastTry,
        VisitOptions.pinDescriptor, SecretRoute.visualCode.descriptor, ReaderKey.descriptor, VisitOptions.personal, TrustOptions.directory,
        VisitOptions.trace,
        VisitOptions.centre,
        VisitOptions.facility, VisitOptions.time, VisitOptions.stage,
    ] + ReaderOptions.simulation,
    variables: [
        SecretRoute.authenticationPIN.variable, SecretRoute.visualCode.variable,
        ReaderKey.variable,
        Variable("XDG_DATA_HOME", Sentence(ja: "資格データベースを置く場所", en: "Where the centre's database is kept")),
    ],
    examples: [
        Example(
            "kazasu visit --reader sim:card --identity pin --json",
            Sentence(ja: "シミュレーションで受付し、JSONで出力する", en: "A simulated visit, the result as JSON")),
        Example(
            "kazasu visit --reader sim:fujitsu-caora --identity face --verbose",
            Sentence(ja: "顔認証付きカードリーダーで受付し、患者の見る画面を出す", en: "A visit by face at a certified reader, with every screen")),
        Example(
            "kazasu visit --reader sim:almex-cps100w --identity pin --stage keypad:type-wrong-pin",
            Sentence(ja: "暗証番号を1回間違える", en: "The patient first types a wrong PIN")),
        Example(
            "kazasu visit --reader 'pcsc:*' --identity pin --trace visit.jsonl",
            Sentence(ja: "ただ1台のPC/SCリーダーで受付し、経過を残す", en: "A visit at the only PC/SC reader, with a trace")),
        Example(
            "kazasu visit --reader sim:card --identity pin --fault 5:pull",
            Sentence(ja: "署名の途中でカードを抜く", en: "The card is pulled in the middle of the signature")),
    ],
    run: { invocation in try VisitSession(invocation).run() })

enum VisitOptions {
    static let identity = DefaultedOption<IdentityMethod>(
        "identity", placeholder: "METHOD", default: .pin, Sentence(ja: "本人確認の方法", en: "How the bearer is proved"))
    static let secondReader = ValueOption<String>(
        "second-reader", placeholder: "SELECTOR", kind: .printed(["readers", "--selectors"]),
        Sentence(
            ja: "横に置く、画面のないカードリーダー（スマートフォンなど。先にカードが置かれたほうを使う）",
            en: "A reader without a screen beside it, as for phones; whichever gets a card first is used"))
    static let stage = ListOption<WrittenLine>(
        "stage", placeholder: "CUE:ACTION",
        Sentence(
            ja: "架空の患者や職員がその画面で代わりにすること（例 keypad:type-wrong-pin。一覧は help visit。sim: のみ）",
            en: "What the synthetic people do instead at that screen, such as keypad:type-wrong-pin; 'help visit' lists all (sim: only)"),
        reason: { StagedLine.fault(in: $0) }, parse: { text in StagedLine(text).map { WrittenLine(text: text, line: $0) } })
    static let lastTry = Flag(
        "last-try", Sentence(ja: "暗証番号の残り1回も使う", en: "Use the last try of the PIN too"))
    static let pinDescriptor = ValueOption<Int32>(
        "pin-fd", placeholder: "N", Sentence(ja: "暗証番号を読むファイル記述子", en: "Read the PIN from this file descriptor"))
    static let personal = Flag(
        "personal", Sentence(ja: "氏名や番号も出力する", en: "Print names and numbers of the person too"))
    static let trace = ValueOption<String>(
        "trace", placeholder: "FILE", kind: .file,
        Sentence(ja: "経過をJSON Linesで書き出す（秘密は含まない）", en: "Write what happens as JSON Lines, without secrets"))
    static let centre = ValueOption<String>(
        "centre", placeholder: "FILE", kind: .file,
        Sentence(ja: "資格データベース（初回に作成）", en: "The centre's database, created on first use"))
    static let facility = ValueOption<String>(
        "facility", placeholder: "NAME",
        Sentence(
            ja: "カードリーダーの待受画面に出す医療機関・薬局名（対応する機種だけ）",
            en: "The facility's name for the reader's idle screen, where it has a place for it"))
    static let time = DefaultedOption<JapaneseTime>(
        "at", placeholder: "TIME", default: JapaneseTime(unixTime: 1_775_001_600), written: "2026-04-01T09:00:00",
        Sentence(
            ja: "シミュレーションの日時（日本時間。指定がなければ、新しいカードではその発行日）",
            en: "When a simulated visit takes place, in Japanese time; by default not before the card's day of issue (sim: only)"),
        parse: { JapaneseTime($0) })
}
