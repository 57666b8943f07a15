import Cards
import Commands
import Diagnosis
import Glibc
import SimulationKit
import VPCD

/// `kazasu simulate card`: a simulated card in somebody else's pcscd.
enum SimulateCardCommand {
    static let command = Command(
        "card", Sentence(ja: "模擬カードをpcscdに入れる", en: "Put a simulated card into a pcscd"), discussion: discussion,
        options: [address, atOnce] + CardOptions.all(card: card), variables: [pin, password],
        examples: [
            Example("kazasu simulate card", Sentence(ja: "このコンピュータのpcscdに入れる", en: "Put it into the pcscd of this machine")),
            Example(
                "kazasu simulate card --vpcd 127.0.0.1:35964 --holder taro < /dev/null &",
                Sentence(ja: "2番目のスロットに別の人のカードを置いておく", en: "Leave another holder's card in the second slot")),
        ]
    ) { invocation in try RunningCard(invocation).run() }

    private static let discussion = Sentence(
        ja: """
            vsmartcardのvpcdドライバを持つpcscdに、合成の個人番号カードを入れます。PC/SCを使うどのソフトウェアからも、読み取り機の中のカードに見えます。\
            vpcdがまだ動いていなければ待ち、pcscdが再起動すればつなぎ直します。

            端末では i（入れる）、r（抜く）、s（状態）、q（終わる）のキーで、そうでなければ標準入力の insert、remove、status、quit の行で操作します。\
            それぞれに標準出力の1行で答えます。標準入力が終わってもカードは入ったままです。

            鍵、証明書、暗証番号はすべて合成のもので、誰のものでもありません。暗証番号は 1234、署名用パスワードは ABC123 です。
            """,
        en: """
            Puts a synthetic My Number Card into a pcscd that has vsmartcard's vpcd as a driver; whatever uses PC/SC sees a card in a \
            reader. Waits where vpcd is not running yet, and connects again when pcscd is restarted.

            At a terminal the keys i (insert), r (remove), s (status) and q (quit) are taken, else the lines insert, remove, status and \
            quit on standard input; each is answered by one line on standard output. At the end of the input the card stays where it is.

            Keys, certificates and PINs are synthetic and belong to nobody. The PIN is 1234, the signature password ABC123.
            """)

    static let address = DefaultedOption(
        "vpcd", placeholder: "HOST:PORT", default: NetworkAddress.vpcd, written: NetworkAddress.vpcd.description,
        Sentence(ja: "vpcdの待ち受け先", en: "Where vpcd listens"), parse: { NetworkAddress($0) })
    /// A card whose answer to reset OpenSC knows: it is what most software in front of pcscd looks at first.
    static let card = CardOptions.card(default: fallback.name)
    static let fallback = CardKind.knownToOpenSC
    static let atOnce = Flag("at-once", Sentence(ja: "カードの計算時間を待たずに答える", en: "Answer without the card's computing time"))

    static let pin = Variable("KAZASU_PIN", Sentence(ja: "別の暗証番号（数字4桁）", en: "Another PIN, 4 digits"))
    static let password = Variable(
        "KAZASU_SIGN_PASSWORD", Sentence(ja: "別の署名用パスワード（英大文字と数字6〜16字）", en: "Another signature password, 6 to 16 capitals and digits"))

    /// The secrets that the environment names; the card has them instead of its own.
    static func secrets(_ environment: Environment) throws -> [Credential: [UInt8]] {
        var secrets: [Credential: [UInt8]] = [:]
        let sources: [(Variable, Credential, ClosedRange<Int>, ClosedRange<UInt8>?)] = [
            (pin, .authenticationPIN, 4...4, nil),
            (password, .signaturePassword, 6...16, UInt8(ascii: "A")...UInt8(ascii: "Z")),
        ]
        for (variable, credential, lengths, letters) in sources {
            secrets[credential] = try secret(variable, environment, lengths: lengths, letters: letters)
        }
        return secrets
    }

    /// The secret of a variable: so many digits, and these letters; `nil` where it is not set.
    static func secret(
        _ variable: Variable, _ environment: Environment, lengths: ClosedRange<Int>, letters: ClosedRange<UInt8>? = nil
    ) throws -> [UInt8]? {
        guard let secret = try environment.takeSecret(variable.name) else { return nil }
        forbidCoreDumps()
        let bytes = secret.withBytes { span in span.indices.map { span[$0] } }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard lengths.contains(bytes.count), bytes.allSatisfy({ digits.contains($0) || letters?.contains($0) == true }) else {
            throw UnfitSecret(variable: variable)
        }
        return bytes
    }
}

