import FoundationEssentials

/// One line of JSON Lines: a JSON object (RFC 8259) in one line, from a file that anybody may have written.
public enum JSONLine {
    /// The object on a line. Throws where there is none of that shape; no part of the line is in the reason.
    public static func decode<Fields: Decodable>(_ type: Fields.Type, from line: ArraySlice<UInt8>) throws(LineError) -> Fields {
        do { return try JSONDecoder().decode(type, from: Data(line)) } catch let error as DecodingError {
            throw LineError(reason: describe(error))
        } catch {
            throw LineError(reason: "it is no JSON object")
        }
    }

    /// A field that the event of the line must have. Throws where it is missing.
    public static func need<Value>(_ value: Value?, _ name: String) throws(LineError) -> Value {
        guard let value else { throw LineError(reason: "'\(name)' is missing") }
        return value
    }

    /// Where it is wrong, without what stands there.
    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return context.codingPath.last.map { "'\($0.stringValue)' is of the wrong type" } ?? "it is no JSON object"
        // The decoder does not tell which.
        default: return "it is not JSON, or a number in it does not fit"
        }
    }
}

/// Why a line is no record.
public struct LineError: Error {
    /// What is wrong with it; no part of the line is in it.
    public let reason: String

    /// A reason.
    public init(reason: String) { self.reason = reason }
}
