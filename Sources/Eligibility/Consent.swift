import ReaderKit

/// What a patient has answered to the question who may see past medical data (同意, R064, R065). There is no default: what was not answered is not there.
public struct Consent: Sendable, Hashable {
    /// What is asked about, in this order.
    public let groups: [ScreenConsentGroup]
    /// The answer for each group that was asked about.
    public private(set) var answers: [ScreenConsentGroup: Bool] = [:]
    /// Whether it was 全て同意する, which says more than every group alone.
    public private(set) var isToAll = false

    /// The order in which the groups are asked about: (a) surgery, (b) treatment, (c) check-up (R065).
    public static let order: [ScreenConsentGroup] = [.surgery, .treatment, .checkup]

    /// Nothing answered yet.
    public init(about groups: [ScreenConsentGroup] = order) { self.groups = groups }

    /// 全て同意する: every group at once.
    public static var toAll: Consent {
        var consent = Consent()
        consent.agreeToAll()
        return consent
    }

    /// Whether every group was answered. Where nothing is asked there is no answer.
    public var isComplete: Bool { !groups.isEmpty && next == nil }

    /// The group to ask about next; `nil` once every one was answered.
    package var next: ScreenConsentGroup? { groups.first { answers[$0] == nil } }

    /// Remembers the answer for a group.
    package mutating func answer(_ agrees: Bool, for group: ScreenConsentGroup) { answers[group] = agrees }

    /// 全て同意する. The limit certificate is none of the groups that stand on that screen, and is still asked about where it is asked at all.
    package mutating func agreeToAll() {
        for group in groups where group != .limit { answers[group] = true }
        isToAll = true
    }
}
