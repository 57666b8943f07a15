import SimulationKit

/// What kind of card it is, as data: applications, files, access rules, answers to reset, quirks and computing times.
///
/// A profile holds no person and no secret; those are `CardContents` and `CardCredentials`. A card of another generation
/// (other application identifiers, another algorithm, another set of PINs) is another profile and no other code.
public struct CardProfile: Sendable, Hashable {
    /// What the profile is called in lists.
    public var name: String
    /// The application identifier (AID) of the issuer security domain, selected after power-up.
    public var issuerSecurityDomain: [UInt8]
    /// The applications, in the order in which a partial name finds them.
    public var applications: [CardApplication]
    /// The answer to reset on the contacts (ISO/IEC 7816-3 clause 8); empty where the card has no contacts.
    public var contactAnswerToReset: [UInt8]
    /// The pseudo-ATR in the field (PC/SC part 3); empty where the card has no antenna.
    public var contactlessAnswerToReset: [UInt8]
    /// Whether the card takes extended length fields (ISO/IEC 7816-3 clause 12.1); without it they answer `6700`.
    public var takesExtendedLength: Bool
    /// Whether the card takes chained commands (ISO/IEC 7816-4 clause 5.3.3); without it they answer `6884`.
    public var takesCommandChaining: Bool
    /// The data objects of the card itself, for GET DATA.
    public var dataObjects: [CardDataObject]
    /// A directory that is selected after power-up in the place of an issuer security domain: the master file (MF) of an older card.
    public var root: CardApplication?
    /// What `80 FC` answers; `nil` where the card has no such command.
    public var lastCommandIndicator: [UInt8]?
    /// Whether the identifier in the field (PUPI) is another one after each power-up.
    public var hasRandomPUPI: Bool
    /// Whether the card answers its reset and then nothing any more.
    public var isMute: Bool
    /// What SELECT of an application does to what has been verified.
    public var securityStatusOnSelect: SecurityStatusOnSelect
    /// Whether the first command after power-up answers `6F00` and does nothing, as some cards do (measured by a public open-source project).
    public var failsFirstCommand: Bool
    /// Whether an application is found by the first bytes of its identifier (ISO/IEC 7816-4, SELECT by partial DF name).
    public var selectsByPrefix: Bool
    /// How many filler bytes `FF` follow a certificate in its file.
    public var certificateFiller: Int
    /// How long the card computes.
    public var computingTimes: ComputingTimes

    /// A profile; what is left out is as on the plastic My Number Card.
    public init(
        name: String, issuerSecurityDomain: [UInt8] = CardApplication.issuerSecurityDomainIdentifier, applications: [CardApplication],
        contactAnswerToReset: [UInt8] = CardProfile.contactWithExtendedLength,
        contactlessAnswerToReset: [UInt8] = CardProfile.contactlessTypeB,
        takesExtendedLength: Bool = true, takesCommandChaining: Bool = true, dataObjects: [CardDataObject] = [],
        root: CardApplication? = nil, lastCommandIndicator: [UInt8]? = nil, hasRandomPUPI: Bool = false, isMute: Bool = false,
        securityStatusOnSelect: SecurityStatusOnSelect = .kept, failsFirstCommand: Bool = false,
        selectsByPrefix: Bool = false, certificateFiller: Int = 64, computingTimes: ComputingTimes = .assumed
    ) {
        self.name = name
        self.issuerSecurityDomain = issuerSecurityDomain
        self.applications = applications
        self.contactAnswerToReset = contactAnswerToReset
        self.contactlessAnswerToReset = contactlessAnswerToReset
        self.takesExtendedLength = takesExtendedLength
        self.takesCommandChaining = takesCommandChaining
        self.dataObjects = dataObjects
        self.root = root
        self.lastCommandIndicator = lastCommandIndicator
        self.hasRandomPUPI = hasRandomPUPI
        self.isMute = isMute
        self.securityStatusOnSelect = securityStatusOnSelect
        self.failsFirstCommand = failsFirstCommand
        self.selectsByPrefix = selectsByPrefix
        self.certificateFiller = certificateFiller
        self.computingTimes = computingTimes
    }
}

