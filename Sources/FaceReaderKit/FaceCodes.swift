import Diagnosis
import ReaderKit

/// The codes of a reference protocol that writes screens and answers in fields of fixed order: its tables, as data.
public struct FaceCodes: Sendable {
    /// The patient's screens.
    public let screens: [Screen.Kind: UInt8]
    /// The screen of the passcode.
    public let passcode: UInt8
    /// The screen of the visual check.
    public let visualCheck: UInt8
    /// What people do at a screen.
    public let answers: [UInt8: ScreenAnswer]
    /// The answer that four digits of a passcode follow.
    public let typed: UInt8
    /// What the camera finds.
    public let verdicts: [UInt8: FaceVerdict]
    /// How many bytes tell the length of a text, least significant first.
    public let lengthCount: Int
    /// How long the name on the last screen is at most, in bytes.
    public let mostName: Int
    /// How long a sentence is at most, in bytes.
    public let mostSentence: Int

    /// Tables.
    public init(
        screens: [Screen.Kind: UInt8], passcode: UInt8, visualCheck: UInt8, answers: [UInt8: ScreenAnswer], typed: UInt8,
        verdicts: [UInt8: FaceVerdict], lengthCount: Int, mostName: Int, mostSentence: Int
    ) {
        self.screens = screens
        self.passcode = passcode
        self.visualCheck = visualCheck
        self.answers = answers
        self.typed = typed
        self.verdicts = verdicts
        self.lengthCount = lengthCount
        self.mostName = mostName
        self.mostSentence = mostSentence
    }

    // MARK: Screens

    /// The code of the screen that asks a question, and what stands on it; empty for a question that is not shown.
    public func screen(_ question: FacetQuestion) -> [UInt8] {
        switch question {
        case .screen(let screen): screens[screen.kind].map { [$0] + parameters(screen) } ?? []
        case .passcode: [passcode]
        case .visualCheck: [visualCheck]
        case .cardFace, .match, .pin: []
        }
    }

    private func parameters(_ screen: Screen) -> [UInt8] {
        switch screen {
        case .placeCard, .lookIntoCamera, .chooseConsent, .removeCard: []
        case .chooseMethod(let methods): [(methods.contains(.face) ? 0x01 : 0) | (methods.contains(.pin) ? 0x02 : 0)]
        // FF is for tries that nobody knows.
        case .enterPIN(let left): [left.map { UInt8(clamping: min($0, 0xFE)) } ?? 0xFF]
        case .consent(.surgery): [1]
        case .consent(.treatment): [2]
        case .consent(.checkup): [3]
        case .consent(.limit): [4]
        case .consent(.insuranceCard): [5]
        case .done(let name): text(name ?? "", most: mostName)
        case .message(let sentence): text(sentence.japanese, most: mostSentence) + text(sentence.english, most: mostSentence)
        }
    }

    private func text(_ text: String, most: Int) -> [UInt8] {
        let bytes = Array(text.prefix(utf8Count: most).utf8)
        return bytes.count.littleEndianBytes.prefix(lengthCount) + bytes
    }

    // MARK: Results

    /// What was done at a screen; `nil` for results that the tables do not have.
    public func answer(_ results: ArraySlice<UInt8>) -> FacetAnswer? {
        guard let code = results.first else { return nil }
        if code == typed { return Secret(digits: results.dropFirst(), count: 4).map { .passcode($0) } }
        return results.count == 1 ? answers[code].map { .screen($0) } : nil
    }

    /// What the camera read off the card: 14 digits or nothing; `nil` for anything else.
    public func cardFace(_ results: ArraySlice<UInt8>) -> FacetAnswer? {
        results.isEmpty ? .cardFace(nil) : Secret(digits: results, count: 14).map { .cardFace($0) }
    }

    /// What the camera found; `nil` for what the tables do not have.
    public func verdict(_ results: ArraySlice<UInt8>) -> FacetAnswer? {
        guard results.count == 1, let code = results.first else { return nil }
        return verdicts[code].map { .verdict($0) }
    }
}
