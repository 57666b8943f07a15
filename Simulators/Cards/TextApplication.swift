extension CardApplication {
    /// The application identifier of the 券面事項入力補助AP.
    public static let textIdentifier: [UInt8] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]

    /// The 券面事項入力補助AP (text, input support) as one table, measured by public open-source projects.
    ///
    /// The PIN opens all; 照合番号A opens what belongs to the number and 照合番号B the four items, neither opens the other's.
    /// EF 0001 and the reference of 照合番号A hold a number that is nobody's.
    ///
    /// - Parameter extendedLength: what EF 0005 says of extended length fields.
    /// - Returns: the application for a profile.
    public static func text(extendedLength: Bool = true) -> CardApplication {
        let numberReaders: AccessCondition = .verified(anyOf: [0x0011, 0x0014])
        let itemReaders: AccessCondition = .verified(anyOf: [0x0011, 0x0015])
        let anyReader: AccessCondition = .verified(anyOf: [0x0011, 0x0014, 0x0015])
        return CardApplication(
            identifier: textIdentifier,
            files: [
                ElementaryFile(0x0001, .transparent(.record(.number, filler: 2), read: numberReaders)),
                ElementaryFile(0x0002, .transparent(.record(.fourItems, filler: 32), read: itemReaders)),
                ElementaryFile(0x0003, .transparent(.record(.integrity(numberFiller: 2)), read: anyReader)),
                ElementaryFile(0x0004, .transparent(.cardVerifiable(.text), read: .free)),
                ElementaryFile(0x0005, .transparent(.record(.textInformation(extendedLength: extendedLength)), read: .free)),
                ElementaryFile(0x0006, .transparent(.record(.messagingKey), read: anyReader)),
                ElementaryFile(0x0007, .transparent(.record(.textKey), read: anyReader)),
                // Its use is not known; that anybody reads it is assumed.
                ElementaryFile(0x0008, .transparent(.bytes([UInt8](repeating: 0xFF, count: 16)), read: .free)),
                ElementaryFile(0x0011, .reference(.fourDigits(.textPIN, change: .referenceData))),
                // On every card that was looked at it is blocked, and nothing is known that it opens.
                ElementaryFile(0x0012, .reference(.fourDigits(.textPIN, issue: .blocked, change: .never))),
                ElementaryFile(0x0013, .key(PrivateKeyEntry(.card(.text), use: .free, operations: rsa2048))),
                ElementaryFile(0x0014, .reference(.printed(.verificationNumberA, digits: 12))),
                ElementaryFile(0x0015, .reference(.printed(.verificationNumberB, digits: 14))),
            ],
            defaultKey: 0x0013, messaging: .offered(after: .verified(anyOf: [0x0011])))
    }
}

extension ReferenceData {
    /// A PIN of four digits with three tries (measured by public open-source projects).
    static func fourDigits(_ credential: Credential, issue: Issue = .usable, change: Change) -> ReferenceData {
        ReferenceData(credential, tries: 3, lengths: 4...4, alphabet: .digits, issue: issue, change: change)
    }

    /// Digits that are printed on the card. Ten tries for 照合番号B are published by municipalities and the Digital Agency; that 照合番号A
    /// and the birth key have as many is assumed.
    static func printed(_ credential: Credential, digits: Int) -> ReferenceData {
        ReferenceData(credential, tries: 10, lengths: digits...digits, alphabet: .digits, change: .never)
    }
}
