import Diagnosis

extension CapturedProof {
    /// Why no byte of a capture is kept.
    enum Obstacle: String {
        /// The reader has lanes beside that of its card.
        case otherLanes = "other-lanes"
        /// It has several slots.
        case severalSlots = "several-slots"
        /// The maker's own commands went through the card's lane.
        case escapes = "escapes"
        /// Something went to the card, and nobody knows what.
        case unreadable
        /// A PIN was verified that is none of the published ones.
        case secret
        /// Packets were cut.
        case cut
        /// No card has proven to be synthetic.
        case notProven = "not-proven"

        /// For people.
        var sentence: Sentence {
            switch self {
            case .otherLanes:
                Sentence(
                    ja: "リーダーにカード以外の経路があり、画面で入力された内容が通ったかもしれない",
                    en: "the reader has other lanes than the card's, and what people typed at its screen may have crossed them")
            case .severalSlots:
                Sentence(ja: "スロットが複数あり、カードを区別できない", en: "the reader has several slots, so its cards cannot be told apart")
            case .escapes:
                Sentence(
                    ja: "メーカー独自のコマンド（エスケープ）が使われ、その内容は分からない",
                    en: "commands of the maker's own (escapes) were used, and nobody knows what they carry")
            case .unreadable:
                Sentence(
                    ja: "カードへのコマンドに読めないものがある（T=0、PPS、暗号化、未知の命令など）",
                    en: "not every command to the card could be read (T=0, PPS, secure messaging, or an instruction that is not known)")
            case .secret:
                Sentence(ja: "公開されていない暗証番号が照合された", en: "a PIN was verified that is none of the published ones")
            case .cut:
                Sentence(ja: "キャプチャのときにパケットが切られた", en: "packets were cut when they were captured")
            case .notProven:
                Sentence(
                    ja: "カードが架空のものと確かめられなかった（架空の認証局の電子証明書と、その鍵の署名がない）",
                    en: "no card has proven to be synthetic, by a certificate of our authority and a signature with its key")
            }
        }
    }
}
