import Centre
import Diagnosis
import Eligibility
import Reception
import Scenarios

extension ScenarioResult {
    /// What has come of a flow beside the certified reader.
    init(
        _ outcome: ReceptionOutcome, screens: [ReceptionScreen], exchanges: [Exchange], took duration: Duration,
        registersConsent: Bool
    ) {
        let told = [outcome.code, outcome.sentence?.japanese, outcome.sentence?.english]
        self.init(
            fields: ["outcome": outcome.code],
            screens: screens.map { screen in
                let text = ReceptionText.text(screen)
                return ShownScreen(
                    name: screen.kind.rawValue, words: [.japanese: text.text(in: .japanese), .english: text.text(in: .english)])
            },
            exchanges: exchanges, commands: exchanges.count, duration: duration,
            written: told.compactMap { $0 }.joined(separator: "\n"))
        let done: ConsentDelivery = registersConsent ? .registered : .none
        fields["delivery"] =
            switch outcome {
            case .completed, .registered: done.rawValue
            case .notCompleted: ConsentDelivery.none.rawValue
            case .consentUnknown: ConsentDelivery.sent.rawValue
            }
        guard let shown = screens.last(where: { $0.eligibility != nil })?.eligibility else { return }
        fields["eligibility"] = "given"
        for (key, value) in Self.fields(shown.validity, shown.qualification, shown.person) { fields["eligibility.\(key)"] = value }
    }
}

extension ReceptionScreen {
    /// The eligibility that it shows.
    fileprivate var eligibility: LimitedResult? {
        switch self {
        case .result(let answer), .compareInformation(let answer), .disasterConsent(let answer): LimitedResult(answer)
        case .limitedResult(let result): result
        default: nil
        }
    }
}
