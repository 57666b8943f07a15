import Diagnosis
import Eligibility
import Reception
import Staging

/// What somebody does at an app, the terminal or the web reception, and when: `consent: consent-individually`, `hold-card#2+5s: remove`.
public struct DeskLine: Sendable, Hashable {
    /// When it happens.
    public enum Cue: Sendable, Hashable {
        /// A while after a screen is shown for the `time`th time, counted from 1; `nil` after for a human's pause.
        case shown(ReceptionScreen.Kind, time: Int, after: Duration?)
        /// When 照合番号B is asked for, for the `time`th time.
        case visualCode(time: Int, after: Duration?)
        /// So long after the beginning.
        case at(Duration)
        /// When the card has got its `number`th command.
        case exchange(number: Int)
    }

    /// When it happens.
    public let cue: Cue
    /// What happens.
    public let word: DeskWord
    /// Whose hand it is, where it is not the one that it usually is.
    public let hand: Operator?

    /// The line that a text means, `CUE:ACTION`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let cue = Cue(parts[0]) else { return nil }
        var words = parts[1].split(separator: " ")
        hand = words.first.flatMap { Self.hands[String($0)] }
        if hand != nil { words.removeFirst() }
        guard let word = DeskWord(words.joined(separator: " ")) else { return nil }
        // A command to the card is no moment at which somebody looks at a screen.
        if case .exchange = cue, !word.movesThings { return nil }
        if case .at = cue, !word.movesThings { return nil }
        self.cue = cue
        self.word = word
    }

    /// What can stand before the colon.
    public static let cues = ReceptionScreen.Kind.allCases.map(\.rawValue) + [Cue.visualCodeName]
    /// What can stand behind it.
    public static let actions = DeskWord.forms

    private static let hands: [String: Operator] = ["patient": .patient, "staff": .staff]

    /// What is wrong with a text, without a word of it; `nil` for a line, and for what cannot be meant as one.
    static func fault(in text: String) -> Sentence? {
        guard DeskLine(text) == nil else { return nil }
        let list = DeskWord.forms.joined(separator: ", ")
        return Sentence(
            ja: "ACTION は次のいずれかです（前に patient か staff）：\(list)", en: "ACTION, perhaps behind patient or staff, is one of: \(list)")
    }

    /// Whether a text begins as a line at one of these screens does.
    static func isMeant(by text: String) -> Bool {
        let cue = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return Cue(cue).map { if case .shown = $0 { true } else { $0.isVisualCode } } ?? false
    }
}

extension DeskLine.Cue {
    static let visualCodeName = "visual-code"

    fileprivate init?(_ text: some StringProtocol) {
        guard let text = StagedCueText(text) else { return nil }
        switch (text.name, text.number, text.after) {
        case ("", nil, let after?): self = .at(after)
        case ("apdu", let number?, nil): self = .exchange(number: number)
        case (Self.visualCodeName, let number, let after): self = .visualCode(time: number ?? 1, after: after)
        default:
            guard let screen = ReceptionScreen.Kind(rawValue: text.name) else { return nil }
            self = .shown(screen, time: text.number ?? 1, after: text.after)
        }
    }

    fileprivate var isVisualCode: Bool { if case .visualCode = self { true } else { false } }
}

/// What somebody does at a screen of an app, the terminal or the web reception, or with the card.
public enum DeskWord: Sendable, Hashable {
    /// `end`, `start`, `agree` and others that are one touch.
    case touch(Name)
    /// `method-pin`, `method-visual` or `method-face` in the settings.
    case method(IdentityMethod)
    /// `choose 2`: that one of the list, counted from 1.
    case choose(Int)
    /// What is typed and is secret: the right one, or another.
    case type(Typed, isRight: Bool)
    /// What is done with the card or the reader: `place`, `remove`, `swap`, `unplug`, `plug`, `power-dip`.
    case stage(StagedWord)
    /// `nothing`: what would be done here is not.
    case nothing

    /// A touch.
    public enum Name: String, Sendable, Hashable, CaseIterable {
        /// 終了する.
        case end
        /// 開始.
        case start
        /// 設定メニュー.
        case openSettings = "open-settings"
        /// 生体認証, and the device knows the person.
        case biometrics
        /// 生体認証, and it does not.
        case biometricsFail = "biometrics-fail"
        /// 全て同意する.
        case consentToAll = "consent-to-all"
        /// 個別に同意する.
        case consentIndividually = "consent-individually"
        /// 同意する.
        case agree
        /// 同意しない.
        case disagree
        /// 確認.
        case confirm
        /// 修正.
        case correct
        /// 目視で本人確認完了.
        case looked
        /// 登録する.
        case register
        /// 登録しない.
        case doNotRegister = "do-not-register"
        /// 資格情報を取得, or a look whether a result is there.
        case fetch
        /// 一致する.
        case matches
        /// 一致しない.
        case differs
        /// 検索条件に戻る.
        case again
        /// The next search of `search`, the next kind of `view`, or the list.
        case send
    }

    /// What is typed and is secret.
    public enum Typed: String, Sendable, Hashable, CaseIterable {
        /// The patient's PIN.
        case pin
        /// The app's passcode.
        case passcode
        /// 照合番号B.
        case visualCode = "visual-code"
        /// The account's password; with it the user id.
        case password
    }

    /// The word that a text means; `nil` for anything else.
    init?(_ text: String) {
        if let name = Name(rawValue: text) {
            self = .touch(name)
        } else if text == "nothing" {
            self = .nothing
        } else if let method = IdentityMethod.allCases.first(where: { text == "method-\($0.rawValue)" }) {
            self = .method(method)
        } else if text.hasPrefix("choose "), let number = Int(text.dropFirst(7)), (1...1_000).contains(number) {
            self = .choose(number)
        } else if let typed = Typed.allCases.first(where: { text == "type-\($0.rawValue)" || text == "type-wrong-\($0.rawValue)" }) {
            self = .type(typed, isRight: text == "type-\(typed.rawValue)")
        } else if Self.things.contains(text), let word = StagedWord(text) {
            self = .stage(word)
        } else {
            return nil
        }
    }

    private static let things = ["place", "remove", "swap", "unplug", "plug", "power-dip"]

    /// What can be written.
    static let forms =
        Name.allCases.map(\.rawValue) + IdentityMethod.allCases.map { "method-\($0.rawValue)" } + ["choose N"]
        + Typed.allCases.flatMap { ["type-\($0.rawValue)", "type-wrong-\($0.rawValue)"] } + things + ["nothing"]

    /// Whether it is done with the card or the reader.
    var movesThings: Bool { if case .stage = self { true } else { false } }
}
