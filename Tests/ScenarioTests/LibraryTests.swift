import Eligibility
@testable import ScenarioRunner
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
        let all = SimulatorModel.all.map(\.name)
        let terminals = SimulatorModel.all.filter(\.hasTerminal).map(\.name)
        let list = try runProgram(["find", Self.root, "-name", "*.yaml"]).checked().output
        let paths = list.split(separator: "\n").map(String.init).sorted()
        #expect(terminals.count == 6 && all.count > 10 && paths.count > 250)
        var played = 0
        for (number, path) in paths.enumerated() {
            let scenario = try Scenario(try readFile(path), path: path, vocabulary: .standard)
            let able = scenario.needs.isEmpty ? all : terminals
            let chosen = scenario.readers.isEmpty ? able : scenario.readers
            let name = chosen[number % chosen.count]
            switch ScenarioRunner().play(scenario, at: try model(name)) {
            case .passed: played += 1
            case .skipped: break
            case .failed(let mismatches, _):
                Issue.record("\(path) at \(name): \(mismatches.map { "\($0.place): \($0.sentence.english)" })")
            case .broken(let error): Issue.record("\(path) at \(name): \(error)")
            }
        }
        #expect(played > paths.count - 10, "hardly any lacks what it needs there")
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

    /// A rule that is switched off by data, and a scenario that tells it.
    struct Mutant: Sendable, CustomTestStringConvertible {
        let path: String
        let change: @Sendable (inout FlowRules) -> Void
        var testDescription: String { path }
    }

    @Test(
        "What is changed in the tables of a flow or of the centre is noticed",
        arguments: [
            Mutant(path: "limited/no-face") { $0.limitedMethods = IdentityMethod.allCases },
            Mutant(path: "limited/patients-phone") { $0.limitedDevices.owners = [.facility, .patient] },
            Mutant(path: "limited/kept-until-last-second") { $0.retention.months = 0 },
            Mutant(path: "limited/kept-gone-after") { $0.retention.months = 2 },
            Mutant(path: "limited/kept-leap-day-gone") { $0.retention.months = 2 },
            Mutant(path: "home-consent/revisit") { $0.home.waivesIdentityAtRevisit = [] },
            Mutant(path: "home-consent/revisit-other-route") { $0.home.waivesIdentityAtRevisit = [.homeVisit, .otherRoute] },
            Mutant(path: "home-consent/other-route-off") { $0.home.switches = [:] },
            Mutant(path: "home-consent/administrator") { $0.home.accounts.functions[.administrator]?.insert(.app) },
            Mutant(path: "home-consent/no-face") { $0.home.methods = IdentityMethod.allCases },
            Mutant(path: "home-consent/card-registered") { $0.centre.needsRegistration = false },
            Mutant(path: "home-consent/answer-lost") { $0.home.retries = 0 },
            Mutant(path: "web-reception/remote") { $0.web.photoChecks = [] },
            Mutant(path: "web-reception/at-facility") { $0.web.photoChecks = [.facility, .patient] },
            Mutant(path: "web-reception/revisit") { $0.web.exemptsSelfEvident = false },
            Mutant(path: "web-reception/ipad") { $0.web.devices.kinds.insert(.ipad) },
            Mutant(path: "web-reception/pin-blocked") { $0.web.method = .visual },
            Mutant(path: "web-reception/address-replaced") { $0.centre.newWebAddressEndsOld = false },
            Mutant(path: "emergency/disaster-nurse") { $0.viewing.professions[.drugs]?.insert(.nurse) },
            Mutant(path: "emergency/disaster-general-account") { $0.viewing.functions[.general]?.insert(.disasterViewing) },
            Mutant(path: "emergency/disaster-administrator") { $0.viewing.functions[.administrator]?.remove(.disasterViewing) },
            Mutant(path: "emergency/disaster-other-area") { $0.centre.area = "架空県" },
            Mutant(path: "emergency/disaster-hidden") { $0.centre.shownBy = [:] },
            Mutant(path: "emergency/failure-without-birth") { $0.search.needed.removeAll { $0 == [.birth] } },
            Mutant(path: "emergency/failure-without-address") { $0.search.needed.removeAll { $0.contains(.address) } },
            Mutant(path: "emergency/failure-exact-space") { $0.centre.searchFolding = .spacesAndWidth },
            Mutant(path: "bulk/booked") { $0.trusted = [.valid, .invalid] },
            Mutant(path: "bulk/too-early") { $0.centre.bulkProcessing = 0 },
        ])
    func mutants(_ mutant: Mutant) throws {
        let path = "\(Self.root)/\(mutant.path).yaml"
        let scenario = try Scenario(try readFile(path), path: path, vocabulary: .standard)
        var runner = ScenarioRunner()
        mutant.change(&runner.flowRules)
        guard case .failed = runner.play(scenario, at: try model("card")) else {
            Issue.record("nothing fails")
            return
        }
    }
}

