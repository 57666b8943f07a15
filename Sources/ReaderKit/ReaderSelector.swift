import ReaderTransport

/// How a person names a reader: `scheme:pattern`, where the pattern is the reader's name, or a part of it with `*`, `?` and `[…]`.
///
/// A selector means exactly one reader; which one must never depend on the order in which devices were found.
public struct ReaderSelector: Sendable, Hashable, CustomStringConvertible {
    /// Where the reader is looked for, such as `pcsc` or `sim`.
    public let scheme: String
    /// The name or pattern.
    public let pattern: String

    /// Parses a selector. Throws `.selectorInvalid` for what is not `scheme:pattern`; an empty pattern means any.
    public init(_ text: String) throws(ReaderError) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw ReaderError(.selectorInvalid, cause: "'\(text)' is not of the form scheme:name")
        }
        scheme = String(text[..<colon])
        let rest = String(text[text.index(after: colon)...])
        pattern = rest.isEmpty ? "*" : rest
    }

    /// `scheme:pattern`.
    public var description: String { "\(scheme):\(pattern)" }

    /// The one among `candidates` that is meant: the one of exactly this name, else the only one that the pattern matches.
    ///
    /// Throws `.readerNotFound` or `.readerAmbiguous`; the cause names the candidates.
    public func choose(among candidates: [AttachmentDescription]) throws(ReaderError) -> AttachmentDescription {
        let exact = candidates.filter { $0.isCalled(pattern) }
        let found = exact.isEmpty ? candidates.filter { $0.isMeant(by: pattern) } : exact
        guard let only = found.first else {
            throw ReaderError(.readerNotFound, cause: "\(self) matches none of: \(Self.list(candidates))")
        }
        guard found.count == 1 else {
            throw ReaderError(.readerAmbiguous, cause: "\(self) matches \(Self.list(found))")
        }
        return only
    }

    private static func list(_ candidates: [AttachmentDescription]) -> String {
        candidates.isEmpty ? "no reader" : candidates.map { "'\($0.name)'" }.joined(separator: ", ")
    }
}
