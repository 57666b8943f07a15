import ScenarioRunner
import Scenarios
import SimulatorCatalog
import TestSupport
import Testing

/// The scenarios that come with the program.
@Suite struct LibraryTests {
    /// Where they lie.
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Simulators/Scenarios"

    /// A play of everything at every model takes some seconds of CPU; here every model gets each fourth of them, and each of them is played.
    @Test("Each is played by some models, and passes", arguments: 0..<4)
    func library(_ quarter: Int) throws {
        let models = SimulatorModel.all.filter(\.hasTerminal).map(\.name)
        #expect(models.count == 6)
        let list = try runProgram(["find", Self.root, "-name", "*.yaml"]).checked().output
        let paths = list.split(separator: "\n").map(String.init).sorted()
        #expect(paths.count > 50)
        for (number, path) in paths.enumerated() {
            let scenario = try Scenario(try readFile(path), path: path, vocabulary: .standard)
            let chosen = scenario.readers.isEmpty ? models : scenario.readers
            for (index, name) in chosen.enumerated() where (number + index) % 4 == quarter {
                switch ScenarioRunner().play(scenario, at: try model(name)) {
                case .passed, .skipped: break
                case .failed(let mismatches, _):
                    Issue.record("\(path) at \(name): \(mismatches.map { "\($0.place): \($0.sentence.english)" })")
                case .broken(let error): Issue.record("\(path) at \(name): \(error)")
                }
            }
        }
    }

    @Test("What a decorator changes in a visit is noticed")
    func aMutant() throws {
        var runner = ScenarioRunner()
        runner.adapt = { setting, _ in setting.consentRules.withAll = [] }
        #expect(try mismatches(passing, runner) == ["17:29: expected consent.TSR true, got none"])
    }
}
