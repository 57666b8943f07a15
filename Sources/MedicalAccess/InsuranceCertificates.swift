import Diagnosis
import JapaneseCalendar

/// What a person pays at most in a month, or who they are where that is reduced (限度額適用認定証等, R097, R098).
public struct LimitCertificate: Sendable, Equatable {
    /// 限度額適用認定証区分 (OQSCD011).
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// 限度額適用認定証
        case limit = "01"
        /// 限度額適用・標準負担額減額認定証
        case limitAndReduction = "02"
        /// 標準負担額減額認定証
        case reduction = "03"
    }

    /// 適用区分 (OQSCD012).
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// ア to オ, and オ(境).
        case a01 = "A01", a02 = "A02", a03 = "A03", a04 = "A04", a05 = "A05", a06 = "A06"
        /// 現役並みⅢ, Ⅱ, Ⅰ; 一般; 低所得Ⅱ, Ⅰ; 低所得Ⅰ(老福), (境); 一般Ⅱ, Ⅰ.
        case b01 = "B01", b02 = "B02", b03 = "B03", b04 = "B04", b05 = "B05", b06 = "B06", b07 = "B07", b08 = "B08", b09 = "B09",
            b10 = "B10"

        /// As it is printed.
        public var name: String {
            switch self {
            case .a01: "ア"
            case .a02: "イ"
            case .a03: "ウ"
            case .a04: "エ"
            case .a05: "オ"
            case .a06: "オ(境)"
            case .b01: "現役並みⅢ"
            case .b02: "現役並みⅡ"
            case .b03: "現役並みⅠ"
            case .b04: "一般"
            case .b05: "低所得Ⅱ"
            case .b06: "低所得Ⅰ"
            case .b07: "低所得Ⅰ(老福)"
            case .b08: "低所得Ⅰ(境)"
            case .b09: "一般Ⅱ"
            case .b10: "一般Ⅰ"
            }
        }
    }

    /// Which certificate.
    public let kind: Kind
    /// 適用区分
    public let level: Level
    /// 交付年月日
    public let issued: CalendarDay
    /// The first day.
    public let from: CalendarDay
    /// The last day.
    public let until: CalendarDay?
    /// 長期入院該当年月日 (R098)
    public let longStay: CalendarDay?

    /// A certificate.
    public init(kind: Kind, level: Level, issued: CalendarDay, from: CalendarDay, until: CalendarDay?, longStay: CalendarDay?) {
        self.kind = kind
        self.level = level
        self.issued = issued
        self.from = from
        self.until = until
        self.longStay = longStay
    }
}

/// 特定疾病療養受療証 (R099): a specified disease, and what the person pays at most.
public struct SpecifiedDiseaseCertificate: Sendable, Equatable {
    /// 認定疾病 (OQSCD013, R100): three.
    public enum Disease: Int, Sendable, Hashable, CaseIterable {
        /// 人工腎臓を実施している慢性腎不全
        case dialysis = 1
        /// 血漿分画製剤を投与している先天性血液凝固第Ⅷ因子障害又は第Ⅸ因子障害
        case haemophilia = 2
        /// 抗ウイルス剤を投与している後天性免疫不全症候群
        case hiv = 3

        /// Its name for people.
        public var name: Sentence {
            switch self {
            case .dialysis: Sentence(ja: "人工腎臓を実施している慢性腎不全", en: "chronic renal failure with dialysis")
            case .haemophilia:
                Sentence(ja: "先天性血液凝固第Ⅷ因子障害又は第Ⅸ因子障害（血友病）", en: "haemophilia (factor VIII or IX)")
            case .hiv: Sentence(ja: "抗ウイルス剤を投与している後天性免疫不全症候群", en: "AIDS treated with antivirals")
            }
        }
    }

    /// 認定疾病名
    public let disease: Disease
    /// 自己負担限度額, yen a month.
    public let limit: Int
    /// The first day.
    public let from: CalendarDay
    /// The last day.
    public let until: CalendarDay?

    /// A certificate.
    public init(disease: Disease, limit: Int, from: CalendarDay, until: CalendarDay?) {
        self.disease = disease
        self.limit = limit
        self.from = from
        self.until = until
    }
}
