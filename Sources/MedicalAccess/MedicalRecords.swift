import JapaneseCalendar

/// Medical information of one kind.
public enum MedicalRecords: Sendable, Equatable {
    /// 手術情報
    case surgery([SurgeryRecord])
    /// 診療情報
    case diagnosis([TreatmentRecord])
    /// 薬剤情報
    case drugs([DrugRecord])
    /// 特定健診情報
    case checkup([CheckupRecord])
    /// 特定疾病療養受療証情報
    case specifiedDisease([SpecifiedDiseaseCertificate])

    /// Of which kind.
    public var category: ConsentCategory {
        switch self {
        case .surgery: .surgery
        case .diagnosis: .diagnosis
        case .drugs: .drugs
        case .checkup: .checkup
        case .specifiedDisease: .specifiedDisease
        }
    }

    /// How many records.
    public var count: Int {
        switch self {
        case .surgery(let records): records.count
        case .diagnosis(let records): records.count
        case .drugs(let records): records.count
        case .checkup(let records): records.count
        case .specifiedDisease(let records): records.count
        }
    }
}

/// An operation, the name of an injury or disease, or an infection (手術・傷病名・感染症).
public struct SurgeryRecord: Sendable, Equatable {
    /// Which of the three.
    public enum Kind: String, Sendable, CaseIterable {
        /// 手術
        case operation
        /// 傷病名
        case diagnosis
        /// 感染症
        case infection
    }

    /// Which of the three.
    public let kind: Kind
    /// 診療年月日
    public let day: CalendarDay
    /// 医療機関名
    public let institution: String
    /// Its name.
    public let name: String

    /// A record.
    public init(kind: Kind, day: CalendarDay, institution: String, name: String) {
        self.kind = kind
        self.day = day
        self.institution = institution
        self.name = name
    }
}

/// Where a record comes from (入/外/調, R092).
public enum CareKind: String, Sendable, CaseIterable {
    /// 入院
    case inpatient = "入"
    /// 外来
    case outpatient = "外"
    /// 調剤
    case pharmacy = "調"
}

/// One act of treatment (診療実績, R095).
public struct TreatmentRecord: Sendable, Equatable {
    /// 診療年月日
    public let day: CalendarDay
    /// 医療機関名
    public let institution: String
    /// 入/外
    public let kind: CareKind
    /// 診療種別
    public let type: String
    /// 診療行為名 or 医薬品名
    public let name: String

    /// A record.
    public init(day: CalendarDay, institution: String, kind: CareKind, type: String, name: String) {
        self.day = day
        self.institution = institution
        self.kind = kind
        self.type = type
        self.name = name
    }
}

/// One drug (薬剤情報, R092).
public struct DrugRecord: Sendable, Equatable {
    /// 内服/外用/注射 (R092).
    public enum Form: String, Sendable, CaseIterable {
        /// 内服
        case oral = "内服"
        /// 外用
        case external = "外用"
        /// 注射
        case injection = "注射"
    }

    /// 入/外/調
    public let kind: CareKind
    /// 処方日; its month is the 診療月.
    public let prescribed: CalendarDay
    /// 調剤日
    public let dispensed: CalendarDay?
    /// 用法
    public let usage: String
    /// 特別指示
    public let instruction: String?
    /// 内服/外用/注射
    public let form: Form
    /// 薬剤名(商品名)
    public let product: String
    /// 薬剤名(一般名)
    public let generic: String?
    /// 数量, as printed: a decimal number.
    public let quantity: String
    /// 数量単位
    public let unit: String
    /// 回数(回単位数)
    public let times: Int

    /// A record.
    public init(
        kind: CareKind, prescribed: CalendarDay, dispensed: CalendarDay?, usage: String, instruction: String?, form: Form,
        product: String, generic: String?, quantity: String, unit: String, times: Int
    ) {
        self.kind = kind
        self.prescribed = prescribed
        self.dispensed = dispensed
        self.usage = usage
        self.instruction = instruction
        self.form = form
        self.product = product
        self.generic = generic
        self.quantity = quantity
        self.unit = unit
        self.times = times
    }
}
