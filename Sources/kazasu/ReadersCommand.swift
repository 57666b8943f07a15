import BluetoothTransport
import CCID
import Commands
import Diagnosis
import DriverCatalog
import GenericCCID
import ReaderClaims
import ReaderTransport
import Station

/// `kazasu readers`: what could be opened now.
let readersCommand = Command(
    "readers", Sentence(ja: "使えるカードリーダーの一覧", en: "List the readers that can be used"),
    discussion: Sentence(
        ja: """
            1行に、--reader に書く形、本人確認の方法、確かめた段階、情報の出所、製品名を示す。段階は together（ドライバーとシミュレーターの組で）、\
            stock-software（既存のソフトウェアで）、independent-simulator（独立のシミュレーターで）、hardware（実機で）の順に強い。--json にはすべてがある。

            PC/SC サービスが動いていないときは、その旨を標準エラー出力に書き、シミュレーションのリーダーだけを表示する。

            Bluetoothのリーダー (ble:) は、BlueZが知っているものだけを表示する。--scan で周囲を探す（コンピュータのBluetoothが入っていること）。\
            その答えはシステムバスの信号で届くため、それを聞けるプログラムすべてに聞こえる（Feitianでは、カードの答えが暗号化されない）。

            CCIDのリーダーはどれも使える。インターフェースがメーカー独自のクラス（FF）であるものは、--profile のファイルで知らせる（YAML）：
            \(profileExample)
            features は dwFeatures、slots は各スロットの用途、quirks は名乗りと違うところで、次のいずれか：\(quirkNames)。
            何台分でも、- で始まるリストに書ける。model は模擬する機種名で、なくてもよい。ほかのCCIDのリーダーは書かなくても使える。

            スロットに名前のあるリーダーは、--reader usb:072f:221a@1-2#SAM のように、どのスロットかを選べる（番号でもよい。0から）。

            --watch では、リーダーの接続と取り外し、カードの挿入と抜き取り、サービスの停止と再開を、中断 (Ctrl-C) するまで1行ずつ出力する。
            """,
        en: """
            A line has what --reader takes, the ways to identify a person, how far it was seen to work, where what is known of it is from, and \
            the product. Seen to work, weakest first: together (driver and simulator), stock-software, independent-simulator, hardware. \
            --json has all of it.

            Where the PC/SC service does not run, that is said on standard error and only the simulated readers are listed.

            Of Bluetooth readers (ble:) those are listed that BlueZ knows. --scan looks around for others; Bluetooth has to be on. What such \
            a reader answers comes as signals on the system bus, which every program hears that may listen there; from a Feitian reader the \
            card's answers are not encrypted.

            Every CCID reader can be used. One that hides its CCID behind the maker's own class (FF), or does other \
            than it says, is told of by a file for --profile (YAML):
            \(profileExample)
            features is dwFeatures, slots what each slot is for, quirks in what it differs from what it says: \(quirkNames).
            Several readers are a list, each with '- ' before it. model, its name when it is simulated, may be left out. A reader that hides \
            nothing needs no profile.

            Of a reader whose slots have names one is chosen by --reader usb:072f:221a@1-2#SAM, or by its number from 0 on.

            With --watch, readers that come and go, cards that are inserted and removed, and a service that is lost and comes back are told one \
            a line until Ctrl-C.
            """),
    options: [ReadersOptions.selectors, ReadersOptions.watch, ReadersOptions.scan, ReaderOptions.profile],
    run: { invocation in
        guard invocation[ReadersOptions.watch] else { return try listReaders(invocation) }
        guard !invocation[ReadersOptions.selectors] else {
            throw invocation.misuse(
                Sentence(ja: "--selectors と --watch は一緒に使えません。", en: "--selectors and --watch do not go together."))
        }
        return try watchReaders(invocation)
    })

private let quirkNames = Quirk.allCases.map(\.rawValue).joined(separator: ", ")

// Help is laid out anew and loses what lines begin with, so the example needs no indentation: it works when it is copied.
private let profileExample = """
    {name: Acme X1, model: acme-x1, usb: "1209:0002", provenance: "lsusb -v, by us",
    interfaces: [{protocols: [T=1], features: 000404BE, max-message: 263,
    max-ifsd: 254, slots: [contactless], quirks: [vendor-class]}]}
    """.split(separator: "\n").joined(separator: "\n            ")

