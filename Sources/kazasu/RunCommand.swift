import Commands
import Diagnosis
import Scenarios

/// `kazasu run`: plays scenarios and says which came as expected.
let runCommand = Command(
    "run", Sentence(ja: "場面（シナリオ）を演じ、期待どおりか確かめる", en: "Play scenarios and check that all comes as expected"),
    discussion: Sentence(ja: RunHelp.japanese, en: RunHelp.english),
    options: [
        RunOptions.readers, RunOptions.parallel, RunOptions.junit, RunOptions.trace, RunOptions.repetitions, RunOptions.seed,
        RunOptions.faults,
        RunOptions.ruleLog, RunOptions.record, RunOptions.schema, ReaderOptions.realTime,
        ReaderOptions.share, VisitOptions.pinDescriptor, SecretRoute.visualCode.descriptor, ReaderKey.descriptor, TrustOptions.directory,
    ],
    operands: [
        Operand(
            "FILE", .any, kind: .file,
            Sentence(
                ja: "場面のファイル（YAML）、またはそのフォルダ。--record では -- と visit とそのオプション",
                en: "A scenario file (YAML), or a folder with such files in it; with --record, -- and visit and its options"))
    ],
    variables: visitCommand.variables,
    examples: [
        Example(
            "kazasu run Simulators/Scenarios", Sentence(ja: "添付の場面をすべて演じる", en: "Play every scenario that comes with this program")),
        Example(
            "kazasu run --reader 'sim:*' --parallel 4 --junit result.xml Simulators/Scenarios",
            Sentence(ja: "すべての機種で演じ、結果をJUnitのXMLに書く", en: "At every model, the result as JUnit XML")),
        Example(
            "kazasu run --repeat 100 --seed 7 wrong-pin.yaml",
            Sentence(ja: "人の間の取り方を変えて100回演じる", en: "A hundred times, with other pauses of the people each time")),
        Example(
            "kazasu run --faults --repeat 100 Simulators/Scenarios/home-consent",
            Sentence(
                ja: "どこかで何かが起きる100回。守られない回は種を示す",
                en: "A hundred times with a fault somewhere; the seed is told where something does not hold")),
        Example(
            "kazasu run --record mine.yaml -- visit --reader sim:fujitsu-caora --identity face --stage done:nothing",
            Sentence(ja: "受付を1回行い、場面のファイルにする", en: "Carry out a visit and make a scenario of it")),
    ],
    run: { invocation in
        if invocation[RunOptions.schema] {
            try invocation.streams.output.write(JSONSchema.scenario(.standard))
            return 0
        }
        guard let path = invocation[RunOptions.record] else { return try ScenarioCampaign(invocation).run() }
        return invocation.reporting(as: invocation.operands) { try RecordedScenario(invocation, path: path).run() }
    })

