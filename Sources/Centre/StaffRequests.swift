import Diagnosis
import JapaneseCalendar
import MedicalAccess

/// The passcode of a visual check (目視確認用パスコード, R159–R164). It belongs to an account of the centre, never to a patient (R166).
public enum PasscodeRequest: Sendable {
    /// Whether this is one that was issued and not replaced since: four ASCII digits.
    case check(Secret)
    /// One is to be made for the caller's account; one that it had is worth nothing from then on.
    case issue
}

/// What the centre says of passcodes.
public enum PasscodeAnswer: Sendable {
    /// Whether it is one that was issued.
    case checked(Bool)
    /// The new one, four digits, which cannot be shown again (R161).
    case issued(Secret)
}

/// アカウント情報管理 (R178) and logging in.
public enum AccountRequest: Sendable {
    /// An account is to be made (by an administrator).
    case create(NewAccount)
    /// Somebody logs in.
    case logIn(user: String, password: Secret)
}

/// What is typed to make an account (R178).
public struct NewAccount: Sendable {
    /// 権限区分
    public let right: AccountRight
    /// ユーザID: 2 to 8 half-width letters and digits (R179).
    public let user: String
    /// ユーザ名
    public let name: String
    /// ユーザ名(カナ)
    public let kana: String
    /// 利用開始年月日
    public let from: CalendarDay
    /// The first password.
    public let password: Secret

    /// An account.
    public init(right: AccountRight, user: String, name: String, kana: String, from: CalendarDay, password: Secret) {
        self.right = right
        self.user = user
        self.name = name
        self.kana = kana
        self.from = from
        self.password = password
    }
}

/// What the centre says of accounts.
public enum AccountAnswer: Sendable, Equatable {
    /// It was made.
    case created
    /// Somebody has logged in, with this right.
    case loggedIn(AccountRight)
}

/// マイナ資格確認アプリ管理 (R175–R183), and the devices of the limited type (R039).
public enum AppRequest: Sendable {
    /// An activation code for a device that the memo names (端末識別メモ情報).
    case issueCode(memo: String)
    /// A code is worth nothing from now on (IF-055, IF-056).
    case invalidateCode(String)
    /// The app is set up on a device: 機関コード, ID, パスワード, アクティベーションコード (R181).
    case activate(AppActivation)
    /// A device of the limited type is registered through the portal.
    case registerDevice(name: String, DeviceKind)
    /// A device of the limited type wants to begin (R039).
    case authenticate(DeviceToken)
}

/// What is typed to set up the app (R181).
public struct AppActivation: Sendable {
    /// 機関コード: ten digits (R182).
    public let institution: String
    /// ID of a general or viewing account (R177).
    public let user: String
    /// パスワード
    public let password: Secret
    /// アクティベーションコード
    public let code: String
    /// The device.
    public let device: DeviceKind

    /// What is typed.
    public init(institution: String, user: String, password: Secret, code: String, device: DeviceKind) {
        self.institution = institution
        self.user = user
        self.password = password
        self.code = code
        self.device = device
    }
}

/// The kinds of devices that the sources name (R037, R171).
public enum DeviceKind: String, Sendable, CaseIterable {
    /// Windows PC
    case windows
    /// Android phone or tablet
    case android
    /// iPhone
    case iphone
    /// iPad
    case ipad
}

/// What a registered device shows when it asks.
public struct DeviceToken: Sendable, Hashable {
    /// Letters and digits.
    public let value: String

    /// A token.
    public init(_ value: String) { self.value = value }
}

/// What the centre says of apps and devices.
public enum AppAnswer: Sendable, Equatable {
    /// A code, to be used after about ten minutes (R176).
    case code(String)
    /// The device is registered, or the app is set up on it.
    case device(DeviceToken)
    /// The device is one that was registered.
    case authenticated
}

/// 環境設定情報管理 and マイナ在宅受付web管理 (R167, R168).
public enum EnvironmentRequest: Sendable, Equatable {
    /// What is set.
    case read
    /// Sets one; by an administrator.
    case set(EnvironmentSetting, Bool)
    /// The address of the web reception is made, or changed; by an administrator.
    case makeWebAddress
    /// Whether an address of the web reception holds.
    case checkWebAddress(String)
}

/// What a facility has set (OQSCD030, OQSCD037).
public enum EnvironmentSetting: String, Sendable, Hashable, CaseIterable {
    /// オンライン診療等・外来診療等（通常とは異なる動線）機能
    case otherRoutes = "other-routes"
    /// 訪問診療等機能, whose switch the sources do not show
    case homeVisits = "home-visits"
    /// 手術情報の表示
    case showsSurgery = "shows-surgery"
    /// 診療情報の表示 (R094)
    case showsDiagnosis = "shows-diagnosis"
    /// 薬剤情報の表示
    case showsDrugs = "shows-drugs"
    /// 特定健診情報の表示
    case showsCheckup = "shows-checkup"
}

/// What the centre says of a facility's settings.
public enum EnvironmentAnswer: Sendable, Equatable {
    /// Those that are on.
    case settings(Set<EnvironmentSetting>)
    /// The address of the web reception, which also stands in a 2-D code.
    case webAddress(String)
    /// Whether the address holds.
    case checked(Bool)
}
