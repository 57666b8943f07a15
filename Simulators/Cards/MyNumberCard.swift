// The My Number Card as public open-source projects have measured it; J-LIS does not publish its specification.

extension CardProfile {
    /// The plastic My Number Card (個人番号カード) with its 公的個人認証AP, extended length, and a contact ATR that declares it.
    public static let myNumberCard = CardProfile(name: "my-number-card", applications: [.jpki()])

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

extension CardApplication {
    /// The application identifier of the 公的個人認証AP (JPKI).
    public static let jpkiIdentifier: [UInt8] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]

    /// The 公的個人認証AP (JPKI) as one table.
    ///
    /// - Parameters:
    ///   - token: what EF 0006 says.
    ///   - authenticationCertificate: who may read the 利用者証明用電子証明書: anybody on plastic, after the PIN on phones.
    /// - Returns: the application for a profile.
    public static func jpki(token: TokenInformation = .plasticCard, authenticationCertificate: AccessCondition = .free) -> CardApplication {
        let authenticationPIN: AccessCondition = .verified(anyOf: [0x0018])
        let signaturePassword: AccessCondition = .verified(anyOf: [0x001B])
        return CardApplication(
            identifier: jpkiIdentifier,
            files: [
                ElementaryFile(0x0001, .transparent(.certificate(.signature), read: signaturePassword)),
                ElementaryFile(0x0002, .transparent(.authority(.signature), read: .free)),
                ElementaryFile(0x0005, .opaque),
                ElementaryFile(0x0006, .transparent(.bytes(token.encoded), read: .free)),
                // Seen where both certificates of the holder exist; what it says without one of them is not known.
                ElementaryFile(0x0008, .transparent(.bytes([0x8F, 0x8F, 0x00]), read: .free)),
                // Protected; by what, and what is in it, is not known.
                ElementaryFile(0x0009, .transparent(.bytes([]), read: .never)),
                ElementaryFile(0x000A, .transparent(.certificate(.authentication), read: authenticationCertificate)),
                ElementaryFile(0x000B, .transparent(.authority(.authentication), read: .free)),
                ElementaryFile(0x0010, .opaque),
                // The terminal authority's key, for 特定機関認証, which is not public.
                ElementaryFile(0x0016, .opaque),
                ElementaryFile(0x0017, .key(PrivateKeyEntry(.authentication, use: authenticationPIN, operations: rsa2048))),
                ElementaryFile(0x0018, .reference(ReferenceData(.authenticationPIN, tries: 3, lengths: 4...4, alphabet: .digits))),
                ElementaryFile(0x0019, .opaque),
                ElementaryFile(0x001A, .key(PrivateKeyEntry(.signature, use: signaturePassword, operations: rsa2048))),
                ElementaryFile(
                    0x001B, .reference(ReferenceData(.signaturePassword, tries: 5, lengths: 6...16, alphabet: .digitsAndCapitals))),
                ElementaryFile(0x001C, .opaque),
                ElementaryFile(0x001E, .opaque),
            ])
    }

    /// What P1 means with an RSA-2048 key: measured by a public open-source project.
    public static let rsa2048: [UInt8: SignatureOperation] = [
        0x00: SignatureOperation(.prepared(lengths: 1...245), .plain),
        0x01: SignatureOperation(.message, .plain),
        0x02: SignatureOperation(.digest, .digestInfo),
        0x03: SignatureOperation(.message, .digestInfo),
        0x04: SignatureOperation(.digest, .pss),
        0x05: SignatureOperation(.message, .pss),
    ]
}
