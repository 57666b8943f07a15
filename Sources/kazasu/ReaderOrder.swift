import Diagnosis
import SimulationKit
import Staging

/// What can be asked of a simulated reader that is running.
enum ReaderOrder: ControlOrder {
    /// Somebody does something at the reader, or something befalls it: `place`, `stand mask`, `choose face`, `unplug` …
    case staged(StagedWord)
    /// Tell how it stands.
    case status
    /// Unplug and end.
    case quit
    /// Tell what can be asked.
    case help

    init?(line: String) {
        switch line {
        case "status": self = .status
        case "quit": self = .quit
        case "help": self = .help
        case "insert": self = .staged(.place)
        default:
            guard let word = StagedWord(line) else { return nil }
            self = .staged(word)
        }
    }

    init?(key: Character) {
        if key == "?" {
            self = .help
        } else {
            guard let order = (Self.keys + Self.terminalKeys).first(where: { $0.key == key })?.order else { return nil }
            self = order
        }
    }

    /// The keys at a terminal, with what stands beside them in the help.
    static let keys: [(key: Character, order: ReaderOrder, summary: Sentence)] = [
        ("i", .staged(.place), Sentence(ja: "カードを入れる", en: "insert the card")),
        ("r", .staged(.remove), Sentence(ja: "抜く", en: "remove it")),
        ("u", .staged(.unplug), Sentence(ja: "ケーブルを抜く", en: "unplug")),
        ("p", .staged(.plug), Sentence(ja: "差す", en: "plug")),
        ("d", .staged(.powerDip), Sentence(ja: "瞬断", en: "power dip")),
        ("s", .status, Sentence(ja: "状態", en: "status")),
        ("q", .quit, Sentence(ja: "終わる", en: "quit")),
    ]

    /// Those for a reader with a screen.
    static let terminalKeys: [(key: Character, order: ReaderOrder, summary: Sentence)] = [
        ("f", .staged(.choose(.face)), Sentence(ja: "顔認証を行う", en: "choose face")),
        ("n", .staged(.choose(.pin)), Sentence(ja: "暗証番号を選ぶ", en: "choose PIN")),
        ("t", .staged(.typePIN), Sentence(ja: "正しい暗証番号を打つ", en: "type the right PIN")),
        ("a", .staged(.choose(.consentToAll)), Sentence(ja: "全て同意する", en: "consent to all")),
        ("y", .staged(.choose(.agree)), Sentence(ja: "同意する", en: "agree")),
        ("x", .staged(.choose(.disagree)), Sentence(ja: "同意しない", en: "disagree")),
        ("e", .staged(.choose(.end)), Sentence(ja: "終了する", en: "end")),
        ("o", .staged(.stand(.ownFace)), Sentence(ja: "本人が立つ", en: "the holder stands there")),
        ("m", .staged(.stand(.otherFace)), Sentence(ja: "別人が立つ", en: "somebody else")),
        ("w", .staged(.walkAway), Sentence(ja: "立ち去る", en: "walk away")),
        ("b", .staged(.pressStaffButton), Sentence(ja: "職員用ボタン", en: "staff button")),
    ]
}
