extension CardApplication {
    /// The application identifier of the 券面事項確認AP.
    public static let surfaceIdentifier: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02]

    /// The 券面事項確認AP (surface, visual) as one table, measured by public open-source projects.
    ///
    /// The references of 照合番号A and B have other file identifiers than in the 券面事項入力補助AP, and counters of their own.
    /// EF 0005 shows a number that is nobody's.
    public static func surface() -> CardApplication {
        CardApplication(
            identifier: surfaceIdentifier,
            files: [
                ElementaryFile(0x0001, .transparent(.record(.age, filler: 16), read: .verified(anyOf: [0x0011]))),
                ElementaryFile(0x0002, .transparent(.record(.face, filler: 64), read: .verified(anyOf: [0x0012, 0x0013]))),
                ElementaryFile(0x0003, .transparent(.record(.surfaceInformation), read: .free)),
                ElementaryFile(0x0004, .transparent(.cardVerifiable(.surface), read: .free)),
                ElementaryFile(0x0005, .transparent(.record(.numberPicture, filler: 16), read: .verified(anyOf: [0x0013]))),
                // Its use is not known; that anybody reads it is assumed.
                ElementaryFile(0x0006, .transparent(.bytes([UInt8](repeating: 0xFF, count: 16)), read: .free)),
                ElementaryFile(0x0011, .reference(.printed(.birthKey, digits: 6))),
                ElementaryFile(0x0012, .reference(.printed(.verificationNumberB, digits: 14))),
                ElementaryFile(0x0013, .reference(.printed(.verificationNumberA, digits: 12))),
                ElementaryFile(0x001A, .key(PrivateKeyEntry(.card(.surface), use: .free, operations: rsa2048))),
            ],
            defaultKey: 0x001A)
    }
}
