import Station

/// A cue and an action as they are written: `keypad:type-wrong-pin`, `consent#2+1500ms:end`, `+90s:unplug`, `apdu#5:remove`.
public struct StagedLine: Sendable, Hashable {
    /// When it happens.
    public let cue: StagedEvent.Cue
    /// What happens.
    public let word: StagedWord

    /// A line.
    public init(_ cue: StagedEvent.Cue, _ word: StagedWord) {
        self.cue = cue
        self.word = word
    }

    /// The line that a text means: `CUE:ACTION`, where CUE is a screen, which of its showings after `#`, and how much later after `+`;
    /// or a moment after `+`; or `apdu#` and a number. `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let cue = StagedEvent.Cue(text: parts[0]), let word = StagedWord(parts[1]) else { return nil }
        self.init(cue, word)
    }

    /// The event, with the things of `cast`; `nil` where nothing is done.
    /// `onset` is told as it begins to happen.
    public func event(by cast: StagedCast, onset: @escaping () -> Void = {}) -> StagedEvent? {
        word.action(by: cast).map { StagedEvent(cue, $0, onset: onset) }
    }
}

extension StagedEvent.Cue {
    /// Later than a day is no visit.
    private static let latest = 86_400_000

    fileprivate init?(text: some StringProtocol) {
        let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let after = parts.count == 2 ? Self.duration(parts[1]) : .zero
        let name = parts[0].split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let after, let word = name.first else { return nil }
        let number = name.count == 2 ? Int(name[1]) : 1
        guard let number, (1...100_000).contains(number) else { return nil }
        switch word {
        case "" where parts.count == 2 && name.count == 1: self = .at(.zero + after)
        case "apdu" where parts.count == 1 && name.count == 2: self = .exchange(number: number)
        default:
            guard let screen = StagedScreen(name: word) else { return nil }
            self = .shown(screen, time: number, after: after)
        }
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
