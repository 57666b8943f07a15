/// The number of a rule: `R` and three digits, in one case with a letter, or `N` and two for what must not work.
public struct RuleID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// As it is written.
    public let description: String

    /// The number that `text` writes; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let units = Array(text.utf8)
        func digits(_ part: ArraySlice<UInt8>) -> Bool { part.allSatisfy { (0x30...0x39).contains($0) } }
        switch (units.first, units.count) {
        case (UInt8(ascii: "N"), 3) where digits(units[1...]): break
        case (UInt8(ascii: "R"), 4) where digits(units[1...]): break
        case (UInt8(ascii: "R"), 5) where digits(units[1..<4]) && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(units[4]): break
        default: return nil
        }
        description = String(text)
    }

    /// The order of the book: first what must work, then what must not.
    public static func < (left: RuleID, right: RuleID) -> Bool {
        let kinds = (left.description.first, right.description.first)
        return kinds.0 == kinds.1 ? left.description < right.description : kinds.0 == "R"
    }
}
