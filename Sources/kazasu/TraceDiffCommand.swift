import Commands
import Diagnosis
import ReaderTransport
import Recordings
import Traces

/// `kazasu trace diff`: where two sessions differ in what the card saw.
let traceDiffCommand = Command(
    "diff", Sentence(ja: "2つの経過の違いを表示する", en: "Show where two traces or recordings differ"),
    discussion: Sentence(
        ja: """
            時刻、リーダー名、プログラム名は比べない。シミュレーションと実物も比べられる。
            - は1つ目だけにあるもの、+ は2つ目だけにあるもの。終了コードは、同じなら 0、違えば 1。
            kazasu record の通信記録2つも比べられる。一方でも隠されたバイトがあれば、長さだけを比べ、そのことを標準エラーに表示する。
            """,
        en: """
            Moments and the names of readers and programs do not count, so a simulated session can be held against a real one.
            '-' marks what only the first has, '+' what only the second has. The exit status is 0 where they agree, 1 where they differ.
            Two recordings by 'kazasu record' are compared in the same way; where bytes of one of them were withheld, only lengths \
            count, which is told on standard error.
            """),
    operands: [
        Operand("FIRST", kind: .file, Sentence(ja: "1つ目のトレースファイル", en: "The first trace or recording")),
        Operand("SECOND", kind: .file, Sentence(ja: "2つ目のトレースファイル", en: "The second one")),
    ],
    examples: [Example("kazasu trace diff before.jsonl after.jsonl", Sentence(ja: "変更の前と後を比べる", en: "Before and after a change"))]
) { invocation in
    let files = try invocation.operands.map { try readFile($0) }
    let kinds = files.map(RecordingFile.isRecording)
    guard kinds[0] == kinds[1] else {
        throw invocation.misuse(
            Sentence(ja: "トレースと通信記録は比べられません。", en: "A trace and a recording cannot be compared."))
    }
    let (differences, uncompared) = try kinds[0] ? compareRecordings(files) : (compareTraces(files), 0)
    if uncompared > 0 {
        let words = Sentence(
            ja: "転送 \(uncompared) 件は、隠されたバイトがあるため、バイトを比べず、長さだけを比べた。",
            en: "bytes were withheld, so of \(uncompared) transfers only the lengths were compared.")
        invocation.streams.error.writeLine("\(invocation.program.name): \(words.text(in: invocation.language))")
    }
    let output = invocation.streams.output
    if invocation.json {
        try output.writeLine(jsonLine(ComparedTraces(same: differences.isEmpty, differences: differences)))
    } else {
        for line in differences { try output.writeLine("\(line.only == 1 ? "-" : "+")\(line.line): \(line.step)") }
    }
    return differences.isEmpty ? 0 : 1
}

private func compareTraces(_ files: [[UInt8]]) throws(TraceFileError) -> [DifferenceLine] {
    var traces: [[TraceRecord]] = []
    for file in files { traces.append(try TraceFile.parse(file)) }
    return TraceComparison(traces[0], traces[1]).differences.map { difference in
        let (only, index) = difference.place
        return DifferenceLine(only: only, line: index + 1, step: TraceLine(traces[only - 1][index]).step)
    }
}

private func compareRecordings(_ files: [[UInt8]]) throws(RecordingFileError) -> ([DifferenceLine], uncompared: Int) {
    var recordings: [Recording] = []
    for file in files { recordings.append(try RecordingFile.parse(file)) }
    let steps = recordings.map(\.steps)
    let comparison = RecordingComparison(recordings[0], recordings[1])
    var firstByte = comparison.firstByte
    let lines = comparison.differences.map { difference in
        let (only, index) = difference.place
        let step = steps[only - 1][index]
        // Of transfers that differ in their bytes only, the place is told and never the byte.
        let place = firstByte.map { " (from byte \($0) on)" } ?? ""
        firstByte = nil
        return DifferenceLine(only: only, line: step.line, step: SessionLine(step).step + place)
    }
    return (lines, comparison.uncompared)
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
}

extension TraceComparison.Difference {
    /// In which of both, counted from 1, and where there.
    fileprivate var place: (only: Int, index: Int) {
        switch self {
        case .removed(let index): (1, index)
        case .added(let index): (2, index)
        }
    }
}
