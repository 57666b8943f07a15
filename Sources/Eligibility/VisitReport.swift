import Certificates
import JapaneseCalendar
import MyNumberCard
import ReaderKit
import Station

/// What came of a visit.
public struct VisitReport: Sendable {
    /// How it ended.
    public let outcome: VisitOutcome
    /// The name of the reader in which the card was placed; `nil` where none was, and where there is one reader only.
    public let cardReader: String?
    /// What came of checking the certificate; `nil` where it was not read.
    public let certificate: CertificateVerdict?
    /// How the bearer was proved; `nil` where they were not.
    public let identity: IdentityMethod?
    /// Whether the card is genuine; `nil` where that was not asked: the PIN's signature needs no such proof.
    public let card: CardVerdict?
    /// On whose word the staff have looked; `nil` where they have not.
    public let sight: VisualCheckGround?
    /// What the patient answered; `nil` where nobody was asked to the end.
    public let consent: Consent?
    /// Whether the answers are registered at the centre.
    public let delivery: ConsentDelivery
    /// What the patient and the staff were shown, in order.
    public let screens: [ShownScreen]
    /// Whether the card still lay there at the end (カードの取り忘れ).
    public let isCardLeft: Bool
    /// What it went through, in order, without gaps.
    public let stages: [VisitStage]
    /// What was exchanged with the card. The VERIFY of a reader's keypad is not in it: the reader sends that by itself.
    public let tally: ExchangeTally
    /// The day of the visit in Japan.
    public let day: CalendarDay
}

/// A part of a visit.
public struct VisitStage: Sendable, Hashable {
    /// What was done.
    public enum Name: String, Sendable, Hashable, CaseIterable {
        /// Until a card was there.
        case place
        /// Giving the card power and selecting its application.
        case select
        /// Asking how many tries the PIN has left.
        case counter
        /// Reading the certificate.
        case certificate
        /// Checking the certificate.
        case chain
        /// Until the PIN was typed.
        case pin
        /// The card verifies the PIN.
        case verify
        /// The card signs a fresh challenge.
        case sign
        /// Checking the signature.
        case signature
        /// Asking the centre.
        case eligibility
        /// Until the patient has chosen how to prove who they are.
        case choose
        /// The camera reads 照合番号B off the card's face.
        case cardFace = "card-face"
        /// Reading the photograph.
        case photograph
        /// The camera compares.
        case compare
        /// The card shows that it is genuine.
        case genuine
        /// Until the staff have typed the passcode, and the centre has said that it is one.
        case passcode
        /// Until the staff have looked and the card was placed.
        case visualCheck = "visual-check"
        /// A message is shown.
        case message
        /// Until the patient has answered what may be seen.
        case consent
        /// Until the patient has answered whether the card is to become an insurance card, and the centre has made it one.
        case registration
        /// Until the card was taken.
        case take
    }

    /// What was done.
    public let name: Name
    /// When it began.
    public let began: Instant
    /// How long it took.
    public internal(set) var duration: Duration = .zero
    /// How many APDUs it took.
    public internal(set) var apdus = 0
}

/// A screen, and when it was shown.
public struct ShownScreen: Sendable, Hashable {
    /// Whose screen it is.
    public enum Content: Sendable, Hashable {
        /// The patient's. A name may stand on it.
        case patient(Screen)
        /// The staff's.
        case staff(StaffScreen)
    }

    /// What was shown.
    public let content: Content
    /// When.
    public let moment: Instant
    /// Whether 職員用ボタン is on the idle screen, as far as the driver knows (R165).
    public let showsStaffButton: Bool
    /// The facility's name on the idle screen, where the reader was told of it.
    public let facility: String?

    /// A stable name, without what stands on it.
    public var code: String {
        switch content {
        case .patient(let screen): screen.kind.rawValue
        case .staff(let screen): screen.rawValue
        }
    }

    /// The words on it.
    public var text: ScreenText {
        switch content {
        case .patient(let screen): ScreenText(screen, showsStaffButton: showsStaffButton, facility: facility)
        case .staff(let screen): ScreenText(screen)
        }
    }
}
