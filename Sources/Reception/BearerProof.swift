import Certificates
import Eligibility
import MyNumberCard
import ReaderKit

/// The bearer of a card is proved at a generic reader: first what a person does for it, then the card (R042, R116).
///
/// PIN: typed by the patient, then verified by the card, which signs a fresh challenge. Visual: the staff compare card and person and type
/// 照合番号B off the card, which opens what shows that the card is genuine. Without a method only the certificate is read and checked.
struct BearerProof: Hashable {
    enum Phase: Hashable {
        case typingPIN, looking, typingVisualCode, waiting, reading, verifying, opening, proving, readingPhotograph, checking
    }

    enum Progress {
        case pending([ReceptionEffect])
        case proved
        case refused(VisitOutcome)
    }

    let method: IdentityMethod?
    private(set) var phase: Phase
    private var isClosed = false
    private var chances = 3

    init(by method: IdentityMethod?) {
        self.method = method
        phase = method == .pin ? .typingPIN : method == .visual ? .looking : .waiting
    }

    func begin() -> [ReceptionEffect] {
        switch phase {
        case .typingPIN: [.show(.enterPIN), .askPIN(by: .patient)]
        case .looking: [.show(.lookAtBearer)]
        default: [.show(.holdCard), .card(.wait)]
        }
    }

    mutating func receive(_ input: ReceptionInput) -> Progress {
        switch (phase, input) {
        case (.typingPIN, .pinTyped(by: .patient)), (.typingVisualCode, .visualCodeTyped): waitForCard()
        // It is the staff's judgement (R122).
        case (.looking, .touched(.looked, by: .staff)): go(to: .typingVisualCode, .askVisualCode)
        case (_, .card(let input)): receive(input)
        default: .pending([])
        }
    }

    private mutating func receive(_ input: VisitInput) -> Progress {
        switch (phase, input) {
        case (_, .otherCard): .refused(.notMyNumberCard)
        case (.typingPIN, _), (.looking, _), (.typingVisualCode, _), (.waiting, .cardRemoved), (.waiting, .cardSwapped): .pending([])
        case (_, .cardRemoved), (_, .cardSwapped): .refused(.cardRemoved)
        case (.waiting, .cardPlaced): go(to: .reading, .card(.read))
        case (.reading, .cardMissed): waitAgain()
        case (.reading, .cardRead(let pin, let verdict)): refusal(of: verdict) ?? identify(pin)
        case (.reading, .certificateClosed(let pin)): close(pin)
        case (.verifying, .pinChecked(let result)): checked(result)
        case (.opening, .certificateRead(let verdict)): refusal(of: verdict) ?? go(to: .proving, .card(.prove))
        case (.proving, .proved): .proved
        case (.readingPhotograph, .photographRead): go(to: .checking, .card(.check))
        case (.readingPhotograph, .visualCodeRefused): .refused(.failed(ReaderError(.cardFaceUnreadable)))
        case (.readingPhotograph, .faceLocked): .refused(.failed(ReceptionRefusal.visualCodeLocked))
        case (.checking, .cardChecked(let verdict)): checked(verdict)
        default: .pending([])
        }
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> Progress {
        phase = next
        return .pending(effects)
    }

    private mutating func waitForCard() -> Progress { go(to: .waiting, .show(.holdCard), .card(.wait)) }

    private mutating func waitAgain() -> Progress {
        guard chances > 0 else { return .refused(.cardRemoved) }
        chances -= 1
        return waitForCard()
    }

    private func refusal(of verdict: CertificateVerdict) -> Progress? {
        switch verdict {
        case .invalid(let flaws): .refused(.certificateRefused(flaws))
        case .notChecked: .refused(.certificateNotChecked)
        case .valid, .validInGrace: nil
        }
    }

    private mutating func identify(_ pin: PINState) -> Progress {
        switch method {
        case .pin: verify(pin)
        case .visual: go(to: .readingPhotograph, .card(.readPhotograph))
        case .face: .refused(.methodNotOffered(.face))
        case nil: .proved
        }
    }

    /// A phone keeps its certificate closed until the PIN is verified, and has no face to look at.
    private mutating func close(_ pin: PINState) -> Progress {
        guard method == .pin else { return .refused(.methodNotOffered(.visual)) }
        isClosed = true
        return verify(pin)
    }

    /// What was typed is not sent where it would use up the last try.
    private mutating func verify(_ pin: PINState) -> Progress {
        switch pin {
        case .blocked, .left(...0): .refused(.pinBlocked)
        case .left(1): .refused(.lastTryKept)
        case .left, .verified: go(to: .verifying, .card(.verifyPIN))
        }
    }

    private mutating func checked(_ result: PINResult) -> Progress {
        switch result {
        case .verified: isClosed ? go(to: .opening, .card(.readCertificate)) : go(to: .proving, .card(.prove))
        case .rejected(let tries): .refused(.pinRejected(triesLeft: tries))
        case .blocked: .refused(.pinBlocked)
        }
    }

    private func checked(_ verdict: CardVerdict) -> Progress {
        switch verdict {
        case .valid: .proved
        case .chainNotChecked: .refused(.cardNotChecked)
        case .invalid(let flaw): .refused(.cardNotGenuine(flaw))
        }
    }
}
