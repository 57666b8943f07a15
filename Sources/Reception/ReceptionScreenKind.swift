extension ReceptionScreen {
    /// A screen without what stands on it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `ReceptionScreen.working`.
        case working
        /// `ReceptionScreen.openApp`.
        case openApp = "open-app"
        /// `ReceptionScreen.terms`.
        case terms
        /// `ReceptionScreen.deviceSafety`.
        case deviceSafety = "device-safety"
        /// `ReceptionScreen.setUpForm`.
        case setUpForm = "set-up-form"
        /// `ReceptionScreen.deviceForm`.
        case deviceForm = "device-form"
        /// `ReceptionScreen.choosePasscode`.
        case choosePasscode = "choose-passcode"
        /// `ReceptionScreen.preparation`.
        case preparation
        /// `ReceptionScreen.accountMade`.
        case accountMade = "account-made"
        /// `ReceptionScreen.activationCode`.
        case activationCode = "activation-code"
        /// `ReceptionScreen.webAddress`.
        case webAddress = "web-address"
        /// `ReceptionScreen.ready`.
        case ready
        /// `ReceptionScreen.settings`.
        case settings
        /// `ReceptionScreen.consent`.
        case consent
        /// `ReceptionScreen.consentTo`.
        case consentTo = "consent-to"
        /// `ReceptionScreen.consentSummary`.
        case consentSummary = "consent-summary"
        /// `ReceptionScreen.lookAtBearer`.
        case lookAtBearer = "look-at-bearer"
        /// `ReceptionScreen.enterPIN`.
        case enterPIN = "enter-pin"
        /// `ReceptionScreen.holdCard`.
        case holdCard = "hold-card"
        /// `ReceptionScreen.offerCard`.
        case offerCard = "offer-card"
        /// `ReceptionScreen.consentRegistered`.
        case consentRegistered = "consent-registered"
        /// `ReceptionScreen.checkPhoto`.
        case checkPhoto = "check-photo"
        /// `ReceptionScreen.compareInformation`.
        case compareInformation = "compare-information"
        /// `ReceptionScreen.result`.
        case result
        /// `ReceptionScreen.limitedResult`.
        case limitedResult = "limited-result"
        /// `ReceptionScreen.failureSearch`.
        case failureSearch = "failure-search"
        /// `ReceptionScreen.nobodyFound`.
        case nobodyFound = "nobody-found"
        /// `ReceptionScreen.candidates`.
        case candidates
        /// `ReceptionScreen.logIn`.
        case logIn = "log-in"
        /// `ReceptionScreen.disasterSearch`.
        case disasterSearch = "disaster-search"
        /// `ReceptionScreen.disasterConsent`.
        case disasterConsent = "disaster-consent"
        /// `ReceptionScreen.medicalSearch`.
        case medicalSearch = "medical-search"
        /// `ReceptionScreen.chooseRecords`.
        case chooseRecords = "choose-records"
        /// `ReceptionScreen.records`.
        case records
        /// `ReceptionScreen.hidden`.
        case hidden
        /// `ReceptionScreen.bulkUpload`.
        case bulkUpload = "bulk-upload"
        /// `ReceptionScreen.processing`.
        case processing
        /// `ReceptionScreen.message`.
        case message
    }

    /// What kind of screen it is.
    public var kind: Kind {
        switch self {
        case .working: .working
        case .openApp: .openApp
        case .terms: .terms
        case .deviceSafety: .deviceSafety
        case .setUpForm: .setUpForm
        case .deviceForm: .deviceForm
        case .choosePasscode: .choosePasscode
        case .preparation: .preparation
        case .accountMade: .accountMade
        case .activationCode: .activationCode
        case .webAddress: .webAddress
        case .ready: .ready
        case .settings: .settings
        case .consent: .consent
        case .consentTo: .consentTo
        case .consentSummary: .consentSummary
        case .lookAtBearer: .lookAtBearer
        case .enterPIN: .enterPIN
        case .holdCard: .holdCard
        case .offerCard: .offerCard
        case .consentRegistered: .consentRegistered
        case .checkPhoto: .checkPhoto
        case .compareInformation: .compareInformation
        case .result: .result
        case .limitedResult: .limitedResult
        case .failureSearch: .failureSearch
        case .nobodyFound: .nobodyFound
        case .candidates: .candidates
        case .logIn: .logIn
        case .disasterSearch: .disasterSearch
        case .disasterConsent: .disasterConsent
        case .medicalSearch: .medicalSearch
        case .chooseRecords: .chooseRecords
        case .records: .records
        case .hidden: .hidden
        case .bulkUpload: .bulkUpload
        case .processing: .processing
        case .message: .message
        }
    }
}
