import Diagnosis
import YAML

/// A card image or a description of a holder that cannot be used.
public struct CardImageError: DiagnosedError, Hashable {
    /// Where in the file, as editors count; `nil` where it is not a place in it.
    public let place: YAMLPlace?
    /// Which field, such as `holder.birth`; empty for the file itself.
    public let field: String
    /// What is wrong with it, without what stands there.
    public let reason: Sentence

    init(_ place: YAMLPlace?, _ field: String, ja: String, en: String) {
        self.place = place
        self.field = field
        reason = Sentence(ja: ja, en: en)
    }

    /// Always the same.
    public var code: String { "card-image" }
    /// The field, the line and what is wrong.
    public var sentence: Sentence {
        let line = place.map { ("\($0.line)行目: ", "line \($0.line): ") } ?? ("", "")
        let name = field.isEmpty ? ("", "") : ("「\(field)」", "'\(field)' ")
        return Sentence(
            ja: "カードか持ち主のファイルが使えません。\(line.0)\(name.0)\(reason.japanese)。",
            en: "The file of the card or its holder cannot be used; \(line.1)\(name.1)\(reason.english).")
    }
    /// Line and column.
    public var cause: String? { place?.description }
    /// Always bad data.
    public var category: FailureCategory { .badData }
}
