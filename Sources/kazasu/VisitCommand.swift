import Cards
import CentreSimulator
import Certificates
import Commands
import Diagnosis
import Eligibility
import ReaderKit
import SimulationKit
import Staging
import Station

/// `kazasu visit`: one visit at one reader, from "card placed" to "eligibility shown".
let visitCommand = Command(
    "visit", Sentence(ja: "受付を1回行う：カードを置いてから資格の表示まで", en: "Carry out one visit: from card placed to eligibility shown"),
    discussion: Sentence(
        ja: """
            sim: のカードリーダーでは、架空の患者がカードを置き、正しい暗証番号を入力する。時間は仮想で、同じ --seed なら結果は同じバイト列になる。
            pcsc: のカードリーダーでは、実際のカードを待ち、暗証番号を端末でたずねる。暗証番号は KAZASU_PIN か --pin-fd でも渡せる。間違った暗証番号を送り直すことはない。

            電子証明書は --trust か設定ファイルの認証局に対して検証する。指定がなければ架空のカードだけを認め、実物のカードは「検証していない」となる。
            プラスチックのカードは、満了した月の末日から3か月まで資格だけを表示する。
            終了コード：0 確認できた、65 データの誤り、69 カードやリーダーがない、75 時間切れ、77 暗証番号や電子証明書が認められない、130 取り消し。
            """,
        en: """
            On a sim: reader a synthetic patient places the card and types the right PIN; time is virtual, and the same --seed gives the same bytes.
            On a pcsc: reader a real card is waited for and the PIN is asked for at the terminal; KAZASU_PIN or --pin-fd give it beforehand. A wrong PIN is never sent again.

            Certificates are checked against the authorities of --trust or the configuration file. Without any, only synthetic cards count and a \
            real one is reported as not checked. A plastic card shows eligibility for three months after the month in which it expires.
            Exit status: 0 confirmed, 65 wrong data, 69 no card or reader, 75 too late, 77 PIN or certificate refused, 130 cancelled.
            """),
    options: [
        ReaderOptions.reader, ReaderOptions.share, VisitOptions.identity, VisitOptions.lastTry, VisitOptions.pinDescriptor,
        VisitOptions.personal,
        TrustOptions.directory, VisitOptions.trace, VisitOptions.centre, VisitOptions.time,
    ] + ReaderOptions.simulation,
    variables: [
        Variable("KAZASU_PIN", Sentence(ja: "利用者証明用の暗証番号", en: "The PIN of the authentication key")),
        Variable("XDG_DATA_HOME", Sentence(ja: "資格データベースを置く場所", en: "Where the centre's database is kept")),
    ],
    examples: [
        Example(
            "kazasu visit --reader sim:card --identity pin --json",
            Sentence(ja: "シミュレーションで受付し、JSONで出力する", en: "A simulated visit, the result as JSON")),
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
    static let time = DefaultedOption<JapaneseTime>(
        "at", placeholder: "TIME", default: JapaneseTime(unixTime: 1_775_001_600), written: "2026-04-01T09:00:00",
        Sentence(
            ja: "シミュレーションの日時（日本時間。指定がなければ、新しいカードではその発行日）",
            en: "When a simulated visit takes place, in Japanese time; by default not before the card's day of issue (sim: only)"),
        parse: { JapaneseTime($0) })
}

/// One run of `kazasu visit`.
private struct VisitSession {
    let invocation: Invocation
    let selector: ReaderSelector
    private let variables: SecretRoute.Variables
    /// The card that is simulated; `nil` at a real reader.
    let simulated: SimulatedCard?

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        variables = SecretRoute.takeVariables(of: invocation)
        selector = try invocation.selector()
        let isSimulated = selector.scheme == "sim"
        if !isSimulated { try invocation.refuse([VisitOptions.time] + ReaderOptions.simulation) }
        simulated = isSimulated ? try invocation.simulatedCard() : nil
    }

    private var isSimulated: Bool { simulated != nil }

    func run() throws -> Int32 {
        let station =
            isSimulated && !invocation[ReaderOptions.realTime]
            ? Station(.virtual, startUnixTime: invocation.simulationTime(with: simulated)) : Station(.real)
        let interrupts = Interrupts.watch { [inbox = station.inbox] _ in inbox.cancel() }
        var random = SeededGenerator(seed: invocation[ReaderOptions.seed])

        // Anchors and database first: when they are broken, no card is touched.
        let trust = try Trust(invocation, isSimulated: isSimulated).authentication(validity: .eligibilityByPlasticCard)
        let centre = EmbeddedCentre(core: CentreCore(try database()), on: station)
        let placedAfter = Duration.milliseconds(Int.random(in: 900...1_500, using: &random))
        let bench =
            if let simulated {
                ReaderBench(
                    SimulatedSource.World(
                        link: simulated.link, stage: [StagedEvent(.at(.zero + placedAfter), .place(simulated.staged))],
                        faults: invocation[ReaderOptions.fault]))
            } else {
                ReaderBench(sharing: invocation.sharing)
            }
        let prompts = try prompts(on: station, typingIn: .milliseconds(Int.random(in: 2_000...3_200, using: &random)), interrupts)
        let reader = try bench.open(selector, on: station)
        defer { reader.close() }
        let trace = try invocation[VisitOptions.trace].map { path throws(TraceError) in try TraceWriter(path: path) }
        trace?.begin(program: "kazasu \(kazasuVersion)", reader: reader.name, station: station)

        let challenge = random.bytes(Challenge.count)
        var setting = Visit.Setting(
            reader: reader, prompts: prompts, centre: centre, trust: trust,
            makeChallenge: { [isSimulated] () throws(CertificateError) in
                // A simulated card may sign a challenge that repeats; a card that somebody holds may not.
                isSimulated ? try Challenge(bytes: challenge) : try Challenge()
            })
        setting.trace = trace
        if let simulated { setting.layout = simulated.layout }
        let progress = VisitProgress(invocation, reader: reader.name)
        setting.stageBegan = { name in progress.show(name, at: station.now) }
        let report = Visit(setting, allowsLastTry: invocation[VisitOptions.lastTry], on: station).run()
        progress.end()
        invocation.warnOfFaults(after: report.tally.apdus)
        let status = try VisitPrinter(invocation, reader: reader.name, report: report).print(interruptedBy: interrupts.received)
        // Only now: what the visit has brought is not lost with the trace.
        try trace?.finish()
        return status
    }

    private func database() throws -> CentreDatabase {
        if let path = try invocation[VisitOptions.centre] ?? invocation.configuration()[.centre] { return try CentreDatabase(path: path) }
        var folders: [String: String] = [:]
        for name in ["XDG_DATA_HOME", "HOME"] { folders[name] = invocation.environment[name] }
        return try CentreDatabase(path: try CentreDatabase.defaultPath(environment: folders))
    }

    private func prompts(on station: Station, typingIn delay: Duration, _ interrupts: Interrupts) throws -> any Prompts {
        if let pin = try preparedPIN(interrupts.cancellation) {
            return PreparedPatient(pin: pin, delay: isSimulated ? delay : .zero, on: station)
        }
        guard let simulated else { return TerminalPatient(language: invocation.language, on: station) }
        return PreparedPatient(pin: Secret(simulated.credentials[.authenticationPIN] ?? []), delay: delay, on: station)
    }

    /// The PIN that was given beforehand, if one was.
    private func preparedPIN(_ cancellation: Cancellation) throws -> Secret? {
        try SecretRoute.given([.authenticationPIN], variables, to: invocation, cancellation)[.authenticationPIN]
    }
}
