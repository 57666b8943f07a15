import Centre
import CentreSimulator
import Certificates
import Diagnosis
import Eligibility
import ReaderKit
import Scenarios
import Station

/// A reader that is there, with whoever sits before it. The centre is a simulated one.
public struct RealCounter {
    /// The reader.
    public let reader: any Reader
    /// Its station, in real time.
    public let station: Station
    /// Where the patient is asked who is not asked at the reader.
    public let prompts: any Prompts
    /// Whose certificates count.
    public let trust: CertificateTrust
    /// Which root keys show that a card is genuine.
    public let cardChecker: CVChecker

    /// A counter.
    public init(reader: any Reader, on station: Station, prompts: any Prompts, trust: CertificateTrust, cardChecker: CVChecker) {
        self.reader = reader
        self.station = station
        self.prompts = prompts
        self.trust = trust
        self.cardChecker = cardChecker
    }
}

extension ScenarioRunner {
    /// Plays a scenario at a real reader: the people there do what they do, with a card of their own, at the time that it is. One in which
    /// people do something else than usual, or that takes a second reader, is passed over. `open` opens the reader; it is closed here.
    public func play(_ scenario: Scenario, at open: () throws -> RealCounter) -> ScenarioVerdict {
        // Somebody's own card is not to be blocked.
        guard !scenario.usesLastTry else {
            return .skipped(Sentence(ja: "実物のカードの暗証番号の残り1回は使いません", en: "the last try of a real card's PIN is not used"))
        }
        guard scenario.flow == .certifiedReader, scenario.stage.isEmpty, scenario.secondReader == nil, scenario.firmware == nil,
            scenario.preparation.bearer == nil, case .right = scenario.people.pin
        else {
            return .skipped(Sentence(ja: "模擬カードリーダーのための場面です", en: "it is for simulated readers"))
        }
        do {
            let counter = try open()
            defer { counter.reader.close() }
            if let lack = scenario.lack(of: counter.reader) { return .skipped(lack) }
            let visit = ScenarioVisit(scenario: scenario, runner: self, station: counter.station, origin: counter.station.now)
            let centre = try ScenarioCentre(scenario, rules: flowRules.centre, seed: 0, on: counter.station)
            var result = try visit.play(at: counter.reader) { centre.setting(at: counter) }.result
            result.audit = try centre.audit()
            // How many tries are left in a card that somebody holds is asked for by nobody afterwards.
            let expected = scenario.expectations.filter { if case .field("tries-left", _) = $0.kind { false } else { true } }
            let mismatches = expected.compactMap { $0.mismatch(with: result) }
            return mismatches.isEmpty ? .passed(result) : .failed(mismatches, result)
        } catch {
            return .broken(error as? any DiagnosedError ?? ScenarioBenchError.unexpected(cause: "\(error)"))
        }
    }
}

extension ScenarioCentre {
    fileprivate func setting(at counter: RealCounter) -> Visit.Setting {
        var setting = Visit.Setting(
            reader: counter.reader, prompts: counter.prompts, centre: centre, trust: counter.trust,
            makeChallenge: { () throws(CertificateError) in try Challenge() })
        setting.cardChecker = counter.cardChecker
        return setting
    }
}
