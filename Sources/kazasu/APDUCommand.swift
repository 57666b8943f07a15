import Cards
import Commands
import Diagnosis
import Glibc
import ISO7816
import ReaderKit
import Station

/// `kazasu apdu`: sends raw command APDUs and shows the answers.
let apduCommand = Command(
    "apdu", Sentence(ja: "APDUをそのまま送る", en: "Send raw command APDUs"),
    discussion: Sentence(
        ja: """
            --send を指定しないときは、標準入力から1行に1つのAPDUを16進数で読む。端末では対話になる（reset で再起動、quit で終了）。
            続きの取得（61xx）も送り直し（6Cxx）もしない。応答はそのまま表示し、コマンドのデータはSELECTのものだけを表示する。

            コマンドラインはほかの利用者に見えるため、暗証番号を含むAPDU（VERIFY など）を --send で送れるのは sim: だけである。
            """,
        en: """
            Without --send, commands are read from standard input, one a line in hexadecimal; at a terminal that is a dialogue (reset, quit).
            Nothing is fetched (61xx) or sent again (6Cxx) by itself. Answers are shown whole; of a command's data only what SELECT names.

            Others can see a command line, so an APDU with a PIN in it (VERIFY and its like) can be given to --send for sim: readers only.
            """),
    options: [ReaderOptions.reader, ReaderOptions.share, ReaderOptions.profile, ReaderKey.descriptor, APDUOptions.send]
        + ReaderOptions.simulation,
    variables: [ReaderKey.variable],
    examples: [
        Example(
            "kazasu apdu --reader sim:card --send 00A4040C0AD392F000260100000001 --send 00200098",
            Sentence(ja: "アプリケーションを選び、暗証番号の残り回数をたずねる", en: "Select the application, ask how many PIN tries are left"))
    ],
    run: { invocation in try APDUSession(invocation).exchange() })

enum APDUOptions {
    static let send = ListOption<[UInt8]>(
        "send", placeholder: "HEX", Sentence(ja: "送るAPDU", en: "A command APDU"),
        parse: { text in Hexadecimal.bytes(text).flatMap { $0.isEmpty ? nil : $0 } })
}

/// One run of `kazasu apdu`.
private struct APDUSession {
    /// Instructions whose data is a credential: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER and JICSAP's CHANGE KEY.
    static let credentialInstructions: Set<UInt8> = [0x20, 0x21, 0x24, 0x2C, 0x32]

    let invocation: Invocation
    let run: CardRun

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        run = try CardRun(invocation)
        if !run.isSimulated, invocation[APDUOptions.send].contains(where: Self.carriesCredential) {
            throw invocation.misuse(
                Sentence(
                    ja: "暗証番号を含むAPDUはコマンドラインに書けません。標準入力から渡してください。",
                    en: "An APDU with a PIN in it must not be on the command line; give it on standard input."))
        }
    }

    func exchange() throws -> Int32 {
        // What is typed or piped in may be a PIN.
        forbidCoreDumps()
        try ReaderKey.read(for: invocation, run.interrupts.cancellation)
        var failure: (any DiagnosedError)?
        try run.withChannel { channel in
            var dialogue = Dialogue(invocation, channel: channel, station: run.station)
            do {
                try dialogue.begin()
                if invocation.isGiven(APDUOptions.send) {
                    for command in invocation[APDUOptions.send] { try dialogue.exchange(command) }
                } else {
                    try dialogue.followInput(run.interrupts.cancellation)
                }
                if run.interrupts.cancellation.isCancelled { throw ReaderError(.cancelled) }
            } catch let error as StreamError {
                throw error
            } catch let error as any DiagnosedError {
                // What was exchanged before is shown all the same.
                failure = error
                invocation.tell(error)
            }
            try dialogue.end(failure)
        }
        return run.exitStatus(failure)
    }

    static func carriesCredential(_ command: [UInt8]) -> Bool {
        command.count > 4 && credentialInstructions.contains(command[1])
    }
}

