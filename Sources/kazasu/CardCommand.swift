import Cards
import Certificates
import Commands
import Diagnosis
import MyNumberCard
import ReaderKit
import Station

/// `kazasu card …`: what a My Number Card holds and can do.
let cardCommand = Command(
    "card", Sentence(ja: "マイナンバーカードを読み、使う", en: "Read and use a My Number Card"),
    discussion: Sentence(
        ja: """
            秘密（暗証番号、照合番号）はコマンドラインに書けない。環境変数、ファイル記述子、または端末での入力で渡す。
            間違った暗証番号を送り直すことはなく、残り1回は --last-try がなければ使わない。
            12桁の個人番号を読む操作はない。
            """,
        en: """
            Secrets (PINs, 照合番号) have no place on a command line: give them by environment variable, file descriptor or at the terminal.
            A wrong PIN is never sent again, and the last try is kept unless --last-try is given.
            There is no operation that reads the 12-digit number of a person.
            """),
    subcommands: [
        cardInfoCommand, cardCertificateCommand, cardPINsCommand, cardVerifyCommand, cardSignCommand, cardFaceCommand, cardFourItemsCommand,
        cardAgeCommand, cardGenuineCommand, cardChangeCommand, cardDumpCommand, cardNewCommand,
    ])

enum CardCommandOptions {
    static let output = ValueOption<String>(
        "output", short: "o", placeholder: "FILE", kind: .file, Sentence(ja: "書き出すファイル", en: "The file to write"))
    static let input = ValueOption<String>(
        "input", short: "i", placeholder: "FILE", kind: .file, Sentence(ja: "読むファイル（- は標準入力）", en: "The file to read; - is standard input"))

    /// What every card command has: reader, trace, date and what is simulated.
    static let common: [any Option] =
        [ReaderOptions.reader, ReaderOptions.share, ReaderOptions.profile, ReaderKey.descriptor, VisitOptions.trace, VisitOptions.time]
        + ReaderOptions.simulation
}

/// A command on a card, with everything that it may need. Before a card is touched `check` refuses wrong use, and the trust anchors (where it
/// `checksChain`) and the files of `reads` are read.
func cardSubcommand(
    _ name: String, _ summary: Sentence, discussion: Sentence? = nil, options: [any Option] = [], secrets: [SecretRoute] = [],
    reads: [ValueOption<String>] = [], checksChain: Bool = false, example: Example? = nil,
    check: @escaping @Sendable (Invocation) throws -> Void = { _ in },
    run: @escaping @Sendable (CardContext) throws -> Void
) -> Command {
    Command(
        name, summary, discussion: discussion,
        options: options + reads + (checksChain ? [TrustOptions.directory] : []) + (secrets.isEmpty ? [] : [VisitOptions.lastTry])
            + secrets.map(\.descriptor) + CardCommandOptions.common,
        variables: secrets.map(\.variable) + [ReaderKey.variable], examples: example.map { [$0] } ?? [],
        run: { invocation in
            let variables = SecretRoute.takeVariables(of: invocation)
            try check(invocation)
            let isSimulated = try invocation.selector().scheme == "sim"
            let trust = checksChain ? try Trust(invocation, isSimulated: isSimulated) : Trust(nil, isSimulated: isSimulated)
            return try runOnCard(invocation, secrets, variables, reads, trust, run)
        })
}

/// A card that has power, and what a command needs beside it.
struct CardContext {
    let invocation: Invocation
    let card: MyNumberCard
    let channel: any CardChannel
    let session: CardSession
    let station: Station
    let secrets: CardSecrets
    let isSimulated: Bool
    /// Whose certificates count.
    let trust: Trust
    /// What the files hold that the command names for reading.
    let contents: [String: [UInt8]]
    let cancellation: Cancellation

    /// Whether the last try of a secret may be used.
    var lastTry: LastTry { invocation[VisitOptions.lastTry] ? .spend : .keep }

    /// The content, or the refusal as an error.
    func open<Content>(_ guarded: Guarded<Content>) throws(RefusedSecret) -> Content {
        switch guarded {
        case .opened(let content): return content
        case .refused(let refusal): throw RefusedSecret(refusal: refusal)
        }
    }

    /// What the file of an option holds; it was read before the card got power. `nil` where the option was not given.
    func contents(of option: ValueOption<String>) -> [UInt8]? { contents[option.specification.name] }

    /// Writes a file, whole or not at all.
    func write(_ bytes: [UInt8], to path: String) throws(FileWriteError) { try writeFile(path, bytes, cancellation: cancellation) }

