import Certificates
import JapaneseCalendar
import ReaderKit
import Station

/// What came of a visit.
public struct VisitReport: Sendable {
    /// How it ended.
    public let outcome: VisitOutcome
    /// What came of checking the certificate; `nil` where it was not read.
    public let certificate: CertificateVerdict?
    /// What it went through, in order, without gaps.
    public let stages: [VisitStage]
    /// What was exchanged with the card.
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
