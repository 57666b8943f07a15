import CCIDDevice
import Cards
import Commands
import Diagnosis
import Glibc
import SimulationKit
import Station
import USBDevice
import USBIP

/// `kazasu simulate reader`: a simulated USB reader in somebody else's kernel.
enum SimulateReaderCommand {
    static let command = Command(
        "reader", Sentence(ja: "模擬カードリーダーをUSBにつなぐ", en: "Attach a simulated reader to a USB"), discussion: discussion,
        options: [usbip, vhci] + CardOptions.all(card: SimulateCardCommand.card), operands: [model],
        variables: [SimulateCardCommand.pin, SimulateCardCommand.password],
        examples: [
            Example(
                "kazasu simulate reader generic-ccid --usbip 127.0.0.1:3240",
                Sentence(
                    ja: "USB/IPで見せる（つなぐ側は usbip attach -r 127.0.0.1 -b 1-1）",
                    en: "Show it by USB/IP; then, where it is to be attached: usbip attach -r 127.0.0.1 -b 1-1")),
            Example(
                "kazasu simulate reader generic-ccid-short --vhci",
                Sentence(
                    ja: "このコンピュータのUSBにつなぐ（rootで modprobe vhci-hcd の後）", en: "Attach it to this machine, as root after modprobe vhci-hcd")),
        ]
    ) { invocation in try RunningReader(invocation).run() }

    private static let discussion = Sentence(
        ja: """
            合成のカードを載せた模擬のUSBカードリーダーを、カーネルに本物の装置として見せます。libccid、pcscd、OpenSCなどはそのまま使えます。

            機種：
            generic-ccid        CCID 1.1、拡張長のAPDU。libccidの一覧にない番号は使われないため、RC-S300/S（054c:0dc8）の番号を名乗ります
            generic-ccid-short  CCID 1.1、短いAPDUのみ。ACR3901U（072f:b000）の番号を名乗ります
            番号のほかは、どのメーカーの製品にも似せていません。

            端末では i（カードを入れる）、r（抜く）、u（ケーブルを抜く）、p（差す）、s（状態）、q（終わる）のキーで、そうでなければ標準入力の \
            insert、remove、unplug、plug、status、quit の行で操作します。それぞれに標準出力の1行で答えます。

            鍵、証明書、暗証番号はすべて合成のもので、誰のものでもありません。暗証番号は 1234、署名用パスワードは ABC123 です。
            """,
        en: """
            Shows a simulated USB reader with a synthetic card in it to a kernel as a device; stock libccid, pcscd and OpenSC use it as they are.

            Models:
            generic-ccid        CCID 1.1, APDUs of extended length. libccid takes only what is in its list, so it announces the identifiers \
            of an RC-S300/S (054c:0dc8)
            generic-ccid-short  CCID 1.1, short APDUs only; announces the identifiers of an ACR3901U (072f:b000)
            But for the identifiers they are like no maker's device.

            At a terminal the keys i (insert the card), r (remove it), u (pull the cable), p (plug it in), s (status) and q (quit) are taken, \
            else the lines insert, remove, unplug, plug, status and quit on standard input; each is answered by one line on standard output.

            Keys, certificates and PINs are synthetic and belong to nobody. The PIN is 1234, the signature password ABC123.
            """)

    static let model = Operand(
        "MODEL", kind: .choices(CCIDReaderModel.all.map(\.name)), Sentence(ja: "カードリーダーの機種", en: "The model of the reader"))
    static let usbip = ValueOption<NetworkAddress>(
        "usbip", placeholder: "HOST:PORT", Sentence(ja: "USB/IPのサーバーとして待ち受けるところ", en: "Where to listen as a USB/IP server"),
        parse: { NetworkAddress($0) })
    static let vhci = Flag("vhci", Sentence(ja: "このコンピュータのUSBにつなぐ", en: "Attach it to the USB of this machine"))
}

