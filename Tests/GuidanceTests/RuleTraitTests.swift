import Glibc
import TestSupport
import Testing

/// Tests that hold rules well or badly; they run only in the process that `RuleTraitTests` starts.
@Suite(.enabled(if: getenv("KAZASU_RULE_TRAIT_TRIAL") != nil)) struct RuleTraitTrial {
    struct Refusal: Error {}

    @Test(.holds("R064", "N01")) func passes() {
        #expect(Bool(true))
    }

    @Test(.holds("R064")) func fails() {
        #expect(Bool(false))
    }

    @Test(.holds("R064")) func throwsAnError() throws {
        throw Refusal()
    }

    @Test(.holds("R064")) func failsAsIsKnown() {
        withKnownIssue { Issue.record("known") }
    }

    @Test(.holds("R064")) func failsInATask() async {
        await Task { #expect(Bool(false)) }.value
    }

    @Test(.holds("R999")) func holdsNoRule() {}

    @Test(.holds("R065"), arguments: [true, false]) func hasCases(_ passes: Bool) {
        #expect(passes)
    }

    @Test func holdsNothing() {}

    @Suite(.holds("R066")) struct OfASuite {
        @Test func first() {}
        @Test(.holds("R067")) func second() {}
    }
}

@Suite struct RuleTraitTests {
    /// The lines of the log after a run of the trial, in alphabetical order, and how the run ended.
    private func trial(log: Bool) throws -> (lines: [String], status: Int32) {
        let folder = TemporaryFolder()
        let environment = ChildProcess.searchPath + ["KAZASU_RULE_TRAIT_TRIAL=1"]
        let run = try runProgram(
            [runningProgram(), "--testing-library", "swift-testing", "--filter", "GuidanceTests.RuleTraitTrial"],
            environment: environment + (log ? ["\(RuleTrait.variable)=\(folder.path)/log"] : []))
        #expect(run.error.contains("Suite RuleTraitTrial"), "\(run.error)")
        guard let bytes = try? folder.read("log") else { return ([], run.status) }
        return (String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).sorted(), run.status)
    }

    @Test func aTestWritesWhetherItHasPassed() throws {
        func line(_ test: String, _ rules: String, _ passed: Bool) -> String {
            "{\"test\":\"GuidanceTests/RuleTraitTrial/\(test)\",\"rules\":[\(rules)],\"passed\":\(passed)}"
        }
        let trial = try trial(log: true)
        #expect(trial.status != 0)
        #expect(
            trial.lines
                == [
                    line("passes()", "\"R064\",\"N01\"", true), line("fails()", "\"R064\"", false),
                    line("throwsAnError()", "\"R064\"", false), line("failsAsIsKnown()", "\"R064\"", true),
                    line("failsInATask()", "\"R064\"", false), line("holdsNoRule()", "\"R999\"", false),
                    line("hasCases(_:)", "\"R065\"", true), line("hasCases(_:)", "\"R065\"", false),
                    line("OfASuite/first()", "\"R066\"", true), line("OfASuite/second()", "\"R066\"", true),
                    line("OfASuite/second()", "\"R067\"", true),
                ].sorted())
    }

    @Test func withoutALogNothingIsWritten() throws {
        #expect(try trial(log: false).lines == [])
    }
}
