import Commands
import Diagnosis
import ReaderTransport
import Recordings

/// `kazasu record`: a visit, and a file of what crossed its cables.
let recordCommand = Command(
    "record", Sentence(ja: "受付を行い、ケーブルの通信をファイルに残す", en: "Carry out a visit and keep what crosses the cables"),
    discussion: Sentence(ja: RecordHelp.japanese, en: RecordHelp.english),
    operands: [
        Operand("FILE", kind: .file, Sentence(ja: "通信記録（通信記録があれば上書きする）", en: "The recording; one that is there is replaced")),
        Operand("WORD", .oneOrMore, Sentence(ja: "-- と visit とそのオプション", en: "What is recorded: -- visit and its options")),
    ],
    variables: visitCommand.variables,
    examples: [
        Example(
            "kazasu record visit.rec -- visit --reader sim:fujitsu-caora --identity face",
            Sentence(ja: "顔認証の受付を残す", en: "Keep a visit by face")),
        Example(
            "kazasu record visit.rec -- visit --reader 'pcsc:*' --trace visit.jsonl",
            Sentence(ja: "実物のカードリーダーで残す", en: "Keep one at a real reader")),
    ],
    run: { invocation in
        let words = Array(invocation.operands.dropFirst())
        return invocation.reporting(as: words) {
            guard words.first == visitCommand.name, let visit = try invocation.inner(words) else {
                throw invocation.misuse(
                    Sentence(
                        ja: "-- のあとに visit とそのオプションを書いてください。残せるのは visit だけです。",
                        en: "Write visit and its options behind --; only visit can be recorded."))
            }
            return try VisitSession(visit, tape: .recorded(path: invocation.operands[0])).run()
        }
    })

/// `kazasu replay`: the visit of a recording once more, without any device.
let replayCommand = Command(
    "replay", Sentence(ja: "残した受付を、装置なしで再生する", en: "Carry out a recorded visit again, without any device"),
    discussion: Sentence(
        ja: """
            通信記録の指定で同じ受付を仮想の時間で行い、ケーブルから来るものは通信記録から取る。出力と終了コードは記録したときと同じになる\
            （実時間で記録したときは、時間の数字だけが違うことがある）。プログラムが違うことをしたら、そこで終わり、その行を示す（終了コード 76、replay-differs）。\
            資格データベースは記録したときと同じものを使う。
            """,
        en: """
            Carries the same visit out by the options of the recording, in virtual time; what comes from the cables is taken from the \
            recording. Output and exit status are those of the recorded run (figures of time may differ where that was in real time). \
            Where the program does another thing all ends, and the line is named (exit status 76, replay-differs). The centre's database is \
            the one of the recorded run.
            """),
    options: replacements,
    operands: [Operand("FILE", kind: .file, Sentence(ja: "通信記録（- は標準入力）", en: "The recording; - is standard input"))],
    examples: [
        Example("kazasu replay visit.rec", Sentence(ja: "もう一度", en: "Once more")),
        Example("kazasu replay visit.rec --verbose --trace visit.jsonl", Sentence(ja: "経過も見る", en: "With every stage, and a trace")),
    ],
    run: { invocation in
        let recording = try RecordingFile.parse(try readFile(invocation.operands[0]))
        var options = RecordedOptions(recording)
        options.replace(by: invocation, replacements + [CommonOptions.json, CommonOptions.verbose, CommonOptions.language])
        let visit = try options.visit(in: invocation)
        return visit.reporting(as: []) { try VisitSession(visit, tape: .replayed(recording)).run() }
    })

/// What a replay may be given in place of what was recorded.
private let replacements: [any Option] = [VisitOptions.personal, VisitOptions.trace, VisitOptions.centre]

private enum RecordHelp {
    static let japanese = """
        -- のあとの受付をいつもどおり行い、出力と終了コードも同じである。そのうえで、ケーブルを通ったものを1行ずつJSONで書く。kazasu replay で、装置なしで再生できる。

        バイトを書くのは、架空のカードのときだけである。sim: では架空のカードの暗証番号もその中にあるため、KAZASU_PIN と --pin-fd は使えない\
        （--second-reader では KAZASU_VISUAL_CODE_B と --visual-code-fd も）。\
        実物のカードリーダーでは、カードが架空のものと証明されるまで（電子証明書が架空の認証局のもので、本人確認が済むまで）書かずに待ち、証明されなければ、\
        または架空のカードの公開の暗証番号や照合番号B以外が入力されたら、経路と長さと時刻だけが残る。端末で入力したものは書かず、いつ答えたかだけを書く。
        --profile のファイルの内容も残すので、再生にそのファイルはいらない。plugin: のカードリーダーにはケーブルがないため、残せない。
        """
    static let english = """
        Carries the visit behind -- out as ever, with the same output and exit status, and writes what crosses the cables as JSON, a line \
        each. 'kazasu replay' carries it out again without any device.

        Bytes are written for synthetic cards only. At sim: readers the PIN of the synthetic card is among them, so KAZASU_PIN and \
        --pin-fd are not taken, nor with --second-reader KAZASU_VISUAL_CODE_B and --visual-code-fd. At real readers they are held back \
        until the card has proved to be synthetic (its certificate is by our synthetic authority, and the bearer was proved); without that, \
        or where another PIN or 照合番号B than the published one is given, only lane, length and time are written. Of what is typed at the \
        terminal it is written when it was answered, and how many bytes crossed the \
        cable. What is in the file of --profile is kept too, so a replay needs no such file. Readers by plugin: have no cable to record.
        """
}
