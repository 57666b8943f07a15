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

    /// A person.
    public init(name: String, kana: String, birth: CalendarDay, sex: Int) {
        self.name = name
        self.kana = kana
        self.birth = birth
        self.sex = sex
    }
}
