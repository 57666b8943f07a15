import MyNumberCard
import ReaderKit

// How the bearer is proved: PIN, face, and what both come to.

extension VisitState {
    /// The card was read and its certificate serves, or is closed by the PIN.
    mutating func identify(_ pin: PINState) -> [VisitEffect] {
        self.pin = pin
        if isVisual { return beginVisualIdentity() }
        return canChoose ? chooseMethod() : askPIN()
    }

    /// Why the PIN is not asked for; `nil` where it is.
    private var pinRefusal: VisitOutcome? {
        switch pin {
        case .blocked, .left(...0): .pinBlocked
        case .left(1) where !allowsLastTry: .lastTryKept
        case .left, .verified: nil
        }
    }

    /// The counter, where it is known.
    private var triesLeft: Int? {
        if case .left(let tries) = pin { tries } else { nil }
    }

    // MARK: The choice

    /// What the patient may choose: a phone has no photograph, and a PIN without tries serves nobody.
    private var methods: Set<ScreenMethod> {
        var methods: Set<ScreenMethod> = []
        if equipment.hasCamera, !isCertificateClosed, !isFaceLocked { methods.insert(.face) }
        if pinRefusal == nil { methods.insert(.pin) }
        return methods
    }

    mutating func chooseMethod() -> [VisitEffect] {
        refusal = refusal ?? pinRefusal
        let methods = methods
        guard !methods.isEmpty else { return pinRefused() }
        if pinRefusal != nil, !isPINRefusalTold {
            isPINRefusalTold = true
            return explain(.pinNotOffered(isBlocked: pin != .left(1)), then: .chooseMethod)
        }
        return go(to: .choosingMethod, .show(.chooseMethod(methods)))
    }

    mutating func chose(_ method: ScreenMethod) -> [VisitEffect] {
        guard methods.contains(method) else { return [] }
        switch method {
        case .pin: return askPIN()
        case .face where hasPhotograph: return go(to: .matching, .show(.lookIntoCamera), .compare)
        case .face: return readCardFace()
        }
    }

    // MARK: PIN

    /// Asks at the keypad of the slot in which the card lies, else where the program runs.
    private mutating func askPIN() -> [VisitEffect] {
        if pinRefusal != nil { return pinRefused() }
        return equipment.hasKeypad && !isBeside
            ? go(to: .typingAtKeypad, .askKeypad(triesLeft: triesLeft)) : go(to: .waitingForPIN, .askPIN(triesLeft: triesLeft))
    }

    private mutating func pinRefused() -> [VisitEffect] {
        switch pinRefusal {
        case .lastTryKept: refuse(refusal ?? .lastTryKept, .lastTryKept)
        default: refuse(refusal ?? .pinBlocked, .pinBlocked)
        }
    }

    mutating func pinChecked(_ result: PINResult) -> [VisitEffect] {
        switch result {
        case .verified: return isCertificateClosed ? go(to: .readingCertificate, .readCertificate) : go(to: .proving, .prove)
        case .rejected(let tries):
            pin = .left(tries)
            // What was typed where the program runs may have been given beforehand; it is not sent again.
            if isBeside { return refuse(.pinRejected(triesLeft: tries), .wrongPIN(triesLeft: tries)) }
            return failed(.pinRejected(triesLeft: tries), .wrongPIN(triesLeft: tries))
        case .blocked:
            pin = .blocked
            isPINRefusalTold = true
            return failed(.pinBlocked, .pinBlocked)
        }
    }

    // MARK: Face

    /// 照合番号B, which stands on the card: the camera reads it where it sees the card, else the staff do.
    mutating func readCardFace() -> [VisitEffect] {
        if isBeside { return go(to: .readingCardFace, .show(.message(PatientMessage.cardFaceTyped.sentence)), .askVisualCode) }
        return isVisual ? go(to: .readingCardFace, .readCardFace) : go(to: .readingCardFace, .show(.lookIntoCamera), .readCardFace)
    }

    mutating func photographRead() -> [VisitEffect] {
        hasPhotograph = true
        if isVisual { return go(to: .checkingCard, .checkCard) }
        return isBeside ? go(to: .matching, .show(.lookIntoCamera), .compare) : go(to: .matching, .compare)
    }

    mutating func cardFaceUnreadable() -> [VisitEffect] {
        let outcome = VisitOutcome.failed(ReaderError(.cardFaceUnreadable))
        return isVisual ? refuse(outcome, .cardRefused) : failed(outcome, .cardFaceUnreadable)
    }

    /// After ten failures nothing opens the photograph any more: PIN or the staff's eye are left (N29). No try is used up by this program.
    mutating func faceLocked() -> [VisitEffect] {
        isFaceLocked = true
        let outcome = VisitOutcome.failed(ReaderError(.cardFaceUnreadable))
        guard isVisual else { return failed(outcome, .faceLocked) }
        return policy.sightServesLockedCard ? bearerProved(by: .visual) : refuse(outcome, .cardRefused)
    }

    mutating func compared(_ verdict: FaceVerdict) -> [VisitEffect] {
        switch verdict {
        case .accepted: go(to: .checkingCard, .checkCard)
        case .rejected(let reason): failed(.faceRejected(reason), .faceRejected(reason))
        case .timedOut: chooseMethod()
        case .ended: end(refusal ?? .cancelled)
        }
    }

    /// Face and visual check end here: certificate and genuineness, never a signature of the authentication key without PIN, whose way is
    /// not public.
    mutating func cardChecked(_ verdict: CardVerdict) -> [VisitEffect] {
        switch verdict {
        case .valid: bearerProved(by: isVisual ? .visual : .face)
        case .chainNotChecked: refuse(.cardNotChecked, .cardRefused)
        case .invalid(let flaw): refuse(.cardNotGenuine(flaw), .cardRefused)
        }
    }

    // MARK: Both

    /// A try has failed: the patient reads why and may choose again, where they can.
    private mutating func failed(_ outcome: VisitOutcome, _ message: PatientMessage) -> [VisitEffect] {
        refusal = outcome
        return canChoose ? explain(message, then: .chooseMethod) : refuse(outcome, message)
    }

    mutating func bearerProved(by method: IdentityMethod) -> [VisitEffect] {
        identity = method
        refusal = nil
        return equipment.hasScreen ? askConsent() : askCentre()
    }
}
