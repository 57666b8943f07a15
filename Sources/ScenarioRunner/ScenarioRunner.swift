import Centre
import CentreSimulator
import Certificates
import Diagnosis
import DriverCatalog
import Eligibility
import ReaderKit
import Scenarios
import SimulationKit
import SimulatorCatalog
import Staging
import Station

/// Plays scenarios at simulated readers: each on a station of its own, so that many can be played at the same time.
public struct ScenarioRunner: Sendable {
    /// Draws what the people do by chance from this in place of the scenario's own seed.
    public var seed: UInt64?
    /// Whether something goes wrong beside what is written in the scenario, drawn from the seed. Then only that is looked at which must be so
    /// whatever goes wrong.
    public var drawsFault = false
    /// Whether time passes as it does outside.
    public var isInRealTime = false
    /// The file that the trace is written to, by the scenario's own path; `nil` for none.
    public var tracePath: String?
    /// Reads a file that a scenario names, by its path from the scenario's folder.
    public var load: @Sendable (String) throws -> [UInt8] = { _ in throw ScenarioBenchError.noFiles }
    /// Told of the inbox of each station, for whoever wants to end what takes its time.
    public var opened: @Sendable (Inbox) -> Void = { _ in }
    /// Changes what the visit is given, for whoever wants to know what a scenario notices.
    public var adapt: @Sendable (inout Visit.Setting, Station) -> Void = { _, _ in }

    /// The rules of the flows beside the certified reader and of the centre, for the same.
    public var flowRules = FlowRules()

    /// A runner.
    public init() {}

    /// Plays a scenario at a reader of a model. It throws nothing: what cannot be played is a verdict.
    public func play(_ scenario: Scenario, at model: SimulatorModel) -> ScenarioVerdict {
        guard scenario.readers.isEmpty || scenario.readers.contains(model.name) else {
            return .skipped(Sentence(ja: "ほかの機種の場面です", en: "it is about other models"))
        }
        do {
            switch try carryOut(scenario, at: model) {
            case .skipped(let lack): return .skipped(lack)
            case .came(let result, let missed):
                guard !drawsFault else { return try disturb(scenario, after: result, at: model) }
                let mismatches = scenario.mismatches(with: result) + missed
                return mismatches.isEmpty ? .passed(result) : .failed(mismatches, result)
            }
        } catch {
            return .broken(error as? any DiagnosedError ?? ScenarioBenchError.unexpected(cause: "\(error)"))
        }
    }

    /// What came of it, without a judgement.
    private enum Played {
        case skipped(Sentence)
        case came(ScenarioResult, missed: [Mismatch])
    }

    private func carryOut(_ scenario: Scenario, at model: SimulatorModel) throws -> Played {
        let counter: any PlayedCounter =
            scenario.flow == .certifiedReader ? try ScenarioCounter(scenario, at: model, self) : try DeskCounter(scenario, at: model, self)
        defer { counter.close() }
        if let lack = counter.lack { return .skipped(lack) }
        let result = try counter.play()
        return .came(result, missed: counter.neverHappened)
    }

    /// Plays it once more, with a fault that is drawn; what is expected then is what must be so whatever happens.
    private func disturb(_ scenario: Scenario, after calm: ScenarioResult, at model: SimulatorModel) throws -> ScenarioVerdict {
        let fault = DrawnFault(seed: seed ?? scenario.people.seed, during: calm)
        switch try carryOut(scenario.with(fault), at: model) {
        case .skipped(let lack): return .skipped(lack)
        case .came(let result, _):
            let mismatches = FaultInvariants(fault: fault, calm: calm).mismatches(of: result, in: scenario)
            return mismatches.isEmpty ? .passed(result) : .failed(mismatches, result)
        }
    }
}

/// A counter at which one scenario is played, once.
protocol PlayedCounter {
    /// What the reader lacks; `nil` where it has all that is needed.
    var lack: Sentence? { get }
    /// Plays it.
    func play() throws -> ScenarioResult
    /// What was staged, is not nothing, and has not happened.
    var neverHappened: [Mismatch] { get }
    /// Closes its readers.
    func close()
}

/// What has come of playing a scenario.
public enum ScenarioVerdict: Sendable {
    /// Everything came as expected.
    case passed(ScenarioResult)
    /// Something came otherwise; at least one thing.
    case failed([Mismatch], ScenarioResult)
    /// The reader lacks something that the scenario needs.
    case skipped(Sentence)
    /// It could not be played.
    case broken(any DiagnosedError)
}

/// A scenario cannot be played here.
enum ScenarioBenchError: DiagnosedError {
    /// It names a file, and none can be read.
    case noFiles
    /// Something that nobody has thought of.
    case unexpected(cause: String)

    var code: String { "scenario-not-playable" }
    var sentence: Sentence { Sentence(ja: "この場面は演じられません。", en: "This scenario cannot be played.") }
    var cause: String? {
        switch self {
        case .noFiles: "it names a file"
        case .unexpected(let cause): cause
        }
    }
    var category: FailureCategory { .badData }
}
