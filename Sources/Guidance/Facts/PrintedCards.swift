/// What is printed on a 健康保険証 (R085).
public enum InsuranceCardFace {
    /// One field of the front.
    public struct Field: Sendable, Hashable {
        /// What it is called.
        public let name: String
        /// How many digits the source gives it; `nil` where it gives none.
        public let digits: ClosedRange<Int>?
        /// When it is there.
        public let presence: Presence
    }

    /// When a field is there.
    public enum Presence: String, Sendable, Hashable {
        /// On every card.
        case always
        /// Insurers differ (保険者により記載有無は異なる).
        case byInsurer
        /// On the cards of dependants (被扶養者) only.
        case dependantsOnly
    }

    /// The front.
    public static let front = [
        Field(name: "本人・家族", digits: nil, presence: .always), Field(name: "交付年月日", digits: nil, presence: .always),
        Field(name: "記号", digits: 7...8, presence: .always), Field(name: "番号", digits: nil, presence: .always),
        Field(name: "枝番", digits: 2...2, presence: .always), Field(name: "氏名", digits: nil, presence: .always),
        Field(name: "フリガナ", digits: nil, presence: .byInsurer), Field(name: "生年月日", digits: nil, presence: .always),
        Field(name: "性別", digits: nil, presence: .always), Field(name: "資格取得年月日", digits: nil, presence: .always),
        Field(name: "事業所名称", digits: nil, presence: .byInsurer),
        Field(name: "保険者番号", digits: SourceParameters.insurerNumberDigits.standard, presence: .always),
        Field(name: "保険者名称", digits: nil, presence: .always), Field(name: "保険者所在地", digits: nil, presence: .always),
        Field(name: "被保険者氏名", digits: nil, presence: .dependantsOnly),
    ]
    /// The back.
    public static let back = ["住所", "備考", "臓器提供意思表示欄"]
}

/// What is printed on a マイナンバーカード and held in its chip (R086, R087).
public enum MyNumberCardFace {
    /// The front.
    public static let front = [
        "氏名", "住所", "生年月日", "性別", "顔写真", "電子証明書の有効期限", "製造番号", "セキュリティコード", "サインパネル領域", "臓器提供意思表示欄",
    ]
    /// The back. The individual number and the code with it are never read, asked for or kept (R047).
    public static let back = ["氏名", "個人番号", "生年月日", "二次元コード", "磁気ストライプ", "ICチップ"]
    /// What of the back is the individual number in one form or another.
    public static let individualNumber: Set<String> = ["個人番号", "二次元コード"]
    /// Digits of what has a fixed number of them.
    public static let digits = ["製造番号": 16, "セキュリティコード": 4]
    /// What the chip holds.
    public static let chip = ["券面記載事項", "電子証明書", "市町村が条例で定めた事項"]
}
