extension CardLayout {
    /// The next My Number Card: two applications, two secrets, ECDSA on P-384. All identifiers and files are assumed: none is published, and only
    /// the simulated card has these. It shows that a generation of the card is data.
    public static let nextGeneration: CardLayout = {
        let identity: [UInt8] = [0xF0, 0x00, 0x00, 0x00, 0x02, 0x01]
        let face: [UInt8] = [0xF0, 0x00, 0x00, 0x00, 0x02, 0x02]
        let visualCode = Reference(Place(face, 0x04), .digits(14))
        return CardLayout(
            application: identity,
            files: [
                .authenticationCertificate: Place(identity, 0x01), .authenticationAuthority: Place(identity, 0x02),
                .fourItems: Place(face, 0x01), .cardFace: Place(face, 0x02), .faceKeyCertificate: Place(face, 0x03),
            ],
            references: [
                .authenticationPIN: Reference(Place(identity, 0x04), .digits(4), change: .changeReferenceData),
                .textVisualCode: visualCode, .faceVisualCode: visualCode,
            ],
            keys: [.authentication: Key(identity, parameter: 0x83, scheme: .ecdsaSHA384, opensBy: .authenticationPIN)])
    }()
}
