import JapaneseCalendar

/// The two types of online eligibility verification (R030).
public enum ServiceType: String, Sendable, Hashable, CaseIterable {
    /// 既存型, by a reader with face authentication.
    case existing
    /// 資格確認限定型, the simple type.
    case limited

    /// What it is called.
    public var name: String {
        switch self {
        case .existing: "既存型"
        case .limited: "資格確認限定型：簡素な資格確認の仕組み"
        }
    }
}

/// Which facilities may use which type from which day on (R031).
public struct ServiceTable: Sendable {
    /// One line of the table.
    public struct Line: Sendable {
        /// The type.
        public let service: ServiceType
        /// Who may use it.
        public let facilities: Set<FacilityClass>
        /// The first day.
        public let from: CalendarDay
    }

    /// The lines.
    public var lines: [Line]

    /// A table.
    public init(lines: [Line]) { self.lines = lines }

    /// As the sources have it. That facilities other than 施術所 and 健診実施機関 can use the limited type from the same month is assumed.
    public static let standard = ServiceTable(lines: [
        Line(service: .existing, facilities: FacilityClass.designated, from: Milestone.start.day),
        Line(service: .existing, facilities: [.workplaceClinic], from: Milestone.workplaceClinics.day),
        Line(service: .limited, facilities: Set(FacilityClass.allCases), from: Milestone.limitedType.day),
    ])

    /// The types that a facility may use on a day.
    public func services(for facility: FacilityClass, on day: CalendarDay) -> Set<ServiceType> {
        Set(lines.filter { $0.facilities.contains(facility) && $0.from <= day }.map(\.service))
    }
}
