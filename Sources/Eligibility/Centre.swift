import Certificates
import Diagnosis
import JapaneseCalendar
import Station

/// The eligibility system (オンライン資格確認等システム) as a terminal sees it.
///
/// Asking never waits: the answer arrives as an event at the station's inbox. The embedded centre and the later server
/// client both implement this protocol.
public protocol EligibilityCentre: AnyObject {
    /// Sends `query`; the answer arrives at the centre's station as an event from `source` whose token is the one returned
    /// and whose payload is a `CentreReply`.
    func submit(_ query: EligibilityQuery) -> UInt64
    /// Asks whether a passcode for a visual check was issued; the answer arrives likewise, its payload is a `PasscodeReply`.
    func submit(_ query: PasscodeQuery) -> UInt64
    /// Which source the events of this centre come from.
    var source: SourceID { get }
}

/// What a centre posts: an answer, or why there is none.
public typealias CentreReply = Result<EligibilityAnswer, CentreError>

/// What a centre posts to a `PasscodeQuery`: whether it is one that was issued and not replaced since, or why that is not known.
public typealias PasscodeReply = Result<Bool, CentreError>

/// A passcode for a visual check (目視確認用パスコード) as the staff typed it. It belongs to an account of the centre, never to a patient (R159, R166).
public struct PasscodeQuery: Sendable {
    /// Four ASCII digits.
    public let passcode: Secret

    /// A query.
    public init(passcode: Secret) { self.passcode = passcode }
}

/// Who is asked for: the bearer of an authentication certificate (利用者証明用電子証明書) on one day.
public struct EligibilityQuery: Sendable {
    /// The serial number of the certificate that the visit has proved.
    public let serial: CertificateSerial
    /// The day of the visit in Japan (資格確認日).
    public let day: CalendarDay
    /// What the patient has consented to; `nil` where nobody was asked. Eligibility does not depend on it (R033).
    public let consent: Consent?

    /// A query for one person on one day.
    public init(serial: CertificateSerial, day: CalendarDay, consent: Consent? = nil) {
        self.serial = serial
        self.day = day
        self.consent = consent
    }
}

/// What the centre says of a person on a day.
public struct EligibilityAnswer: Sendable, Equatable {
    /// Whether the person is insured on that day (資格有効性).
    public let validity: QualificationValidity
    /// The qualification, where there is one.
    public let qualification: Qualification?
    /// Who the person is.
    public let person: InsuredPerson?

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

/// Why the centre gave no answer.
public struct CentreError: DiagnosedError, Equatable {
    /// A stable name, such as `centre-unavailable`.
    public let code: String
    /// What the person at the counter can act on.
    public let sentence: Sentence
    /// What the engineer wants to know.
    public let cause: String?
    /// What kind of failure it is.
    public let category: FailureCategory

    /// An error of the centre.
    public init(code: String, sentence: Sentence, cause: String?, category: FailureCategory) {
        self.code = code
        self.sentence = sentence
        self.cause = cause
        self.category = category
    }
}
