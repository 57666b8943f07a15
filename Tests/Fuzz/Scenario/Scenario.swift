import Glibc
import Scenarios

/// A scenario: one that is read, or an error that says where and why; one that is read can be held against any result.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScenario(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let words = Vocabulary(readers: ["card", "fujitsu-caora"], cards: ["a", "hanako"], holders: ["hanako"])
    do throws(ScenarioError) {
        let scenario = try Scenario(bytes, path: "x.yaml", vocabulary: words)
        let result = ScenarioResult(
            fields: ["outcome": "confirmed"], screens: [.init(name: "place-card", words: [.japanese: ["x"]])],
            exchanges: [.init(command: "00A4", hidden: 3, status: "9000", began: .zero, took: .seconds(1))], commands: 1,
            duration: .seconds(3), written: "x")
        let lines = scenario.mismatches(with: result).map { "\($0.place): \($0.sentence.english)" }
        let report = ScenarioReport(
            path: "x.yaml", title: scenario.title, rules: scenario.rules, reader: "sim:card", seed: nil,
            ending: lines.isEmpty ? .passed : .failed(lines), duration: .zero)
        if JUnit.document([report]).isEmpty { abort() }
    } catch {
        if error.faults.isEmpty || error.faults.contains(where: { $0.reason.english.isEmpty || $0.reason.japanese.isEmpty }) { abort() }
    }
    return 0
}
