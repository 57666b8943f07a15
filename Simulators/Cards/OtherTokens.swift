// Tokens of the 公的個人認証 service that are no My Number Card of plastic.

extension CardProfile {
    /// The token in an Android phone: its label, and the PIN before the authentication certificate, are known from several independent
    /// open-source projects; that it has the file identifiers of the card and nothing but this application is assumed.
    public static let androidToken = phone("android-token", .androidPhone)

    /// The token in an iPhone, at a reader: the label, the PIN before the certificate and that `80 FC` is there are known from public
    /// open-source projects; what `80 FC` says, and the rest, is assumed.
    public static let iPhoneToken: CardProfile = {
        var profile = phone("iphone-token", .iPhone)
        profile.lastCommandIndicator = [0x00]
        return profile
    }()

    /// The resident registry card (住民基本台帳カード), which carried the signature certificate only. The label and the answers to reset are
    /// known; that its application is like the later one without the files for authentication is assumed.
    public static let residentRegistryCard: CardProfile = {
        var application = CardApplication.jpki(token: .residentRegistryCard)
        let later: Set<FileID> = [0x0008, 0x000A, 0x000B, 0x0016, 0x0017, 0x0018]
        application.files.removeAll { later.contains($0.id) }
        return CardProfile(
            name: "resident-registry-card", applications: [application], contactAnswerToReset: contactWithoutHistoricalBytes,
            contactlessAnswerToReset: [0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x14, 0xE0, 0xB3, 0x81, 0x91, 0x00, 0x5E],
            takesExtendedLength: false, takesCommandChaining: false)
    }()

    private static func phone(_ name: String, _ token: TokenInformation) -> CardProfile {
        CardProfile(
            name: name, applications: [.jpki(token: token, authenticationCertificate: .verified(anyOf: [0x0018]))],
            contactAnswerToReset: [], takesCommandChaining: false)
    }

    /// The next My Number Card as it is planned: two applications in the place of four, ECDSA on P-384, two secrets. Nothing about its files
    /// and identifiers is published; all of this is made up.
    public static let nextGeneration = CardProfile(
        name: "next-generation",
        applications: [
            CardApplication(
                identifier: [0xF0, 0x00, 0x00, 0x00, 0x02, 0x01],
                files: [
                    ElementaryFile(0x0001, .transparent(.certificate(.authentication), read: .free)),
                    ElementaryFile(0x0002, .transparent(.authority(.authentication), read: .free)),
                    ElementaryFile(
                        0x0003,
                        .key(
                            PrivateKeyEntry(
                                .authentication, use: .verified(anyOf: [0x0004]),
                                operations: [
                                    0x00: SignatureOperation(.digest, .plain, digest: .sha384),
                                    0x01: SignatureOperation(.message, .plain, digest: .sha384),
                                ]))),
                    ElementaryFile(0x0004, .reference(.fourDigits(.authenticationPIN, change: .referenceData))),
                ]),
            CardApplication(
                identifier: [0xF0, 0x00, 0x00, 0x00, 0x02, 0x02],
                files: [
                    ElementaryFile(0x0001, .transparent(.record(.fourItems), read: .verified(anyOf: [0x0004]))),
                    ElementaryFile(0x0002, .transparent(.record(.face), read: .verified(anyOf: [0x0004]))),
                    ElementaryFile(0x0003, .transparent(.cardVerifiable(.surface), read: .free)),
                    ElementaryFile(0x0004, .reference(.printed(.verificationNumberB, digits: 14))),
                ]),
        ])
}
