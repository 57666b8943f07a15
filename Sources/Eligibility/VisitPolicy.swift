import Diagnosis

/// What a visit does where the sources leave a choice, or where it changes: as data.
public struct VisitPolicy: Sendable {
    /// What the patient is asked. A visit at a reader takes it from its setting, by the day.
    public var consent = ConsentRules.standard
    /// Whether an expired certificate that still serves shows eligibility only: nobody is asked for a consent, and none is registered.
    public var graceIsForEligibilityOnly = true
    /// Whether a card that is no insurance card yet can be registered on the spot, where the patient agrees (R053).
    public var offersRegistration = true
    /// How often one message goes to the centre while no answer comes, each time with the same operation key; once at least.
    public var centreAttempts = 2
    /// What kinds of failure of the centre are no answer.
    public var silences: Set<FailureCategory> = [.temporary]
    /// Whether the staff's eye serves for a card whose 照合番号B is locked: the card can then not show that it is genuine, and the staff have
    /// the printed photograph (N29; assumed).
    public var sightServesLockedCard = true
    /// Whether a visual check begun at the terminal counts only after 目視で本人確認完了 was ticked (R155).
    public var sightNeedsTick = true
    /// In which situations the staff may tick that.
    public var visualReasons = Set(VisualCheckReason.allCases)
    /// How often the passcode may be wrong in one visit (assumed).
    public var passcodeTries = 5

    /// What is usual.
    public init() {}
}
