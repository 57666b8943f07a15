import Certificates
import JapaneseCalendar
import MedicalAccess

/// Who is asked for: the bearer of an authentication certificate (利用者証明用電子証明書) on one day.
public struct EligibilityQuery: Sendable {
    /// The two kinds of verification (R030).
    public enum Service: String, Sendable, CaseIterable {
        /// 既存型
        case full
        /// 資格確認限定型: eligibility only, whatever was consented to (R035).
        case limited
    }

    /// The serial number of the certificate that the visit has proved.
    public let serial: CertificateSerial
    /// The day of the visit in Japan (資格確認日).
    public let day: CalendarDay
    /// Which kind of verification.
    public let service: Service
    /// What the patient has answered; `nil` where nobody was asked. Eligibility does not depend on it (R033).
    public let consent: ConsentRegistration?

    /// A query for one person on one day.
    public init(serial: CertificateSerial, day: CalendarDay, service: Service = .full, consent: ConsentRegistration? = nil) {
        self.serial = serial
        self.day = day
        self.service = service
        self.consent = consent
    }
}

/// What a patient has answered, as it is registered. Who was not asked about a category has not answered.
public struct ConsentRegistration: Sendable, Equatable {
    /// For which care.
    public let setting: CareSetting
    /// Yes or no, for each category that was asked about.
    public let answers: [ConsentCategory: Bool]
    /// 限度額適用認定証等の情報の提供 (OQSCD001); `nil` where that is not asked, which is so since 2024-10-07.
    public let limit: Bool?

    /// An answer.
    public init(in setting: CareSetting, _ answers: [ConsentCategory: Bool], limit: Bool? = nil) {
        self.setting = setting
        self.answers = answers
        self.limit = limit
    }
}

/// A person is asked for by what stands on an insurance card or a 資格確認書 (R049): eligibility, and never medical information (R050).
public struct InsuredCardQuery: Sendable, Equatable {
    /// 保険者番号
    public let insurerNumber: String
    /// 被保険者証記号
    public let symbol: String?
    /// 被保険者証番号
    public let number: String
    /// 枝番
    public let branch: String?
    /// 生年月日
    public let birth: CalendarDay
    /// 資格確認日
    public let day: CalendarDay

    /// A query.
    public init(insurerNumber: String, symbol: String?, number: String, branch: String?, birth: CalendarDay, day: CalendarDay) {
        self.insurerNumber = insurerNumber
        self.symbol = symbol
        self.number = number
        self.branch = branch
        self.birth = birth
        self.day = day
    }
}

/// After a reception by app or web the receipt computer asks, by the facility's own code, for the insurance numbers of those whose consent was
/// registered (R187): eligibility, and never medical information.
public struct ObtainedQuery: Sendable, Equatable {
    /// 医療機関等コード: ten digits.
    public let institution: String
    /// 資格確認日
    public let day: CalendarDay

    /// A query.
    public init(institution: String, day: CalendarDay) {
        self.institution = institution
        self.day = day
    }
}

/// 資格確認一括要求ファイル (R189): first sent, then asked for.
public enum BulkRequest: Sendable, Equatable {
    /// Many persons at once.
    case upload([InsuredCardQuery])
    /// The result of an upload, by its 受付番号.
    case result(reception: String)
}

/// What becomes of a bulk inquiry.
public enum BulkAnswer: Sendable, Equatable {
    /// It was taken, with this 受付番号.
    case received(reception: String)
    /// It is still being worked on (SegmentOfResult 2).
    case processing
    /// One answer for each person, in the order of the upload.
    case finished([EligibilityAnswer])
}

/// 照会番号 (R188): what the facility calls a patient.
public struct ReferenceRegistration: Sendable, Equatable {
    /// The patient.
    public let patient: PatientKey
    /// 1 to 50 characters.
    public let number: String

    /// A registration.
    public init(_ number: String, for patient: PatientKey) {
        self.number = number
        self.patient = patient
    }
}

/// Use of the card as insurance card, which a person registers once (初回登録, R053).
public struct RegistrationRequest: Sendable {
    /// The serial number of the certificate that was proved.
    public let serial: CertificateSerial

    /// A registration.
    public init(serial: CertificateSerial) { self.serial = serial }
}

/// What became of a registration.
public enum RegistrationAnswer: String, Sendable, CaseIterable {
    /// From now on the card is an insurance card.
    case registered
    /// It was one before.
    case already
    /// The centre does not know the card.
    case unknown
}
