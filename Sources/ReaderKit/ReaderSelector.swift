import ReaderTransport

/// How a person names a reader: `scheme:pattern`, where the pattern is the reader's name, or a part of it with `*`, `?` and `[…]`.
///
/// Behind the name of a reader at USB or of a simulated one, `#` and a name or number choose one of its slots: `usb:072f:221a@1-2#SAM`.
///
/// A selector means exactly one reader; which one must never depend on the order in which devices were found.
public struct ReaderSelector: Sendable, Hashable, CustomStringConvertible {
    /// Where the reader is looked for, such as `pcsc` or `sim`.
    public let scheme: String
    /// The name or pattern.
    public let pattern: String
    /// The slot that is meant; `nil` for the first one, with all that the reader has.
    public let slot: String?

    // PC/SC shows every slot as a reader of its own, and what follows the path of a plugin is the plugin's affair.
    private static let withSlots: Set<String> = ["sim", "usb"]

    /// Parses a selector. Throws `.selectorInvalid` for what is not `scheme:pattern`; an empty pattern means any.
    public init(_ text: String) throws(ReaderError) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw ReaderError(.selectorInvalid, cause: "'\(text)' is not of the form scheme:name")
        }
        scheme = String(text[..<colon])
        var rest = text[text.index(after: colon)...]
        if Self.withSlots.contains(scheme), let mark = rest.lastIndex(of: "#") {
            slot = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        } else {
            slot = nil
        }
        pattern = rest.isEmpty ? "*" : String(rest)
    }

    /// `scheme:pattern`, and the slot where one is meant.
    public var description: String { "\(scheme):\(pattern)\(slot.map { "#" + $0 } ?? "")" }

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
