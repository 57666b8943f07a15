import Diagnosis
import ScenarioRunner
import Scenarios
import SimulatorCatalog
import TestSupport
import Testing

/// A scenario that passes at every certified reader, in which a test changes one line.
let passing = """
    scenario: 暗証番号で受付する / A visit by PIN
    rules: [R064]
    at: 2026-11-21 09:30:00
    card: hanako
    identity: pin
    people: {placing: 1s, seed: 4}
    stage:
      - keypad: type-wrong-pin
    expect:
      outcome: confirmed
      exit: 0
      identity: pin
      certificate: valid
      genuine: none
      card-left: false
      tries-left: 3
      consent: {SHJ: true, TSR: true}
      eligibility: {validity: 1, contribution: 30, name: 試験 花子}
      screens:
        - place-card
        - choose-method
        - enter-pin: [暗証番号を入力してください。, 残り3回, 終了する]
        - message
        - choose-method
        - enter-pin: [Enter the PIN., 2 tries left, End]
        - choose-consent
        - done
      status-words: ["*", "63C3", "*", 9000]
      at-most: {apdus: 60, time: 60s}
      absent: [試験 花子]
      audit: [eligibility done]
      registered: {SHJ: 1}

    """

/// The scenario in a text.
func scenario(_ text: String) throws -> Scenario {
    try Scenario(Array(text.utf8), path: "x.yaml", vocabulary: .standard)
}

/// The same with one piece of text changed for another one.
func changed(_ old: String, _ new: String) throws -> String {
    let parts = passing.components(around: old)
    guard parts.count == 2 else { throw BenchError("'\(old)' stands there \(parts.count - 1) times") }
    return parts.joined(separator: new)
}

/// A model by its name.
func model(_ name: String) throws -> SimulatorModel { try #require(SimulatorModel.named(name)) }

/// What was expected and came otherwise, line by line.
func mismatches(_ text: String, at name: String = "fujitsu-caora", _ runner: ScenarioRunner = ScenarioRunner()) throws -> [String] {
    switch runner.play(try scenario(text), at: try model(name)) {
    case .passed: []
    case .failed(let mismatches, _): mismatches.map { "\($0.place): \($0.sentence.english)" }
    case .skipped(let reason): throw BenchError("skipped: \(reason.english)")
    case .broken(let error): throw BenchError("\(error)")
    }
}

extension String {
    /// The parts around each place where `separator` stands.
    fileprivate func components(around separator: String) -> [String] {
        var parts = [""]
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts[parts.count - 1] += rest[..<range.lowerBound]
            parts.append("")
            rest = rest[range.upperBound...]
        }
        parts[parts.count - 1] += rest
        return parts
    }
}
