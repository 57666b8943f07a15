import JapaneseCalendar

/// What to do where the patient has forgotten the My Number Card (R054).
public enum ForgottenCard: Sendable, Hashable {
    /// Verify by symbol and number of the insurance card that the patient carries.
    case verifyByInsuranceCard
    /// As when an insurance card was forgotten.
    case asForgottenInsuranceCard

    /// What to do on a day. An insurance card counts until its last day, 2025-12-01, and no longer.
    public static func measure(
        carriesInsuranceCard: Bool, on day: CalendarDay, lastDay: CalendarDay = Milestone.lastDayOfInsuranceCards.day
    ) -> ForgottenCard {
        carriesInsuranceCard && day <= lastDay ? .verifyByInsuranceCard : .asForgottenInsuranceCard
    }
}
