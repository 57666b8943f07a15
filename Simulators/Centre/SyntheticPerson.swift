import Centre
import MedicalAccess

/// A made-up insured person with whom a new centre starts. Days are written `YYYYMMDD`.
public struct SyntheticPerson: Sendable {
    /// The serial number of the authentication certificate: magnitude, big-endian, without leading zeros.
    public var serial: [UInt8]
    /// 氏名: always 試験 and a word that says what the person is for.
    public let name: String
    /// 氏名カナ.
    public let kana: String
    /// 生年月日.
    public let birth: String
    /// 性別 (OQSCD007): 1 male, 2 female, 3 not set.
    public let sex: Int
    /// The person's health insurances, in the order in which they began.
    public var qualifications: [SyntheticQualification]
    /// 郵便番号
    public var postalCode: String?
    /// 住所
    public var address: String?
    /// 電話番号1, 電話番号2
    public var telephones: [String] = []
    /// How the date of birth is written (R088).
    public var birthCalendar = BirthCalendar.japanese
    /// Whether the card was registered as insurance card.
    public var isRegistered = true
    /// Certificates, consents and medical information.
    public var records: [SyntheticRecord] = []
    /// The serial of an earlier card of the same person; nothing but the certificate is new then.
    public var earlierSerial: [UInt8]?
    /// What the person is for, where the name does not say it all (テスト患者一覧).
    public var note = ""
}

/// A made-up health insurance of a synthetic person. Days are written `YYYYMMDD`.
public struct SyntheticQualification: Sendable {
    /// 被保険者証区分 (OQSCD010): `01` general, `A1` medical aid (医療扶助).
    public var kind: String
    /// 保険者番号.
    public let insurerNumber: String
    /// 保険者名称.
    public let insurerName: String
    /// 被保険者証記号.
    public let symbol: String?
    /// 被保険者証番号.
    public let number: String
    /// 枝番.
    public var branch: String?
    /// 一部負担金割合, per cent.
    public let contributionPercent: Int
    /// 資格取得年月日.
    public let from: String
    /// 資格喪失年月日: the first day on which it no longer holds.
    public let lostOn: String?
    /// Whether a medical-aid ticket (医療券) is registered; always true for insurance.
    public let registered: Bool
    /// 本人/家族 (OQSCD009).
    public var relation = InsuredRelation.insured
    /// 交付年月日
    public var issued: String?
    /// 有効期限, the first day.
    public var validFrom: String?
    /// 有効期限, the last day.
    public var validUntil: String?
    /// 資格喪失事由 (OQSCD008).
    public var reasonOfLoss: LossReason?
    /// 未就学 (OQSCD015).
    public var isPreschool = false
}

/// What a new centre knows beside a person's insurance. Days are written `YYYYMMDD`.
public enum SyntheticRecord: Sendable {
    /// 限度額適用認定証等
    case limit(LimitCertificate.Kind, LimitCertificate.Level, from: String, until: String?, longStay: String? = nil)
    /// 特定疾病療養受療証, yen a month
    case disease(SpecifiedDiseaseCertificate.Disease, yen: Int, from: String, until: String?)
    /// 手術・傷病名・感染症
    case surgery(SurgeryRecord.Kind, String, name: String)
    /// 診療
    case treatment(String, CareKind, type: String, name: String)
    /// 薬剤
    case drug(
        String, CareKind, DrugRecord.Form, product: String, generic: String?, usage: String, quantity: String, unit: String, times: Int)
    /// 特定健診
    case checkup(String, [CheckupItem: String])
    /// A consent, given at a Unix time; where it has ended, when and why
    case consent(ConsentCategory, CareSetting, time: Int64, ended: Int64? = nil, ConsentEnding? = nil)

    /// The institution that all records name.
    static let institution = "試験クリニック"

    /// How it is written into its table, behind the number of the person.
    var row: (sql: String, values: [SQLiteValue]) {
        func insert(_ table: String, _ columns: String, _ values: [SQLiteValue]) -> (String, [SQLiteValue]) {
            let places = Array(repeating: "?", count: columns.split(separator: ",").count + 1).joined(separator: ", ")
            return ("INSERT INTO \(table) (person, \(columns)) VALUES (\(places))", values)
        }
        switch self {
        case .limit(let kind, let level, let from, let until, let longStay):
            return insert(
                "limit_certificate", "kind, level, issued_day, from_day, until_day, long_stay_day",
                [.text(kind.rawValue), .text(level.rawValue), .text(from), .text(from), .text(until), .text(longStay)])
        case .disease(let disease, let yen, let from, let until):
            return insert(
                "specified_disease", "disease, yen, from_day, until_day",
                [.integer(Int64(disease.rawValue)), .integer(Int64(yen)), .text(from), .text(until)])
        case .surgery(let kind, let day, let name):
            return insert(
                "surgery", "kind, day, institution, name", [.text(kind.rawValue), .text(day), .text(Self.institution), .text(name)])
        case .treatment(let day, let care, let type, let name):
            return insert(
                "treatment", "day, institution, care, type, name",
                [.text(day), .text(Self.institution), .text(care.rawValue), .text(type), .text(name)])
        case .drug(let day, let care, let form, let product, let generic, let usage, let quantity, let unit, let times):
            return insert(
                "drug", "day, dispensed_day, care, usage, form, product, generic, quantity, unit, times",
                [
                    .text(day), .text(day), .text(care.rawValue), .text(usage), .text(form.rawValue), .text(product), .text(generic),
                    .text(quantity), .text(unit), .integer(Int64(times)),
                ])
        case .checkup: return insert("checkup", "day, item, value", [])
        case .consent(let category, let setting, let time, let ended, let ending):
            return insert(
                "consent", "category, setting, agrees, time, ended, ending",
                [
                    .text(category.rawValue), .integer(Int64(setting.rawValue)), .integer(1), .integer(time), .integer(ended),
                    .integer(ending.map { Int64($0.rawValue) }),
                ])
        }
    }
}
