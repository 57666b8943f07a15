import Cards
import Centre
import CentreSimulator
import Certificates
import Diagnosis
import DriverCatalog
import Eligibility
import JapaneseCalendar
import MedicalAccess
import ReaderKit
import ReaderTransport
import Reception
import Scenarios
import SimulationKit
import SimulatorCatalog
import Staging
import Station

/// The counter of one flow beside the certified reader: station, reader, the people, and the centre.
final class DeskCounter: PlayedCounter {
    private let scenario: Scenario
    private let runner: ScenarioRunner
    private let station: Station
    private let card: ScenarioCard
    private let people: DeskPeople
    private let centre: ScenarioCentre
    private let messages: MessageLog
    private let reader: any Reader
    private let interfaces: Set<CardInterface>
    private var random: SeededGenerator
    private let origin: Instant = .zero
    private let audit = FacilityAudit()

    init(_ scenario: Scenario, at model: SimulatorModel, _ runner: ScenarioRunner) throws {
        self.scenario = scenario
        self.runner = runner
        station = Station(runner.isInRealTime ? .real : .virtual, startUnixTime: scenario.time.unixTime)
        let seed = runner.seed ?? scenario.people.seed
        random = SeededGenerator(seed: seed)
        card = try ScenarioCard(scenario.card, borneBy: scenario.preparation.bearer, seed: seed, load: runner.load)
        centre = try ScenarioCentre(scenario, rules: runner.flowRules.centre, certificate: card.certificate, seed: seed, on: station)
        messages = MessageLog(before: centre.centre)
        let twin = model.makeReader(link: card.link)
        interfaces = model.interfaces
        let attachment = InProcessHost(twin, on: station)
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        reader = try DriverCatalog.repeatable.driver(for: attachment, described: description)
            .open(attachment, name: "sim:\(model.name)", on: station)
        people = DeskPeople(scenario, card, code: centre.code, at: twin, from: origin, using: SeededGenerator(seed: seed), on: station)
    }

    func close() { reader.close() }

    var lack: Sentence? { scenario.lack(of: reader) ?? card.lack(at: interfaces) }

    var neverHappened: [Mismatch] { people.neverHappened }

    func play() throws -> ScenarioResult {
        runner.opened(station.inbox)
        let trace = try WrittenTrace(at: runner.tracePath, keepsWords: scenario.expectsAbsence)
        trace.writer?.begin(program: "kazasu", reader: reader.name, station: station)
        let log = ExchangeLog(trace: trace.writer, from: origin)
        var setting = try setting(log, trace)
        var kept = KeptResults(retention: runner.flowRules.retention)
        var number: Int?
        var booked = BookedPatients(count: scenario.desk.searches.count, trusting: runner.flowRules.trusted)
        var bookingFailure: CentreError?
        setting.keep = { number = kept.keep($0, at: $1) }
        setting.book = { answers in do throws(CentreError) { try booked.receive(.finished(answers)) } catch { bookingFailure = error } }
        let outcome = outcome(setting)
        var result = ScenarioResult(
            outcome, screens: people.shown, exchanges: log.exchanges, took: station.now - origin,
            registersConsent: [.homeConsent, .webReception, .disasterViewing].contains(scenario.flow))
        result.messages = messages.all.count
        if let bookingFailure { result.fields["outcome"] = bookingFailure.code }
        result.written = try trace.finish() + result.written
        result.audit = try centre.audit()
        result.fields["tries-left"] = card.card.triesLeft(of: .authenticationPIN).map { "\($0)" }
        try addConsents(to: &result)
        if let moment = scenario.desk.lookAgain {
            result.fields["kept"] = "\(number.flatMap { kept.open($0, at: moment.unixTime) } != nil)"
        }
        result.notes["viewed"] = audit.entries.map(\.scenarioWords)
        result.notes["booked"] = try standings(&booked)
        return result
    }

    // MARK: The flows

