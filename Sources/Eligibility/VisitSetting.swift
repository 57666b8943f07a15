import Centre
import Certificates
import Diagnosis
import MedicalAccess
import MyNumberCard
import ReaderKit
import Station

extension Visit {
    /// What a visit needs of its surroundings.
    public struct Setting {
        /// The reader; any model. One with a screen leads the patient by it.
        public var reader: any Reader
        /// The slot.
        public var slot: UInt8 = 0
        /// A reader beside a certified one, as for phones; whichever gets a card first has it. Of a card that lies there 照合番号B is asked
        /// for by `prompts`, as its PIN is: the camera does not see it, and the keypad is that of another slot.
        public var secondReader: (any Reader)?
        /// The facility's name, where the reader was told to show it on the idle screen (R068).
        public var facility: String?
        /// Whether the reader is known to show 職員用ボタン: another program than this has told it of a passcode and restarted it (R165).
        public var showsStaffButton = false
        /// Where the person is asked who is not asked at the reader.
        public var prompts: any Prompts
        /// The eligibility system.
        public var centre: any EligibilityCentre
        /// Where the card keeps what.
        public var layout = CardLayout.myNumberCard
        /// Whose certificates count, and until when.
        public var trust: CertificateTrust
        /// Which root keys show that a card is genuine, for an identity without PIN.
        public var cardChecker = CVChecker(anchors: .none)
        /// Where the challenge comes from: fresh random bytes, or a seed where a run must repeat.
        public var makeChallenge: () throws(CertificateError) -> Challenge
        /// Reads the certificate of a card; another than this is for whoever holds many visits with one card.
        public var readCertificate: ([UInt8]) throws(CertificateError) -> Certificate = { der throws(CertificateError) in
            try Certificate(der: der)
        }
        /// What is known of extended length.
        public var memory = SharedLengthMemory()
        /// The trace, if one is kept.
        public var trace: TraceWriter?
        /// Told of every exchange with the card in place of the trace, to which it may hand them on.
        public var observer: (any ExchangeObserver)?
        /// Keeps for good that the staff have looked, before the card is read that they have looked at; one that cannot ends the visit.
        public var auditVisualCheck: (VisualCheckEntry) throws(AuditError) -> Void = { _ throws(AuditError) in }
        /// Told of every stage as it begins, for whoever shows progress.
        public var stageBegan: (VisitStage.Name) -> Void = { _ in }
        /// Told of every screen as it is shown.
        public var screenShown: (ShownScreen) -> Void = { _ in }
        /// How long a person may take to place the card.
        public var placePatience = Duration.seconds(60)
        /// How long a person may take to type the PIN where the program runs.
        public var pinPatience = Duration.seconds(60)
        /// What a patient is asked on a day, and what the answers mean in a message.
        public var consentRules = DatedConsentRules.standard
        /// What the facility has set at the centre: of what it does not show nobody is asked.
        public var environment = Set(EnvironmentSetting.allCases)
        /// What is done where there is a choice. What is asked is that of `consentRules`.
        public var policy = VisitPolicy()
        /// What the terminal sets at the reader, where it can.
        public var modeAtTerminal: ReaderModeAtTerminal?
        /// Where the names of what is to be done once come from: fresh random bytes, or a seed where a run must repeat.
        public var makeOperationKey: () -> OperationKey = { .random() }
        /// How long the centre may take.
        public var centrePatience = Duration.seconds(30)
        /// How long one screen of a reader stays, touched or not. Readers give up an untouched one earlier, after 60 s (assumed).
        public var screenPatience = Duration.seconds(180)
        /// How long a message is shown.
        public var messageTime = Duration.seconds(5)
        /// How long the last screen is shown where there is no card to take.
        public var completeTime = Duration.seconds(5)
        /// How long a card may lie there before each reminder; after three of them, once more, and the visit ends without it (R066).
        public var cardPatience = Duration.seconds(15)

        /// A setting with the usual patience.
        public init(
            reader: any Reader, prompts: any Prompts, centre: any EligibilityCentre, trust: CertificateTrust,
            makeChallenge: @escaping () throws(CertificateError) -> Challenge
        ) {
            self.reader = reader
            self.prompts = prompts
            self.centre = centre
            self.trust = trust
            self.makeChallenge = makeChallenge
        }

        /// What the reader has, as far as this layout's cards have use for it.
        var equipment: VisitEquipment {
            var equipment = VisitEquipment()
            guard let reader = reader as? any FacetedReader, let screen = reader.patientScreen else { return equipment }
            // A reader that cannot ask what a visit asks is one with slots only.
            guard Screen.Kind.allCases.allSatisfy({ !$0.isQuestion || screen.offered.contains($0) }) else { return equipment }
            equipment.hasScreen = true
            equipment.hasCamera = reader.face != nil && layout.hasFaceRecord
            equipment.hasKeypad = reader.pinPad != nil
            equipment.hasVisualCheck = reader.staffPanel != nil && equipment.hasCamera
            return equipment
        }
    }
}
