import Diagnosis
import YAML

/// A file of rules cannot be read.
public struct RuleBookError: DiagnosedError, Equatable {
    /// Which file.
    public let path: String
    /// Where in it; `nil` where the whole of it is meant.
    public let place: YAMLPlace?
    /// What is wrong.
    public let reason: String

    /// `rules-malformed`.
    public var code: String { "rules-malformed" }
    /// That the rules are wrong, and in which line.
    public var sentence: Sentence {
        let line = place.map { ("の\($0.line)行目", " at line \($0.line)") } ?? ("", "")
        return Sentence(ja: "規則のファイル\(line.0)が正しくありません。", en: "The file of rules is wrong\(line.1).")
    }
    /// `file:line:column: reason`.
    public var cause: String? { "\(path):\(place.map { "\($0): " } ?? " ")\(reason)" }
    /// Wrong data.
    public var category: FailureCategory { .badData }
}
