// The fault sweep is no test, and is built without the library of tests.
#if canImport(Testing)
    import Diagnosis
    import Glibc
    import Guidance
    import Synchronization
    import Testing

    /// What a test does for the rules of the guidance: it fails when one of them is broken.
    ///
    /// Each case of a test adds a line to the file that `KAZASU_RULE_LOG` names: `{"test":…,"rules":[…],"passed":…}`, which
    /// `Guidance.RuleReport` reads. Without the variable nothing is written. A number that is no rule is an issue of the test.
    public struct RuleTrait: TestTrait, SuiteTrait, TestScoping {
        /// The environment variable with the path of the log.
        public static let variable = "KAZASU_RULE_LOG"

        let rules: [String]

        /// On a suite it is the trait of each test in it.
        public var isRecursive: Bool { true }

        /// Itself for each case of a test, nobody for the test or suite around the cases.
        public func scopeProvider(for test: Test, testCase: Test.Case?) -> RuleTrait? { testCase == nil ? nil : self }

        /// Runs a case and writes whether it has passed: it threw nothing and recorded no issue but known ones. Throws what the case threw.
        public func provideScope(
            for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
        ) async throws {
            let failure = Failure()
            let watch = IssueHandlingTrait.compactMapIssues { issue in
                if issue.isFailure { failure.happened.store(true, ordering: .relaxed) }
                return issue
            }
            defer { RuleLog.append(test: Self.name(of: test), rules: rules, passed: !failure.happened.load(ordering: .relaxed)) }
            do {
                try await watch.provideScope(for: test, testCase: testCase) {
                    for rule in rules where RuleBook.standard[rule] == nil {
                        Issue.record("there is no rule \(rule)", sourceLocation: test.sourceLocation)
                    }
                    try await function()
                }
            } catch {
                failure.happened.store(true, ordering: .relaxed)
                throw error
            }
        }

        private static func name(of test: Test) -> String { "\(test.id.moduleName)/\(test.id.nameComponents.joined(separator: "/"))" }

        /// Whether something went wrong in one case.
        private final class Failure: Sendable {
            let happened = Atomic(false)
        }
    }

    extension Trait where Self == RuleTrait {
        /// The test fails when one of these rules is broken: only for tests that were seen to fail so.
        public static func holds(_ rules: String...) -> RuleTrait { RuleTrait(rules: rules) }
    }

    /// The file with a line for each case of a test that holds rules.
    private enum RuleLog {
        static func append(test: String, rules: [String], passed: Bool) {
            guard let path = getenv(RuleTrait.variable) else { return }
            let list = rules.map(JSONText.quoted).joined(separator: ",")
            let line = Array("{\"test\":\(JSONText.quoted(test)),\"rules\":[\(list)],\"passed\":\(passed)}\n".utf8)
            let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
            // Tests run at the same time, in one process and in many: a line is one write(2), and O_APPEND keeps each whole.
            let written = file < 0 ? -1 : write(file, line, line.count)
            if file >= 0 { close(file) }
            if written != line.count { Issue.record("\(path) takes no line", sourceLocation: SourceLocation.unknown) }
        }
    }

    extension SourceLocation {
        /// A failure of the log is of no line of a test.
        fileprivate static var unknown: SourceLocation {
            SourceLocation(fileID: "TestSupport/RuleTrait.swift", filePath: "Tests/TestSupport/RuleTrait.swift", line: 1, column: 1)
        }
    }
#endif
