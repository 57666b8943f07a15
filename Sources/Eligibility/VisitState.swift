import Certificates
import Diagnosis
import MyNumberCard
import ReaderKit

/// Where a visit is. What is marked with the reader happens only at one that has a screen.
public enum VisitPhase: Sendable, Hashable {
    /// Not begun.
    case idle
    /// The reader waits for a card.
    case waitingForCard
    /// Application, counter and certificate are being read.
    case readingCard
    /// The person is asked for the PIN where the program runs.
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

    /// The patient chooses how to prove who they are (reader).
    case choosingMethod
    /// The person types the PIN at the keypad, and the reader has the card verify it (reader).
    case typingAtKeypad
    /// The camera reads 照合番号B off the card's face, or it is typed where the program runs (reader).
    case readingCardFace
    /// 照合番号B opens the photograph, which is being read (reader).
    case readingPhotograph
    /// The camera compares (reader).
    case matching
    /// The card shows by the key that asks for no PIN that it is genuine (reader).
    case checkingCard

    /// The staff type the passcode (reader).
    case askingPasscode
    /// The centre is asked whether it has issued the passcode (reader).
    case checkingPasscode
    /// The staff look, and the patient places the card (reader).
    case waitingForVisualCheck

    /// The patient or the staff read a message (reader).
    case explaining
    /// The patient chooses how to consent (reader).
    case choosingConsent
    /// The patient is asked about one group of medical data (reader).
    case consenting(ScreenConsentGroup)
    /// The patient is asked whether the card is to become an insurance card (reader).
    case offeringRegistration
    /// The centre is asked to make it one (reader).
    case registeringCard
    /// It is complete; the patient is to take the card (reader).
    case complete
    /// It has ended otherwise; the patient is to take the card (reader).
    case returningCard
}

/// What a reader has beside slots, as far as a visit uses it.
public struct VisitEquipment: Sendable, Hashable {
    /// Whether the patient is led by a screen.
    public var hasScreen = false
    /// Whether a camera reads cards and compares faces.
    public var hasCamera = false
    /// Whether the PIN is typed at a keypad, which lets no program see it.
    public var hasKeypad = false
    /// Whether the staff can begin a visual check there.
    public var hasVisualCheck = false

    /// A reader with slots only.
    public init() {}

    /// How the bearer of a card can be proved there.
    public func offers(_ method: IdentityMethod) -> Bool {
        switch method {
        case .pin: true
        case .face: hasScreen && hasCamera
        case .visual: hasScreen && hasVisualCheck
        }
    }
}

/// What a visit knows between two inputs. Nothing personal is in it before the centre has answered.
public struct VisitState: Sendable {
    /// Where it is.
    public internal(set) var phase = VisitPhase.idle
    /// Whether the last try of the PIN, or of 照合番号B, may be used.
    public let allowsLastTry: Bool
    /// What the reader has.
    public let equipment: VisitEquipment
    /// How the bearer is to be proved, where that is known; a reader that cannot is not tried.
    public let expected: IdentityMethod?

    /// What is done where there is a choice.
    public internal(set) var policy: VisitPolicy

    /// How the bearer was proved; `nil` as long as they are not.
    public internal(set) var identity: IdentityMethod?
    /// On whose word the staff have looked; `nil` where the patient uses the reader.
    public internal(set) var sight: VisualCheckGround?
    /// What the patient has answered.
    public internal(set) var consent = Consent()
    /// How far the answers have come.
    public internal(set) var delivery = ConsentDelivery.none
    /// Whether the card still lay there when the visit ended.
    public internal(set) var isCardLeft = false

    /// Whether the certificate is still to be read, because the PIN opens it.
    var isCertificateClosed = false
    /// Whether the card lies in the second reader: no camera sees it, and the keypad is not that of its slot.
    var isBeside = false
    /// What the terminal has set at the reader.
    var mode = ReaderMode.unattended
    /// Why the staff have looked at the patient whose card is awaited; `nil` where the terminal has no tick.
    var tick: VisualCheckReason?
    /// Whether the certificate has expired and still serves for eligibility.
    var isInGrace = false
    /// Whether 照合番号B has no try left that may be used.
    var isFaceLocked = false
    /// How often the message to the centre was sent.
    var centreAttempts = 0
    /// Whether the patient was asked to register the card.
    var wasRegistrationOffered = false
    /// Whether the photograph was read already.
    var hasPhotograph = false
    /// What is known of the PIN.
    var pin = PINState.verified
    /// Whether the patient was told why the PIN is not among the ways to choose.
    var isPINRefusalTold = false
    /// Why a try to prove the bearer failed, the last one.
    var refusal: VisitOutcome?
    /// What comes after the message that is shown.
    var next: AfterMessage?
    /// How the visit ends once the card is taken.
    var ending: VisitOutcome?
    /// Whether a card lies in the reader, as far as it was told.
    var isCardThere = false
    /// How often a card may still be gone before it gets power.
    var chances = 3
    /// How often the passcode may still be wrong in this visit.
    var passcodeTries: Int
    /// How often the patient is still told to take the card.
    var reminders = 3

    enum AfterMessage: Sendable {
        case chooseMethod
        case askPasscode
        case waitForCard
        case end(VisitOutcome)
    }

    /// A visit that has not begun.
    public init(
        allowsLastTry: Bool, equipment: VisitEquipment = VisitEquipment(), expecting method: IdentityMethod? = nil,
        policy: VisitPolicy = VisitPolicy()
    ) {
        self.allowsLastTry = allowsLastTry
        self.equipment = equipment
        self.policy = policy
        expected = method
        passcodeTries = policy.passcodeTries
    }

    /// Whether the staff look instead of the camera.
    var isVisual: Bool { sight != nil }

    /// Whether the patient chooses at the screen, also after a face that was not found. A phone beside the reader has its PIN only.
    var canChoose: Bool { equipment.hasScreen && !(isBeside && isCertificateClosed) }

    /// Whether a card may still be placed, in any reader.
    var isWaitingForCard: Bool { phase == .waitingForCard || phase == .waitingForVisualCheck }

    /// Whether it matters until the end that the card is taken.
    var watchesCardToTheEnd: Bool { equipment.hasScreen && !isBeside }
}
