import Diagnosis

/// What a facility needs and does to introduce the verification (R210–R213).
public enum Introduction {
    /// What is needed (R210).
    public enum Need: String, Sendable, Hashable, CaseIterable {
        /// Software and devices that read cards and verify.
        case softwareAndDevices
        /// The network.
        case network
        /// The modification of レセコン and 電子カルテ.
        case modification

        /// The words of the source.
        public var name: String {
            switch self {
            case .softwareAndDevices: "マイナンバーカードの読取・資格確認等のソフトウェア・機器の導入"
            case .network: "ネットワーク環境の整備"
            case .modification: "レセコン、電子カルテ等の既存システムの改修等"
            }
        }
    }

    /// The four steps of preparation in their order (R211).
    public enum Step: Int, Sendable, Hashable, CaseIterable {
        /// A reader is chosen and applied for.
        case chooseReader = 1
        /// A vendor is given the order, with the day that is wished and the reader's product name.
        case order
        /// Application, set-up, the vendor's 運用テスト, and the first day of use entered in the portal.
        case setUp
        /// The subsidy is applied for.
        case subsidy

        /// What it has in it, in its order.
        public var tasks: [String] {
            switch self {
            case .chooseReader: ["顔認証付きカードリーダーの選定", "申し込み"]
            case .order: ["導入を希望する時期を伝える", "顔認証付きカードリーダーの製品名を伝える", "見積内容の確認", "発注"]
            case .setUp: ["利用申請", "導入作業", "運用テスト", "運用開始日の入力", "個人情報保護の利用目的の更新", "ポスター・ステッカーの掲示"]
            case .subsidy: ["補助金申請"]
            }
        }

        /// The step that can be done when these are done: none before the one in front of it; `nil` when all are done.
        public static func next(after done: Set<Step>) -> Step? { allCases.first { !done.contains($0) } }
    }

    /// What has to be on display (R212).
    public enum Display: String, Sendable, Hashable, CaseIterable {
        /// ポスター・ステッカー: the card can be used here.
        case posterOrSticker
        /// The updated 個人情報保護の利用目的.
        case updatedPurposes
    }

    /// What is not on display yet.
    public static func missing(_ displayed: Set<Display>, required: Set<Display> = Set(Display.allCases)) -> Set<Display> {
        required.subtracting(displayed)
    }
}

/// The line of オンライン請求, which carries the verification too.
public struct ClaimLine: Sendable, Hashable {
    /// What goes over the line.
    public enum Use: String, Sendable, Hashable, CaseIterable {
        /// オンライン請求.
        case claims
        /// オンライン資格確認.
        case verification
    }

    /// What goes over it.
    public var uses: Set<Use>

    /// A line.
    public init(uses: Set<Use>) { self.uses = uses }

    /// Whether it can be introduced so: for claims, for verification alone (R213), or for both.
    public var canBeIntroduced: Bool { !uses.isEmpty }
}
