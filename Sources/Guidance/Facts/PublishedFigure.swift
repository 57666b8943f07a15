import JapaneseCalendar

/// A number that the sources publish of the spread of the service (R221, R223); nothing is computed with it.
public struct PublishedFigure: Sendable, Hashable {
    /// What is counted.
    public let name: String
    /// How many; all are rounded by the source.
    public let value: Int
    /// Of what: `facilities`, `verifications` or `percent`.
    public let unit: String
    /// The day of the figure, or the first of its month; `nil` where the source says none.
    public let day: CalendarDay?
    /// Where it is from.
    public let document: SourceDocument

    /// All of them.
    public static let all = [
        PublishedFigure(name: "workplace-clinics", value: 2_200, unit: "facilities", day: nil, document: .clinics),
        PublishedFigure(
            name: "facilities-to-introduce", value: 60, unit: "percent", day: .known(2022, 7, 24), document: .report),
        PublishedFigure(name: "clinics-to-introduce", value: 50, unit: "percent", day: .known(2022, 7, 24), document: .report),
        PublishedFigure(
            name: "verifications-a-month", value: 52_000_000, unit: "verifications", day: .known(2022, 6, 1), document: .report),
        PublishedFigure(
            name: "verifications-a-month-by-card", value: 260_000, unit: "verifications", day: .known(2022, 6, 1), document: .report),
    ]
}
