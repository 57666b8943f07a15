import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess

/// A flow beside the certified reader, as a function: from a state and an input to the next state and what is to be done. It does nothing
/// itself.
///
/// A flow begins and ends in idle. An idle one is what it was when it was made, but for the method that was set: nothing of a person is left.
public protocol ReceptionFlow: Sendable, Equatable {
    /// Whether nothing is going on.
    var isIdle: Bool { get }
    /// The day from which on the service exists (R172); `nil` where it always has.
    var availableFrom: CalendarDay? { get }
    /// Takes an input. What has no meaning where the flow is changes nothing.
    mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect]
}

extension ReceptionFlow {
    /// It always has.
    public var availableFrom: CalendarDay? { nil }
}

/// Who touches the screen of an app (操作者).
public enum Operator: Sendable, Hashable, CaseIterable {
    /// 患者
    case patient
    /// 医療関係者 or 職員
    case staff
}

/// Who types a PIN. Nobody but the patient does (R116), so there is no other case.
public enum PINEntrant: Sendable, Hashable, CaseIterable {
    /// 患者
    case patient
}

/// What a flow is told.
public enum ReceptionInput {
    /// Begin.
    case begin
    /// Somebody touched the screen.
    case touched(Touch, by: Operator)
    /// Whether the passcode by which the app is opened was right. It is no PIN, and reaches no card (R166).
    case passcodeChecked(Bool)
    /// The passcode by which the app is to be opened from now on was typed; it is kept outside the flow.
    case passcodeChosen
    /// A PIN was typed, which is kept outside the flow until the card is there.
    case pinTyped(by: PINEntrant)
    /// 照合番号B was typed, which is kept outside the flow until the card is there.
    case visualCodeTyped
    /// What happened to the card, or what it said.
    case card(VisitInput)
    /// The centre answered.
    case answered(CentreAnswer)
    /// Medical information was opened with a right to it.
    case opened(MedicalRecords)
    /// The facility does not use this kind of information (R094).
    case hidden
    /// Medical information was refused, which was audited.
    case refused(AccessRefusal)
    /// The program is ending.
    case cancelled
    /// Nobody did anything for too long.
    case timedOut
    /// Something broke, or was refused by the centre.
    case failed(any DiagnosedError)
}

/// What somebody does at the screen of an app, the terminal or the web reception.
public enum Touch: Sendable {
    /// 終了する or 中止.
    case end
    /// Begins what the screen offers.
    case start
    /// 設定メニュー, or the icon at the top right of the consent screen (R041).
    case openSettings
    /// Sets how bearers are proved.
    case method(IdentityMethod)
    /// The device has recognised who uses it (生体認証, R184), or has not.
    case biometrics(Bool)

    /// 全て同意する.
    case consentToAll
    /// 個別に同意する.
    case consentIndividually
    /// 同意する or 同意しない, to what is asked.
    case consent(Bool)
    /// What is to be registered is right.
    case confirm
    /// It is not; the questions are asked again.
    case correct

    /// 目視で本人確認完了: the card's photograph shows this person.
    case looked
    /// Whether the card is to be registered as insurance card.
    case register(Bool)
    /// The staff want the eligibility.
    case fetch
    /// Whether a document with a photograph shows this person.
    case photoMatches(Bool)
    /// Whether the patient information is this person's.
    case informationMatches(Bool)

    /// 資格情報照会（システム障害時）: 検索.
    case search(SystemFailureSearch)
    /// 一括照会: the booked patients.
    case upload([InsuredCardQuery])
    /// An account of the centre logs in.
    case logIn(user: String, password: Secret)
    /// 被保険者証等による検索.
    case searchByCard(InsuredCardQuery)
    /// 氏名、住所等による検索.
    case searchByPerson(name: String, birth: CalendarDay, sex: Int, address: String)
    /// One of the list, counted from 0.
    case choose(Int)
    /// One kind of medical information of a period.
    case view(ConsentCategory, from: CalendarDay?, until: CalendarDay?)

