import FoundationEssentials

/// The JSON of a result: one object on one line, its keys in alphabetical order, the same bytes for the same value.
func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
