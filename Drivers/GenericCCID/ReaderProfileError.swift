import Diagnosis
import YAML

/// A profile of a reader cannot be used.
public struct ReaderProfileError: DiagnosedError, Equatable {
    /// Which file.
    public let path: String
    /// Where in it; `nil` where the whole of it is meant.
    public let place: YAMLPlace?
    /// What is wrong, without what stands there.
    public let reason: String

    /// Something wrong in a file.
    public init(path: String, place: YAMLPlace?, reason: String) {
        self.path = path
        self.place = place
        self.reason = reason
    }

    /// `profile-malformed`.
    public var code: String { "profile-malformed" }
    /// That the profile is wrong, and in which line.
    public var sentence: Sentence {
        let line = place.map { ("の\($0.line)行目", " at line \($0.line)") } ?? ("", "")
        return Sentence(
            ja: "カードリーダーのプロファイル\(line.0)が正しくありません。", en: "The profile of the reader is wrong\(line.1).")
    }
    /// `file:line:column: reason`.
    public var cause: String? { "\(path):\(place.map { "\($0): " } ?? " ")\(reason)" }
    /// Wrong data.
    public var category: FailureCategory { .badData }
}
