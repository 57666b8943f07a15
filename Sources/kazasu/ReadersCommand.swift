import Cards
import Commands
import Diagnosis
import ReaderTransport

/// `kazasu readers`: what could be opened now.
let readersCommand = Command(
    "readers", Sentence(ja: "使えるカードリーダーの一覧", en: "List the readers that can be used"),
    discussion: Sentence(
        ja: "PC/SC サービスが動いていないときは、その旨を標準エラー出力に書き、シミュレーションのリーダーだけを表示する。",
        en: "Where the PC/SC service does not run, that is said on standard error and only the simulated readers are listed."),
    options: [ReadersOptions.selectors],
    run: { invocation in try listReaders(invocation) })

private enum ReadersOptions {
    static let selectors = Flag(
        "selectors", Sentence(ja: "--reader に書く形だけを1行ずつ出力する", en: "Print only what --reader takes, one a line"))
}

/// What was found, and what was not there to be asked.
struct ReaderList: Encodable {
    struct Reader: Encodable {
        let selector: String
        let product: String
    }
    struct Unavailable: Encodable {
        let scheme: String
        let code: String
        let message: String
    }
    var readers: [Reader] = []
    var unavailable: [Unavailable] = []

    /// A line a reader, for people, or `--selectors`. The names come from drivers and USB devices.
    func lines(selectorsOnly: Bool) -> [String] {
        let width = readers.map(\.selector.count).max() ?? 0
        return readers.map { reader in
            let padding = String(repeating: " ", count: width - reader.selector.count + 2)
            return printable(selectorsOnly ? reader.selector : reader.selector + padding + reader.product)
        }
    }
}

private func listReaders(_ invocation: Invocation) throws -> Int32 {
    var list = ReaderList()
    for source in ReaderBench(SimulatedSource.World(card: VirtualCard(holder: .hanako))).sources {
        do throws(TransportError) {
            for attachment in try source.attachments() {
                list.readers.append(.init(selector: "\(source.scheme):\(attachment.name)", product: attachment.product))
            }
        } catch {
            list.unavailable.append(
                .init(scheme: source.scheme, code: error.code, message: error.sentence.text(in: invocation.language)))
            if !invocation[ReadersOptions.selectors] { invocation.tell(error) }
        }
    }
    let output = invocation.streams.output
    if invocation.json {
        try output.writeLine(jsonLine(list))
    } else {
        for line in list.lines(selectorsOnly: invocation[ReadersOptions.selectors]) { try output.writeLine(line) }
    }
    return 0
}
