import Diagnosis
import ISO7816
import Station

/// What a certified reader asks a person, or looks for with its camera.
public enum FacetQuestion: Sendable, Hashable {
    /// A screen of the patient's.
    case screen(Screen)
    /// The passcode for a visual check.
    case passcode
    /// Whether staff leave the visual check.
    case visualCheck
    /// 照合番号B on the card's face.
    case cardFace
    /// Whether the person is the one on the photograph.
    case match(photograph: [UInt8])
    /// A PIN of so many digits for the card.
    case pin(CommandHeader, digits: Int)

    /// Whether it takes the place of what the screen showed before.
    public var isShown: Bool {
        switch self {
        case .screen, .passcode, .visualCheck, .pin: true
        case .cardFace, .match: false
        }
    }
}

/// How such a question ended.
public enum FacetAnswer: Sendable {
    /// What the patient or the staff did at a screen.
    case screen(ScreenAnswer)
    /// The passcode that was typed.
    case passcode(Secret)
    /// What stands on the card's face; `nil` where it could not be read.
    case cardFace(Secret?)
    /// What the camera found.
    case verdict(FaceVerdict)
    /// What came of the PIN.
    case pin(PINPadResult)
}

/// A reader that asks its questions one way, whatever they are: what the facets of a driver have in common.
///
/// It is its own facets; which of them it has is for the properties of `FacetedReader` to say.
public protocol PromptingReader: FacetedReader, PatientScreen, FaceCamera, StaffPanel {
    /// What was asked.
    var prompts: PromptBook<FacetQuestion, FacetAnswer> { get }

    /// Asks at once; the prompt ends later, by the failure of the asking too.
    func ask(_ question: FacetQuestion) throws(ReaderError) -> PromptID
}

extension PromptingReader {
    /// Shows one of the screens that are offered.
    public func show(_ screen: Screen) throws(ReaderError) -> PromptID {
        guard offered.contains(screen.kind) else { throw ReaderError(.notSupported, cause: "it has no screen '\(screen.kind.rawValue)'") }
        return try ask(.screen(screen))
    }

    /// What the patient did.
    public func answer(to prompt: PromptID) throws(ReaderError) -> ScreenAnswer {
        guard case .screen(let answer) = try prompts.take(prompt) else { throw Self.otherQuestion }
        return answer
    }

    /// Begins to read the card's face.
    public func readCardFace() throws(ReaderError) -> PromptID { try ask(.cardFace) }

    /// The digits that were read.
    public func visualCode(_ prompt: PromptID) throws(ReaderError) -> Secret {
        guard case .cardFace(let digits) = try prompts.take(prompt) else { throw Self.otherQuestion }
        guard let digits else { throw ReaderError(.cardFaceUnreadable) }
        return digits
    }

    /// Begins to compare.
    public func match(photograph: [UInt8]) throws(ReaderError) -> PromptID { try ask(.match(photograph: photograph)) }

    /// The device's verdict.
    public func verdict(_ prompt: PromptID) throws(ReaderError) -> FaceVerdict {
        guard case .verdict(let verdict) = try prompts.take(prompt) else { throw Self.otherQuestion }
        return verdict
    }

    /// Stops a question.
    public func cancel(_ prompt: PromptID) { withdraw(prompt) }

    /// Shows the keypad for the passcode.
    public func askPasscode() throws(ReaderError) -> PromptID { try ask(.passcode) }

    /// The four digits; `nil` where it was left or nobody typed.
    public func passcode(_ prompt: PromptID) throws(ReaderError) -> Secret? {
        switch try prompts.take(prompt) {
        case .passcode(let digits): return digits
        case .screen: return nil
        default: throw Self.otherQuestion
        }
    }

    /// Shows the beginning of the visual check.
    public func waitForVisualCheck() throws(ReaderError) -> PromptID { try ask(.visualCheck) }

    /// Whether 中止 was pressed.
    public func wasLeft(_ prompt: PromptID) throws(ReaderError) -> Bool {
        guard case .screen(let answer) = try prompts.take(prompt) else { throw Self.otherQuestion }
        return answer == .ended
    }

    private static var otherQuestion: ReaderError { ReaderError(.inputOutput, cause: "the prompt asked something else") }
}

extension FacetQuestion {
    /// What was answered, where it answers what was asked.
    public func accept(_ answer: FacetAnswer) -> Result<FacetAnswer, ReaderError> {
        switch (self, answer) {
        case (.passcode, .passcode), (.cardFace, .cardFace), (.match, .verdict), (.pin, .pin): .success(answer)
        case (_, .screen(let done)) where allows(done): .success(answer)
        default: .failure(ReaderError(.inputOutput, cause: "the reader answers what nobody asked"))
        }
    }

    /// Whether a person who is asked this can do that. Anything else is no answer: least of all a consent that nobody was asked for.
    public func allows(_ answer: ScreenAnswer) -> Bool {
        switch (self, answer) {
        case (.screen(.placeCard), .staffButton): true
        // Nothing is asked there, so there is nothing to leave.
        case (.screen(.placeCard), .ended), (.screen(.done), .ended), (.screen(.removeCard), .ended): false
        case (.screen, .ended), (.screen, .timedOut): true
        case (.screen(.chooseMethod(let methods)), .method(let method)): methods.contains(method)
        case (.screen(.chooseConsent), .consentToAll), (.screen(.chooseConsent), .consentIndividually): true
        case (.screen(.consent), .consent): true
        case (.passcode, .ended), (.passcode, .timedOut), (.visualCheck, .ended), (.visualCheck, .timedOut): true
        default: false
        }
    }
}

/// Which readers have been told of a passcode, and which have started anew since: only those show 職員用ボタン (R165).
///
/// A reader cannot be asked for it, so this is what one driver has seen; it errs towards no button. Assumed.
public final class PasscodeMemory {
    private var announced: Set<String> = []
    private var restarted: Set<String> = []

    /// Nothing seen yet.
    public init() {}

    /// Takes note that `reader` was told of a passcode.
    public func announce(_ reader: String) { announced.insert(reader) }

    /// Takes note that `reader` has left, by a restart or by its cable.
    public func left(_ reader: String) {
        if announced.contains(reader) { restarted.insert(reader) }
    }

    /// Whether `reader` was told and has started anew since.
    public func knowsRestart(of reader: String) -> Bool { restarted.contains(reader) }
}

extension String {
    /// As much of the beginning as fits into so many bytes of UTF-8, without breaking a character.
    public func prefix(utf8Count most: Int) -> String {
        var rest = most
        return String(
            prefix { character in
                rest -= character.utf8.count
                return rest >= 0
            })
    }
}
