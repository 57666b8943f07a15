/// A kind of card that people ask for by name: a profile, who usually holds it and how it is usually read.
public struct CardKind: Sendable, Hashable {
    /// The name that selects it.
    public let name: String
    /// One line about it in Japanese.
    public let japanese: String
    /// One line about it in English.
    public let english: String
    /// Where its behaviour is known from; the details that are not are told where they are chosen.
    public let provenance: Provenance
    /// What it is.
    public let profile: CardProfile
    /// Who holds it where nobody is named.
    public let holder: SyntheticHolder
    /// How it is read where nothing is said.
    public let interface: CardInterface
    private let issued: Issued

    /// Where a claim about a card is known from.
    public enum Provenance: String, Sendable, Hashable, CaseIterable {
        /// Measured by public open-source projects.
        case measured
        /// From a public document.
        case published
        /// Our choice.
        case assumed
    }

    /// What is put on the card.
    enum Issued: Sendable, Hashable {
        /// Certificates, keys and data of the holder.
        case everything
        /// Certificates and keys, no printed data.
        case certificates
        /// A certificate on P-384, and the printed data.
        case nextGeneration
        /// Nothing of the holder.
        case nothing
    }

    init(
        _ profile: CardProfile, named name: String? = nil, _ japanese: String, _ english: String, _ provenance: Provenance,
        holder: SyntheticHolder = .hanako, interface: CardInterface = .contactless, issued: Issued = .everything
    ) {
        self.name = name ?? profile.name
        self.japanese = japanese
        self.english = english
        self.provenance = provenance
        var named = profile
        named.name = self.name
        self.profile = named
        self.holder = holder
        self.interface = interface
        self.issued = issued
    }

    /// Whether its certificate is on P-384.
    var isNextGeneration: Bool { issued == .nextGeneration }

    /// What is put on such a card for a holder.
    public func contents(for holder: SyntheticHolder) -> CardContents {
        var contents = CardContents(holder)
        if isNextGeneration {
            contents.authentication = SyntheticPKI.nextGeneration
            contents.signature = nil
        }
        return kept(of: contents)
    }

    /// The part of a holder's contents that such a card has.
    func kept(of contents: CardContents) -> CardContents {
        var kept = contents
        switch issued {
        case .everything, .nextGeneration: break
        case .certificates: kept.personal = nil
        case .nothing: kept = CardContents(authentication: nil, signature: nil)
        }
        return kept
    }

    /// Such a card, without power.
    ///
    /// - Parameters:
    ///   - holder: whose; the usual holder where it is `nil`.
    ///   - credentials: the secrets that the holder has chosen.
    ///   - interface: how it is read; the usual way where it is `nil`.
    ///   - seed: decides what is random.
    /// - Returns: a new card.
    public func card(
        holder: SyntheticHolder? = nil, credentials: CardCredentials = CardCredentials(), interface: CardInterface? = nil, seed: UInt64 = 0
    ) -> VirtualCard {
        VirtualCard(
            profile, contents: contents(for: holder ?? self.holder), credentials: credentials, interface: interface ?? self.interface,
            seed: seed)
    }
}

extension SyntheticPKI {
    /// An identity on the curve P-384 under an authority of its own, as the next card is planned; assumed. Its authority is in none of the
    /// lists of authorities.
    public static let nextGeneration = CardContents.Identity(
        certificate: PackageResources.next_authentication_der, authority: nextGenerationAuthority.certificate,
        key: PackageResources.next_authentication_key_der)

    /// The authority that issued it.
    public static let nextGenerationAuthority = SyntheticIdentity(
        PackageResources.authentication_ca_next_der, PackageResources.authentication_ca_next_key_der)
}
