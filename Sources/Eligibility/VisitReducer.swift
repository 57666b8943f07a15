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
        case (.askingCentre, .failed(let error as CentreError)), (.registeringCard, .failed(let error as CentreError)): centreFailed(error)
        case (_, .failed(let error)): failed(error)
        case (_, .modeSwitched(let mode)): switched(to: mode)
        case (.explaining, _): receiveWhileExplaining(input)
        case (.waitingForVisualCheck, .timedOut): waitForCard()
        case (_, .timedOut): end(refusal ?? .timedOut)
        case (_, .cardRemoved), (_, .cardSwapped): cardRemoved()
        case (_, .otherCard): refuse(.notMyNumberCard, .otherCard)
        case (.idle, .begin): begin()
        case (.waitingForCard, .cardPlaced): cardPlaced(beside: false)
        case (.waitingForCard, .cardPlacedBeside): cardPlaced(beside: true)
        case (.readingCard, .cardRead(let pin, let verdict)): refusal(of: verdict) ?? identify(pin)
        case (.readingCard, .certificateClosed(let pin)): close(pin)
        case (.readingCard, .cardMissed): waitAgain()
        case (.waitingForPIN, .pinTyped(let pin)): go(to: .verifying, .verify(pin))
        case (.verifying, .pinChecked(let result)), (.typingAtKeypad, .pinChecked(let result)): pinChecked(result)
        case (.readingCertificate, .certificateRead(let verdict)): refusal(of: verdict) ?? go(to: .proving, .prove)
        case (.proving, .proved): bearerProved(by: .pin)
        case (.askingCentre, .answered(let answer)): acknowledged(answer)
        // Also where the centre does not know the card: its answer to what is asked next says so.
        case (.registeringCard, .cardRegistered): askCentre()
        default: equipment.hasScreen ? receiveAtScreen(input) : []
        }
    }

    private mutating func begin() -> [VisitEffect] {
        if let expected, !offers(expected) { return finish(.methodNotOffered(expected)) }
        return waitForCard()
    }

    /// What the reader has, and what the terminal makes of it: a check by eye that begins at the terminal needs no button at the reader.
    private func offers(_ method: IdentityMethod) -> Bool {
        equipment.offers(method) || method == .visual && mode == .visual && equipment.offers(.face)
    }

    mutating func waitForCard() -> [VisitEffect] {
        phase = .waitingForCard
        sight = nil
        // One that lies there is told anew.
        isCardThere = false
        return equipment.hasScreen ? [.show(.placeCard), .waitForCard] : [.waitForCard]
    }

    /// The screen that asks for the card still stands there.
    private mutating func waitAgain() -> [VisitEffect] {
        guard equipment.hasScreen, chances > 0 else { return end(.cardRemoved) }
        chances -= 1
        isBeside = false
        return go(to: sight == .passcode ? .waitingForVisualCheck : .waitingForCard, .waitForCard)
    }

    /// The first card of the visit. In visual mode it counts where the staff have looked before (R155).
    private mutating func cardPlaced(beside: Bool) -> [VisitEffect] {
        isBeside = beside
        guard mode == .visual, equipment.hasScreen else { return go(to: .readingCard, .readCard) }
        guard tick != nil || !policy.sightNeedsTick else { return refuse(.sightNotConfirmed, .sightNotConfirmed) }
        sight = .terminal(tick)
        return go(to: .readingCard, .readCard)
    }

    private mutating func cardRemoved() -> [VisitEffect] {
        switch phase {
        // The card is not there yet.
        case .waitingForCard, .askingPasscode, .checkingPasscode, .waitingForVisualCheck: return []
        // It is not needed any more.
        case .askingCentre, .registeringCard: return []
        // Nor is one beside it that has proved its bearer; nobody holds it there while they read the first one's screen.
        case .choosingConsent where isBeside, .consenting where isBeside, .offeringRegistration where isBeside: return []
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
    mutating func failed(_ error: any DiagnosedError) -> [VisitEffect] {
        let isGone = (error as? ReaderError)?.reason == .readerGone
        // A reader that does not show the message may still show that the card is to be taken.
        if let settled { return isGone ? finish(settled) : end(settled) }
        return isGone || !isCardThere && !isBeside ? finish(.failed(error)) : refuse(.failed(error), .failure(error.sentence))
    }

    /// The end of a visit whose certificate does not serve; `nil` where it does.
    private mutating func refusal(of verdict: CertificateVerdict) -> [VisitEffect]? {
        switch verdict {
        case .invalid(let flaws): return refuse(.certificateRefused(flaws), .cardRefused)
        case .notChecked: return refuse(.certificateNotChecked, .cardRefused)
        case .valid: return nil
        // In grace a plastic card still shows eligibility, and nothing else.
        case .validInGrace:
            isInGrace = true
            return nil
        }
    }

    private mutating func close(_ pin: PINState) -> [VisitEffect] {
        isCertificateClosed = true
        return identify(pin)
    }

    // MARK: Going on

    mutating func go(to next: VisitPhase, _ effects: VisitEffect...) -> [VisitEffect] {
        phase = next
        return effects
    }

    /// Ends the visit at once.
    mutating func finish(_ outcome: VisitOutcome) -> [VisitEffect] {
        isCardLeft = equipment.hasScreen && isCardThere
        // What the centre has said of the patient is in the outcome, and nowhere else from here on.
        (ending, next, refusal) = (nil, nil, nil)
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
