import Centre
import Eligibility
import JapaneseCalendar
import MedicalAccess

/// 災害時医療情報閲覧 at the terminal (R121, R145a–R152): log in, open, search, check the patient and register the consent, choose what and
/// when, and see it by the emergency right.
public struct DisasterViewing: ReceptionFlow {
    /// What is known before anybody comes.
    public struct Configuration: Sendable, Equatable {
        /// Where the flow runs.
        public var place: CentreCaller.Place
        /// The facility's own list of who is what (R112); who is not in it is no qualified person.
        public var professions: [String: Profession]
        /// What each account may do (R147).
        public var accounts = ViewingRules.standard
        /// Where the function is to be had (R146).
        public var places: Set<CentreCaller.Place> = [.terminal]
        /// How often the same registration is sent again before its fate is called unknown (assumed).
        public var retries = 2

        /// A configuration.
        public init(place: CentreCaller.Place = .terminal, professions: [String: Profession]) {
            self.place = place
            self.professions = professions
        }
    }

    /// Where it is.
    public enum Phase: Sendable, Equatable {
        /// Nothing is going on.
        case idle
        /// An account logs in.
        case loggingIn
        /// The centre checks the account.
        case checkingAccount(user: String)
        /// The centre is asked whether viewing is open here and now.
        case opening
        /// How to search is chosen, and the conditions are filled in.
        case searching
        /// The centre searches.
        case finding
        /// The staff choose.
        case choosing([EligibilityAnswer])
        /// The staff check who the patient is, and whether they agree.
        case consenting(PatientKey)
        /// The consent is being registered.
        case registering(PatientKey, agrees: Bool)
        /// What and when is chosen.
        case choosingRecords(EmergencyConsent)
        /// The centre is asked for it.
        case viewing(EmergencyConsent)
    }

    /// What is known before anybody comes.
    public let configuration: Configuration
    /// Where it is.
    public private(set) var phase = Phase.idle
    private var viewer: Viewer?
    private var fate = ConsentFate.notSent

    /// An idle flow.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): begin()
        case (.idle, _): []
        case (.registering(let patient, let agrees), .failed(let error)):
            fate.isSentAgain(after: error) ? send(agrees, of: patient) : end(.failed(error))
        case (.registering(let patient, let agrees), .timedOut):
            fate.isSentAgain(after: nil) ? send(agrees, of: patient) : end(.timedOut)
        case (.registering, .touched): []
        case (.choosingRecords, .touched(.end, _)), (.choosingRecords, .timedOut): finish(.completed)
        case (_, .cancelled), (_, .touched(.end, _)): end(.cancelled)
        case (_, .timedOut): end(.timedOut)
        case (_, .failed(let error)): end(.failed(error))
        case (.loggingIn, .touched(.logIn(let user, let password), by: .staff)):
            go(
                to: .checkingAccount(user: user), .show(.working),
                .ask(.account(.logIn(user: user, password: password)), from: configuration.place))
        case (.checkingAccount(let user), .answered(.account(.loggedIn(let right)))): loggedIn(user, right)
        case (.opening, .answered(.disaster(.open))): go(to: .searching, .show(.disasterSearch))
        case (.searching, .touched(.searchByCard(let query), by: .staff)): find(.searchByCard(query))
        case (.searching, .touched(.searchByPerson(let name, let birth, let sex, let address), by: .staff)):
            find(.searchByPerson(name: name, birth: birth, sex: sex, address: address))
        case (.finding, .answered(.disaster(.found(let found)))): receive(found.filter { $0.patient != nil })
        case (.choosing(let found), .touched(.choose(let index), by: .staff)) where found.indices.contains(index): chose(found[index])
        case (.choosing, .touched(.again, by: .staff)), (.consenting, .touched(.again, by: .staff)):
            go(to: .searching, .show(.disasterSearch))
        case (.consenting(let patient), .touched(.consent(let agrees), by: .staff)): register(agrees, of: patient)
        case (.registering(let patient, _), .answered(.disaster(.consent(let consent)))): registered(consent, of: patient)
        case (.choosingRecords(let consent), .touched(.view(let category, let from, let until), by: .staff)):
            view(category, from, until, consent)
        case (.viewing(let consent), .opened(let records)): go(to: .choosingRecords(consent), .show(.records(records)))
        case (.viewing(let consent), .refused(let refusal)): go(to: .choosingRecords(consent), .show(.message(refusal.sentence)))
        case (.viewing(let consent), .hidden): go(to: .choosingRecords(consent), .show(.hidden))
        case (_, .answered): end(.failed(CentreError.otherAnswer))
        default: []
        }
    }

    /// Receipt computers and apps do not have it (R146).
    private mutating func begin() -> [ReceptionEffect] {
        guard configuration.places.contains(configuration.place) else { return end(.failed(ReceptionRefusal.notOnTerminal)) }
        return go(to: .loggingIn, .show(.logIn))
    }

    private mutating func loggedIn(_ user: String, _ right: AccountRight) -> [ReceptionEffect] {
        guard configuration.accounts.allows(.disasterViewing, to: right) else { return end(.failed(AccessRefusal.account)) }
        viewer = Viewer(account: user, right: right, profession: configuration.professions[user] ?? .clerk)
        return go(to: .opening, .show(.working), .ask(.disaster(.open), from: configuration.place))
    }

    private mutating func find(_ request: DisasterRequest) -> [ReceptionEffect] {
        go(to: .finding, .show(.working), .ask(.disaster(request), from: configuration.place))
    }

    /// Whoever was found is checked by the staff, be it one person or many.
    private mutating func receive(_ found: [EligibilityAnswer]) -> [ReceptionEffect] {
        switch found.count {
        case 0: go(to: .searching, .show(.nobodyFound))
        case 1: chose(found[0])
        default: go(to: .choosing(found), .show(.candidates(found)))
        }
    }

    private mutating func chose(_ answer: EligibilityAnswer) -> [ReceptionEffect] {
        guard let patient = answer.patient else { return [] }
        return go(to: .consenting(patient), .show(.disasterConsent(answer)))
    }

    private mutating func register(_ agrees: Bool, of patient: PatientKey) -> [ReceptionEffect] {
        fate = .sent(triesLeft: configuration.retries)
        return send(agrees, of: patient)
    }

    private mutating func send(_ agrees: Bool, of patient: PatientKey) -> [ReceptionEffect] {
        go(
            to: .registering(patient, agrees: agrees), .show(.working),
            .ask(.disaster(.consent(patient, agrees: agrees)), from: configuration.place))
    }

    /// The commit point.
    private mutating func registered(_ consent: EmergencyConsent, of patient: PatientKey) -> [ReceptionEffect] {
        guard consent.patient == patient else { return end(.failed(CentreError.otherAnswer)) }
        fate = .registered
        guard consent.agrees else { return finish(.registered(butNot: .failed(AccessRefusal.noConsent))) }
        return go(to: .choosingRecords(consent), .show(.chooseRecords(consent.opening.categories)))
    }

    private mutating func view(
        _ category: ConsentCategory, _ from: CalendarDay?, _ until: CalendarDay?, _ consent: EmergencyConsent
    ) -> [ReceptionEffect] {
        guard let viewer, consent.opening.categories.contains(category) else { return [] }
        return go(
            to: .viewing(consent), .show(.working),
            .view(
                RecordsView(
                    by: .emergency(consent), viewer: viewer, category: category, from: from, until: until, at: configuration.place)))
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func end(_ outcome: VisitOutcome) -> [ReceptionEffect] { finish(fate.ending(outcome)) }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        self = DisasterViewing(configuration)
        return [.finish(outcome)]
    }
}