/// A secret of the environment is none that such a card can have.
private struct UnfitSecret: DiagnosedError {
    let variable: Variable
    var code: String { "secret-unfit" }
    var sentence: Sentence {
        Sentence(
            ja: "\(variable.name) の値は使えません（\(variable.summary.japanese)）",
            en: "the value of \(variable.name) cannot be used (\(variable.summary.english))")
    }
    var cause: String? { nil }
    var category: FailureCategory { .badData }
}

/// The card while the command runs: orders come in, answers go out.
private final class RunningCard {
    private let invocation: Invocation
    private let interrupts: Interrupts
    private let card: VirtualCard
    private let host: VPCDHost

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        // Before anything else, so that the secrets are out of the environment even where something is wrong.
        let secrets = try SimulateCardCommand.secrets(invocation.environment)
        card = try invocation.simulatedCard(SimulateCardCommand.card, default: SimulateCardCommand.fallback, chosen: secrets).card
        host = try VPCDHost(
            card, at: invocation[SimulateCardCommand.address], pace: invocation[SimulateCardCommand.atOnce] ? .atOnce : .computingTime
        ) { report in Self.tell(report, in: invocation) }
        // After the host's name was looked up: that cannot be cancelled, so until then a signal ends the program as it always does.
        interrupts = Interrupts.watch { _ in }
    }

    func run() throws -> Int32 {
        let input = ControlInput<CardOrder>(descriptor: STDIN_FILENO)
        let takesKeys = input?.takesKeys == true && TerminalSettings.change(STDIN_FILENO, for: .singleKeys)
        defer { TerminalSettings.restore(STDIN_FILENO) }
        if takesKeys { tell(help) }
        host.insert()
        let ending = try host.run(cancellation: interrupts.cancellation.descriptor, control: input?.descriptor) {
            guard let (words, isEnd) = input?.read() else { return ControlOutcome.ended }
            for word in words {
                try carryOut(word)
                if word == .order(.quit) { return .quit }
            }
            return isEnd ? .ended : .goOn
        }
        switch ending {
        case .quit: return 0
        case .cancelled: return interrupts.received?.exitStatus ?? FailureCategory.cancelled.exitStatus
        }
    }

    private func carryOut(_ word: ControlInput<CardOrder>.Word) throws {
        switch word {
        case .order(.insert):
            host.insert()
            try answer("inserted")
        case .order(.remove):
            host.remove()
            try answer("removed")
        case .order(.status): try answer("status")
        case .order(.quit):
            host.remove()
            try answer("ended")
        case .order(.help), .unknown:
            tell(help)
            try answer(word == .unknown ? "unknown" : "help")
        }
    }

    private func answer(_ name: String) throws { try invocation.answer(name, status: status) }

    private var status: [(name: String, value: StatusValue)] {
        let counts = host.counts
        return [
            ("card", .word(host.isInserted ? "inserted" : "removed")),
            ("vpcd", .word(host.isConnected ? "connected" : host.isInserted ? "waiting" : "none")),
            ("power", .word(host.isPowered ? "on" : "off")),
            // The instruction byte, so that a test can pull the card while it signs (2A).
            (
                "computing",
                .word(host.computing.map { String($0 >> 4, radix: 16, uppercase: true) + String($0 & 0xF, radix: 16, uppercase: true) })
            ),
            ("pinTriesLeft", .number(card.triesLeft(of: .authenticationPIN))),
            ("passwordTriesLeft", .number(card.triesLeft(of: .signaturePassword))),
            ("commands", .number(counts.commands)),
            ("powerUps", .number(counts.powerUps)),
            ("powerDowns", .number(counts.powerDowns)),
            ("warmResets", .number(counts.warmResets)),
            ("complaints", .number(counts.complaints)),
        ]
    }

    // MARK: Messages, for people

    private var help: Sentence {
        Sentence(
            ja: "i 入れる (insert)、r 抜く (remove)、s 状態 (status)、q 終わる (quit)", en: "i insert, r remove, s status, q quit")
    }

    private func tell(_ sentence: Sentence) {
        invocation.streams.error.writeLine(sentence.text(in: invocation.language))
    }

    private static func tell(_ report: VPCDReport, in invocation: Invocation) {
        let address = invocation[SimulateCardCommand.address]
        let sentence =
            switch report {
            case .waiting(let number):
                Sentence(
                    ja: "\(address) のvpcdを待っています（\(describe(errorNumber: number))）",
                    en: "waiting for vpcd at \(address) (\(describe(errorNumber: number)))")
            case .connected: Sentence(ja: "カードが \(address) のvpcdに入りました", en: "the card is in vpcd at \(address)")
            case .disconnected: Sentence(ja: "\(address) のvpcdがなくなりました。待っています", en: "vpcd at \(address) has gone; waiting for it")
            case .complaint(let reason): Sentence(ja: "vpcdの誤り: \(reason)", en: "vpcd is wrong: \(reason)")
            }
        invocation.streams.error.writeLine(printable(sentence.text(in: invocation.language)))
    }
}
