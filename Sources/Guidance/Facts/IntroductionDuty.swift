import JapaneseCalendar

/// Who has to introduce the verification, and from when (R055).
public enum IntroductionDuty: Sendable, Hashable {
    /// It is a duty.
    case duty
    /// Nobody has to.
    case voluntary

    /// Whether a facility has to on a day: 保険医療機関 and 保険薬局 from 2023-04 on, a 職域診療所 never.
    public static func of(_ facility: FacilityClass, on day: CalendarDay, from first: CalendarDay = Milestone.duty.day) -> IntroductionDuty
    {
        facility.isDesignated && day >= first ? .duty : .voluntary
    }
}
