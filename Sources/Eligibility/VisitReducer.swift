import Certificates
import Diagnosis
import MyNumberCard

/// Where a visit is.
public enum VisitPhase: Sendable, Hashable {
    /// Not begun.
    case idle
    /// The reader waits for a card.
    case waitingForCard
    /// Application, counter and certificate are being read.
    case readingCard
    /// The person is asked for the PIN.
    case waitingForPIN
    /// The card verifies the PIN.
    case verifying
    /// The certificate that the PIN has opened is being read.
    case readingCertificate
    /// The card signs a fresh challenge.
    case proving
    /// The centre is asked.
    case askingCentre
    /// It ended.
    case finished
}

/// What a visit knows between two inputs. Nothing personal is in it.
public struct VisitState: Sendable {
    /// Where it is.
    public internal(set) var phase = VisitPhase.idle
    /// Whether the last try of the PIN may be used.
    public let allowsLastTry: Bool
    /// Whether the certificate is still to be read, because the PIN opens it.
    var isCertificateClosed = false

    /// A visit that has not begun.
    public init(allowsLastTry: Bool) {
        self.allowsLastTry = allowsLastTry
    }
}

/// What a visit is told.
public enum VisitInput {
    /// Begin.
    case begin
    /// A card is on the reader.
    case cardPlaced
    /// The card was read: the state of its PIN, and what came of checking its certificate.
    case cardRead(PINState, CertificateVerdict)
    /// The card was read, but for its certificate, which a phone keeps closed until the PIN is verified.
    case certificateClosed(PINState)
    /// What came of checking a certificate that the PIN has opened.
    case certificateRead(CertificateVerdict)
    /// The person typed a PIN.
    case pinTyped(Secret)
    /// The person pressed cancel, or the program is ending.
    case cancelled
    /// What the card said to the PIN.
    case pinChecked(PINResult)
    /// The card's signature over a fresh challenge is by the key of its certificate.
    case proved
    /// The centre answered.
    case answered(EligibilityAnswer)
    /// The card on the reader is another card.
    case otherCard
    /// The card left.
    case cardRemoved
    /// The person did nothing for too long.
    case timedOut
    /// Something broke.
    case failed(any DiagnosedError)
}

/// What a visit wants done.
public enum VisitEffect {
    /// Wait for a card.
    case waitForCard
    /// Select the application, ask for the counter, read the certificate and check it.
    case readCard
    /// Ask the person for the PIN, and say how many tries are left where that is known.
    case askPIN(triesLeft: Int?)
    /// Let the card verify a PIN.
    case verify(Secret)
    /// Read and check the certificate that the PIN has opened.
    case readCertificate
    /// Let the card sign a fresh challenge.
    case prove
    /// Power the card off and ask the centre: the card is not needed any more.
    case askCentre
    /// Take every prompt back, power the card off and end.
    case finish(VisitOutcome)
}

extension VisitState {
    /// The visit as a function: from a state and an input to the next state and what is to be done. It does nothing itself.
    public mutating func receive(_ input: VisitInput) -> [VisitEffect] {
        switch (phase, input) {
        case (.finished, _): []
        case (_, .cancelled): finish(.cancelled)
        case (_, .failed(let error)): finish(.failed(error))
        case (_, .timedOut): finish(.timedOut)
        // The card is not there yet, or not needed any more.
        case (.waitingForCard, .cardRemoved), (.askingCentre, .cardRemoved): []
        case (_, .cardRemoved): finish(.cardRemoved)
        case (_, .otherCard): finish(.notMyNumberCard)
        case (.idle, .begin): go(to: .waitingForCard, .waitForCard)
        case (.waitingForCard, .cardPlaced): go(to: .readingCard, .readCard)
        case (.readingCard, .cardRead(let pin, let verdict)): refusal(of: verdict) ?? decide(pin)
        case (.readingCard, .certificateClosed(let pin)): close(pin)
        case (.waitingForPIN, .pinTyped(let pin)): go(to: .verifying, .verify(pin))
        case (.verifying, .pinChecked(.verified)):
            isCertificateClosed ? go(to: .readingCertificate, .readCertificate) : go(to: .proving, .prove)
        case (.readingCertificate, .certificateRead(let verdict)): refusal(of: verdict) ?? go(to: .proving, .prove)
        case (.verifying, .pinChecked(.rejected(let tries))): finish(.pinRejected(triesLeft: tries))
        case (.verifying, .pinChecked(.blocked)): finish(.pinBlocked)
        case (.proving, .proved): go(to: .askingCentre, .askCentre)
        case (.askingCentre, .answered(let answer)): finish(.confirmed(answer))
        // Late or early input of another phase changes nothing.
        default: []
        }
    }

    /// The end of a visit whose certificate does not serve; `nil` where it does.
    private mutating func refusal(of verdict: CertificateVerdict) -> [VisitEffect]? {
        switch verdict {
        case .invalid(let flaws): finish(.certificateRefused(flaws))
        case .notChecked: finish(.certificateNotChecked)
        // In grace a plastic card still shows eligibility, and a visit asks for nothing else.
        case .valid, .validInGrace: nil
        }
    }

    private mutating func close(_ pin: PINState) -> [VisitEffect] {
        isCertificateClosed = true
        return decide(pin)
    }

    private mutating func decide(_ pin: PINState) -> [VisitEffect] {
        switch pin {
        case .blocked, .left(...0): return finish(.pinBlocked)
        case .left(1) where !allowsLastTry: return finish(.lastTryKept)
        case .left(let tries): return go(to: .waitingForPIN, .askPIN(triesLeft: tries))
        case .verified: return go(to: .waitingForPIN, .askPIN(triesLeft: nil))
        }
    }

    private mutating func go(to next: VisitPhase, _ effect: VisitEffect) -> [VisitEffect] {
        phase = next
        return [effect]
    }

    private mutating func finish(_ outcome: VisitOutcome) -> [VisitEffect] {
        go(to: .finished, .finish(outcome))
    }
}
