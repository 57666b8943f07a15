import ReaderKit

// The visual check, begun at the reader (R156): 職員用ボタン, passcode, the staff's look, the card.

extension VisitState {
    mutating func askPasscode() -> [VisitEffect] { go(to: .askingPasscode, .askPasscode) }

    /// A wrong passcode costs nothing and leads nowhere; the PIN of a card has no part in it (R166).
    mutating func passcodeChecked(_ isIssued: Bool) -> [VisitEffect] {
        isIssued ? go(to: .waitingForVisualCheck, .waitForVisualCheck) : explain(.wrongPasscode, then: .askPasscode)
    }

    /// The card was placed, after the staff were asked to look: that is their word that they have. A card that lay there before says nothing.
    mutating func placedForVisualCheck() -> [VisitEffect] {
        isVisual = true
        return go(to: .readingCard, .readCard)
    }

    /// The camera reads the card's face, which opens what shows that the card is genuine; nothing is compared. A phone has no face to show.
    mutating func beginVisualIdentity() -> [VisitEffect] {
        isCertificateClosed ? refuse(.methodNotOffered(.visual), .cardRefused) : go(to: .readingCardFace, .readCardFace)
    }
}
