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
                ElementaryFile(0x0008, .transparent(.certificatePresence, read: .free)),
                // Protected; by what, and what is in it, is not known.
                ElementaryFile(0x0009, .transparent(.bytes([]), read: .never)),
                ElementaryFile(0x000A, .transparent(.certificate(.authentication), read: authenticationCertificate)),
                ElementaryFile(0x000B, .transparent(.authority(.authentication), read: .free)),
                ElementaryFile(0x0010, .opaque),
                ElementaryFile(0x0016, .terminalAuthority),
                ElementaryFile(0x0017, .key(PrivateKeyEntry(.authentication, use: authenticationPIN, operations: rsa2048))),
                ElementaryFile(0x0018, .reference(ReferenceData(.authenticationPIN, tries: 3, lengths: 4...4, alphabet: .digits))),
                ElementaryFile(0x0019, .opaque),
                ElementaryFile(0x001A, .key(PrivateKeyEntry(.signature, use: signaturePassword, operations: rsa2048))),
                ElementaryFile(
                    0x001B, .reference(ReferenceData(.signaturePassword, tries: 5, lengths: 6...16, alphabet: .digitsAndCapitals))),
                ElementaryFile(0x001C, .opaque),
                ElementaryFile(0x001E, .opaque),
            ],
            messaging: .neverAllowed)
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
