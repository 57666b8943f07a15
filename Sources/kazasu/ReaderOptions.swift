import Cards
import Commands
import Diagnosis
import PCSC
import ReaderKit
import ReaderTransport
import Station

/// The options by which a command is told which reader, and what is simulated.
enum ReaderOptions {
    static let reader = ValueOption<String>(
        "reader", short: "r", placeholder: "SELECTOR", kind: .printed(["readers", "--selectors"]),
        Sentence(
            ja: "カードリーダー：sim:card、または pcsc:名前（* ? が使える。1台だけに一致すること）",
            en: "The reader: sim:card, or pcsc:NAME (* and ? may be used; exactly one must match)"))
    static let profile = DefaultedOption<CardProfile>(
        "card", placeholder: "PROFILE", kind: .choices(CardProfile.all.map(\.name)), default: .myNumberCard,
        written: CardProfile.myNumberCard.name, Sentence(ja: "シミュレートするカードの種類", en: "The kind of simulated card"),
        parse: { name in CardProfile.all.first { $0.name == name } })
    static let holder = DefaultedOption<SyntheticHolder>(
        "holder", placeholder: "NAME", kind: .choices(SyntheticHolder.all.map(\.name)), default: .hanako,
        written: SyntheticHolder.hanako.name,
        Sentence(ja: "シミュレートするカードの持ち主（架空の人物）", en: "The synthetic person whose card is simulated"),
        parse: { name in SyntheticHolder.all.first { $0.name == name } })
    static let interface = ValueOption<CardInterface>(
        "interface", placeholder: "KIND", kind: .choices(["contact", "contactless"]),
        Sentence(
            ja: "シミュレートするカードの通信（指定がなければ my-number-card は非接触、ほかは接触）",
            en: "How the simulated card is used; by default my-number-card is contactless, the others are contact cards"),
        parse: { ["contact": .contact, "contactless": .contactless][$0] })
    static let triesLeft = ValueOption<Int>(
        "tries-left", placeholder: "N",
        Sentence(ja: "シミュレートするカードの暗証番号の残り回数（0〜3）", en: "How many tries the simulated card's PIN has left (0 to 3)"),
        parse: { Int($0).flatMap { (0...3).contains($0) ? $0 : nil } })
    static let fault = ListOption<CardLaneFault>(
        "fault", placeholder: "N:EFFECT",
        Sentence(
            ja: "N番目のAPDUで起こす異常：\(faultNames)（sim: のみ）",
            en: "What goes wrong at the Nth APDU: \(faultNames) (sim: only)"),
        parse: { parseFault($0) })
    static let realTime = Flag(
        "real-time", Sentence(ja: "シミュレーションも実時間で動かす", en: "Let simulated readers run in real time"))
    static let seed = DefaultedOption<UInt64>(
        "seed", placeholder: "N", default: 0,
        Sentence(ja: "シミュレーションの乱数の種", en: "The seed of everything random in a simulation"))

    /// What a command needs that uses simulated readers.
    static let simulation: [any Option] = [profile, holder, interface, triesLeft, fault, realTime, seed]

    private static let faultNames = CardLaneFault.Effect.allCases.map(\.rawValue).joined(separator: ", ")

    private static func parseFault(_ text: String) -> CardLaneFault? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number > 0, let effect = CardLaneFault.Effect(rawValue: String(parts[1])) else {
            return nil
        }
        return CardLaneFault(exchange: number, effect: effect)
    }
}

/// The readers that an invocation can reach.
struct ReaderBench {
    let sources: [any TransportSource]

    /// The simulated readers and those of the PC/SC service.
    init(_ world: SimulatedSource.World) {
        sources = [SimulatedSource(world), PCSCSource()]
    }

    /// The source that a selector names. Throws where there is none.
    func source(of selector: ReaderSelector) throws(ReaderError) -> any TransportSource {
        guard let source = sources.first(where: { $0.scheme == selector.scheme }) else {
            let known = sources.map { "\($0.scheme):" }.joined(separator: ", ")
            throw ReaderError(.selectorInvalid, cause: "'\(selector.scheme):' is none of: \(known)")
        }
        return source
    }

    /// Opens the one reader that a selector names.
    func open(_ selector: ReaderSelector, on station: Station) throws -> any Reader {
        let source = try source(of: selector)
        let description = try selector.choose(among: source.attachments())
        let attachment = try source.open(description, on: station)
        return try CardLaneDriver().open(attachment, name: "\(source.scheme):\(description.name)", on: station)
    }
}

extension Invocation {
    /// The reader that was asked for. Throws a usage error where none was.
    func selector() throws -> ReaderSelector {
        guard let text = self[ReaderOptions.reader] else {
            throw misuse(
                Sentence(
                    ja: "カードリーダーを --reader で指定してください。一覧は kazasu readers で見られます。",
                    en: "Name a reader with --reader; 'kazasu readers' lists them."))
        }
        return try ReaderSelector(text)
    }

    /// The simulated card that the options ask for.
    func simulatedCard() -> VirtualCard {
        let profile = self[ReaderOptions.profile]
        let interface = self[ReaderOptions.interface] ?? (profile == .myNumberCard ? .contactless : .contact)
        let card = VirtualCard(profile, holder: self[ReaderOptions.holder], interface: interface, seed: self[ReaderOptions.seed])
        if let tries = self[ReaderOptions.triesLeft] { card.preset(triesLeft: tries, of: .authenticationPIN) }
        return card
    }
}
