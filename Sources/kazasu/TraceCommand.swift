import Commands
import Diagnosis
import Glibc
import ISO7816
import Recordings
import Station
import Traces

/// `kazasu trace …`: what `--trace` and `kazasu record` have written.
let traceCommand = Command(
    "trace", Sentence(ja: "記録した経過を扱う", en: "Work with traces and recordings"),
    subcommands: [traceShowCommand, traceVerifyCommand, traceDiffCommand, traceExportCommand, traceImportCommand])

private let traceShowCommand = Command(
    "show", Sentence(ja: "経過を表にする", en: "Show a trace or a recording as a table"),
    discussion: Sentence(
        ja: """
            秘密のバイトは記録されていない。表の「+n」は、隠したバイト数である。
            kazasu record の通信記録では、転送ごとに1行で、装置とレーン、CCIDメッセージの名前、スロット、連番、長さを示す。内容のバイトは示さない。
            """,
        en: """
            Secret bytes were never written; '+n' in the table is how many bytes were hidden.
            Of a recording by 'kazasu record' every transfer is a line: device and lane, the name of the CCID message, slot, sequence number \
            and length. None of its bytes is shown.
            """),
    operands: [
        Operand("FILE", kind: .file, Sentence(ja: "トレースか通信記録（- は標準入力）", en: "The trace or recording; - is standard input"))
    ],
    examples: [
        Example("kazasu trace show visit.jsonl", Sentence(ja: "受付の経過を見る", en: "Look at a visit")),
        Example("kazasu trace show visit.rec", Sentence(ja: "ケーブルの通信を見る", en: "Look at what crossed the cables")),
    ],
    run: { invocation in try showTrace(invocation) })

private func showTrace(_ invocation: Invocation) throws -> Int32 {
    let file = try readFile(invocation.operands[0])
    if RecordingFile.isRecording(file) { return try showRecording(file, invocation) }
    let (records, error) = TraceFile.read(file)
    let output = invocation.streams.output
    if invocation.json {
        if let error { throw error }
        try output.writeLine(jsonLine(records.map(TraceLine.init)))
        return 0
    }
    // A trace that was cut is shown as far as it goes.
    for record in records { try output.writeLine(TraceLine(record).text) }
    if let error { throw error }
    return 0
}

private func showRecording(_ file: [UInt8], _ invocation: Invocation) throws -> Int32 {
    let (recording, error) = RecordingFile.read(file)
    let output = invocation.streams.output
    let lines = recording?.steps.map(SessionLine.init) ?? []
    if invocation.json {
        if let error { throw error }
        try output.writeLine(jsonLine(lines))
        return 0
    }
    // One that was cut is shown as far as it goes.
    for line in lines { try output.writeLine(line.text) }
    if let error { throw error }
    return 0
}

/// A record as a line of the table.
struct TraceLine: Encodable {
    let milliseconds: Double
    let took: Double?
    let event: String
    let detail: String

    init(_ record: TraceRecord) {
        milliseconds = Duration.nanoseconds(record.at).milliseconds
        var took: Double?
        switch record.event {
        case .start(let program, let reader, let clock, _): (event, detail) = ("start", "\(program), \(reader), \(clock) time")
        case .card(_, _, let answerToReset): (event, detail) = ("card", "ATR \(answerToReset)")
        case .stage(let name): (event, detail) = ("stage", name)
        case .end(let outcome, _): (event, detail) = ("end", outcome)
        case .other(let name): (event, detail) = (name, "")
        case .exchange(let exchange):
            took = Duration.nanoseconds(exchange.took).milliseconds
            event = instructionName(exchange.command)
            detail = "\(Self.command(exchange)) -> \(Self.result(exchange.result))"
        }
        self.took = took
    }

    /// The line. A trace may come from anybody, so no control character of it is left.
    var text: String {
        let took = took.map { fixed($0, 10) } ?? String(repeating: " ", count: 10)
        return "\(fixed(milliseconds, 12))\(took)  \(step)"
    }

    /// What happened, without when.
    var step: String { printable("\(event)\(detail.isEmpty ? "" : "  " + detail)") }

    private static func command(_ exchange: TraceRecord.Exchange) -> String {
        Hexadecimal.text(exchange.command) + (exchange.commandHidden > 0 ? " +\(exchange.commandHidden)" : "")
    }

    private static func result(_ result: TraceRecord.Exchange.Result) -> String {
        switch result {
        case .error(let code): code
        case .status(let word, let hidden):
            (hidden > 0 ? "+\(hidden) " : "") + "\(StatusWord(rawValue: word)) \(StatusWord(rawValue: word).meaning.english)"
        }
    }
}

/// The name of a command's instruction (ISO/IEC 7816-4 clause 5.4.2, JICSAP for class 80).
private func instructionName(_ command: [UInt8]) -> String {
    guard command.count >= 4 else { return "(hidden)" }
    return switch command[1] {
    case 0x20: command.count == 4 ? "VERIFY (counter)" : "VERIFY"
    case 0x24: "CHANGE REFERENCE DATA"
    case 0x2A: "COMPUTE DIGITAL SIGNATURE"
    case 0x84: "GET CHALLENGE"
    case 0x88: "INTERNAL AUTHENTICATE"
    case 0xA4: "SELECT"
    case 0xB0: "READ BINARY"
    case 0xB2: "READ RECORD"
    case 0xC0: "GET RESPONSE"
    case 0xCA: "GET DATA"
    default: "INS \(Hexadecimal.text([command[1]]))"
    }
}
