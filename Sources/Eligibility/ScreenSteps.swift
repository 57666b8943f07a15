import Centre
import MyNumberCard
import ReaderKit

// What a visit does at a reader with a screen, phase by phase; then messages, consent and the end.

extension VisitState {
    mutating func receiveAtScreen(_ input: VisitInput) -> [VisitEffect] {
        switch (phase, input) {
        case (.waitingForCard, .screen(.staffButton)) where equipment.hasVisualCheck: askPasscode()
        case (.waitingForCard, .screen(.timedOut)): end(.timedOut)
        case (.choosingMethod, .screen(.method(let method))): chose(method)
        case (.matching, .screen(.timedOut)): chooseMethod()
        case (.choosingConsent, .screen(.consentToAll)): consentedToAll()
        case (.choosingConsent, .screen(.consentIndividually)): consented(consent)
        case (.consenting(let group), .screen(.consent(let agrees))): consented(agrees, to: group)
        case (.offeringRegistration, .screen(.consent(let agrees))): answeredRegistration(agrees)
        case (_, .screen(.ended)) where phase.isAsking: end(refusal ?? .cancelled)
        case (_, .screen(.timedOut)) where phase.isAsking: end(refusal ?? .timedOut)

        case (.readingCardFace, .cardFaceRead(let code)): go(to: .readingPhotograph, .readPhotograph(code))
        case (.readingCardFace, .cardFaceUnreadable), (.readingPhotograph, .visualCodeRefused): cardFaceUnreadable()
        case (.readingPhotograph, .photographRead): photographRead()
        case (.readingPhotograph, .faceLocked): faceLocked()
        case (.matching, .compared(let verdict)): compared(verdict)
        case (.checkingCard, .cardChecked(let verdict)): cardChecked(verdict)

        case (.waitingForCard, .sightConfirmed(let reason)): sightConfirmed(reason)
        case (.askingPasscode, .passcodeTyped(let passcode)): go(to: .checkingPasscode, .checkPasscode(passcode))
        case (.checkingPasscode, .passcodeChecked(let isIssued)): passcodeChecked(isIssued)
        case (.askingPasscode, .staffLeft), (.waitingForVisualCheck, .staffLeft): waitForCard()
        case (.waitingForVisualCheck, .cardPlaced): placedForVisualCheck()
        case (.waitingForVisualCheck, .cardPlacedBeside): placedForVisualCheck(beside: true)
        // 中止 still stands there while the card is read.
        case (_, .staffLeft) where sight == .passcode: end(.cancelled)
        // Late or early input of another phase changes nothing.
        default: []
        }
    }

    // MARK: Messages

    mutating func explain(_ message: PatientMessage, then next: AfterMessage) -> [VisitEffect] {
        self.next = next
        let effects = go(to: .explaining, .show(.message(message.sentence)), .pause(.message))
        if case .end = next { return [.release] + effects }
        return effects
    }

    /// How the visit ends after the message that is shown; `nil` where it goes on.
    var settled: VisitOutcome? {
        if phase == .explaining, case .end(let outcome) = next { outcome } else { nil }
    }

    mutating func receiveWhileExplaining(_ input: VisitInput) -> [VisitEffect] {
        switch (input, next) {
        // Whoever takes the card away, or leaves, has read it.
        case (.timedOut, .end(let outcome)), (.cardRemoved, .end(let outcome)), (.screen(.ended), .end(let outcome)): end(outcome)
        case (.timedOut, .chooseMethod): chooseMethod()
        case (.timedOut, .askPasscode): askPasscode()
        case (.timedOut, .waitForCard): waitForCard()
        case (.cardRemoved, .chooseMethod), (.cardSwapped, .chooseMethod): end(.cardRemoved)
        case (.screen(.ended), .chooseMethod): end(refusal ?? .cancelled)
        case (.screen(.ended), .askPasscode), (.screen(.ended), .waitForCard): waitForCard()
        default: []
        }
    }

    // MARK: Consent

    /// Asks what the day's rules ask; nobody whose certificate serves for eligibility only, and nobody of a facility that shows nothing.
    mutating func askConsent() -> [VisitEffect] {
        let consent = Consent(about: isInGrace && policy.graceIsForEligibilityOnly ? [] : policy.consent.groups)
        guard policy.consent.offersAll, !consent.groups.isEmpty else { return consented(consent) }
        self.consent = consent
        return go(to: .choosingConsent, .show(.chooseConsent))
    }

    private mutating func consentedToAll() -> [VisitEffect] {
        var consent = consent
        consent.agreeToAll()
        return consented(consent)
    }

    /// Asks about the next group, or goes on once every one was answered.
    private mutating func consented(_ consent: Consent) -> [VisitEffect] {
        self.consent = consent
        guard let group = consent.next else { return askCentre() }
        return go(to: .consenting(group), .show(.consent(group)))
    }

    private mutating func consented(_ agrees: Bool, to group: ScreenConsentGroup) -> [VisitEffect] {
        var consent = consent
        consent.answer(agrees, for: group)
        return consented(consent)
    }

    // MARK: The end

    /// From here on the eligibility may be seen (R060, R067).
    mutating func complete(_ answer: EligibilityAnswer) -> [VisitEffect] {
        ending = .confirmed(answer)
        return go(to: .complete, .show(.done(name: answer.person?.name)), .pause(isCardThere ? .card : .complete))
    }

    /// The visit has ended so, and the card is still to be taken: a card left behind is announced, whatever has become of the visit.
    mutating func returnCard(_ outcome: VisitOutcome) -> [VisitEffect] {
        ending = outcome
        return go(to: .returningCard, .release, .show(.removeCard), .pause(.card))
    }

    mutating func receiveWhileCardIsTaken(_ input: VisitInput) -> [VisitEffect] {
        guard let ending else { return [] }
        switch input {
        case .timedOut where isCardThere && reminders > 0: return remind()
        case .timedOut, .cardRemoved, .cancelled, .failed: return finish(ending)
        default: return []
        }
    }

    /// Tells the patient to take the card (R066), some times, then no more.
    private mutating func remind() -> [VisitEffect] {
        reminders -= 1
        return go(to: phase, .show(.removeCard), .pause(.card))
    }
}

extension VisitPhase {
    /// Whether the patient is asked something on the screen that they may leave.
    var isAsking: Bool {
        switch self {
        case .choosingMethod, .typingAtKeypad, .readingCardFace, .readingPhotograph, .matching, .choosingConsent, .consenting,
            .offeringRegistration:
            true
        default: false
        }
    }
}
