import Centre
import JapaneseCalendar
import MedicalAccess
import Reception
import YAML

/// What a scenario says of a flow beside the certified reader: an app, the terminal, the web reception.
public struct Desk: Sendable {
    /// What is on the device on which it runs.
    public struct Device: Sendable, Hashable {
        /// What it is and whose.
        public var device = ReceptionDevice(.windows)
        /// Whether the centre knows it as a device of the limited type (R039).
        public var isRegistered = true
        /// The activation code that is typed at its first start.
        public var code = Code.ready
        /// Whether the account has logged in to the centre before (R180).
        public var hasLoggedIn = true
    }

    /// An activation code (R175, R176).
    public enum Code: String, Sendable, CaseIterable {
        /// Issued a quarter of an hour ago.
        case ready
        /// Issued nine minutes ago.
        case early
        /// Another device has used it.
        case used
        /// It was taken back.
        case takenBack = "taken-back"
        /// Issued two hours ago, where codes last for one.
        case expired
        /// Never issued.
        case unknown
    }

    /// Which address the web reception is opened by (R168).
    public enum Address: String, Sendable, CaseIterable {
        /// The facility's.
        case current
        /// One that the facility has changed since.
        case replaced
        /// One that was never given.
        case unknown
    }

    /// What is filled in at a search, or what stands of a patient in the list of a bulk inquiry.
    public struct Search: Sendable, Equatable {
        /// 生年月日, 性別 and so on, as at a search while the system has failed.
        public var fields = SystemFailureSearch()
        /// 保険者番号
        public var insurerNumber: String?
        /// 被保険者証記号
        public var symbol: String?
        /// 被保険者証番号
        public var number: String?
        /// 枝番
        public var branch: String?
    }

    /// What is wanted to be seen in a disaster.
    public struct View: Sendable, Hashable {
        /// Which kind.
        public let category: ConsentCategory
        /// The first day.
        public let from: CalendarDay?
        /// The last day.
        public let until: CalendarDay?
    }

    /// What the account may do, by which the synthetic one is meant; `nil` for nobody.
    public var account: AccountRight?
    /// What the facility knows the viewer to be (R112).
    public var profession = Profession.doctor
    /// The device.
    public var device = Device()
    /// Which app is set up.
    public var app = AppSetUp.App.homeConsent
    /// Why the home app is used.
    public var route = HomeConsentApp.Route.homeVisit
    /// Whether the patient was there before.
    public var isRevisit = false
    /// From which program disaster viewing is begun.
    public var place = CentreCaller.Place.terminal
    /// By which address the web reception is opened.
    public var address = Address.current
    /// What is filled in, in order.
    public var searches: [Search] = []
    /// What is looked at, in order.
    public var views: [View] = []
    /// When a result of the limited type is opened again; `nil` where it is not.
    public var lookAgain: JapaneseTime?
    /// Whether booked patients whom the bulk inquiry leaves in doubt are asked for again at reception.
    public var rechecks = false
    /// What people do otherwise than usual, and where each line stands.
    public var stage: [(place: YAMLPlace, line: DeskLine)] = []
}

/// What was done at the centre before a scenario begins.
public struct CentrePreparation: Sendable {
    /// When and where disaster viewing was opened.
    public struct Opening: Sendable, Hashable {
        /// The area.
        public var area: String
        /// The first second.
        public var from: JapaneseTime
        /// The last second.
        public var until: JapaneseTime
    }

    /// What the facility has switched on and off (R167, R094).
    public var settings: [EnvironmentSetting: Bool] = [:]
    /// How far the function for a system failure was enabled (R136).
    public var systemFailure = EnablingState.off
    /// What was opened for a disaster.
    public var opening: Opening?
    /// Who of the list of synthetic patients bears the card: the serial in hexadecimal digits; `nil` for the card's usual bearer.
    public var bearer: String?
}
