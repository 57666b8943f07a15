import Commands
import Diagnosis
import Traces

/// `kazasu trace diff`: where two sessions differ in what the card saw.
let traceDiffCommand = Command(
    "diff", Sentence(ja: "2つの経過の違いを表示する", en: "Show where two traces differ"),
    discussion: Sentence(
        ja: """
            時刻、リーダー名、プログラム名は比べない。シミュレーションと実物も比べられる。
            - は1つ目だけにあるもの、+ は2つ目だけにあるもの。終了コードは、同じなら 0、違えば 1。
            """,
        en: """
            Moments and the names of readers and programs do not count, so a simulated session can be held against a real one.
            '-' marks what only the first has, '+' what only the second has. The exit status is 0 where they agree, 1 where they differ.
            """),
    operands: [
        Operand("FIRST", kind: .file, Sentence(ja: "1つ目のトレースファイル", en: "The first trace")),
        Operand("SECOND", kind: .file, Sentence(ja: "2つ目のトレースファイル", en: "The second trace")),
    ],
    examples: [Example("kazasu trace diff before.jsonl after.jsonl", Sentence(ja: "変更の前と後を比べる", en: "Before and after a change"))]
) { invocation in
    let traces = try invocation.operands.map { try TraceFile.parse(try readFile($0)) }
    let differences = TraceComparison(traces[0], traces[1]).differences.map { DifferenceLine($0, in: traces) }
    let output = invocation.streams.output
    if invocation.json {
        try output.writeLine(jsonLine(ComparedTraces(same: differences.isEmpty, differences: differences)))
    } else {
        for line in differences { try output.writeLine("\(line.only == 1 ? "-" : "+")\(line.line): \(line.step)") }
    }
    return differences.isEmpty ? 0 : 1
}

private struct ComparedTraces: Encodable {
    let same: Bool
    let differences: [DifferenceLine]
}

private struct DifferenceLine: Encodable {
    /// In which of both, counted from 1.
    let only: Int
    /// The line there, counted from 1.
    let line: Int
    let step: String

    init(_ difference: TraceComparison.Difference, in traces: [[TraceRecord]]) {
        let index: Int
        (only, index) =
            switch difference {
            case .removed(let index): (1, index)
            case .added(let index): (2, index)
            }
        line = index + 1
        step = TraceLine(traces[only - 1][index]).step
    }
}
