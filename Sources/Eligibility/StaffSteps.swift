import ReaderKit

// The visual check, begun at the reader (R156): 職員用ボタン, passcode, the staff's look, the card.

extension VisitState {
    /// Asks for the passcode as long as it may be tried in this visit; else whoever pressed 職員用ボタン is told that it may not.
    mutating func askPasscode() -> [VisitEffect] {
        passcodeTries > 0 ? go(to: .askingPasscode, .askPasscode) : explain(.passcodeRefused, then: .waitForCard)
    }

    /// A wrong passcode leads nowhere, and the PIN of a card has no part in it (R166).
    ///
    /// After five wrong ones a visit takes no passcode any more, whoever presses 職員用ボタン, and waits for a card as before: four digits
    /// that do not expire would be found by trying, and they prove a bearer without face or PIN. The number is assumed; the guidance names
    /// none.
    mutating func passcodeChecked(_ isIssued: Bool) -> [VisitEffect] {
        if isIssued { return go(to: .waitingForVisualCheck, .waitForVisualCheck) }
        passcodeTries -= 1
        return passcodeTries > 0 ? explain(.wrongPasscode, then: .askPasscode) : explain(.passcodeRefused, then: .waitForCard)
    }

    /// The card was placed, after the staff were asked to look: that is their word that they have. A card that lay there before says nothing.
    mutating func placedForVisualCheck(beside: Bool = false) -> [VisitEffect] {
        sight = .passcode
        isBeside = beside
        return go(to: .readingCard, .readCard)
    }

    // MARK: From the terminal (R154, R155)

    /// The terminal has switched the mode: it counts from the next card on. What was ticked in the mode before counts no more.
    mutating func switched(to mode: ReaderMode) -> [VisitEffect] {
        if phase == .idle || isWaitingForCard { (self.mode, tick) = (mode, nil) }
        return []
    }

    /// The staff have looked, and say in which situation.
    mutating func sightConfirmed(_ reason: VisualCheckReason) -> [VisitEffect] {
        if mode == .visual, policy.visualReasons.contains(reason) { tick = reason }
        return []
    }

    /// The card's face is read, which opens what shows that the card is genuine; nothing is compared. A phone has no face to show.
    mutating func beginVisualIdentity() -> [VisitEffect] {
        isCertificateClosed ? refuse(.methodNotOffered(.visual), .cardRefused) : readCardFace()
    }
}
