import Diagnosis
import MyNumberCard
import ReaderKit
import Station

/// What a visit asks at a certified reader, and what came of it as an input of the visit.
///
/// One question is on the screen; the camera, or the keypad, may be at work beside it.
final class ReaderPrompts {
    private enum Question {
        case screen, passcode, visualCheck, cardFace, comparison, keypad

        var isShown: Bool {
            switch self {
            case .screen, .passcode, .visualCheck: true
            case .cardFace, .comparison, .keypad: false
            }
        }
    }

    /// What was shown so far.
    private(set) var screens: [ShownScreen] = []
    private let reader: any FacetedReader
    private let station: Station
    private let setting: Visit.Setting
    private var open: [(prompt: PromptID, question: Question)] = []

    /// Asks at `reader`; `setting` is told of every screen.
    init(_ reader: any FacetedReader, on station: Station, _ setting: Visit.Setting) {
        self.reader = reader
        self.station = station
        self.setting = setting
    }

    // MARK: Asking

    /// Shows a screen; what was asked before is taken back, but for the camera's while its screen is shown. A reader may do without screens
    /// that ask nothing.
    func show(_ screen: Screen) throws(ReaderError) {
        guard let panel = reader.patientScreen else { throw Self.missing("a screen") }
        if screen != .lookIntoCamera { withdraw { $0 == .cardFace || $0 == .comparison } }
        guard panel.offered.contains(screen.kind) || screen.kind.isQuestion else { return }
        begin(try panel.show(screen), .screen)
        tell(.patient(screen))
    }

    /// Shows the keypad where it is a screen of its own, and asks for the PIN.
    func askKeypad(_ verification: KeypadVerification, triesLeft: Int?, slot: UInt8) throws(ReaderError) {
        guard let pad = reader.pinPad else { throw Self.missing("a keypad") }
        let screen = Screen.enterPIN(triesLeft: triesLeft)
        if reader.patientScreen?.offered.contains(screen.kind) == true { try show(screen) } else { tell(.patient(screen)) }
        open.append((try pad.verify(verification.header, digits: verification.digits, slot: slot), .keypad))
    }

    /// Lets the camera read the card's face.
    func readCardFace() throws(ReaderError) {
        guard let camera = reader.face else { throw Self.missing("a camera") }
        open.append((try camera.readCardFace(), .cardFace))
    }

    /// Lets the camera compare.
    func compare(_ photograph: [UInt8]) throws(ReaderError) {
        guard let camera = reader.face else { throw Self.missing("a camera") }
        open.append((try camera.match(photograph: photograph), .comparison))
    }

    /// Asks the staff for the passcode.
    func askPasscode() throws(ReaderError) {
        guard let panel = reader.staffPanel else { throw Self.missing("a visual check") }
        begin(try panel.askPasscode(), .passcode)
        tell(.staff(.passcode))
    }

    /// Asks the staff to look.
    func waitForVisualCheck() throws(ReaderError) {
        guard let panel = reader.staffPanel else { throw Self.missing("a visual check") }
        begin(try panel.waitForVisualCheck(), .visualCheck)
        tell(.staff(.visualCheck))
    }

    /// Takes back what camera and keypad are asked.
    func withdrawUnshown() { withdraw { !$0.isShown } }

    /// Takes everything back that is asked.
    func withdrawAll() { withdraw { _ in true } }

    // MARK: Answers

    /// What an event means; `nil` for one that is no end of an open question.
    func input(of event: Event) -> VisitInput? {
        guard event.source == reader.source, let index = open.firstIndex(where: { $0.prompt.rawValue == event.token }) else { return nil }
        let (prompt, question) = open.remove(at: index)
        do throws(ReaderError) { return try answer(to: question, prompt) } catch { return Self.failure(error, of: question) }
    }

    private func answer(to question: Question, _ prompt: PromptID) throws(ReaderError) -> VisitInput? {
        switch question {
        case .screen: return try (reader.patientScreen?.answer(to: prompt)).map(VisitInput.screen)
        case .cardFace: return try (reader.face?.visualCode(prompt)).map(VisitInput.cardFaceRead)
        case .comparison: return try (reader.face?.verdict(prompt)).map(VisitInput.compared)
        case .passcode: return try reader.staffPanel?.passcode(prompt).map(VisitInput.passcodeTyped) ?? .staffLeft
        // It ends by a card too, which is told by its presence.
        case .visualCheck: return try reader.staffPanel?.wasLeft(prompt) == true ? .staffLeft : nil
        case .keypad: return try (reader.pinPad?.result(prompt)).map(Self.input(of:))
        }
    }

    private static func input(of result: PINPadResult) -> VisitInput {
        switch result {
        case .ended: return .screen(.ended)
        case .timedOut: return .screen(.timedOut)
        case .answered(let status):
            do throws(CardError) { return .pinChecked(try PINResult(status)) } catch { return .failed(error) }
        }
    }

    private static func failure(_ error: ReaderError, of question: Question) -> VisitInput {
        switch (error.reason, question) {
        case (.timedOut, .screen), (.timedOut, .keypad): .screen(.timedOut)
        case (.timedOut, .passcode), (.timedOut, .visualCheck): .staffLeft
        case (.timedOut, .comparison): .compared(.timedOut)
        case (.timedOut, .cardFace), (.cardFaceUnreadable, _): .cardFaceUnreadable
        default: VisitInput(error)
        }
    }

    // MARK: What is open

    private func begin(_ prompt: PromptID, _ question: Question) {
        // What was shown before is over by this.
        open.removeAll { $0.question.isShown }
        open.append((prompt, question))
    }

    private func withdraw(_ isMeant: (Question) -> Bool) {
        // The keypad's question before its screen: the first ends the second.
        for (prompt, question) in open.reversed() where isMeant(question) {
            switch question {
            case .screen: reader.patientScreen?.withdraw(prompt)
            case .passcode, .visualCheck: reader.staffPanel?.withdraw(prompt)
            case .cardFace, .comparison: reader.face?.cancel(prompt)
            case .keypad: reader.pinPad?.cancel(prompt)
            }
        }
        open.removeAll { isMeant($0.question) }
    }

    private func tell(_ content: ShownScreen.Content) {
        let screen = ShownScreen(
            content: content, moment: station.now,
            showsStaffButton: reader.staffPanel.map { $0.showsStaffButton || setting.showsStaffButton } ?? false,
            facility: setting.facility)
        screens.append(screen)
        setting.screenShown(screen)
    }

    private static func missing(_ what: String) -> ReaderError { ReaderError(.notSupported, cause: "the reader does not have \(what)") }
}

extension Screen.Kind {
    /// Whether a visit cannot go on without what the patient answers there.
    var isQuestion: Bool { self == .chooseMethod || self == .chooseConsent || self == .consent }
}

extension VisitInput {
    /// What the failure of a reader means: what the person did, or what broke.
    init(_ error: ReaderError) {
        switch error.reason {
        case .cardRemoved, .noCard: self = .cardRemoved
        case .cancelled: self = .cancelled
        default: self = .failed(error)
        }
    }
}
