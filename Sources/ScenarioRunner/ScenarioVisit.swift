import Diagnosis
import Eligibility
import ReaderKit
import Scenarios
import Station

/// The visit of a scenario, at whatever reader.
struct ScenarioVisit {
    let scenario: Scenario
    let runner: ScenarioRunner
    let station: Station
    /// When the scenario begins.
    let origin: Instant

    /// Carries it out with what `makeSetting` makes, and looks at what came of it.
    func play(at reader: any Reader, _ makeSetting: () throws -> Visit.Setting) throws -> (report: VisitReport, result: ScenarioResult) {
        runner.opened(station.inbox)
        let trace = try WrittenTrace(at: runner.tracePath, keepsWords: scenario.expectsAbsence)
        trace.writer?.begin(program: "kazasu", reader: reader.name, station: station)
        let log = ExchangeLog(trace: trace.writer, from: origin)
        var setting = try makeSetting()
        setting.trace = trace.writer
        setting.observer = log
        runner.adapt(&setting, station)
        let visit = Visit(setting, allowsLastTry: scenario.usesLastTry, expecting: scenario.identity, on: station)
        let report = visit.run()
        let rules = setting.consentRules.rules(on: report.day).used(with: setting.environment)
        var result = ScenarioResult(report, exchanges: log.exchanges, rules: rules, from: origin, to: station.now)
        result.written = try trace.finish() + result.written
        return (report, result)
    }
}

extension Scenario {
    /// What a reader lacks for it; `nil` where it has all that is needed.
    func lack(of reader: any Reader) -> Sentence? {
        let missing = needs.filter { !$0.isPart(of: reader as? any FacetedReader) }.map(\.rawValue).sorted()
        guard !missing.isEmpty else { return nil }
        let list = missing.joined(separator: ", ")
        return Sentence(ja: "カードリーダーにない機能：\(list)", en: "the reader has no \(list)")
    }
}

extension Scenario.Capability {
    fileprivate func isPart(of reader: (any FacetedReader)?) -> Bool {
        guard let reader else { return false }
        return switch self {
        case .screen: reader.patientScreen != nil
        case .face: reader.face != nil
        case .pinPad: reader.pinPad != nil
        case .staffPanel: reader.staffPanel != nil
        case .facilitySign: reader.facilitySign != nil
        }
    }
}
