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

private struct ReaderList: Encodable {
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
    } else if invocation[ReadersOptions.selectors] {
        for reader in list.readers { try output.writeLine(reader.selector) }
    } else {
        let width = list.readers.map(\.selector.count).max() ?? 0
        for reader in list.readers {
            let padding = String(repeating: " ", count: width - reader.selector.count + 2)
            try output.writeLine(reader.selector + padding + reader.product)
        }
    }
    return 0
}
