import JapaneseCalendar
import MedicalAccess

/// What the centre says of a person on a day.
public struct EligibilityAnswer: Sendable, Equatable {
    /// Whether the person is insured on that day (資格有効性).
    public let validity: QualificationValidity
    /// The qualification, where there is one.
    public let qualification: Qualification?
    /// Who the person is.
    public let person: InsuredPerson?
    /// 資格確認日 (R080); `nil` where the answer is of no day.
    public var day: CalendarDay?
    /// How the centre names the patient to this facility; `nil` where it knows nobody.
    public var patient: PatientKey?
    /// What the patient has consented to; nothing where nobody was asked.
    public var consents: [ConsentCategory: ConsentState] = [:]
    /// 限度額適用認定証等, those that hold on the day.
    public var limits: [LimitCertificate] = []
    /// 特定疾病療養受療証; `nil` without a consent to it (R101).
    public var specifiedDiseases: SealedRecords?
    /// 照会番号, where the facility has registered one (R188).
    public var referenceNumber: String?

    /// An answer.
    public init(validity: QualificationValidity, qualification: Qualification?, person: InsuredPerson?) {
        self.validity = validity
        self.qualification = qualification
        self.person = person
    }
}

/// 資格有効性 (code table OQSCD006).
public enum QualificationValidity: Int, Sendable, CaseIterable {
    /// 有効
    case valid = 1
    /// 無効
    case invalid = 2
    /// 無効（新しい資格あり）
    case invalidNewerExists = 3
    /// 該当資格なし
    case none = 4
    /// 複数該当
    case several = 5
    /// 有効（未登録）, medical aid only
    case validUnregistered = 6
}

/// A person's health insurance (被保険者資格).
public struct Qualification: Sendable, Equatable {
    /// 保険者番号, 6 or 8 digits.
    public let insurerNumber: String
    /// 保険者名称.
    public let insurerName: String
    /// 被保険者証記号, absent for some insurers.
    public let symbol: String?
    /// 被保険者証番号.
    public let number: String
    /// 枝番, two digits.
    public let branch: String?
    /// The part that the person pays, in per cent (一部負担金割合).
    public let contributionPercent: Int
    /// The first day (資格取得年月日).
    public let from: CalendarDay
    /// The first day on which it no longer holds (資格喪失年月日); `nil` while it lasts.
    public let lostOn: CalendarDay?
    /// 被保険者証区分 (OQSCD010).
    public var cardClass: InsuredCardClass = .general
    /// 本人/家族 (OQSCD009).
    public var relation: InsuredRelation = .insured
    /// 交付年月日
    public var issued: CalendarDay?
    /// The first day of 有効期限.
    public var validFrom: CalendarDay?
    /// The last day of 有効期限.
    public var validUntil: CalendarDay?
    /// 資格喪失事由 (OQSCD008); `nil` while it lasts.
    public var reasonOfLoss: LossReason?
    /// 未就学区分 (OQSCD015): the person does not go to school yet.
    public var isPreschool = false

    /// A qualification.
    public init(
        insurerNumber: String, insurerName: String, symbol: String?, number: String, branch: String?, contributionPercent: Int,
        from: CalendarDay, lostOn: CalendarDay?
    ) {
        self.insurerNumber = insurerNumber
        self.insurerName = insurerName
        self.symbol = symbol
        self.number = number
        self.branch = branch
        self.contributionPercent = contributionPercent
        self.from = from
        self.lostOn = lostOn
    }
}

/// The person behind a certificate. Personal data: shown only to those who asked for it, never logged.
public struct InsuredPerson: Sendable, Equatable {
    /// 氏名.
    public let name: String
    /// 氏名カナ.
    public let kana: String
    /// 生年月日.
    public let birth: CalendarDay
    /// 性別 (code table OQSCD007): 1 male, 2 female, 3 not set.
    public let sex: Int
    /// 郵便番号
    public var postalCode: String?
    /// 住所
    public var address: String?
    /// 電話番号1, 電話番号2 (R082)
    public var telephones: [String] = []
    /// How the date of birth is written.
    public var birthCalendar = BirthCalendar.japanese

    /// A person.
    public init(name: String, kana: String, birth: CalendarDay, sex: Int) {
        self.name = name
        self.kana = kana
        self.birth = birth
        self.sex = sex
    }
}

/// In which calendar a date of birth is written (R088). That the centre says it is assumed: the card has it in print.
public enum BirthCalendar: String, Sendable, Hashable, CaseIterable {
    /// 和暦: Japanese.
    case japanese
    /// 西暦: foreign residents (在日外国人).
    case western
}

/// 被保険者証区分 (code table OQSCD010).
public enum InsuredCardClass: String, Sendable, Hashable, CaseIterable {
    /// 一般
    case general = "01"
    /// 退職
    case retired = "02"
    /// 短期証（一般）
    case shortTerm = "03"
    /// 短期証（退職）
    case shortTermRetired = "04"
    /// 資格証明書, and 特別療養費支給対象者 since 2024-12-02
    case specialCare = "05"
    /// 特例退職
    case specialRetired = "06"
    /// 自衛官
    case selfDefence = "07"
    /// 医療扶助
    case medicalAid = "A1"
}

/// 本人・家族の別 (code table OQSCD009).
public enum InsuredRelation: Int, Sendable, Hashable, CaseIterable {
    /// 本人
    case insured = 1
    /// 家族
    case family = 2
}

/// 資格喪失事由 (code table OQSCD008).
public enum LossReason: String, Sendable, Hashable, CaseIterable {
    /// 死亡
    case death = "01"
    /// 生活保護
    case publicAssistance = "02"
    /// 他の健康保険に加入
    case otherInsurance = "03"
    /// その他
    case other = "99"
}
