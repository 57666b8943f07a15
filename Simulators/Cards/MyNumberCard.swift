// The My Number Card as public open-source projects have measured it; J-LIS does not publish its specification.

extension CardProfile {
    /// The plastic My Number Card (個人番号カード) with its five applications, extended length, and a contact ATR that declares it.
    public static let myNumberCard = CardProfile(
        name: "my-number-card", applications: [.jpki(), .text(), .surface(), .common(), .residentRegistry()])

    /// The same card behind the only contact ATR that OpenSC's card driver has in its table.
    public static let myNumberCardKnownToOpenSC: CardProfile = {
        var profile = myNumberCard
        profile.name = "my-number-card-opensc"
        profile.contactAnswerToReset = contactWithoutHistoricalBytes
        return profile
    }()

    /// The same card from a vendor without extended length: its ATR does not declare it, and such a command answers `6700`.
    public static let myNumberCardShortLength: CardProfile = {
        var profile = myNumberCard
        profile.name = "my-number-card-short"
        profile.contactAnswerToReset = contactWithoutExtendedLength
        profile.takesExtendedLength = false
        return profile
    }()

    /// Every profile of this module.
    public static let all: [CardProfile] = [.myNumberCard, .myNumberCardKnownToOpenSC, .myNumberCardShortLength]

    /// T=1, country code 392, capabilities `C0`: chaining and extended length fields.
    ///
    /// The card of this module refuses chaining all the same: no published use of it is known.
    public static let contactWithExtendedLength: [UInt8] = [
        0x3B, 0xDA, 0x13, 0xFF, 0x81, 0x31, 0xFB, 0x46, 0x80, 0x12, 0x39, 0x2F, 0x31, 0xC1, 0x73, 0xC6, 0x01, 0xC0, 0x3B,
    ]
    /// T=1, no historical bytes; the one that OpenSC's driver knows.
    public static let contactWithoutHistoricalBytes: [UInt8] = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14]
    /// T=1, capabilities `00`: extended length is not declared.
    public static let contactWithoutExtendedLength: [UInt8] = [
        0x3B, 0xC5, 0xFF, 0x81, 0x31, 0xFB, 0x45, 0x80, 0x73, 0xC6, 0x01, 0x00, 0x00,
    ]
    /// The pseudo-ATR of a Type B card: `3B 88 80 01`, four bytes of application data, three of protocol information, MBLI, TCK.
    public static let contactlessTypeB: [UInt8] = [
        0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
    ]
}
