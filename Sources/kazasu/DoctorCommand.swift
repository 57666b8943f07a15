import Commands
import Diagnosis
import ReaderKit

enum DoctorOptions {
    static let bundle = ValueOption<String>(
        "bundle", short: "b", placeholder: "FILE", kind: .file,
        Sentence(ja: "助けてくれる人に送る記録を書き出す（秘密は含まない）", en: "Write a file to send to somebody who helps, without secrets"))
}

/// `kazasu doctor`: what is wrong, step by step, and what to do.
func doctorCommand(_ places: DoctorPlaces = DoctorPlaces()) -> Command {
    Command(
        "doctor", Sentence(ja: "どこに問題があるか、何をすればよいかを順に調べる", en: "Find out step by step what is wrong and what to do"),
        discussion: Sentence(ja: discussionInJapanese, en: discussionInEnglish),
        options: [
            ReaderOptions.reader, ReaderOptions.profile, ReaderKey.descriptor, DoctorOptions.bundle, TrustOptions.directory,
            VisitOptions.time,
        ]
            + ReaderOptions.simulation,
        variables: [
            Variable("PCSCLITE_CSOCK_NAME", Sentence(ja: "PC/SC サービスのソケット", en: "The socket of the PC/SC service")),
            Variable(Configuration.variable, Sentence(ja: "設定ファイル", en: "The configuration file")),
            ReaderKey.variable,
        ],
        examples: [
            Example("kazasu doctor", Sentence(ja: "つながっているリーダーとカードを調べる", en: "Examine the connected reader and its card")),
            Example("kazasu doctor --bundle doctor.jsonl", Sentence(ja: "送るための記録も書き出す", en: "Write what can be sent too")),
            Example(
                "kazasu doctor --reader sim:card --tries-left 0", Sentence(ja: "シミュレーションで試す", en: "Try it on a simulated card")),
        ],
        run: { invocation in try runDoctor(invocation, places) })
}

private let discussionInJapanese = """
    設定ファイル、PC/SC サービス、USB 接続（ble: のリーダーではBluetooth）、リーダー、カード、暗証番号の残り回数、電子証明書、資格データベースを順に確かめる。
    暗証番号をたずねることも使うこともなく、残り回数は減らない。何も作らず、何も変えない。

    --bundle のファイルは1行に1つのJSONで、送る前に読める。含むもの：プログラム、OS、カーネル、PC/SC の各パッケージの版、\
    設定されている環境変数と設定項目の名前、リーダーの名前（製造番号を除く）、USBのベンダーIDと製品ID、ATR、確認の結果、\
    カードとのやりとりの経過（中身を除く）。含まないもの：氏名、住所、証明書の中身と番号、カードの製造番号、暗証番号、\
    環境変数の値、設定されたパス、ホームフォルダの名前、コンピューターと利用者の名前。

    終了コード：0 異常なし（注意があってもよい）、ほかは最初の異常の種類（69 ない、75 使用中、77 認められない など）、130 取り消し。
    """
private let discussionInEnglish = """
    Looks at the configuration, the PC/SC service, USB (for a reader by ble: at Bluetooth), the readers, the card, the counters of its PINs, \
    its certificate and the centre's database, in this order. It never asks for a PIN and uses none, so no try is lost; it makes nothing and changes nothing.

    The file of --bundle holds one JSON object a line, to be read before it is sent. In it: versions of the program, the system, the \
    kernel and the PC/SC packages, names of the environment variables and configuration keys that are set, names of readers without \
    serial numbers, USB vendor and product, the ATR, the findings, and a trace of the exchanges without their contents. Not in it: names, \
    addresses, certificates or their serial numbers, the card's serial number, PINs, values of variables, configured paths, the home \
    folder, the names of the machine and its user.

    Exit status: 0 where nothing failed (there may be warnings), else that of the first failure (69 not there, 75 in use, 77 refused, ...), \
    130 cancelled.
    """

private func runDoctor(_ invocation: Invocation, _ places: DoctorPlaces) throws -> Int32 {
    let printer = DoctorPrinter(invocation)
    let memory = invocation[DoctorOptions.bundle] == nil ? nil : DoctorTrace(invocation.environment)
    let trace = try memory.map { memory throws(TraceError) in try TraceWriter(path: memory.path) }
    var examination = try DoctorExamination(invocation, places, trace: trace) { finding in
        if !invocation.json { try printer.show(finding) }
    }
    try examination.run()
    try trace?.finish()
    let report = examination.report
    if invocation.json {
        try invocation.streams.output.writeLine(jsonLine(DoctorJSON(report)))
    } else {
        try printer.show(report)
    }
    if let path = invocation[DoctorOptions.bundle] {
        let redaction = examination.facts.redaction(invocation.environment)
        let bundle = try DoctorBundle(examination.facts, report, trace: memory?.lines ?? [], invocation.environment, redaction)
        try bundle.write(to: path, cancellation: examination.cancellation)
        if !invocation.json {
            try invocation.streams.output.writeLine(
                Sentence(ja: "記録を書き出しました：\(printable(path))", en: "Written: \(printable(path))").text(in: invocation.language))
        }
    }
    return report.exitStatus
}
