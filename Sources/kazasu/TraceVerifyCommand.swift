import Commands
import Diagnosis
import Traces

/// `kazasu trace verify`: whether a file is one whole trace, and shows no more than it may.
let traceVerifyCommand = Command(
    "verify", Sentence(ja: "経過が完全で、秘密を含まないことを確かめる", en: "Check that a trace is whole and shows no secret"),
    discussion: Sentence(
        ja: "始まりと終わり、時刻の順序、コマンドのデータが隠されていることを、1行ずつ確かめる。誰かに送る前に使う。終了コードは、正しければ 0、そうでなければ 65。",
        en: """
            Looks, line by line, at beginning and end, the order of moments, and that the data of commands is hidden: before a trace is sent to \
            somebody. The exit status is 0 where all is well, else 65.
            """),
    operands: [Operand("FILE", kind: .file, Sentence(ja: "トレースファイル（- は標準入力）", en: "The trace; - is standard input"))],
    examples: [Example("kazasu trace verify visit.jsonl", Sentence(ja: "送る前に確かめる", en: "Before it is sent to somebody"))]
) { invocation in
    let records = try TraceFile.parse(try readFile(invocation.operands[0]))
    let problems = TraceFile.problems(of: records)
    let output = invocation.streams.output
    if invocation.json {
        let lines = problems.map { VerifiedTrace.Problem(line: $0.line, reason: $0.reason.words.text(in: invocation.language)) }
        try output.writeLine(jsonLine(VerifiedTrace(records: records.count, problems: lines)))
    } else {
        for problem in problems { try output.writeLine("\(problem.line): \(problem.reason.words.text(in: invocation.language))") }
        if problems.isEmpty {
            let words = Sentence(ja: "\(records.count)行、問題なし", en: "\(records.count) records, nothing wrong")
            try output.writeLine(words.text(in: invocation.language))
        }
    }
    return problems.isEmpty ? 0 : FailureCategory.badData.exitStatus
}

private struct VerifiedTrace: Encodable {
    struct Problem: Encodable {
        let line: Int
        let reason: String
    }

    let records: Int
    let problems: [Problem]
}

extension TraceProblem.Reason {
    fileprivate var words: Sentence {
        switch self {
        case .startMisplaced: Sentence(ja: "start は最初の1行だけにあるはず", en: "'start' belongs to the first line and to no other")
        case .endMisplaced:
            Sentence(
                ja: "end は最後の1行だけにあるはず（途中で切れたか、2つが1つのファイルにある）",
                en: "'end' belongs to the last line and to no other; a trace was cut, or two are in one file")
        case .recordsMissing:
            Sentence(ja: "行の数が書かれた数と違う（行が失われたか、増えている）", en: "there are not as many lines as it counts; some were lost or added")
        case .goesBackInTime: Sentence(ja: "前の行より前の時刻", en: "it happens before the line above it")
        case .negative: Sentence(ja: "長さか時間が負", en: "a length or a time is negative")
        case .showsData: Sentence(ja: "コマンドのデータが見えている（秘密かもしれない）", en: "data of a command can be seen, and may be a secret")
        case .exchangeWithoutCard: Sentence(ja: "カードがないのにAPDUがある", en: "an exchange without a card")
        case .unknownEvent: Sentence(ja: "この版が知らない出来事", en: "an event that this version does not know")
        }
    }
}
