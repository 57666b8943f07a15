import ISO7816

/// A VERIFY that a reader's keypad sends by itself (PC/SC part 10), so that no PIN crosses the cable.
public struct KeypadVerification: Sendable, Hashable {
    /// CLA, INS, P1 and P2.
    public let header: CommandHeader
    /// How many digits are asked for.
    public let digits: Int
}

extension MyNumberCard {
    /// What a reader's keypad sends to verify the authentication PIN. No APDU, one where another application is selected: the keypad's command
    /// must find that of the PIN.
    public func prepareKeypad() throws(CardError) -> KeypadVerification {
        let entry = try entry(of: .authenticationPIN)
        guard case .digits(let digits) = entry.form else { throw .notOnThisCard("a PIN of digits") }
        try enter(entry.place.application, until: deadline)
        return KeypadVerification(header: .verify(reference: entry.place.file), digits: digits)
    }
}

extension CardLayout {
    /// Whether 照合番号B opens a photograph on such a card, with the key by which the card shows that it is genuine.
    public var hasFaceRecord: Bool {
        files[.cardFace] != nil && files[CardFace.keyCertificate] != nil && references[.faceVisualCode] != nil
            && keys[CardFace.cardKey] != nil
    }
}