/// What must hold whatever goes wrong, and what of it is noticed where it does not.
@Suite struct FaultInvariantTests {
    private func verdicts(_ name: String, _ seeds: Range<UInt64>, _ change: (inout FlowRules) -> Void = { _ in }) throws
        -> [ScenarioVerdict]
    {
        let path = "\(LibraryTests.root)/\(name).yaml"
        let scenario = try Scenario(try readFile(path), path: path, vocabulary: .standard)
        return try seeds.map { seed in
            var runner = ScenarioRunner()
            runner.seed = seed
            runner.drawsFault = true
            change(&runner.flowRules)
            return runner.play(scenario, at: try model("card"))
        }
    }

    private func failures(_ verdicts: [ScenarioVerdict]) -> [String] {
        verdicts.flatMap { verdict in
            if case .failed(let mismatches, _) = verdict { mismatches.map { $0.sentence.english } } else { [String]() }
        }
    }

    @Test(
        "They hold",
        arguments: ["home-consent/visual", "web-reception/revisit", "emergency/disaster-by-person", "bulk/booked", "limited/pin"])
    func hold(_ name: String) throws { #expect(failures(try verdicts(name, 0..<40)) == []) }

    @Test("The same seed draws the same")
    func repeats() throws {
        let both: [[[String]]] = try (0..<2).map { _ in
            try verdicts("home-consent/pin", 5..<9).map { if case .passed(let result) = $0 { result.screens.map(\.name) } else { [] } }
        }
        #expect(both[0] == both[1] && Set(both[0].map(\.count)).count > 1)
    }

    @Test("Whatever may be seen without a registered consent is noticed")
    func noticed() throws {
        let fault = DrawnFault(
            seed: 0, during: ScenarioResult(fields: [:], screens: [], exchanges: [], commands: 0, duration: .zero, written: ""))
        let text = try String(decoding: readFile("\(LibraryTests.root)/emergency/disaster.yaml"), as: UTF8.self)
        let scenario = try scenario(text)
        var calm = ScenarioResult(fields: ["delivery": "registered"], screens: [], exchanges: [], commands: 0, duration: .zero, written: "")
        calm.audit = ["disaster done"]
        func broken(_ change: (inout ScenarioResult) -> Void) -> Int {
            var result = calm
            result.screens = [.init(name: "message", words: [:])]
            change(&result)
            return FaultInvariants(fault: fault, calm: calm).mismatches(of: result, in: scenario).count
        }
        #expect(broken { _ in } == 0)
        #expect(broken { $0.audit = [] } == 1, "acknowledged and lost")
        #expect(broken { $0.audit = ["disaster done", "disaster done"] } == 2, "done twice")
        #expect(broken { $0.fields["delivery"] = "none" } == 1, "told as not registered")
        #expect(broken { $0.fields["delivery"] = "sent" } == 0)
        #expect(
            broken { ($0.fields["delivery"], $0.audit, $0.notes) = ("none", [], ["viewed": ["YZK shown"]]) } == 1, "seen without consent")
        #expect(broken { $0.duration = .seconds(4_000) } == 1, "no end")
        #expect(broken { $0.screens = [.init(name: "result", words: [:])] } == 1, "somebody's data stay there")
    }
}
