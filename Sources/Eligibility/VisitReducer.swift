import Centre
import Certificates
import Diagnosis
import MyNumberCard
import ReaderKit

extension VisitState {
    /// The visit as a function: from a state and an input to the next state and what is to be done. It does nothing itself.
    public mutating func receive(_ input: VisitInput) -> [VisitEffect] {
        follow(input)
        return switch (phase, input) {
        case (.finished, _): []
        // Nothing takes the result away any more.
        case (.complete, _), (.returningCard, _): receiveWhileCardIsTaken(input)
        // At once: whoever cancels does not wait for the patient.
        case (_, .cancelled): finish(settled ?? .cancelled)
        case (_, .failed(let error)): failed(error)
        case (.explaining, _): receiveWhileExplaining(input)
        case (.waitingForVisualCheck, .timedOut): waitForCard()
        case (_, .timedOut): end(refusal ?? .timedOut)
        case (_, .cardRemoved), (_, .cardSwapped): cardRemoved()
        case (_, .otherCard): refuse(.notMyNumberCard, .otherCard)
        case (.idle, .begin): begin()
        case (.waitingForCard, .cardPlaced): go(to: .readingCard, .readCard)
        case (.waitingForCard, .cardPlacedBeside): readBeside()
        case (.readingCard, .cardRead(let pin, let verdict)): refusal(of: verdict) ?? identify(pin)
        case (.readingCard, .certificateClosed(let pin)): close(pin)
        case (.readingCard, .cardMissed): waitAgain()
        case (.waitingForPIN, .pinTyped(let pin)): go(to: .verifying, .verify(pin))
        case (.verifying, .pinChecked(let result)), (.typingAtKeypad, .pinChecked(let result)): pinChecked(result)
        case (.readingCertificate, .certificateRead(let verdict)): refusal(of: verdict) ?? go(to: .proving, .prove)
        case (.proving, .proved): bearerProved(by: .pin)
        case (.askingCentre, .answered(let answer)): answered(answer)
        default: equipment.hasScreen ? receiveAtScreen(input) : []
        }
    }

    private mutating func begin() -> [VisitEffect] {
        if let expected, !equipment.offers(expected) { return finish(.methodNotOffered(expected)) }
        return waitForCard()
    }

    mutating func waitForCard() -> [VisitEffect] {
        phase = .waitingForCard
        isVisual = false
        // One that lies there is told anew.
        isCardThere = false
        return equipment.hasScreen ? [.show(.placeCard), .waitForCard] : [.waitForCard]
    }

    /// The screen that asks for the card still stands there.
    private mutating func waitAgain() -> [VisitEffect] {
        guard equipment.hasScreen, chances > 0 else { return end(.cardRemoved) }
        chances -= 1
        isBeside = false
        return go(to: isVisual ? .waitingForVisualCheck : .waitingForCard, .waitForCard)
    }

    /// The card lies in the second reader.
    mutating func readBeside() -> [VisitEffect] {
        isBeside = true
        return go(to: .readingCard, .readCard)
    }

    private mutating func cardRemoved() -> [VisitEffect] {
        switch phase {
        // The card is not there yet.
        case .waitingForCard, .askingPasscode, .checkingPasscode, .waitingForVisualCheck: return []
        // It is not needed any more.
        case .askingCentre: return []
        // Nor is one beside it that has proved its bearer; nobody holds it there while they read the first one's screen.
        case .choosingConsent where isBeside, .consenting where isBeside: return []
        default: return end(.cardRemoved)
        }
    }

    /// Remembers whether a card lies in the reader. A phone held to the second one is not left behind.
    private mutating func follow(_ input: VisitInput) {
        switch input {
        case .cardPlaced, .cardSwapped: isCardThere = !isBeside
        case .cardRemoved, .cardMissed: isCardThere = false
        default: break
        }
    }

    /// Whoever has placed a card is told what came of it; but nobody can take a message from a reader that is gone.
    private mutating func failed(_ error: any DiagnosedError) -> [VisitEffect] {
        let isGone = (error as? ReaderError)?.reason == .readerGone
        // A reader that does not show the message may still show that the card is to be taken.
        if let settled { return isGone ? finish(settled) : end(settled) }
        return isGone || !isCardThere && !isBeside ? finish(.failed(error)) : refuse(.failed(error), .failure(error.sentence))
    }

    /// The end of a visit whose certificate does not serve; `nil` where it does.
    private mutating func refusal(of verdict: CertificateVerdict) -> [VisitEffect]? {
        switch verdict {
        case .invalid(let flaws): refuse(.certificateRefused(flaws), .cardRefused)
        case .notChecked: refuse(.certificateNotChecked, .cardRefused)
        // In grace a plastic card still shows eligibility, and a visit asks for nothing else.
        case .valid, .validInGrace: nil
        }
    }

    private mutating func close(_ pin: PINState) -> [VisitEffect] {
        isCertificateClosed = true
        return identify(pin)
    }

    private mutating func answered(_ answer: EligibilityAnswer) -> [VisitEffect] {
        equipment.hasScreen ? complete(answer) : finish(.confirmed(answer))
    }

    // MARK: Going on

    mutating func go(to next: VisitPhase, _ effects: VisitEffect...) -> [VisitEffect] {
        phase = next
        return effects
    }

    /// Ends the visit at once.
    mutating func finish(_ outcome: VisitOutcome) -> [VisitEffect] {
        isCardLeft = equipment.hasScreen && isCardThere
        return go(to: .finished, .finish(outcome))
    }

    /// Ends the visit, where a card lies under a screen after the patient was told to take it.
    mutating func end(_ outcome: VisitOutcome) -> [VisitEffect] {
        equipment.hasScreen && isCardThere ? returnCard(outcome) : finish(outcome)
    }

    /// Ends the visit, where there is a screen after the patient has read why.
    mutating func refuse(_ outcome: VisitOutcome, _ message: PatientMessage) -> [VisitEffect] {
        equipment.hasScreen ? explain(message, then: .end(outcome)) : finish(outcome)
    }
}
