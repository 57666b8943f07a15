import Diagnosis
import Glibc
import Testing

@testable import Commands

/// A program that uses everything the library offers; `sample` does not exist.
enum Sample {
    enum Colour: String, CaseIterable { case red, green, blue }

    static let reader = DefaultedOption(
        "reader", short: "r", placeholder: "SELECTOR", kind: .suggestions(["sim:card", "pcsc:"]), default: "sim:card",
        Sentence(ja: "使う読み取り機", en: "The reader to use"))
    static let colour = ValueOption<Colour>("colour", placeholder: "COLOUR", Sentence(ja: "色", en: "A colour"))
    static let seed = DefaultedOption<UInt32>("seed", placeholder: "NUMBER", default: 7, Sentence(ja: "種", en: "A seed"))
    static let send = ListOption("send", short: "s", placeholder: "HEX", Sentence(ja: "送るバイト列", en: "Bytes to send"))
    static let beep = Flag("beep", isNegatable: true, Sentence(ja: "音を鳴らす", en: "Beep"))
    static let save = ValueOption("save", placeholder: "FILE", kind: .file, Sentence(ja: "保存先", en: "Where to save"))
    static let folder = ValueOption("folder", placeholder: "DIR", kind: .directory, Sentence(ja: "フォルダ", en: "A folder"))
    static let slot = ValueOption("slot", placeholder: "SLOT", kind: .printed(["slots"]), Sentence(ja: "口", en: "A slot"))
    static let pinDescriptor = ValueOption<Int32>(
        "pin-fd", placeholder: "N", Sentence(ja: "暗証番号を読むファイル記述子", en: "Descriptor to read the PIN from"))
    static let pin = SecretInput(variable: "SAMPLE_PIN", descriptor: pinDescriptor, prompt: Sentence(ja: "暗証番号", en: "PIN"))

    static let file = Operand("FILE", .one, kind: .file, Sentence(ja: "記録ファイル", en: "A trace"))
    static let more = Operand("MORE", .any, kind: .file, Sentence(ja: "その他", en: "More"))
    static let mode = Operand("MODE", .optional, kind: .choices(["fast", "slow"]), Sentence(ja: "速さ", en: "How fast"))

    static let program = Program(
        name: "sample", version: "1.2.3", summary: Sentence(ja: "見本のプログラム", en: "A program to try things with"),
        commands: [visit, trace, fail, slots])

    static let visit = Command(
        "visit", Sentence(ja: "来院を行う", en: "Carry out a visit"),
        discussion: Sentence(
            ja: "カードを読み取り機に置き、暗証番号を確認して、資格を照会します。結果は標準出力に表示され、経過は標準エラー出力に記録されます。",
            en: "Puts the card on the reader, checks the PIN and asks for the eligibility. The result goes to standard output and the log "
                + "to standard error."),
        options: [reader, colour, seed, send, beep, save, folder, slot, pinDescriptor], operands: [mode],
        variables: [Variable("SAMPLE_PIN", Sentence(ja: "暗証番号", en: "The PIN"))],
        examples: [Example("sample visit --reader sim:card", Sentence(ja: "模擬カードで試す", en: "Try it with a simulated card"))]
    ) { invocation in
        try invocation.streams.output.writeLine("reader \(invocation[reader]) seed \(invocation[seed])")
        return 0
    }

    static let trace = Command(
        "trace", Sentence(ja: "記録を扱う", en: "Work with traces"),
        subcommands: [
            Command("show", Sentence(ja: "記録を表示する", en: "Show a trace"), operands: [file, more]) { invocation in
                try invocation.streams.output.writeLine(invocation[file][0] + " " + invocation[more].joined(separator: "+"))
                return 0
            },
            Command("check", Sentence(ja: "記録を検査する", en: "Check a trace"), operands: [file]) { _ in 3 },
        ])

    static let slots = Command("slots", Sentence(ja: "口の一覧", en: "List the slots"), isHidden: true) { invocation in
        try invocation.streams.output.write("left\nright $(touch planted)\n")
        return 0
    }

    static let fail = Command("fail", Sentence(ja: "失敗する", en: "Fail"), operands: [mode]) { invocation in
        try invocation.streams.output.writeLine("before")
        if invocation.operands.isEmpty { throw SampleError() }
        throw ForeignError(secret: "1234")
    }
}

struct SampleError: DiagnosedError {
    let code = "card-removed"
    let sentence = Sentence(ja: "カードが外れました", en: "the card was \"removed\"")
    let cause: String? = "SW 6F00"
    let category = FailureCategory.temporary
}

struct ForeignError: Error { let secret: String }

/// What a run of a program left behind.
struct Outcome: Equatable {
    let status: Int32
    let output: String
    let error: String
}

/// Runs the sample with its streams in memory.
func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    let output = try MemoryFile()
    let error = try MemoryFile()
    let streams = StandardStreams(output: output.descriptor, error: error.descriptor)
    let status = Sample.program.run(arguments, environment: Environment(environment), streams: streams)
    return Outcome(status: status, output: try output.text(), error: try error.text())
}

/// A file without a name (memfd_create would need _GNU_SOURCE).
final class MemoryFile {
    let descriptor: Int32

    init() throws {
        var template = Array("/tmp/sample-XXXXXX\0".utf8CString)
        descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        unlink(template)
    }

    deinit { close(descriptor) }

    func text() throws -> String {
        lseek(descriptor, 0, SEEK_SET)
        return String(decoding: try readAll(descriptor), as: UTF8.self)
    }
}

/// Everything up to the end of `descriptor`.
func readAll(_ descriptor: Int32) throws -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 || (count < 0 && errno == EIO) { return result }
        try #require(count > 0)
        result += buffer[..<count]
    }
}
