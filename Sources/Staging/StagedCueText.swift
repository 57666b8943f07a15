/// When something happens, as it is written: `consent`, `consent#2`, `consent#2+1500ms`, `+90s`, `apdu#5`.
public struct StagedCueText: Sendable, Hashable {
    /// The name of what is awaited, empty where nothing is.
    public let name: String
    /// Which one of that name, behind `#`: 1 to 100000.
    public let number: Int?
    /// How much later, behind `+`: a day at most.
    public let after: Duration?

    // Later than a day is no visit.
    private static let latest = 86_400_000

    /// The parts of a text; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = words.first else { return nil }
        let number = words.count == 2 ? Int(words[1]) : nil
        let after = parts.count == 2 ? Self.duration(parts[1]) : nil
        guard words.count == 1 || number.map({ (1...100_000).contains($0) }) == true, parts.count == 1 || after != nil else { return nil }
        self.name = String(name)
        self.number = number
        self.after = after
    }

    /// `1500ms` or `2s`.
    private static func duration(_ text: some StringProtocol) -> Duration? {
        let (unit, milliseconds) = text.hasSuffix("ms") ? ("ms", 1) : ("s", 1_000)
        guard text.hasSuffix(unit), let count = Int(text.dropLast(unit.count)), (0...latest / milliseconds).contains(count) else {
            return nil
        }
        return .milliseconds(count * milliseconds)
    }
}