enum RunOptions {
    static let readers = ListOption<String>(
        "reader", short: "r", placeholder: "SELECTOR", kind: .printed(["readers", "--selectors"]),
        Sentence(
            ja: "カードリーダー：sim:機種（* ? が使え、一致するすべてで演じる。指定がなければ sim:fujitsu-caora）、または実物（pcsc:名前 など）",
            en:
                "The readers: sim:MODEL with * and ?, every one that matches (by default sim:fujitsu-caora), or a real one such as pcsc:NAME"
        ))
    static let parallel = DefaultedOption<Int>(
        "parallel", placeholder: "N", default: 1, written: "1",
        Sentence(ja: "同時に演じる数（1〜64）。結果は変わらない", en: "How many at the same time (1 to 64); the result is the same"),
        parse: { Int($0).flatMap { (1...64).contains($0) ? $0 : nil } })
    static let junit = ValueOption<String>(
        "junit", placeholder: "FILE", kind: .file, Sentence(ja: "結果をJUnitのXMLで書く", en: "Write the result as JUnit XML"))
    static let trace = ValueOption<String>(
        "trace", placeholder: "DIR", kind: .directory,
        Sentence(ja: "場面ごとの経過を書くフォルダ（秘密は含まない）", en: "A folder for a trace of each scenario, without secrets"))
    static let repetitions = ValueOption<Int>(
        "repeat", placeholder: "N", Sentence(ja: "間の取り方を変えて繰り返す回数（1〜100000）", en: "How often, with other pauses each time (1 to 100000)"),
        parse: { Int($0).flatMap { (1...100_000).contains($0) ? $0 : nil } })
    static let seed = ValueOption<UInt64>(
        "seed", placeholder: "N", Sentence(ja: "間の取り方の乱数の種（1回ごとに1増える）", en: "The seed of the pauses; each time it is one more"))
    static let faults = Flag(
        "faults",
        Sentence(
            ja: "1回ごとに、どこかでカードが離れる・ケーブルが抜ける・資格確認システムに障害が起きる。期待ではなく、何が起きても守ることを確かめる",
            en:
                "Each time something goes wrong at some moment (card, cable, centre); checked is what must hold whatever happens, not what is expected"
        ))
    static let ruleLog = ValueOption<String>(
        "rule-log", placeholder: "FILE", kind: .file,
        Sentence(ja: "場面が守る規則と結果を1行ずつJSONで書き足す", en: "Append the rules that each scenario holds, and its result, as JSON Lines"))
    static let record = ValueOption<String>(
        "record", placeholder: "FILE", kind: .file,
        Sentence(
            ja: "-- のあとの visit を行い、同じ場面のファイルを作る（期待は起きたとおり）",
            en: "Carry out the visit behind -- and write a scenario of it, which expects what came"))
    static let schema = Flag("schema", Sentence(ja: "場面のファイルのJSON Schemaを出力する", en: "Print the JSON Schema of scenario files"))
}

private enum RunHelp {
    static let japanese = """
        場面は、受付の日時、カード、人のすること、期待する画面や結果を書いたYAMLファイルである。1つずつ自分の窓口（仮想の時間）で演じ、期待と違うところを \
        「ファイル:行:列: 期待：…、実際：…」と示す。カードリーダーに必要な機能がない場面は飛ばす（skipped）。
        実物のカードリーダー（pcsc: など）では、そこにいる人が自分のカードで行い、いつもと違うことをする場面は飛ばす。暗証番号は端末でたずねる。
        flow がアプリや端末のものなら、stage の行は「画面[#何回目][+時間]: 操作」で、操作の前に patient か staff と書けばその人がする。
        画面：\(DeskLine.cues.joined(separator: " "))
        操作：\(DeskLine.actions.joined(separator: " | "))
        書き方は --schema のJSON Schemaにある。暗証番号は架空のカードのものだけを書き、結果や記録には出ない。

        終了コード：0 すべて期待どおり、1 期待と違うものがある、64 使い方の誤り、65 ファイルの誤り。
        """
    static let english = """
        A scenario is a YAML file with the time of a visit, the card, what the people do, and the screens and results that are expected. Each is \
        played at a counter of its own in virtual time, and what comes otherwise is told as 'file:line:column: expected ..., got ...'. A \
        scenario that needs what a reader lacks is skipped there.
        At a real reader (pcsc: and so on) whoever is there takes part with a card of their own; scenarios in which people do something else \
        than usual are skipped, and the PIN is asked for at the terminal.
        Where the flow is that of an app or of the terminal, a line of stage is 'SCREEN[#N][+TIME]: ACTION', with patient or staff before the \
        action where another hand does it.
        Screens: \(DeskLine.cues.joined(separator: " "))
        Actions: \(DeskLine.actions.joined(separator: " | "))
        What can be written is in the JSON Schema of --schema. PINs are those of synthetic cards only, and stand in no result and no record.

        Exit status: 0 all as expected, 1 something otherwise, 64 wrong use, 65 a file that is wrong.
        """
}
