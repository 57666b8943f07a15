import Diagnosis
import Eligibility
import Guidance
import Staging
import YAML

/// A session at a counter as a file: when, with what, who does what, and what is to come of it.
public struct Scenario: Sendable {
    /// What it is, in one line.
    public let title: String
    /// The rules of the guidance that it holds: it fails where one of them is broken.
    public let rules: [String]
    /// When it begins (Unix time, seconds).
    public let time: JapaneseTime
    /// Which program and which steps.
    public let flow: Flow
    /// What the reader must have; one that lacks something is passed over.
    public let needs: Set<Capability>
    /// The only models that it is about; none for every one.
    public let readers: [String]
    /// A reader without a screen beside it.
    public let secondReader: String?
    /// The program in the reader (`2.1.0-bv`); `nil` for the usual one.
    public let firmware: String?
    /// The facility's name on the idle screen.
    public let facility: String?
    /// Whether the reader was told of a passcode and restarted, before which it has no staff button (R165).
    public let passcode: Passcode
    /// How the centre behaves.
    public internal(set) var centre: CentreConduct
    /// The patient's card.
    public let card: Card
    /// How the patient proves who they are.
    public let identity: IdentityMethod
    /// Whether the last try of the PIN is used too.
    public let usesLastTry: Bool
    /// The people.
    public let people: People
    /// What they do otherwise than usual, and where each line stands.
    public internal(set) var stage: [(place: YAMLPlace, line: StagedLine)]
    /// What is said of a flow beside the certified reader.
    public internal(set) var desk: Desk
    /// What was done at the centre before.
    public let preparation: CentrePreparation
    /// What is to come of it.
    public let expectations: [Expectation]

    /// Which program and which steps.
    public enum Flow: String, Sendable, CaseIterable {
        /// 顔認証付きカードリーダーでの受付, or at a reader with slots only.
        case certifiedReader = "certified-reader"
        /// 資格確認限定型.
        case limited
        /// 居宅同意取得型.
        case homeConsent = "home-consent"
        /// マイナ在宅受付Web.
        case webReception = "web-reception"
        /// 災害時医療情報閲覧.
        case disasterViewing = "disaster-viewing"
        /// 資格情報照会（システム障害時）.
        case failureSearch = "failure-search"
        /// 一括照会.
        case bulk
        /// レセプトコンピュータでの薬剤情報等の閲覧, of patients who are visited at home.
        case medicalInquiry = "medical-inquiry"
        /// アプリの事前準備: its first start on a device.
        case appSetUp = "app-set-up"
    }

    /// What a reader may have.
    public enum Capability: String, Sendable, CaseIterable {
        /// A screen that leads the patient.
        case screen
        /// A camera that compares faces.
        case face
        /// A keypad for the PIN.
        case pinPad = "pin-pad"
        /// 職員用ボタン and the visual check.
        case staffPanel = "staff-panel"
        /// A place for the facility's name.
        case facilitySign = "facility-sign"
    }

    /// What the reader knows of the staff's passcode (目視確認用パスコード).
    public enum Passcode: String, Sendable, CaseIterable {
        /// None was issued.
        case none
        /// One was issued after the last restart.
        case issued
        /// One was issued, and then the reader restarted.
        case restarted
    }

    /// How the centre behaves.
    public struct CentreConduct: Sendable, Hashable {
        /// What goes wrong there.
        public enum Fault: String, Sendable, CaseIterable {
            /// It does nothing and never answers.
            case down
            /// It does what it is asked, but its answer is lost.
            case lost
            /// It answers another request than it was asked.
            case wrong
            /// Fields of its answer are missing.
            case half
        }

        /// How long an answer takes; `nil` for the usual time.
        public var latency: Duration?
        /// What goes wrong; `nil` for nothing.
        public var fault: Fault?
        /// At which of its messages that goes wrong, the first being 1; `nil` for all of them.
        public var faultyMessage: Int?
        /// Whether it goes wrong at every message after that one too.
        public var isLasting = false

        /// Conduct.
        public init(latency: Duration? = nil, fault: Fault? = nil, faultyMessage: Int? = nil) {
            self.latency = latency
            self.fault = fault
            self.faultyMessage = faultyMessage
        }
    }

    /// A synthetic card.
    public struct Card: Sendable, Hashable {
        /// Its kind; `nil` for a My Number Card.
        public var kind: String?
        /// The synthetic person; `nil` for the usual one of the kind.
        public var holder: String?
        /// The image of a card, a path from the scenario's folder; then neither kind nor holder.
        public var file: String?
        /// How many tries its PIN has left; `nil` for all.
        public var triesLeft: Int?
        /// How many tries 照合番号B has left, which opens the photograph; `nil` for all ten.
        public var faceTriesLeft: Int?
        /// Whether its certificate was revoked.
        public var isRevoked = false

        /// A card.
        public init(
            kind: String? = nil, holder: String? = nil, file: String? = nil, triesLeft: Int? = nil, faceTriesLeft: Int? = nil
        ) {
            self.faceTriesLeft = faceTriesLeft
            self.kind = kind
            self.holder = holder
            self.file = file
            self.triesLeft = triesLeft
        }
    }

    /// The patient and the staff.
    public struct People: Sendable {
        /// What the patient types as PIN.
        public enum PIN: Sendable {
            /// The right one.
            case right
            /// Another one.
            case wrong
            /// These digits, of a synthetic card.
            case digits(Secret)
        }

        /// What the patient types.
        public var pin = PIN.right
        /// How long until the card is placed; `nil` where that is by chance.
        public var placing: Duration?
        /// What their pauses are drawn from.
        public var seed: UInt64 = 0
    }
}

extension Scenario {
    /// The same, in which this happens too; a line that does not go with the flow changes nothing.
    public func with(_ line: String) -> Scenario {
        var changed = self
        guard let place = expectations.first?.place else { return self }
        if flow == .certifiedReader {
            if let line = StagedLine(line) { changed.stage.append((place, line)) }
        } else if let line = DeskLine(line) {
            changed.desk.stage.append((place, line))
        }
        return changed
    }

    /// The same, with a centre that behaves so.
    public func with(_ conduct: CentreConduct) -> Scenario {
        var changed = self
        changed.centre = conduct
        return changed
    }
}
