import Centre
import JapaneseCalendar
import MedicalAccess
import ReaderKit

/// What a patient is asked at a reader's screen and what the answers mean in a message, as data.
public struct ConsentRules: Sendable, Equatable {
    /// The categories of each group.
    public var categories: [ScreenConsentGroup: Set<ConsentCategory>]
    /// What 全て同意する grants beside the groups: 特定疾病 stands in none of them (assumed).
    public var withAll: Set<ConsentCategory>
    /// What is asked about one by one, in this order; where it is empty nobody is asked.
    public var groups: [ScreenConsentGroup]
    /// Whether 同意方法の確認 comes first, with 全て同意する (R064).
    public var offersAll: Bool

    /// Rules.
    public init(
        categories: [ScreenConsentGroup: Set<ConsentCategory>], withAll: Set<ConsentCategory>,
        groups: [ScreenConsentGroup] = Consent.order, offersAll: Bool = true
    ) {
        self.categories = categories
        self.withAll = withAll
        self.groups = groups
        self.offersAll = offersAll
    }

    /// 手術・傷病名・感染症 is SHJ, 診療・お薬 is SRJ and YZK, 健診 is TKK.
    public static let standard = ConsentRules(categories: meaning, withAll: [.specifiedDisease])

    /// What held before 2024-10-07: no 全て同意する, and a screen for the limit certificate after the groups. That it grants 特定疾病 too
    /// follows from a table of 2022, which names all three certificates together (R101); the order of the screens is assumed.
    public static let withLimitScreen = ConsentRules(
        categories: meaning.merging([.limit: [.specifiedDisease]]) { $1 }, withAll: [], groups: Consent.order + [.limit], offersAll: false)

    private static let meaning: [ScreenConsentGroup: Set<ConsentCategory>] = [
        .surgery: [.surgery], .treatment: [.diagnosis, .drugs], .checkup: [.checkup],
    ]

    /// Which setting of the facility shows each kind of information; the others are always shown (OQSCD030).
    public static let shownBy: [ConsentCategory: EnvironmentSetting] = [
        .surgery: .showsSurgery, .diagnosis: .showsDiagnosis, .drugs: .showsDrugs, .checkup: .showsCheckup,
    ]

    /// The same where the facility shows some kinds only: what it does not show is not registered, and a group of which it shows nothing is
    /// not asked about.
    public func used(with settings: Set<EnvironmentSetting>) -> ConsentRules {
        var rules = self
        rules.categories = categories.mapValues { $0.filter { category in Self.shownBy[category].map(settings.contains) ?? true } }
        rules.groups = groups.filter { $0 == .limit || rules.categories[$0]?.isEmpty == false }
        return rules
    }

    /// What is registered at the centre for what an outpatient has answered.
    public func registration(of consent: Consent) -> ConsentRegistration {
        var answers: [ConsentCategory: Bool] = [:]
        for (group, agrees) in consent.answers {
            for category in categories[group] ?? [] { answers[category] = agrees }
        }
        for category in withAll where consent.isToAll { answers[category] = true }
        return ConsentRegistration(in: .outpatient, answers, limit: consent.answers[.limit])
    }
}

/// Rules of consent that change from a day on, as data.
public struct DatedConsentRules: Sendable {
    /// What held before the first change.
    public var first: ConsentRules
    /// What holds from a day on, in the order of the days.
    public var changes: [(from: CalendarDay, rules: ConsentRules)]

    /// The same on every day until something is changed.
    public init(_ first: ConsentRules, changes: [(from: CalendarDay, rules: ConsentRules)] = []) {
        self.first = first
        self.changes = changes
    }

    /// Until 2024-10-06 with the screen of the limit certificate, from 2024-10-07 on without it and with 全て同意する.
    public static let standard = DatedConsentRules(
        .withLimitScreen, changes: [(CalendarDay(inJapanAtUnixTime: 1_728_226_800), .standard)])

    /// What holds on a day in Japan.
    public func rules(on day: CalendarDay) -> ConsentRules { changes.last { $0.from <= day }?.rules ?? first }
}
