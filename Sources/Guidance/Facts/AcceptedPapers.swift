import JapaneseCalendar

/// What a patient presents.
public enum Paper: String, Sendable, Hashable, CaseIterable {
    /// マイナンバーカード.
    case myNumberCard
    /// The insurance-eligibility screen of マイナポータル on the patient's device.
    case mynaportalScreen
    /// The PDF of it that was downloaded from マイナポータル.
    case mynaportalPDF
    /// 資格情報のお知らせ.
    case notice
    /// 資格確認書.
    case certificate
    /// 健康保険証.
    case insuranceCard
    /// 社員証等.
    case employeeCard
}

/// What papers are presented for.
public enum PaperPurpose: String, Sendable, Hashable, CaseIterable {
    /// Reception where the card could not be verified online (pattern A).
    case receptionWithoutReader
    /// Reception at a workplace clinic.
    case workplaceReception
    /// Reception at a check-up facility.
    case checkupReception
    /// The insurance on a voucher of a check-up (受診券・利用券).
    case checkupVoucher
}

/// The papers that confirm an insurance, for each purpose (R043, R044, R132): what is presented has to hold one of the lines.
public struct AcceptedPapers: Sendable {
    /// Papers that suffice together.
    public struct Line: Sendable {
        /// What has to be presented.
        public let papers: Set<Paper>
        /// For which purposes it suffices.
        public let purposes: Set<PaperPurpose>
        /// The last day on which it does; `nil` where there is none.
        public let until: CalendarDay?
    }

    /// The lines.
    public var lines: [Line]

    /// A table.
    public init(lines: [Line]) { self.lines = lines }

    /// As the sources have it.
    public static let standard = AcceptedPapers(lines: [
        Line(
            papers: [.myNumberCard, .mynaportalScreen], purposes: [.receptionWithoutReader, .workplaceReception, .checkupReception],
            until: nil),
        Line(papers: [.myNumberCard, .mynaportalPDF], purposes: [.receptionWithoutReader], until: nil),
        Line(
            papers: [.myNumberCard, .notice], purposes: [.receptionWithoutReader, .workplaceReception, .checkupVoucher], until: nil),
        Line(papers: [.certificate], purposes: [.workplaceReception, .checkupVoucher], until: nil),
        Line(papers: [.insuranceCard], purposes: [.workplaceReception], until: Milestone.lastDayOfInsuranceCards.day),
        Line(papers: [.employeeCard], purposes: [.workplaceReception], until: nil),
    ])

    /// Whether what is presented confirms the insurance on a day; more papers than needed do no harm, and none is asked for in addition.
    public func suffices(_ presented: Set<Paper>, for purpose: PaperPurpose, on day: CalendarDay) -> Bool {
        lines.contains { line in
            line.purposes.contains(purpose) && line.papers.isSubset(of: presented) && line.until.map { day <= $0 } ?? true
        }
    }
}
