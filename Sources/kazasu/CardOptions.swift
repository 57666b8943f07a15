import CardImages
import Cards
import Certificates
import Commands
import Diagnosis
import JapaneseCalendar
import MyNumberCard
import ReaderKit
import ReaderTransport
import SimulationKit
import Staging

/// Which card is simulated: a kind by its name, or the image of a card in a file.
enum CardChoice: Sendable {
    case kind(CardKind)
    case image(path: String)

    /// A kind's name, or what looks like a file: it has a slash in it or ends in `.json`.
    init?(_ text: String) {
        if let kind = CardKind.named(text) {
            self = .kind(kind)
        } else if text.contains("/") || text.hasSuffix(".json") {
            self = .image(path: text)
        } else {
            return nil
        }
    }
}

/// The options that say which card is simulated, the same for every command that has one.
enum CardOptions {
    /// The card of a command that needs none in particular.
    static let card = card(default: CardKind.myNumberCard.name)
    static let holder = ValueOption<SyntheticHolder>(
        "holder", placeholder: "NAME", kind: .choices(SyntheticHolder.all.map(\.name)),
        Sentence(
            ja: "シミュレートするカードの持ち主（架空の人物。指定がなければカードの種類による）",
            en: "The synthetic person whose card is simulated; by default the usual one for the kind of card"),
        parse: { name in SyntheticHolder.all.first { $0.name == name } })
    static let interface = ValueOption<CardInterface>(
        "interface", placeholder: "KIND", kind: .choices(["contact", "contactless"]),
        Sentence(
            ja: "シミュレートするカードの通信（指定がなければカードの種類による）",
            en: "How the simulated card is used; by default as is usual for the kind of card"),
        parse: { ["contact": .contact, "contactless": .contactless][$0] })
    static let triesLeft = ValueOption<Int>(
        "tries-left", placeholder: "N",
        Sentence(ja: "シミュレートするカードの暗証番号の残り回数（0〜3）", en: "How many tries the simulated card's PIN has left (0 to 3)"),
        parse: { Int($0).flatMap { (0...3).contains($0) ? $0 : nil } })
    static let seed = DefaultedOption<UInt64>(
        "seed", placeholder: "N", default: 0,
        Sentence(ja: "シミュレーションの乱数の種", en: "The seed of everything random in a simulation"))

    /// `--card` of a command with a card of its own where none is given.
    static func card(default name: String) -> ValueOption<CardChoice> {
        ValueOption(
            "card", placeholder: "KIND|FILE", kind: .suggestions(CardKind.all.map(\.name)),
            Sentence(
                ja: "シミュレートするカードの種類（一覧は card new --help）、または card new が作ったファイル（指定がなければ \(name)）",
                en: "The kind of simulated card ('card new --help' lists them), or a file of 'card new'; by default \(name)"),
            parse: { CardChoice($0) })
    }

    /// All of them, with the command's own `--card`.
    static func all(card: ValueOption<CardChoice> = card) -> [any Option] { [card, holder, interface, triesLeft, seed] }
}

/// A simulated card, and what its holder knows of it.
struct SimulatedCard {
    let card: VirtualCard
    let credentials: CardCredentials
    /// Where such a card keeps what.
    let layout: CardLayout
    /// Nine o'clock in Japan on the day on which its certificate begins, in Unix time; `nil` without certificate.
    let issued: Int64?

    /// The card as its holder holds it.
    var staged: StagedCard {
        StagedCard(card, face: credentials[.verificationNumberB].map { .visualCode(Secret($0)) } ?? .unreadable)
    }

    /// How readers reach it.
    var link: CardLinkTiming { card.interface == .contact ? .contact : .contactless }

    /// A reader on which this card lies from the beginning, in the slot that is meant, with what else the options say.
    func world(_ invocation: Invocation, at selector: ReaderSelector?) -> SimulatedSource.World {
        SimulatedSource.World(
            link: link, stage: [StagedEvent(.at(.zero), .place(staged))], faults: invocation[ReaderOptions.fault],
            missing: invocation.missingParts, slot: selector?.slot, interface: invocation[CardOptions.interface])
    }
}

extension Invocation {
    /// The simulated card that the options ask for, `fallback` where they name none; `chosen` are secrets that come before those it has.
    ///
    /// Throws `FileError` and `CardImageError` for an image that cannot be read.
    func simulatedCard(
        _ option: ValueOption<CardChoice> = CardOptions.card, default fallback: CardKind = .myNumberCard,
        chosen: [Credential: [UInt8]] = [:]
    ) throws -> SimulatedCard {
        var image = try cardImage(self[option] ?? .kind(fallback))
        for (credential, secret) in chosen { image.credentials[credential] = secret }
        let card = image.card(interface: self[CardOptions.interface], seed: self[CardOptions.seed])
        if let tries = self[CardOptions.triesLeft] {
            guard card.triesLeft(of: .authenticationPIN) != nil else {
                throw misuse(
                    Sentence(ja: "このカードには --tries-left の暗証番号がありません。", en: "This card does not have the PIN of --tries-left."))
            }
            card.preset(triesLeft: tries, of: .authenticationPIN)
        }
        let certificate = image.contents.authentication.flatMap { try? Certificate(der: $0.certificate) }
        return SimulatedCard(
            card: card, credentials: image.credentials.completed(for: image.contents.personal?.holder),
            layout: CardLayout.all.first { layout in
                image.profile.applications.contains { $0.identifier == layout.application }
            } ?? .myNumberCard,
            issued: certificate.map { CalendarDay(inJapanAtUnixTime: $0.notBefore).unixTimeAtMidnightUTC })
    }

    private func cardImage(_ choice: CardChoice) throws -> CardImage {
        switch choice {
        case .kind(let kind):
            let holder = self[CardOptions.holder] ?? kind.holder
            var image = CardImage(kind, contents: kind.contents(for: holder))
            // What is printed on a card is its holder's even where the card itself has no file of it.
            image.credentials = image.credentials.completed(for: holder.card)
            return image
        case .image(let path):
            guard !isGiven(CardOptions.holder) else {
                throw misuse(Sentence(ja: "カードのファイルには --holder を使えません。", en: "A card from a file has its holder; leave --holder out."))
            }
            return try CardImage(json: readFile(path, limit: 4 << 20))
        }
    }
}

extension Invocation {
    /// When a simulation takes place: as told, else on the usual day, or the day of issue where that is later.
    func simulationTime(with card: SimulatedCard?) -> Int64 {
        let usual = self[VisitOptions.time].unixTime
        return isGiven(VisitOptions.time) ? usual : max(usual, card?.issued ?? usual)
    }
}
