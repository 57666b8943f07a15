import Centre
import MedicalAccess
import ReaderKit

/// What the groups on a reader's screen mean in a message, as data.
public struct ConsentRules: Sendable, Equatable {
    /// The categories of each group.
    public var categories: [ScreenConsentGroup: Set<ConsentCategory>]
    /// What 全て同意する grants beside the groups: 特定疾病 stands in none of them (assumed).
    public var withAll: Set<ConsentCategory>

    /// Rules.
    public init(categories: [ScreenConsentGroup: Set<ConsentCategory>], withAll: Set<ConsentCategory>) {
        self.categories = categories
        self.withAll = withAll
    }

    /// 手術・傷病名・感染症 is SHJ, 診療・お薬 is SRJ and YZK, 健診 is TKK.
    public static let standard = ConsentRules(
        categories: [.surgery: [.surgery], .treatment: [.diagnosis, .drugs], .checkup: [.checkup]], withAll: [.specifiedDisease])

    /// What is registered at the centre for what an outpatient has answered.
    public func registration(of consent: Consent) -> ConsentRegistration {
        var answers: [ConsentCategory: Bool] = [:]
        for (group, agrees) in consent.answers {
            for category in categories[group] ?? [] { answers[category] = agrees }
        }
        for category in withAll where consent.isToAll { answers[category] = true }
        return ConsentRegistration(in: .outpatient, answers)
    }
}
