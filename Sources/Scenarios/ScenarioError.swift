import Diagnosis
import YAML

/// A scenario file cannot be used; what is wrong in it, each with its place.
public struct ScenarioError: DiagnosedError, Equatable {
    /// Something that is wrong in the file.
    public struct Fault: Sendable, Equatable {
        /// Where; `nil` at the beginning of a file in which nothing stands.
        public let place: YAMLPlace?
        /// What is wrong there, without what stands there where that may be a secret.
        public let reason: Sentence

        /// A fault.
        public init(_ place: YAMLPlace?, _ reason: Sentence) {
            self.place = place
            self.reason = reason
        }
    }

    /// The file.
    public let path: String
    /// What is wrong, in the order of the file; at least one.
    public let faults: [Fault]

    /// An error.
    public init(path: String, faults: [Fault]) {
        self.path = path
        self.faults = faults
    }

    /// `scenario-malformed`.
    public var code: String { "scenario-malformed" }
    /// `file:line:column: reason`, a line for each fault.
    public var sentence: Sentence {
        Sentence(ja: lines.map(\.japanese).joined(separator: "\n"), en: lines.map(\.english).joined(separator: "\n"))
    }
    /// Everything stands in the sentence.
    public var cause: String? { nil }
    /// Wrong data.
    public var category: FailureCategory { .badData }

    /// `file:line:column: reason` for each fault.
    public var lines: [Sentence] {
        faults.map { fault in
            let place = "\(path):\(fault.place.map { "\($0)" } ?? "1:1"): "
            return Sentence(ja: place + fault.reason.japanese, en: place + fault.reason.english)
        }
    }
}