/// A data object of the card itself, for GET DATA (ISO/IEC 7816-4).
public struct CardDataObject: Sendable, Hashable {
    /// Its tag, P1-P2 of GET DATA.
    public var tag: UInt16
    /// What is in it. One of more than 256 bytes needs an extended Le.
    public var content: FileContent
    /// Whether it is answered in applications too, not only where the issuer security domain is selected.
    public var isEverywhere: Bool

    /// A data object.
    public init(_ tag: UInt16, _ content: FileContent, isEverywhere: Bool = false) {
        self.tag = tag
        self.content = content
        self.isEverywhere = isEverywhere
    }
}

/// What SELECT of an application does to the security status (ISO/IEC 7816-4 leaves it to the card).
///
/// Nobody has published what a My Number Card does. The default is `kept`: a VERIFY is known to survive a warm reset, after which
/// a host has to select the application again, and a host that is right with `kept` has not relied on SELECT to log out.
public enum SecurityStatusOnSelect: Sendable, Hashable {
    /// What was verified stays so until power-off.
    case kept
    /// Every successful SELECT of an application clears the status of all references.
    case cleared
}

/// Where the card touches the reader.
public enum CardInterface: Sendable, Hashable, CaseIterable {
    /// The eight contacts (ISO/IEC 7816-3).
    case contact
    /// The antenna, Type B (ISO/IEC 14443).
    case contactless
}

/// How long a card computes before it answers, the link not counted.
public struct ComputingTimes: Sendable, Hashable {
    /// SELECT of an application or a file.
    public var select: Duration
    /// READ BINARY, whatever its length.
    public var read: Duration
    /// READ BINARY, each byte more.
    public var readPerByte: Duration
    /// VERIFY without a body (the counter).
    public var inquire: Duration
    /// VERIFY with a body, right or wrong.
    public var verify: Duration
    /// CHANGE REFERENCE DATA.
    public var change: Duration
    /// GET CHALLENGE.
    public var challenge: Duration
    /// COMPUTE DIGITAL SIGNATURE.
    public var sign: Duration
    /// Any command that is refused before it does anything.
    public var refuse: Duration

    /// Computing times, each of them given.
    public init(
        select: Duration, read: Duration, readPerByte: Duration, inquire: Duration, verify: Duration, change: Duration,
        challenge: Duration, sign: Duration, refuse: Duration
    ) {
        self.select = select
        self.read = read
        self.readPerByte = readPerByte
        self.inquire = inquire
        self.verify = verify
        self.change = change
        self.challenge = challenge
        self.sign = sign
        self.refuse = refuse
    }

    /// Provenance: assumed. Round figures of the size that smart cards of this kind have; none was measured on a My Number Card.
    public static let assumed = ComputingTimes(
        select: .milliseconds(8), read: .milliseconds(1), readPerByte: .microseconds(20), inquire: .milliseconds(3),
        verify: .milliseconds(25), change: .milliseconds(40), challenge: .milliseconds(5), sign: .milliseconds(220),
        refuse: .milliseconds(2))

    /// No time at all, for tests that do not look at time.
    public static let none = ComputingTimes(
        select: .zero, read: .zero, readPerByte: .zero, inquire: .zero, verify: .zero, change: .zero, challenge: .zero, sign: .zero,
        refuse: .zero)

    /// Where the figures of `assumed` are from.
    public static let figures: [TimingFigure] = {
        let reason = "a round figure of the size that smart cards of this kind have"
        let times: [(String, Duration)] = [
            ("card-select", assumed.select), ("card-read", assumed.read), ("card-read-byte", assumed.readPerByte),
            ("card-counter", assumed.inquire), ("card-verify", assumed.verify), ("card-change", assumed.change),
            ("card-challenge", assumed.challenge), ("card-sign", assumed.sign), ("card-refuse", assumed.refuse),
        ]
        return times.map { TimingFigure($0.0, .duration($0.1), .assumed, reason) }
    }()
}
