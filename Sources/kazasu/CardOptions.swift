import Cards
import Commands
import Diagnosis

/// The options that say which card is simulated, the same for every command that has one.
enum CardOptions {
    /// The card of a command that needs none in particular.
    static let profile = profile(default: .myNumberCard)
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
    static let seed = DefaultedOption<UInt64>(
        "seed", placeholder: "N", default: 0,
        Sentence(ja: "シミュレーションの乱数の種", en: "The seed of everything random in a simulation"))

    /// `--card` of a command with a card of its own where none is given.
    static func profile(default profile: CardProfile) -> DefaultedOption<CardProfile> {
        DefaultedOption(
            "card", placeholder: "PROFILE", kind: .choices(CardProfile.all.map(\.name)), default: profile, written: profile.name,
            Sentence(ja: "シミュレートするカードの種類", en: "The kind of simulated card"),
            parse: { name in CardProfile.all.first { $0.name == name } })
    }

    /// All of them, with the command's own `--card`.
    static func all(profile: DefaultedOption<CardProfile> = profile) -> [any Option] { [profile, holder, interface, triesLeft, seed] }
}

extension Invocation {
    /// The simulated card that the options ask for.
    func simulatedCard(
        _ option: DefaultedOption<CardProfile> = CardOptions.profile, credentials: CardCredentials = CardCredentials()
    ) -> VirtualCard {
        let profile = self[option]
        let interface = self[CardOptions.interface] ?? (profile == .myNumberCard ? .contactless : .contact)
        let card = VirtualCard(
            profile, holder: self[CardOptions.holder], credentials: credentials, interface: interface, seed: self[CardOptions.seed])
        if let tries = self[CardOptions.triesLeft] { card.preset(triesLeft: tries, of: .authenticationPIN) }
        return card
    }
}
