import Diagnosis
import FoundationEssentials

/// The JSON of a result: one object on one line, its keys in alphabetical order, the same bytes for the same value,
/// and no control character that could drive a terminal.
func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return JSONText.escapingHighControls(String(decoding: try encoder.encode(value), as: UTF8.self))
}
