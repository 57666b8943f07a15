import Eligibility
import ScenarioRunner
import Scenarios
import SimulatorCatalog
import TestSupport
import Testing

/// The scenarios that come with the program.
@Suite struct LibraryTests {
    /// Where they lie.
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Simulators/Scenarios"

    /// Each scenario at one model, and each model at many; all of them at all models take some seconds of CPU and are played by `make smoke`.
    @Test("Each passes at one of the models that it is about")
    func library() throws {
        let models = SimulatorModel.all.filter(\.hasTerminal).map(\.name)
        let list = try runProgram(["find", Self.root, "-name", "*.yaml"]).checked().output
        let paths = list.split(separator: "\n").map(String.init).sorted()
        #expect(models.count == 6 && paths.count > 50)
        var played = 0
        for (number, path) in paths.enumerated() {
            let scenario = try Scenario(try readFile(path), path: path, vocabulary: .standard)
            let chosen = scenario.readers.isEmpty ? models : scenario.readers
            let name = chosen[number % chosen.count]
            switch ScenarioRunner().play(scenario, at: try model(name)) {
            case .passed: played += 1
            case .skipped: break
            case .failed(let mismatches, _):
                Issue.record("\(path) at \(name): \(mismatches.map { "\($0.place): \($0.sentence.english)" })")
            case .broken(let error): Issue.record("\(path) at \(name): \(error)")
            }
        }
        #expect(played > paths.count - 5, "hardly any lacks what it needs there")
    }

    @Test("What a decorator changes in a visit is noticed")
    func aMutant() throws {
        var runner = ScenarioRunner()
        runner.adapt = { setting, _ in
            var rules = ConsentRules.standard
            rules.withAll = []
            setting.consentRules = DatedConsentRules(rules)
        }
        #expect(try mismatches(passing, runner) == ["17:29: expected consent.TSR true, got none"])
    }
}