/// What is sent and shown.
private struct Dialogue {
    private struct Exchange: Encodable {
        let command: String
        let data: String
        let status: String
        let meaning: String
        let milliseconds: Double
    }

    private struct Record: Encodable {
        let answerToReset: String
        var exchanges: [Exchange] = []
        var error: VisitJSON.Failure?
    }

    private let invocation: Invocation
    private let channel: any CardChannel
    private let station: Station
    private var record: Record
    private var response: [UInt8] = []

    init(_ invocation: Invocation, channel: any CardChannel, station: Station) {
        self.invocation = invocation
        self.channel = channel
        self.station = station
        record = Record(answerToReset: Hexadecimal.text(channel.answerToReset))
    }

    private var output: OutputStream { invocation.streams.output }
    private var isDialogue: Bool { isatty(STDIN_FILENO) == 1 && isatty(output.descriptor) == 1 && !invocation.json }

    func begin() throws {
        if !invocation.json { try output.writeLine("ATR \(record.answerToReset)") }
    }

    mutating func end(_ failure: (any DiagnosedError)?) throws {
        record.error = failure.map { VisitJSON.Failure($0, in: invocation.language) }
        if invocation.json { try output.writeLine(jsonLine(record)) }
    }

    mutating func exchange(_ command: [UInt8]) throws {
        let began = station.now
        try channel.transmit(command.span, into: &response, until: began + .seconds(60))
        let answer: ResponseAPDU
        do { answer = try ResponseAPDU(bytes: response) } catch { throw ReaderError(.answerMalformed, cause: "\(error)") }
        let shown = Exchange(
            command: Self.shown(command), data: Hexadecimal.text(answer.data), status: answer.status.description,
            meaning: invocation.language == .japanese ? answer.status.meaning.japanese : answer.status.meaning.english,
            milliseconds: (station.now - began).milliseconds)
        if invocation.json {
            record.exchanges.append(shown)
        } else {
            try output.writeLine("> \(shown.command)")
            let data = shown.data.isEmpty ? "" : shown.data + " "
            try output.writeLine("< \(data)\(shown.status)  \(shown.meaning)")
        }
    }

    /// Sends what is typed or piped in, until the end, `quit` or a cancellation.
    mutating func followInput(_ cancellation: Cancellation) throws {
        var input = LineInput(cancellation: cancellation)
        while true {
            if isDialogue { try output.write("apdu> ") }
            guard let line = try input.next() else { return }
            let word = line.filter { !$0.isWhitespace }
            switch word {
            case "quit", "exit": return
            case "": continue
            case "reset": try channel.warmReset(until: station.now + .seconds(10))
            case _ where word.hasPrefix("#"): continue
            default: try send(line)
            }
        }
    }

    private mutating func send(_ line: String) throws {
        if let command = Hexadecimal.bytes(line.filter { !$0.isWhitespace }), !command.isEmpty { return try exchange(command) }
        let error = BadLine()
        // A slip of the finger must not end a dialogue; a script with a wrong line must not go on.
        guard isDialogue else { throw error }
        invocation.tell(error)
    }

    private struct BadLine: DiagnosedError {
        let code = "apdu-malformed"
        let sentence = Sentence(
            ja: "16進数のAPDUではありません。00A4040C のように、1バイトを2桁で書いてください。",
            en: "This is no APDU in hexadecimal; write two digits a byte, like 00A4040C.")
        let cause: String? = nil
        let category = FailureCategory.badData
    }

    /// The command without its data, as a trace shows it: whoever has typed it knows the rest, whoever is sent the output must not.
    private static func shown(_ command: [UInt8]) -> String {
        // Of what is no command only the header: a digit may stand where the length should.
        let shown = (try? CommandLayout(command.span)) == nil ? min(4, command.count) : ShownCommand.count(of: command.span)
        return Hexadecimal.text(command.prefix(shown)) + String(repeating: "··", count: command.count - shown)
    }
}