    /// The app is tied to the facility (R181).
    case activate(AppActivation)
    /// The device of the limited type is registered under a name (R039).
    case registerDevice(name: String)
    /// アカウント管理（登録） (R178)
    case createAccount(NewAccount)
    /// アクティベーションコードを発行, for the memo that tells the device (R175).
    case issueCode(memo: String)
    /// 医療機関等別URLを取得・変更 (R168)
    case makeWebAddress
    /// Back to the search, or to the menu.
    case again
}

/// What a flow wants done.
public enum ReceptionEffect {
    /// Show a screen in place of the one before.
    case show(ReceptionScreen)
    /// Ask the centre, from one of its places.
    case ask(CentreRequest, from: CentreCaller.Place)
    /// Ask the centre about the bearer of the card that was read; with a consent, which is registered by that.
    case askEligibility(EligibilityQuery.Service, consent: ConsentRegistration?, from: CentreCaller.Place)
    /// Ask the centre to register the card that was read as insurance card.
    case registerCard(from: CentreCaller.Place)
    /// Ask for the PIN, and keep it.
    case askPIN(by: PINEntrant)
    /// Ask for 照合番号B, and keep it.
    case askVisualCode
    /// Do something with the card.
    case card(CardStep)
    /// Power the card off: it is not needed any more.
    case release
    /// Keep a result of the limited type on the device.
    case keep(LimitedResult)
    /// Hand on what a bulk inquiry has brought.
    case book([EligibilityAnswer])
    /// Ask for medical information by a right, and open it with that right and an audit entry.
    case view(RecordsView)
    /// Keep what the device shows to the centre from now on.
    case keepDevice(DeviceToken)
    /// Keep the passcode that was chosen.
    case keepPasscode
    /// Go on after a while, if nothing happens before.
    case pause(Duration)
    /// Take everything back, wipe what was typed, and end.
    case finish(ReceptionOutcome)
}

/// What is done with a card.
public enum CardStep: Sendable, Hashable, CaseIterable {
    /// Wait for it.
    case wait
    /// Select the application, ask for the counter, read the certificate and check it.
    case read
    /// Let it verify the PIN that was typed.
    case verifyPIN
    /// Read and check the certificate that the PIN has opened.
    case readCertificate
    /// Let it sign a fresh challenge.
    case prove
    /// Read the photograph that the 照合番号B opens which was typed.
    case readPhotograph
    /// Let it show that it is genuine.
    case check
}

/// One kind of a patient's medical information, to be seen by consent or in a disaster.
public struct RecordsView: Sendable, Equatable {
    /// By what it may be seen.
    public enum Basis: Sendable, Equatable {
        /// What was registered in a disaster (R121).
        case emergency(EmergencyConsent)
        /// What the patient has consented to (R113).
        case consent(ConsentState, of: PatientKey)
    }

    /// By what.
    public let basis: Basis
    /// Who wants to see it.
    public let viewer: Viewer
    /// Which kind.
    public let category: ConsentCategory
    /// The first day.
    public let from: CalendarDay?
    /// The last day.
    public let until: CalendarDay?
    /// Where it is shown.
    public let place: CentreCaller.Place

    /// A view.
    public init(
        by basis: Basis, viewer: Viewer, category: ConsentCategory, from: CalendarDay?, until: CalendarDay?, at place: CentreCaller.Place
    ) {
        self.basis = basis
        self.viewer = viewer
        self.category = category
        self.from = from
        self.until = until
        self.place = place
    }

    /// Whose information.
    public var patient: PatientKey {
        switch basis {
        case .emergency(let consent): consent.patient
        case .consent(_, let patient): patient
        }
    }

    /// The right to see it. Throws why there is none.
    func right(by rules: ViewingRules, at now: Int64) throws(AccessRefusal) -> ViewingRight {
        switch basis {
        case .emergency(let consent): try rules.right(to: category, of: patient, by: consent, for: viewer, at: now)
        case .consent(let state, let patient): try rules.right(to: category, of: patient, by: state, for: viewer, at: now)
        }
    }
}
