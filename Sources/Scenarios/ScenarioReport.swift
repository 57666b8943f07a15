import Diagnosis

/// What has become of one scenario at one reader.
public struct ScenarioReport: Sendable {
    /// How it ended.
    public enum Ending: Sendable, Hashable {
        /// Everything came as expected.
        case passed
        /// Something did not: a line for each thing.
        case failed([String])
        /// It was passed over, for this reason.
        case skipped(String)
    }

    /// The file.
    public let path: String
    /// The scenario's title.
    public let title: String
    /// The rules that it holds.
    public let rules: [String]
    /// The reader at which it was played.
    public let reader: String
    /// What the people's pauses were drawn from, where that was not the file's own seed.
    public let seed: UInt64?
    /// How it ended.
    public let ending: Ending
    /// How long it took on its own clock; zero where it was not played.
    public let duration: Duration

    /// A report.
    public init(
        path: String, title: String, rules: [String], reader: String, seed: UInt64?, ending: Ending, duration: Duration
    ) {
        self.path = path
        self.title = title
        self.rules = rules
        self.reader = reader
        self.seed = seed
        self.ending = ending
        self.duration = duration
    }

    /// `path [reader]`, with the seed where there is one.
    public var name: String { "\(path) [\(reader)\(seed.map { ", seed \($0)" } ?? "")]" }

    /// A line of the log of rules, as the tests write it; `nil` for one that says nothing about rules.
    public var ruleLogLine: String? {
        if case .skipped = ending { return nil }
        guard !rules.isEmpty else { return nil }
        let list = rules.map(JSONText.quoted).joined(separator: ",")
        return "{\"scenario\":\(JSONText.quoted(path)),\"rules\":[\(list)],\"passed\":\(ending == .passed)}\n"
    }
}