/// The reader while the command runs: orders come in, answers go out.
private final class RunningReader {
    private let invocation: Invocation
    private let interrupts: Interrupts
    private let card: VirtualCard
    private let reader: CCIDFunction
    private let host: USBIPHost

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        // Before anything else, so that the secrets are out of the environment even where something is wrong.
        let secrets = try SimulateCardCommand.secrets(invocation.environment)
        let name = invocation[SimulateReaderCommand.model].first
        guard let model = CCIDReaderModel.all.first(where: { $0.name == name }) else {
            throw invocation.misuse(Sentence(ja: "そのような機種はありません。", en: "There is no such model."))
        }
        let place: USBIPHost.Place
        switch (invocation[SimulateReaderCommand.usbip], invocation[SimulateReaderCommand.vhci]) {
        case (let address?, false): place = .server(address)
        case (nil, true): place = .thisMachine
        default:
            throw invocation.misuse(
                Sentence(ja: "--usbip と --vhci のどちらか一方を指定してください。", en: "Say where: either --usbip or --vhci."))
        }
        card = try invocation.simulatedCard(SimulateCardCommand.card, default: SimulateCardCommand.fallback, chosen: secrets).card
        let link: CardLinkTiming = card.interface == .contact ? .contact : .contactless
        let (device, reader) = model.makeDevice(timing: CCIDTiming(link: link))
        self.reader = reader
        host = USBIPHost(device, at: place) { report in Self.tell(report, in: invocation) }
        interrupts = Interrupts.watch { _ in }
    }

    func run() throws -> Int32 {
        let input = ControlInput<ReaderOrder>(descriptor: STDIN_FILENO)
        let takesKeys = input?.takesKeys == true && TerminalSettings.change(STDIN_FILENO, for: .singleKeys)
        defer { TerminalSettings.restore(STDIN_FILENO) }
        if takesKeys { tell(help) }
        reader.place(card, at: .now)
        try host.plug()
        let ending = try host.run(cancellation: interrupts.cancellation.descriptor, control: input?.descriptor) {
            guard let (words, isEnd) = input?.read() else { return ControlOutcome.ended }
            for word in words {
                try carryOut(word)
                if word == .order(.quit) { return .quit }
            }
            return isEnd ? .ended : .goOn
        }
        for complaint in host.device.complaints + reader.complaints { invocation.log(complaint) }
        switch ending {
        case .quit: return 0
        case .cancelled: return interrupts.received?.exitStatus ?? FailureCategory.cancelled.exitStatus
        }
    }

    private func carryOut(_ word: ControlInput<ReaderOrder>.Word) throws {
        switch word {
        case .order(.insert):
            if !reader.hasCard() { reader.place(card, at: .now) }
            try answer("inserted")
        case .order(.remove):
            if reader.hasCard() { reader.remove(at: .now) }
            try answer("removed")
        case .order(.plug):
            try host.plug()
            try answer("plugged")
        case .order(.unplug):
            host.unplug()
            try answer("unplugged")
        case .order(.status): try answer("status")
        case .order(.quit):
            host.unplug()
            try answer("ended")
        case .order(.help), .unknown:
            tell(help)
            try answer(word == .unknown ? "unknown" : "help")
        }
    }

    private func answer(_ name: String) throws {
        // The hand has moved: the device is to know before it is asked.
        host.advance()
        try invocation.answer(name, status: status)
    }

    private var status: [(name: String, value: StatusValue)] {
        let counts = reader.counts
        return [
            ("card", .word(reader.hasCard() ? "inserted" : "removed")),
            ("usb", .word(host.isAttached ? "attached" : host.device.isPlugged ? "waiting" : "unplugged")),
            ("power", .word(reader.isPowered() ? "on" : "off")),
            ("busy", .word(reader.isBusy() ? "yes" : "no")),
            ("pinTriesLeft", .number(card.triesLeft(of: .authenticationPIN))),
            ("passwordTriesLeft", .number(card.triesLeft(of: .signaturePassword))),
            ("commands", .number(counts.commands)),
            ("powerUps", .number(counts.powerUps)),
            ("powerDowns", .number(counts.powerDowns)),
            ("warmResets", .number(counts.warmResets)),
            ("timeExtensions", .number(counts.timeExtensions)),
            ("aborts", .number(counts.aborts)),
            ("complaints", .number(host.device.complaints.count + reader.complaints.count)),
        ]
    }

    // MARK: Messages, for people

    private var help: Sentence {
        Sentence(
            ja: "i 入れる (insert)、r 抜く (remove)、u ケーブルを抜く (unplug)、p 差す (plug)、s 状態 (status)、q 終わる (quit)",
            en: "i insert, r remove, u unplug, p plug, s status, q quit")
    }

    private func tell(_ sentence: Sentence) {
        invocation.streams.error.writeLine(sentence.text(in: invocation.language))
    }

    private static func tell(_ report: USBIPReport, in invocation: Invocation) {
        let address = invocation[SimulateReaderCommand.usbip]?.description ?? ""
        let sentence =
            switch report {
            case .listening:
                Sentence(
                    ja: "\(address) で待っています。つなぐ側で usbip attach -b 1-1", en: "waiting at \(address) for: usbip attach -b 1-1")
            case .attached: Sentence(ja: "カードリーダーがUSBにつながりました", en: "the reader is attached")
            case .detached: Sentence(ja: "カードリーダーがUSBから外れました", en: "the reader is detached")
            case .complaint(let reason): Sentence(ja: "USB/IPの相手の誤り: \(reason)", en: "a USB/IP client is wrong: \(reason)")
            }
        invocation.streams.error.writeLine(printable(sentence.text(in: invocation.language)))
    }
}
