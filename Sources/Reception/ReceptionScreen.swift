import Centre
import Diagnosis
import Eligibility
import MedicalAccess
import ReaderKit
import Station

/// What stands on the screen of an app, of the terminal or of the web reception. Its words are those of `ReceptionText`.
public enum ReceptionScreen: Sendable {
    /// Something is on its way; nothing can be touched.
    case working
    /// The app is opened: biometrics or passcode (R184).
    case openApp
    /// 利用規約 (R181)
    case terms
    /// What keeps the device safe (R185).
    case deviceSafety
    /// What ties the home-consent app to the facility, with what is wrong, and why the centre has refused it (R181).
    case setUpForm(wrong: Set<SetUpField>, refused: Sentence?)
    /// The name under which a device of the limited type is registered (R039).
    case deviceForm(refused: Sentence?)
    /// The passcode of the app is chosen (R181).
    case choosePasscode
    /// What an administrator can prepare.
    case preparation
    /// An account was made (R178).
    case accountMade
    /// An activation code, to be used after about ten minutes (R175, R176).
    case activationCode(String)
    /// The address of the web reception (R168).
    case webAddress(String)
    /// The limited app with the method that is set (R042).
    case ready(IdentityMethod)
    /// 設定メニュー: how bearers are proved (R041).
    case settings([IdentityMethod], set: IdentityMethod)
    /// All or individually; with the method where it can be set from here (R041).
    case consent(method: IdentityMethod?)
    /// One group of information.
    case consentTo(ScreenConsentGroup)
    /// What will be registered, for the patient to confirm (R115).
    case consentSummary(Consent)
    /// The staff compare card and person.
    case lookAtBearer
    /// The patient types the PIN, and nobody looks (R118).
    case enterPIN
    /// The patient holds the card to the reader (R045).
    case holdCard
    /// Whether to register the card as insurance card (R174).
    case offerCard
    /// The centre has the consent.
    case consentRegistered
    /// The staff look at a document with a photograph (R119).
    case checkPhoto
    /// The staff compare the patient information (R119).
    case compareInformation(EligibilityAnswer)
    /// The eligibility.
    case result(EligibilityAnswer)
    /// The eligibility in the limited app.
    case limitedResult(LimitedResult)

    /// The conditions of a search at system failure, with what is still to be filled in (R141–R143).
    case failureSearch(missing: [Set<SearchField>])
    /// Nobody was found.
    case nobodyFound
    /// Several were found.
    case candidates([EligibilityAnswer])

    /// An account logs in at the terminal.
    case logIn
    /// 被保険者証等による検索 or 氏名、住所等による検索 (R149).
    case disasterSearch
    /// The staff check who the patient is, and whether they agree (R121).
    case disasterConsent(EligibilityAnswer)
    /// The conditions of a search at the receipt computer (R190).
    case medicalSearch
    /// What and when.
    case chooseRecords(Set<ConsentCategory>)
    /// Medical information.
    case records(MedicalRecords)
    /// The facility does not use this kind of information (R094).
    case hidden

    /// The list for a bulk inquiry.
    case bulkUpload
    /// A bulk inquiry is being worked on.
    case processing(reception: String)
    /// A sentence, such as an error.
    case message(Sentence)
}

/// Where an app, the terminal or the web reception shows its screens and is touched.
///
/// Nothing waits here: `show` returns at once, and what somebody does arrives as an event from `source` whose token is the one returned and
/// whose payload is a `ScreenReply`.
public protocol ReceptionScreens: AnyObject {
    /// The source of what is touched.
    var source: SourceID { get }
    /// Shows a screen in place of the one before.
    func show(_ screen: ReceptionScreen) -> UInt64
}

/// What somebody does at a screen.
public enum ScreenReply: Sendable {
    /// A touch.
    case touched(Touch, by: Operator)
    /// The passcode of the app was typed.
    case passcode(AppPasscode)
    /// The passcode of the app was chosen.
    case newPasscode(AppPasscode)
}

/// The passcode by which the app is opened on its device: four digits, set when the app is set up (R181, R184).
///
/// It is no PIN of a card and goes nowhere (R166): it has a type of its own, which no step with a card takes.
public struct AppPasscode: Sendable {
    private let digits: Secret

    /// A passcode; `nil` for anything but four ASCII digits.
    public init?(_ digits: Secret) {
        let isFour = digits.withBytes { bytes in bytes.count == 4 && bytes.indices.allSatisfy { (0x30...0x39).contains(bytes[$0]) } }
        guard isFour else { return nil }
        self.digits = digits
    }

    /// Whether both are the same, in a time that does not tell where they differ.
    public func matches(_ other: AppPasscode) -> Bool {
        digits.withBytes { bytes in
            other.digits.withBytes { others in bytes.indices.reduce(0) { $0 | (bytes[$1] ^ others[$1]) } == 0 }
        }
    }
}
