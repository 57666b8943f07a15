import Cards
import Centre
import CentreSimulator
import Certificates
import Diagnosis
import DriverCatalog
import Eligibility
import MyNumberCard
import ReaderKit
import ReaderTransport
import Scenarios
import SimulationKit
import SimulatorCatalog
import Staging
import Station

/// The counter of one scenario: station, reader and perhaps a second one, the people, and the centre.
final class ScenarioCounter: PlayedCounter {
    private let scenario: Scenario
    private let runner: ScenarioRunner
    private let station: Station
    private let card: ScenarioCard
    private let people: ScenarioPeople
    private let centre: ScenarioCentre
    private let readers: [any Reader]
    private var random: SeededGenerator
    private let origin: Instant

    /// How long before the visit other firmware is put on: a reader starts in that time.
    private static let restart = Duration.seconds(30)

    init(_ scenario: Scenario, at model: SimulatorModel, _ runner: ScenarioRunner) throws {
        self.scenario = scenario
        self.runner = runner
        let head = scenario.firmware == nil ? Duration.zero : Self.restart
        station = Station(runner.isInRealTime ? .real : .virtual, startUnixTime: scenario.time.unixTime - head.components.seconds)
        origin = .zero + head
        let seed = runner.seed ?? scenario.people.seed
        random = SeededGenerator(seed: seed)
        card = try ScenarioCard(scenario.card, borneBy: scenario.preparation.bearer, seed: seed, load: runner.load)
        centre = try ScenarioCentre(
            scenario, rules: runner.flowRules.centre, certificate: card.certificate, seed: seed, on: station)
        let passcode = try Self.passcode(of: scenario, by: centre, using: &random)
        let cast = StagedCast(card: card.staged, pin: card.pin(scenario.people.pin), passcode: passcode)
        people = ScenarioPeople(scenario, cast: cast, from: origin, using: &random)
        readers = try Self.open(scenario, model, people, card.link, on: station, from: origin)
    }

    /// The staff's passcode. It is issued only where somebody types it: the centre takes its time to keep it.
    private static func passcode(of scenario: Scenario, by centre: ScenarioCentre, using random: inout SeededGenerator) throws -> Secret {
        if scenario.typesPasscode { return try centre.centre.issuePasscode(using: &random) }
        return Secret((0..<4).map { _ in UInt8.random(in: 0x30...0x39, using: &random) })
    }

    func close() { for reader in readers.reversed() { reader.close() } }

    private static func open(
        _ scenario: Scenario, _ model: SimulatorModel, _ people: ScenarioPeople, _ link: CardLinkTiming, on station: Station,
        from origin: Instant
    ) throws -> [any Reader] {
        let catalog = DriverCatalog.repeatable
        func reader(_ model: SimulatorModel, _ twin: SimulatedReader) throws -> any Reader {
            let attachment = InProcessHost(twin, on: station)
            if let firmware = scenario.installation?.action(by: people.cast), twin.terminal != nil {
                twin.stage(StagedEvent(.at(.zero), firmware))
                while case .event = station.next(until: origin) {}
            }
            let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
            return try catalog.driver(for: attachment, described: description).open(attachment, name: "sim:\(model.name)", on: station)
        }
        let twin = model.makeReader(link: link)
        if scenario.passcode == .restarted { twin.terminal?.issuePasscode() }
        twin.terminal?.start()
        if scenario.passcode == .issued { twin.terminal?.issuePasscode() }
        let second = scenario.secondReader.flatMap { SimulatorModel.named($0) }.map { ($0, $0.makeReader(link: link)) }
        let first = try reader(model, twin)
        people.act(at: twin, beside: second?.1, station)
        do { return [first] + (try second.map { [try reader($0.0, $0.1)] } ?? []) } catch {
            first.close()
            throw error
        }
    }

    /// What the reader lacks; `nil` where it has all that is needed.
    var lack: Sentence? { scenario.lack(of: readers[0]) }

    /// What was staged, is not nothing, and has not happened.
    var neverHappened: [Mismatch] { people.neverHappened }

    // MARK: The visit

    func play() throws -> ScenarioResult {
        let visit = ScenarioVisit(scenario: scenario, runner: runner, station: station, origin: origin)
        var (report, result) = try visit.play(at: readers[0], setting)
        result.audit = try centre.audit()
        result.messages = centre.centre.requests
        result.fields["tries-left"] = card.card.triesLeft(of: .authenticationPIN).map { "\($0)" }
        if readers.count > 1 { result.fields["card-reader"] = report.cardReader.map { $0 == readers[1].name ? "second" : "first" } }
        return result
    }

    private func setting() throws -> Visit.Setting {
        let trust = try SyntheticTrust()
        let challenge = try Challenge(bytes: random.bytes(Challenge.count))
        let typing = Duration.milliseconds(Int.random(in: 2_000...3_200, using: &random))
        let code = card.credentials[.verificationNumberB].map { Secret($0) }
        var setting = Visit.Setting(
            reader: readers[0], prompts: PreparedPatient(pin: people.cast.pin, visualCode: code, delay: typing, on: station),
            centre: centre.centre, trust: trust.authentication, makeChallenge: { challenge })
        setting.environment.subtract(scenario.preparation.settings.filter { !$0.value }.keys)
        setting.secondReader = readers.dropFirst().first
        setting.showsStaffButton = scenario.passcode == .restarted && scenario.hasStaffButton
        setting.cardChecker = trust.cards
        setting.layout = card.layout
        if let name = scenario.facility, let sign = (readers[0] as? any FacetedReader)?.facilitySign {
            try sign.show(facility: name)
            setting.facility = name
        }
        return setting
    }
}

extension Scenario {
    /// The program that is put on before the visit; `nil` for the usual one.
    fileprivate var installation: StagedWord? { firmware.flatMap { StagedWord("firmware \($0)") } }

    /// Whether the staff type a passcode for a visual check.
    fileprivate var typesPasscode: Bool {
        identity == .visual || stage.contains { $0.line.word == .typePasscode || $0.line.word == .typeWrongPasscode }
    }

    /// Whether the program in the reader has 職員用ボタン.
    fileprivate var hasStaffButton: Bool {
        if case .install(let firmware)? = installation { firmware.hasStaffButton } else { true }
    }
}

extension DriverCatalog {
    /// One with which a run repeats to the byte.
    static var repeatable: DriverCatalog {
        DriverCatalog(random: { count in
            var generator = SeededGenerator(seed: 0)
            return generator.bytes(count)
        })
    }
}