    private func outcome(_ setting: ReceptionSetting) -> ReceptionOutcome {
        let desk = scenario.desk
        let rules = runner.flowRules
        switch scenario.flow {
        case .limited:
            var configuration = LimitedApp.Configuration(device: desk.device.device, token: centre.token, method: scenario.identity)
            configuration.methods = rules.limitedMethods
            configuration.devices = rules.limitedDevices
            return run(LimitedApp(configuration), setting)
        case .homeConsent:
            var configuration = HomeConsentApp.Configuration(
                device: desk.device.device, right: desk.account ?? .general, route: desk.route, isFirstVisit: !desk.isRevisit,
                method: scenario.identity)
            configuration.rules = rules.home
            return run(HomeConsentApp(configuration), setting)
        case .webReception:
            var configuration = WebReception.Configuration(
                device: desk.device.device, address: centre.address, isSelfEvident: desk.isRevisit)
            configuration.rules = rules.web
            return run(WebReception(configuration), setting)
        case .disasterViewing:
            var configuration = DisasterViewing.Configuration(place: desk.place, professions: [desk.user: desk.profession])
            configuration.accounts = rules.viewing
            return run(DisasterViewing(configuration), setting)
        case .failureSearch: return run(FailureInquiry(rules.search), setting)
        case .medicalInquiry:
            let viewer = Viewer(account: desk.user, right: desk.account ?? .general, profession: desk.profession)
            var configuration = MedicalInquiry.Configuration(viewer: viewer, care: .homeVisit)
            configuration.accounts = rules.viewing
            return run(MedicalInquiry(configuration), setting)
        case .appSetUp: return run(AppSetUp(AppSetUp.Configuration(desk.app, on: desk.device.device)), setting)
        case .bulk, .certifiedReader: return run(BulkInquiry(rules.bulk), setting)
        }
    }

    private func run(_ flow: some ReceptionFlow, _ setting: ReceptionSetting) -> ReceptionOutcome {
        AppVisit(flow, setting, on: station).run()
    }

    private func setting(_ log: ExchangeLog, _ trace: WrittenTrace) throws -> ReceptionSetting {
        let trust = try SyntheticTrust()
        let challenge = try Challenge(bytes: random.bytes(Challenge.count))
        var visit = Visit.Setting(
            reader: reader, prompts: people, centre: messages, trust: trust.authentication, makeChallenge: { challenge })
        visit.cardChecker = trust.cards
        visit.layout = card.layout
        visit.trace = trace.writer
        visit.observer = log
        runner.adapt(&visit, station)
        let key = OperationKey.random(using: &random)
        var setting = ReceptionSetting(visit: visit, screens: people, makeOperation: { key })
        // Where somebody logs in, that counts from then on.
        setting.account = [.disasterViewing, .appSetUp].contains(scenario.flow) ? nil : scenario.desk.synthetic?.user
        setting.passcode = AppPasscode(DeskPeople.passcode)
        setting.audit = audit
        setting.viewing = runner.flowRules.viewing
        return setting
    }

    // MARK: What came of it

    /// What was sent last, and what the centre has.
    private func addConsents(to result: inout ScenarioResult) throws {
        guard let sent = messages.all.reversed().lazy.compactMap(\.registration).first else { return }
        result.fields["consent"] = "given"
        for (category, agrees) in sent.answers { result.fields["consent.\(category.rawValue)"] = "\(agrees)" }
        guard let certificate = card.certificate else { return }
        let registered = try centre.consents(of: certificate, in: sent.setting)
        for category in ConsentCategory.allCases {
            result.fields["registered.\(category.rawValue)"] = "\((registered[category]?.flag ?? .none).rawValue)"
        }
    }

    /// How the booked patients stand; those in doubt are asked for again where the scenario says so (R051).
    private func standings(_ booked: inout BookedPatients) throws -> [String] {
        if scenario.desk.rechecks {
            for (index, search) in scenario.desk.searches.enumerated() where booked.mustBeChecked(index) {
                guard let card = search.card else { continue }
                let message = CentreMessage(.insuredCard(card), from: .terminal)
                guard case .eligibility(let answer) = try centre.centre.core.answer(message, at: station.unixTime) else { continue }
                booked.recheck(index, answer)
            }
        }
        return booked.standings.enumerated().map { index, standing in
            switch standing {
            case .unknown: "unknown"
            case .valid: "valid"
            case .recheck: "recheck"
            case .rechecked: booked.counts(index) ? "rechecked-valid" : "rechecked-other"
            }
        }
    }
}

/// Keeps every message to a centre, and hands it on.
final class MessageLog: EligibilityCentre {
    private(set) var all: [CentreMessage] = []
    private let centre: any EligibilityCentre

    init(before centre: any EligibilityCentre) { self.centre = centre }

    var source: SourceID { centre.source }

    func submit(_ message: CentreMessage) -> UInt64 {
        all.append(message)
        return centre.submit(message)
    }
}

extension CentreMessage {
    /// What a patient has answered, where that is registered by it.
    fileprivate var registration: ConsentRegistration? { if case .eligibility(let query) = request { query.consent } else { nil } }
}

/// The facility's own audit trail, in memory.
private final class FacilityAudit: AuditTrail {
    private(set) var entries: [AuditEntry] = []

    func append(_ entry: AuditEntry) throws(AuditError) { entries.append(entry) }
}

extension AuditEntry {
    fileprivate var scenarioWords: String {
        switch outcome {
        case .shown: "\(category.rawValue) shown"
        case .refused(let refusal): "\(category.rawValue) \(refusal.code)"
        }
    }
}
