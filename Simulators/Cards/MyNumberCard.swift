// The My Number Card as public open-source projects have measured it; J-LIS does not publish its specification.

extension CardProfile {
    /// The plastic My Number Card (個人番号カード) with its five applications, extended length, and a contact ATR that declares it.
    public static let myNumberCard = CardProfile(
        name: "my-number-card", applications: [.jpki(), .text(), .surface(), .common(), .residentRegistry()],
        dataObjects: myNumberCardObjects)

    /// The same card behind the only contact ATR that OpenSC's card driver has in its table.
    public static let myNumberCardKnownToOpenSC: CardProfile = {
        var profile = myNumberCard
        profile.name = "my-number-card-opensc"
        profile.contactAnswerToReset = contactWithoutHistoricalBytes
        profile.takesCommandChaining = false
        profile.setContactObject()
        return profile
    }()

    /// The same card from a vendor without extended length: its ATR does not declare it, and such a command answers `6700`.
    public static let myNumberCardShortLength: CardProfile = {
        var profile = myNumberCard
        profile.name = "my-number-card-short"
        profile.contactAnswerToReset = contactWithoutExtendedLength
        profile.takesExtendedLength = false
        profile.applications = profile.applications.map {
            $0.identifier == CardApplication.textIdentifier ? .text(extendedLength: false) : $0
        }
        profile.takesCommandChaining = false
        profile.setContactObject()
        return profile
    }()

    /// That card with T=0 and nothing else on its contacts; assumed, nobody has seen one.
    public static let myNumberCardByT0: CardProfile = {
        var profile = myNumberCardShortLength
        profile.name = "my-number-card-t0"
        profile.contactAnswerToReset = contactByT0
        profile.setContactObject()
        return profile
    }()

    /// Every profile of this module.
    public static let all: [CardProfile] = [.myNumberCard, .myNumberCardKnownToOpenSC, .myNumberCardShortLength]

    /// T=1, country code 392, capabilities `C0`: chaining and extended length fields.
    public static let contactWithExtendedLength: [UInt8] = [
        0x3B, 0xDA, 0x13, 0xFF, 0x81, 0x31, 0xFB, 0x46, 0x80, 0x12, 0x39, 0x2F, 0x31, 0xC1, 0x73, 0xC6, 0x01, 0xC0, 0x3B,
    ]
    /// T=1, no historical bytes; the one that OpenSC's driver knows.
    public static let contactWithoutHistoricalBytes: [UInt8] = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14]
    /// T=1, capabilities `00`: extended length is not declared.
    public static let contactWithoutExtendedLength: [UInt8] = [
        0x3B, 0xC5, 0xFF, 0x81, 0x31, 0xFB, 0x45, 0x80, 0x73, 0xC6, 0x01, 0x00, 0x00,
    ]
    /// T=0 at the rate of the others, by PPS or the reader's own doing; capabilities `00`. Without another protocol there is no TCK (ISO/IEC
    /// 7816-3 clause 8.2.5).
    public static let contactByT0: [UInt8] = [0x3B, 0x15, 0x13, 0x80, 0x73, 0xC6, 0x01, 0x00]
    /// The pseudo-ATR of a Type B card: `3B 88 80 01`, four bytes of application data, three of protocol information, MBLI, TCK.
    public static let contactlessTypeB: [UInt8] = [
        0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
    ]

    /// What GET DATA answers at the level of the card, measured by a public open-source project; the values are ours.
    private static let myNumberCardObjects = [
        CardDataObject(0x0042, .bytes(SyntheticPKI.keyIdentifier("6000020"))),
        CardDataObject(0x0045, .record(.serialNumber)),
        CardDataObject(0x0066, .bytes(recognitionData)),
        CardDataObject(0x00F0, .record(.municipality)),
        CardDataObject(0x00F2, .record(.expiry)),
        CardDataObject(0x00F7, .bytes(SyntheticPKI.keyIdentifier("6000120"))),
        CardDataObject(0x00F8, .cardVerifiableContents(.upper)),
        CardDataObject(0x7F21, .cardVerifiableContents(.lower)),
        CardDataObject(0x5F51, .bytes(Array(contactWithExtendedLength.dropFirst())), isEverywhere: true),
    ]

    /// Card recognition data (GlobalPlatform Card Specification 2.3.1 annex H.2): the objects that say GlobalPlatform 2.2 and nothing more.
    private static let recognitionData: [UInt8] = tlv(
        0x73,
        tlv(0x06, [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x01])
            + tlv(0x60, tlv(0x06, [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x02, 0x02, 0x02])))

    /// The object with the contact ATR, which leaves its first byte out.
    private mutating func setContactObject() {
        for index in dataObjects.indices where dataObjects[index].tag == 0x5F51 {
            dataObjects[index].content = .bytes(Array(contactAnswerToReset.dropFirst()))
        }
    }
}