private enum ReadersOptions {
    static let selectors = Flag(
        "selectors", Sentence(ja: "--reader に書く形だけを1行ずつ出力する", en: "Print only what --reader takes, one a line"))
    static let watch = Flag(
        "watch", short: "w", Sentence(ja: "変化を1行ずつ出力し続ける", en: "Go on and print every change, one a line"))
    static let scan = ValueOption<Int>(
        "scan", placeholder: "SECONDS", Sentence(ja: "Bluetoothのリーダーを探す秒数（1〜60）", en: "Search for Bluetooth readers for so long (1 to 60)"),
        parse: { Int($0).flatMap { (1...60).contains($0) ? $0 : nil } })
}

/// What was found, and what was not there to be asked.
struct ReaderList: Encodable {
    struct Reader: Encodable {
        let selector: String
        let product: String
        /// What is claimed of it; `nil` where nothing is known.
        var claims: Claims?
        /// What its slots are for, in their order, where it has several and that is known; `#` and one of them chooses it.
        var slots: [String] = []

        /// What `--reader` takes: the reader, and each of its slots.
        var selectors: [String] { [selector] + slots.filter { !$0.isEmpty }.map { "\(selector)#\($0)" } }
    }
    /// What is claimed of a reader.
    struct Claims: Encodable {
        let identity: [IdentityWay]
        let evidence: [Evidence]
        let provenance: Provenance
        let source: String

        init(_ claims: ModelClaims) {
            identity = claims.identity
            evidence = claims.evidence
            provenance = claims.provenance
            source = claims.source
        }

        /// Identity, the highest rung and the provenance, each in few letters.
        var columns: [String] {
            [identity.map(\.rawValue).joined(separator: ","), evidence.map(\.rung).max()?.rawValue ?? "", provenance.rawValue]
        }
    }
    struct Unavailable: Encodable {
        let scheme: String
        let code: String
        let message: String
    }
    var readers: [Reader] = []
    var unavailable: [Unavailable] = []

    /// The slots that can be chosen: those of a reader with several, by what is known of the product. PC/SC shows each as a reader of its own.
    static func slots(of reader: AttachmentDescription, scheme: String, _ profiles: [ReaderProfile]) -> [String] {
        let names = ["sim", "usb"].contains(scheme) ? DriverCatalog.slotNames(of: reader.usb, profiles) : []
        return names.count > 1 ? names : []
    }

    /// A line a reader, for people, or `--selectors`. The names come from drivers and USB devices.
    func lines(selectorsOnly: Bool) -> [String] {
        if selectorsOnly { return readers.flatMap(\.selectors).map(printable) }
        let hasClaims = readers.contains { $0.claims != nil }
        let rows = readers.map { [$0.selector] + (hasClaims ? $0.claims?.columns ?? ["", "", ""] : []) }
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { columns($0[column]) }.max() ?? 0 }
        return zip(rows, readers).map { row, reader in
            let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - columns(cell) + 2) }
            let slots = reader.slots.isEmpty ? "" : " (\(reader.slots.map { "#" + $0 }.joined(separator: ", ")))"
            return printable(cells.joined() + reader.product + slots)
        }
    }
}

/// What a source has; of Bluetooth what a search finds, where one is asked for.
private func attachments(of source: any TransportSource, _ invocation: Invocation) throws(TransportError) -> [AttachmentDescription] {
    guard let bluetooth = source as? BluetoothSource, let seconds = invocation[ReadersOptions.scan] else { return try source.attachments() }
    let station = Station(.real)
    let interrupts = Interrupts.watch { [inbox = station.inbox] _ in inbox.cancel() }
    return try withExtendedLifetime(interrupts) { () throws(TransportError) in try bluetooth.scan(for: .seconds(seconds), on: station) }
}

private func listReaders(_ invocation: Invocation) throws -> Int32 {
    var list = ReaderList()
    let profiles = try invocation.profiles()
    for source in ReaderBench(profiles: profiles).sources {
        do throws(TransportError) {
            for attachment in try attachments(of: source, invocation) {
                list.readers.append(
                    .init(
                        selector: "\(source.scheme):\(attachment.name)", product: attachment.product,
                        claims: ReaderMatrix.claims(of: attachment, scheme: source.scheme, profiles).map(ReaderList.Claims.init),
                        slots: ReaderList.slots(of: attachment, scheme: source.scheme, profiles)))
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
