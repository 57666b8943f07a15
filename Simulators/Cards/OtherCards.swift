// Other Japanese cards that people lay on the same reader. They are here to be refused kindly, so they are as coarse as that allows.

extension CardProfile {
    /// A driving licence (運転免許証): a master file with two PINs, and two applications with files behind them.
    ///
    /// The first bytes of the application identifiers and the answer in the field are known from public open-source projects; that the rest
    /// of the identifiers is zeros, and all files and rules, is assumed.
    public static let drivingLicence = CardProfile(
        name: "driving-licence", issuerSecurityDomain: [],
        applications: [
            CardApplication(
                identifier: licence(0x01),
                files: [
                    ElementaryFile(0x0001, .transparent(.bytes(synthetic), read: .verifiedAtRoot(anyOf: [0x0001]))),
                    ElementaryFile(0x0002, .transparent(.bytes(synthetic), read: .verifiedAtRoot(anyOf: [0x0002]))),
                ]),
            CardApplication(
                identifier: licence(0x02),
                files: [ElementaryFile(0x0001, .transparent(.bytes(synthetic), read: .verifiedAtRoot(anyOf: [0x0002])))]),
        ],
        contactAnswerToReset: [],
        contactlessAnswerToReset: [0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x91, 0x81, 0xC1, 0x00, 0xD8],
        takesExtendedLength: false, takesCommandChaining: false,
        root: CardApplication(
            identifier: [],
            files: [
                ElementaryFile(0x2F01, .transparent(.bytes(synthetic), read: .free)),
                ElementaryFile(0x0001, .reference(.fourDigits(.licencePIN1, change: .never))),
                ElementaryFile(0x0002, .reference(.fourDigits(.licencePIN2, change: .never))),
            ]))

    /// A residence card (在留カード): what it holds opens to secure messaging with the card's number only, which is not simulated.
    ///
    /// The first bytes of the application identifiers are known from public open-source projects; the rest is assumed.
    public static let residenceCard = CardProfile(
        name: "residence-card", issuerSecurityDomain: [],
        applications: [0x02, 0x03, 0x04].map { (last: UInt8) in
            CardApplication(
                identifier: [0xD3, 0x92, 0xF0, 0x00, 0x4F, last] + [UInt8](repeating: 0, count: 10),
                files: [ElementaryFile(0x0005, .transparent(.bytes([]), read: .never))])
        },
        contactAnswerToReset: [], takesExtendedLength: false, takesCommandChaining: false,
        root: CardApplication(
            identifier: [],
            files: [
                ElementaryFile(0x0001, .transparent(.bytes(synthetic), read: .free)),
                ElementaryFile(0x0002, .transparent(.bytes(synthetic), read: .free)),
            ]))

    private static func licence(_ number: UInt8) -> [UInt8] {
        [0xA0, 0x00, 0x00, 0x02, 0x31, number] + [UInt8](repeating: 0, count: 10)
    }

    /// A data object that says what it is.
    private static let synthetic: [UInt8] = tlv(0x45, Array("SYNTHETIC".utf8))
}
