import CardImages
import Cards
import CentreSimulator
import Diagnosis
import MyNumberCard
import Scenarios
import SimulationKit
import Staging

/// The card of a scenario, and what its holder knows of it.
struct ScenarioCard {
    let card: VirtualCard
    let credentials: CardCredentials
    let layout: CardLayout
    /// Its authentication certificate (DER); `nil` where it has none.
    let certificate: [UInt8]?
    private let hasContacts: Bool

    /// The card, with the name and the day of birth of a test patient where one bears it; `load` reads the file of an image by its path from the scenario's folder. Throws what it throws, and `CardImageError`.
    init(_ chosen: Scenario.Card, borneBy bearer: String?, seed: UInt64, load: (String) throws -> [UInt8]) throws {
        var image = try Self.image(chosen, load)
        if let bearer = bearer.flatMap({ SyntheticPersons.bearing($0) }) {
            image.contents.personal?.holder.name = bearer.name
            image.contents.personal?.holder.birth = CardDay(bearer.birth) ?? CardDay(1900, 1, 1)
            image.credentials = CardCredentials()
        }
        certificate = image.contents.authentication?.certificate
        card = image.card(seed: seed)
        credentials = image.credentials.completed(for: image.contents.personal?.holder)
        layout =
            CardLayout.all.first { layout in image.profile.applications.contains { $0.identifier == layout.application } } ?? .myNumberCard
        if let tries = chosen.triesLeft { card.preset(triesLeft: tries, of: .authenticationPIN) }
        if let tries = chosen.faceTriesLeft {
            card.preset(triesLeft: tries, of: .verificationNumberB, in: CardApplication.surfaceIdentifier)
        }
        hasContacts = !image.profile.contactAnswerToReset.isEmpty
    }

    private static func image(_ chosen: Scenario.Card, _ load: (String) throws -> [UInt8]) throws -> CardImage {
        if let file = chosen.file { return try CardImage(json: try load(file)) }
        // A word by itself is a person, or a kind of card.
        let person = chosen.holder ?? chosen.kind
        let named = SyntheticHolder.all.first { $0.name == person }
        let kind = chosen.kind.flatMap { CardKind.named($0) } ?? .myNumberCard
        let holder = named ?? kind.holder
        var image = CardImage(kind, contents: kind.contents(for: holder))
        // What is printed on a card is its holder's even where the card itself has no file of it.
        image.credentials = image.credentials.completed(for: holder.card)
        return image
    }

    /// The card as its holder holds it.
    var staged: StagedCard {
        StagedCard(card, face: credentials[.verificationNumberB].map { .visualCode(Secret($0)) } ?? .unreadable)
    }

    /// What a reader that reaches cards by these lacks for it; `nil` for nothing.
    func lack(at interfaces: Set<CardInterface>) -> Sentence? {
        guard !hasContacts, !interfaces.contains(.contactless) else { return nil }
        return Sentence(ja: "カードリーダーが非接触のカードを読めません", en: "the reader has contacts only, and the card none")
    }

    /// How readers reach it.
    var link: CardLinkTiming { card.interface == .contact ? .contact : .contactless }

    /// What the patient types as PIN.
    func pin(_ typed: Scenario.People.PIN) -> Secret {
        let right = credentials[.authenticationPIN] ?? []
        switch typed {
        case .right: return Secret(right)
        case .wrong: return Secret(right.enumerated().map { $0.offset == 0 ? ($0.element == 0x39 ? 0x30 : $0.element &+ 1) : $0.element })
        case .digits(let secret): return secret
        }
    }
}
