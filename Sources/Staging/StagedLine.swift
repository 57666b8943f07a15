import Diagnosis
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

    /// Whether it happens where the card is, of two readers: at one of its commands, or to the card itself at a moment. Screens are the first
    /// reader's.
    public var isAtCard: Bool {
        switch (cue, word) {
        case (.exchange, _): true
        case (.at, let word): word.movesCard
        case (.shown, _): false
        }
    }

    /// What is wrong with a text that is no line, without a word of it; `nil` for one that is.
    public static func fault(in text: String) -> Sentence? {
        guard StagedLine(text) == nil else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return Sentence(ja: "CUE と ACTION の間に : がありません", en: "there is no ':' between CUE and ACTION")
        }
        guard StagedEvent.Cue(text: parts[0]) != nil else {
            return Sentence(
                ja: "CUE は 画面[#何回目][+どれだけ後]、+時刻、apdu#番号 のいずれかです（時間は 1500ms や 2s。画面の一覧は help visit）",
                en: "CUE is SCREEN[#N][+TIME], +TIME or apdu#N, with a TIME such as 1500ms or 2s; 'help visit' lists the screens")
        }
        switch parts[1].split(separator: " ").first {
        case "firmware":
            return Sentence(
                ja: "firmware の後は 2.1.0 のような3つの数と、あれば -b、-v、-bv です",
                en: "behind firmware come three numbers such as 2.1.0, and perhaps -b, -v or -bv")
        case "choose":
            let names = StagedButton.allCases.map(\.rawValue).joined(separator: ", ")
            return Sentence(ja: "choose の後は次のいずれかです：\(names)", en: "behind choose comes one of \(names)")
        case "stand":
            let names = CameraView.allCases.map(\.rawValue).joined(separator: ", ")
            return Sentence(ja: "stand の後は次のいずれかです：\(names)", en: "behind stand comes one of \(names)")
        default:
            return Sentence(ja: "そのような ACTION はありません（一覧は help visit）", en: "there is no such ACTION; 'help visit' lists them")
        }
    }

    /// The event, with the things of `cast`; `nil` where nothing is done.
    /// `onset` is told as it begins to happen.
    public func event(by cast: StagedCast, onset: @escaping () -> Void = {}) -> StagedEvent? {
        word.action(by: cast).map { StagedEvent(cue, $0, onset: onset) }
    }
}

extension StagedEvent.Cue {
    fileprivate init?(text: some StringProtocol) {
        guard let text = StagedCueText(text) else { return nil }
        switch (text.name, text.number, text.after) {
        case ("", nil, let after?): self = .at(.zero + after)
        case ("apdu", let number?, nil): self = .exchange(number: number)
        default:
            guard let screen = StagedScreen(name: text.name) else { return nil }
            self = .shown(screen, time: text.number ?? 1, after: text.after ?? .zero)
        }
    }
}
