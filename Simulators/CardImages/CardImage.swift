import Cards

/// A whole simulated card as one file: its profile, what is on it, its secrets and its counters.
///
/// The file is JSON with binary fields in Base64, so that a person can read and change it. Everything in it is synthetic, and it says so;
/// its private keys and secrets are not protected.
public struct CardImage: Sendable, Hashable {
    /// The kind of card that the profile begins with.
    public var kind: CardKind
    /// What kind of card it is.
    public var profile: CardProfile
    /// What is on it.
    public var contents: CardContents
    /// Its secrets. Those that are printed on the card are not written: they follow from the holder.
    public var credentials: CardCredentials
    /// Counters that are not full.
    public var counters: [CardCounter]

    /// An image.
    public init(
        _ kind: CardKind, contents: CardContents, credentials: CardCredentials = CardCredentials(), counters: [CardCounter] = []
    ) {
        self.kind = kind
        profile = kind.profile
        self.contents = contents
        self.credentials = credentials
        self.counters = counters
    }

    /// The card, without power.
    ///
    /// - Parameters:
    ///   - interface: how it is read; as its kind usually is where it is `nil`.
    ///   - seed: decides what is random.
    /// - Returns: a new card.
    public func card(interface: CardInterface? = nil, seed: UInt64 = 0) -> VirtualCard {
        let card = VirtualCard(
            profile, contents: contents, credentials: credentials, interface: interface ?? kind.interface, seed: seed)
        for counter in counters { card.preset(counter) }
        return card
    }
}

/// The words of the file, once for reading and for writing.
enum ImageForm {
    static let format = "kazasu-card-image-1"
    static let notice =
        "Synthetic: no person, no key and no certificate in this file is real. The keys and secrets are not protected; trust none of them."

    static let keys: Set<String> = [
        "format", "notice", "profile", "holder", "pictures", "authentication", "signature", "keys", "secrets", "counters",
    ]
    static let identityKeys: Set<String> = ["certificate", "authority", "key"]
    static let counterKeys: Set<String> = ["application", "file", "triesLeft"]
    static let pictureKeys: Set<String> = ["photo", "name", "address", "securityCode", "number"]
    static let sexes: [(String, CardHolder.Sex)] = [("male", .male), ("female", .female), ("other", .other), ("not-known", .notKnown)]
    /// The secrets that a person chooses.
    static let chosenSecrets: [Credential] = [
        .authenticationPIN, .signaturePassword, .textPIN, .residentRegistryPIN, .commonPIN, .licencePIN1, .licencePIN2,
    ]

    /// The parts of a profile that a file can say otherwise than its kind.
    static var switches: [(String, WritableKeyPath<CardProfile, Bool>)] {
        [
            ("extendedLength", \.takesExtendedLength), ("commandChaining", \.takesCommandChaining),
            ("failsFirstCommand", \.failsFirstCommand), ("selectsByPrefix", \.selectsByPrefix), ("randomPUPI", \.hasRandomPUPI),
            ("mute", \.isMute),
        ]
    }
    /// The answers to reset.
    static var answers: [(String, WritableKeyPath<CardProfile, [UInt8]>)] {
        [("contactAnswerToReset", \.contactAnswerToReset), ("contactlessAnswerToReset", \.contactlessAnswerToReset)]
    }
    static let statusOnSelect: [(String, SecurityStatusOnSelect)] = [("kept", .kept), ("cleared", .cleared)]
    static var profileKeys: Set<String> {
        Set(["like", "statusOnSelect", "certificateFiller"] + switches.map(\.0) + answers.map(\.0))
    }
}
