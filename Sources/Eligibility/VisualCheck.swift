import Diagnosis

/// Why the staff look at a patient by eye instead of face or PIN (R157); no other situation is named.
public enum VisualCheckReason: String, Sendable, Hashable, CaseIterable {
    /// 顔認証ができず、暗証番号を忘れた、またはロックされている: both, since either alone leaves the other way.
    case faceAndPINFail = "face-and-pin-fail"
    /// 認知症・障害等で操作できない
    case cannotOperate = "cannot-operate"
    /// 体調等により操作が難しい
    case condition
    /// 機器の不具合等
    case machineTrouble = "machine-trouble"

    /// Its name for people.
    public var name: Sentence {
        switch self {
        case .faceAndPINFail: Sentence(ja: "顔認証ができず暗証番号も使えない", en: "neither face nor PIN can be used")
        case .cannotOperate: Sentence(ja: "認知症・障害等により操作できない", en: "dementia or disability")
        case .condition: Sentence(ja: "体調等により操作が難しい", en: "the patient's condition")
        case .machineTrouble: Sentence(ja: "機器の不具合", en: "trouble with the machine")
        }
    }
}

/// On whose word a visual check was made (R122).
public enum VisualCheckGround: Sendable, Hashable {
    /// At the reader, by passcode: the situation is the staff's own judgement, which the reader has no place to say.
    case passcode
    /// At the terminal: the situation that was ticked; `nil` where no tick is asked for.
    case terminal(VisualCheckReason?)
}

/// That the staff have looked, and on whose word (監査記録, R122, R155). Nothing of the patient is in it.
public struct VisualCheckEntry: Sendable, Hashable {
    /// When: Unix time, in seconds.
    public let time: Int64
    /// On whose word.
    public let ground: VisualCheckGround
    /// The reader, by its name.
    public let reader: String

    /// An entry.
    public init(at time: Int64, ground: VisualCheckGround, reader: String) {
        self.time = time
        self.ground = ground
        self.reader = reader
    }
}

/// How a certified reader works (R154).
public enum ReaderMode: String, Sendable, Hashable, CaseIterable {
    /// 無人運転モード: the patient chooses face or PIN.
    case unattended
    /// 目視確認モード: the staff look. Face is not to be had.
    case visual
}
