extension CardApplication {
    /// The application identifier of the 共通カードAP.
    public static let commonIdentifier: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00]
    /// The application identifier of the 住基AP.
    public static let residentRegistryIdentifier: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01]

    /// The 共通カードAP as one table, measured by public open-source projects.
    public static func common() -> CardApplication {
        CardApplication(
            identifier: commonIdentifier,
            files: [
                ElementaryFile(0x0001, .records([.record(.serial)], read: .free)),
                ElementaryFile(0x0002, .transparent(.bytes(SyntheticPKI.keyIdentifier("6000020")), read: .free)),
                ElementaryFile(
                    0x0019,
                    .key(
                        PrivateKeyEntry(
                            .card(.common), use: .free, operations: [:],
                            internalAuthentication: SignatureOperation(.message, .digestInfo)))),
                ElementaryFile(0x001C, .reference(.fourDigits(.commonPIN, change: .key))),
            ])
    }

    /// The 住基AP as one table. What else is in it, and how the 住民票コード is read, is not public.
    public static func residentRegistry() -> CardApplication {
        CardApplication(
            identifier: residentRegistryIdentifier,
            files: [
                ElementaryFile(0x0002, .transparent(.bytes(SyntheticPKI.keyIdentifier("6000020")), read: .free)),
                ElementaryFile(0x001C, .reference(.fourDigits(.residentRegistryPIN, change: .key))),
            ],
            messaging: .neverAllowed)
    }
}
