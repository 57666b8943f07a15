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
final class ScenarioCounter {
    private let scenario: Scenario
    private let runner: ScenarioRunner
    private let station: Station
    private let card: ScenarioCard
    private let people: ScenarioPeople
    private let centre: any EligibilityCentre
    private let readers: [any Reader]
    private var random: SeededGenerator
    private let origin: Instant

    /// How long before the visit other firmware is put on: a reader starts in that time.
    private static let restart = Duration.seconds(5)

    init(_ scenario: Scenario, at model: SimulatorModel, _ runner: ScenarioRunner) throws {
        self.scenario = scenario
        self.runner = runner
        let head = scenario.firmware == nil ? Duration.zero : Self.restart
        station = Station(runner.isInRealTime ? .real : .virtual, startUnixTime: scenario.time.unixTime - head.components.seconds)
        origin = .zero + head
        let seed = runner.seed ?? scenario.people.seed
        random = SeededGenerator(seed: seed)
        card = try ScenarioCard(scenario.card, seed: seed, load: runner.load)
        let embedded = EmbeddedCentre(
            core: CentreCore(try .inMemory()), on: station, latency: scenario.centre.latency ?? EmbeddedCentre.assumedLatency)
        if let fault = scenario.centre.fault {
            centre = DisturbedCentre(fault, latency: scenario.centre.latency ?? EmbeddedCentre.assumedLatency, on: station)
        } else {
            centre = embedded
        }
        let passcode = embedded.passcodes.issue(to: "reception", using: &random)
        let cast = StagedCast(card: card.staged, pin: card.pin(scenario.people.pin), passcode: passcode)
        people = ScenarioPeople(scenario, cast: cast, from: origin, using: &random)
        readers = try Self.open(scenario, model, people, card.link, on: station, from: origin)
    }

    func close() { for reader in readers.reversed() { reader.close() } }

    private static func open(
        _ scenario: Scenario, _ model: SimulatorModel, _ people: ScenarioPeople, _ link: CardLinkTiming, on station: Station,
        from origin: Instant
    ) throws -> [any Reader] {
        let catalog = DriverCatalog(random: { count in
            // A run repeats to the byte.
            var generator = SeededGenerator(seed: 0)
            return generator.bytes(count)
        })
        func reader(_ model: SimulatorModel, _ twin: SimulatedReader) throws -> any Reader {
            let attachment = InProcessHost(twin, on: station)
            if let firmware = scenario.firmware.flatMap({ StagedWord("firmware \($0)") })?.action(by: people.cast), twin.terminal != nil {
                twin.stage(StagedEvent(.at(.zero), firmware))
                while case .event = station.next(until: origin) {}
            }
            let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
            return try catalog.driver(for: attachment, described: description).open(attachment, name: "sim:\(model.name)", on: station)
        }
        let twin = model.makeReader(link: link)
        twin.terminal?.issuePasscode()
        twin.terminal?.start()
        let second = scenario.secondReader.flatMap { SimulatorModel.named($0) }.map { ($0, $0.makeReader(link: link)) }
        let first = try reader(model, twin)
        people.act(at: twin, beside: second?.1, station)
        do { return [first] + (try second.map { [try reader($0.0, $0.1)] } ?? []) } catch {
            first.close()
            throw error
        }
    }

    // MARK: Before

    /// What the reader lacks; `nil` where it has all that is needed.
    var lack: Sentence? {
        let reader = readers[0] as? any FacetedReader
        let missing = scenario.needs.filter { !Self.has($0, reader) }.map(\.rawValue).sorted()
        guard !missing.isEmpty else { return nil }
        let list = missing.joined(separator: ", ")
        return Sentence(ja: "カードリーダーにない機能：\(list)", en: "the reader has no \(list)")
    }

    private static func has(_ capability: Scenario.Capability, _ reader: (any FacetedReader)?) -> Bool {
        guard let reader else { return false }
        return switch capability {
        case .screen: reader.patientScreen != nil
        case .face: reader.face != nil
        case .pinPad: reader.pinPad != nil
        case .staffPanel: reader.staffPanel != nil
        case .facilitySign: reader.facilitySign != nil
        }
    }

    /// What was staged, is not nothing, and has not happened.
    var neverHappened: [Mismatch] { people.neverHappened }

    // MARK: The visit

    func play() throws -> ScenarioResult {
        let log = try WrittenTrace(at: runner.tracePath, keepsWords: scenario.expectsAbsence)
        log.writer?.begin(program: "kazasu", reader: readers[0].name, station: station)
        let observer = ExchangeLog(trace: log.writer, from: origin)
        var setting = try setting(observer)
        setting.trace = log.writer
        runner.adapt(&setting, station)
        let visit = Visit(setting, allowsLastTry: scenario.usesLastTry, expecting: scenario.identity, on: station)
        let report = visit.run()
        var result = ScenarioResult(report, exchanges: observer.exchanges, rules: setting.consentRules, from: origin, to: station.now)
        result.fields["tries-left"] = card.card.triesLeft(of: .authenticationPIN).map { "\($0)" }
        if readers.count > 1 { result.fields["card-reader"] = report.cardReader.map { $0 == readers[1].name ? "second" : "first" } }
        result.written = try log.finish() + result.written
        return result
    }

    private func setting(_ observer: ExchangeLog) throws -> Visit.Setting {
        let trust = try SyntheticTrust()
        let challenge = try Challenge(bytes: random.bytes(Challenge.count))
        let typing = Duration.milliseconds(Int.random(in: 2_000...3_200, using: &random))
        let code = card.credentials[.verificationNumberB].map { Secret($0) }
        var setting = Visit.Setting(
            reader: readers[0], prompts: PreparedPatient(pin: people.cast.pin, visualCode: code, delay: typing, on: station),
            centre: centre, trust: trust.authentication, makeChallenge: { challenge })
        setting.secondReader = readers.dropFirst().first
        setting.showsStaffButton = true
        setting.cardChecker = trust.cards
        setting.layout = card.layout
        setting.observer = observer
        if let name = scenario.facility, let sign = (readers[0] as? any FacetedReader)?.facilitySign {
            try sign.show(facility: name)
            setting.facility = name
        }
        return setting
    }
}