    /// Prints the result.
    func print(_ rows: [ResultRow]) throws { try invocation.print(rows) }

    /// Prints the result, and ends the command as a failure where there is one.
    func print(_ rows: [ResultRow], failure: (any DiagnosedError)?) throws {
        try invocation.print(rows, failure: failure)
        if let failure { throw ResultPrinted(failure: failure) }
    }

    /// Prints the result with what was found about who made it. What its issuer did not make ends the command as a failure.
    func print(_ rows: [ResultRow], verdict: CardVerdict) throws {
        try print(rows + [verdict.row], failure: verdict.forgery)
    }
}

/// The command has printed its result, and ends otherwise than with 0 all the same.
struct ResultPrinted: Error {
    /// What is still to be told; `nil` where the answer was simply no, which is exit status 1.
    var failure: (any DiagnosedError)?
}

/// Runs `body` on the card; the card has no power afterwards, and the trace is whole whatever happened.
private func runOnCard(
    _ invocation: Invocation, _ routes: [SecretRoute], _ variables: SecretRoute.Variables, _ reads: [ValueOption<String>], _ trust: Trust,
    _ body: (CardContext) throws -> Void
) throws -> Int32 {
    // While Ctrl-C still ends the program at once: a file may be a pipe that nobody writes to.
    var contents: [String: [UInt8]] = [:]
    for option in reads {
        contents[option.specification.name] = try invocation[option].map { path throws(FileError) in try readFile(path) }
    }
    let run = try CardRun(
        invocation, startUnixTime: invocation.simulationTime, simulationOnly: [VisitOptions.time] + ReaderOptions.simulation)
    let secrets = try CardSecrets(
        routes, variables, of: invocation, simulated: run.simulated?.credentials, run.interrupts.cancellation)
    let trace = try invocation[VisitOptions.trace].map { path throws(TraceError) in try TraceWriter(path: path) }
    trace?.begin(program: "kazasu \(kazasuVersion)", reader: run.selector.description, station: run.station)
    var failure: (any DiagnosedError)?
    var printed: ResultPrinted?
    do {
        try run.withChannel { channel in
            let session = CardSession(channel, on: run.station, memory: SharedLengthMemory(), observer: trace)
            let card = MyNumberCard(session, layout: run.simulated?.layout ?? .myNumberCard, patience: .seconds(20), on: run.station)
            try body(
                CardContext(
                    invocation: invocation, card: card, channel: channel, session: session, station: run.station, secrets: secrets,
                    isSimulated: run.isSimulated, trust: trust, contents: contents, cancellation: run.interrupts.cancellation))
        }
    } catch let error as ResultPrinted {
        (printed, failure) = (error, error.failure)
    } catch let error as StreamError {
        throw error
    } catch let error as any DiagnosedError {
        failure = error
    }
    trace?.end(outcome: failure?.code ?? "done", at: run.station.now)
    try trace?.finish()
    guard let failure else { return printed == nil ? 0 : 1 }
    // What was printed with a result is told, but not printed again.
    if printed == nil, failure.category != .cancelled { throw failure }
    invocation.tell(failure)
    return run.exitStatus(failure)
}

/// A secret did not open what was asked for.
struct RefusedSecret: DiagnosedError {
    let refusal: PINRefusal

    var code: String {
        switch refusal {
        case .rejected: "pin-rejected"
        case .blocked: "pin-blocked"
        case .lastTryKept: "last-try-kept"
        }
    }
    var sentence: Sentence {
        switch refusal {
        case .rejected(1):
            Sentence(ja: "暗証番号などが違います。残り1回です。次に間違えるとロックされます。", en: "The PIN or number is wrong; 1 try is left, and a wrong one blocks it.")
        case .rejected(let left):
            Sentence(ja: "暗証番号などが違います。残り\(left)回です。", en: "The PIN or number is wrong; \(left) tries are left.")
        case .blocked:
            Sentence(
                ja: "暗証番号などがロックされています。市区町村の窓口で初期化できます。顔認証マイナンバーカードでは、はじめから使えません。",
                en: "The PIN or number is blocked; the municipal office can unblock it. A card for face authentication has none that works."
            )
        case .lastTryKept:
            Sentence(
                ja: "残り1回のため、カードに送っていません。使うなら --last-try を付けてください。",
                en: "Only one try is left, so nothing was sent; add --last-try to use it.")
        }
    }
    let cause: String? = nil
    let category = FailureCategory.notPermitted
}
