import JapaneseCalendar
import MedicalAccess

/// 資格情報照会（システム障害時）(R136–R145).
public enum SystemFailureRequest: Sendable, Equatable {
    /// One step towards enabling it; they come in this order (R136).
    case step(EnablingStep)
    /// A search.
    case search(SystemFailureSearch)
}

/// The four steps (R136).
public enum EnablingStep: Sendable, Equatable {
    /// The facility calls: 医療機関コード, its name, who calls, and that it wants to use the function.
    case call(institution: String, name: String, contact: String)
    /// The call centre calls the registered number back and mails the form.
    case callBack(phone: String)
    /// The implementing body enables the function and phones.
    case enable
    /// The facility mails its report, which ends the use.
    case report(title: String)
}

/// What a person is searched by when the system has failed (R141–R143).
public struct SystemFailureSearch: Sendable, Equatable {
    /// 生年月日
    public var birth: CalendarDay?
    /// 性別 (OQSCD007)
    public var sex: Int?
    /// 資格確認日
    public var day: CalendarDay?
    /// 氏名
    public var name: String?
    /// 氏名（カナ）
    public var kana: String?
    /// 住所
    public var address: String?
    /// 保険者名
    public var insurer: String?

    /// Nothing filled in yet.
    public init() {}
}

/// What the centre says while the system has failed.
public enum SystemFailureAnswer: Sendable, Equatable {
    /// How far the enabling has come.
    case step(EnablingState)
    /// Nobody (R144).
    case nobody
    /// Exactly one.
    case one(EligibilityAnswer)
    /// More than one: the list from which the staff choose.
    case several([EligibilityAnswer])
}

/// How far the enabling of the function has come (R136, R145).
public enum EnablingState: String, Sendable, CaseIterable {
    /// Nobody has asked.
    case off
    /// The facility has called.
    case called
    /// It was called back.
    case calledBack = "called-back"
    /// It can be used.
    case enabled
    /// Its use was reported.
    case reported
}

/// 災害時医療情報閲覧 (R145a–R151).
public enum DisasterRequest: Sendable, Equatable {
    /// Whether it is open here and now, which is asked when it is opened on the terminal.
    case open
    /// 被保険者証等による検索
    case searchByCard(InsuredCardQuery)
    /// 氏名、住所等による検索
    case searchByPerson(name: String, birth: CalendarDay, sex: Int, address: String)
    /// The staff have checked who the patient is and register whether they agree (R121).
    case consent(PatientKey, agrees: Bool)
}

/// What the centre says in a disaster.
public enum DisasterAnswer: Sendable, Equatable {
    /// It is open.
    case open(EmergencyOpening)
    /// Who was found, with a part of the eligibility (R148).
    case found([EligibilityAnswer])
    /// The consent is registered.
    case consent(EmergencyConsent)
}
