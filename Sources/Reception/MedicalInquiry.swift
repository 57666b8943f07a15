import Centre
import Eligibility
import JapaneseCalendar
import MedicalAccess

/// 薬剤情報等の閲覧 at the receipt computer (R190): the search by what stands on the insurance card, then what the patient has consented to.
public struct MedicalInquiry: ReceptionFlow {
    /// What is known before anybody comes.
    public struct Configuration: Sendable, Equatable {
        /// Who is logged in at the receipt computer.
        public var viewer: Viewer
        /// For which care the patient has consented.
        public var care: CareSetting
        /// What each account may do.
        public var accounts = ViewingRules.standard

        /// A configuration.
        public init(viewer: Viewer, care: CareSetting) {
            self.viewer = viewer
            self.care = care
        }
    }

    /// Where it is.
    public enum Phase: Sendable, Equatable {
        /// Nothing is going on.
        case idle
        /// The conditions are filled in.
        case searching
        /// The centre searches.
        case finding
        /// The centre is asked what was consented to.
        case asking(PatientKey)
        /// What and when is chosen, of what was consented to.
        case choosing(PatientKey, [ConsentCategory: ConsentState])
        /// The centre is asked for it.
        case viewing(PatientKey, [ConsentCategory: ConsentState])
    }

    /// What is known before anybody comes.
    public let configuration: Configuration
    /// Where it is.
    public private(set) var phase = Phase.idle

    /// An idle flow.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): begin()
        case (.idle, _): []
        case (.choosing, .touched(.end, _)), (.choosing, .timedOut): finish(.completed)
        case (_, .cancelled), (_, .touched(.end, _)): finish(.notCompleted(.cancelled))
        case (_, .timedOut): finish(.notCompleted(.timedOut))
        case (_, .failed(let error)): finish(.notCompleted(.failed(error)))
        case (.searching, .touched(.searchByCard(let query), by: .staff)): ask(.insuredCard(query), then: .finding)
        case (.finding, .answered(.eligibility(let answer))): found(answer)
        case (.asking(let patient), .answered(.consents(let patients))): consented(patients, patient)
        case (.choosing(let patient, let states), .touched(.view(let category, let from, let until), by: .staff)):
            view(category, from, until, of: patient, states)
        case (.viewing(let patient, let states), .opened(let records)): go(to: .choosing(patient, states), .show(.records(records)))
        case (.viewing(let patient, let states), .refused(let refusal)):
            go(to: .choosing(patient, states), .show(.message(refusal.sentence)))
        case (.viewing(let patient, let states), .hidden): go(to: .choosing(patient, states), .show(.hidden))
        case (_, .answered): finish(.notCompleted(.failed(CentreError.otherAnswer)))
        default: []
        }
    }

    private mutating func begin() -> [ReceptionEffect] {
        guard configuration.accounts.allows(.medicalInformation, to: configuration.viewer.right) else {
            return finish(.notCompleted(.failed(AccessRefusal.account)))
        }
        return go(to: .searching, .show(.medicalSearch))
    }

    private mutating func found(_ answer: EligibilityAnswer) -> [ReceptionEffect] {
        guard let patient = answer.patient else { return go(to: .searching, .show(.nobodyFound)) }
        return ask(.consent(.list(configuration.care)), then: .asking(patient))
    }

    /// Without a consent of this patient there is nothing to choose.
    private mutating func consented(_ patients: [ConsentedPatient], _ patient: PatientKey) -> [ReceptionEffect] {
        let states = (patients.first { $0.patient == patient }?.consents ?? [:]).filter { $0.value.flag == .given }
        guard !states.isEmpty else { return finish(.notCompleted(.failed(AccessRefusal.noConsent))) }
        return go(to: .choosing(patient, states), .show(.chooseRecords(Set(states.keys))))
    }

    private mutating func view(
        _ category: ConsentCategory, _ from: CalendarDay?, _ until: CalendarDay?, of patient: PatientKey,
        _ states: [ConsentCategory: ConsentState]
    ) -> [ReceptionEffect] {
        guard let state = states[category] else { return [] }
        let view = RecordsView(
            by: .consent(state, of: patient), viewer: configuration.viewer, category: category, from: from, until: until,
            at: .receiptComputer)
        return go(to: .viewing(patient, states), .show(.working), .view(view))
    }

    private mutating func ask(_ request: CentreRequest, then next: Phase) -> [ReceptionEffect] {
        go(to: next, .show(.working), .ask(request, from: .receiptComputer))
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        self = MedicalInquiry(configuration)
        return [.finish(outcome)]
    }
}
