import CCID
import ReaderKit
import ReaderTransport
import Station

/// A Caora: a card reader with a screen, a camera, a keypad and what the staff need. All of the control lane is assumed (PROTOCOL.md).
final class CaoraReader: PromptingReader {
    /// How long a screen lasts that nobody touches: the device's minute, and some.
    static let screenPatience = Duration.seconds(90)
    /// How long the camera takes: the device's 20 seconds, and some.
    static let cameraPatience = Duration.seconds(30)

    let prompts: PromptBook<FacetQuestion, FacetAnswer>
    let name: String
    // By its CCID interface, or by another program that has it.
    private let cards: any Reader
    private let attachment: any Attachment
    private let control: ControlLane
    private let greeting: Greeting
    private let passcodes: PasscodeMemory
    // What the screen shows, until it has ended.
    private var shown: PromptID?
    // The question for a PIN and its screen.
    var keypad: (question: PromptID, screen: PromptID)?

    init(
        _ cards: any Reader, _ control: ControlLane, _ greeting: Greeting, _ passcodes: PasscodeMemory, of attachment: any Attachment,
        name: String, on station: Station
    ) {
        self.cards = cards
        self.attachment = attachment
        self.name = name
        self.control = control
        self.greeting = greeting
        self.passcodes = passcodes
        // An answer to a prompt of an earlier program must not be taken for one of ours: the numbers begin elsewhere every second.
        let first = UInt32(truncatingIfNeeded: station.unixTime) << 12
        prompts = PromptBook(source: cards.source, on: station, first: first)
        control.hear = { [weak self] in self?.hear($0) }
        control.lose = { [weak self] in self?.lose($0) }
    }

    // MARK: Cards

    var slotCount: UInt8 { cards.slotCount }
    var source: SourceID { cards.source }

    func watchPresence(slot: UInt8, known: CardPresence) -> TransferID { cards.watchPresence(slot: slot, known: known) }

    func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence { try cards.presence(watch) }

    func abandon(_ watch: TransferID) { cards.abandon(watch) }

    func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        try cards.connect(slot: slot, until: deadline)
    }

    /// Takes back what is still asked, then ends the use of the reader.
    func close() {
        for prompt in prompts.open { withdraw(prompt) }
        control.stop()
        cards.close()
        attachment.close()
    }

    // MARK: Facets

    var patientScreen: (any PatientScreen)? { self }
    var face: (any FaceCamera)? { self }
    var pinPad: (any PINPad)? { verifier.map { CaoraPINPad($0, of: self) } }
    /// What verifies a PIN: the CCID interface, where this program has it.
    private var verifier: (any PINPad)? { (cards as? CCIDReader)?.pinPad }
    /// The button alone leads nowhere: without the visual check there is no panel.
    var staffPanel: (any StaffPanel)? { greeting.hasVisualCheck ? self : nil }
    /// The protocol has no commands of the maker's own.
    var escape: (any EscapeLane)? { nil }
    var facilitySign: (any FacilitySign)? { self }

    var offered: Set<Screen.Kind> { Set(Screen.Kind.allCases) }

    func ask(_ question: FacetQuestion) throws(ReaderError) -> PromptID {
        if let failure = control.failure { throw failure }
        let prompt = prompts.begin(question, patience: question.isShown ? Self.screenPatience : Self.cameraPatience)
        guard let number = prompts.number(of: prompt) else { return prompt }
        switch question {
        case .screen(let screen): show(.patient(screen), prompt, number)
        case .passcode: show(.passcode, prompt, number)
        case .visualCheck: show(.visualCheck, prompt, number)
        case .cardFace: send(.readFace(prompt: number), for: prompt)
        case .match(let photograph): match(photograph, prompt, number)
        case .pin:
            prompts.forget(prompt)
            throw ReaderError(.notSupported, cause: "the keypad is that of the CCID interface")
        }
        return prompt
    }

    func withdraw(_ prompt: PromptID) {
        guard let number = prompts.number(of: prompt), prompts.forget(prompt) else { return }
        if shown == prompt { shown = nil }
        control.send(.withdraw(prompt: number))
    }

    /// The prompt of the keypad's screen that is on the panel; `nil` where that shows something else.
    var keypadScreen: PromptID? {
        guard let shown, case .screen(.enterPIN) = prompts.question(of: shown), prompts.open.contains(shown) else { return nil }
        return shown
    }

    /// Waits until the device has done what it was told.
    func settle() throws(ReaderError) { try control.settle() }

    private func show(_ screen: ControlScreen, _ prompt: PromptID, _ number: UInt32) {
        if let shown { prompts.forget(shown) }
        shown = prompt
        // The device would tell that the keypad was left.
        if let keypad { verifier?.cancel(keypad.question) }
        keypad = nil
        send(.show(prompt: number, screen), for: prompt)
    }

    private func match(_ photograph: [UInt8], _ prompt: PromptID, _ number: UInt32) {
        // One part at least: a photograph of nothing is for the device to refuse.
        for offset in stride(from: 0, to: max(1, photograph.count), by: ControlCommand.mostPhotograph) {
            let part = photograph[offset..<min(offset + ControlCommand.mostPhotograph, photograph.count)]
            send(.match(prompt: number, offset: offset, total: photograph.count, part: part), for: prompt)
        }
    }

    private func send(_ command: ControlCommand, for prompt: PromptID) {
        control.send(command) { [prompts, control] response in
            guard case .failure(let error) = response else { return }
            // Whether the device has carried it out is not known: it may only have been its answer that was lost.
            if let number = prompts.number(of: prompt) { control.send(.withdraw(prompt: number)) }
            prompts.end(prompt, .failure(error))
        }
    }

    // MARK: What the device says

    private func hear(_ event: ControlEvent) {
        switch event {
        case .touched: prompts.postpone()
        case .ended(let number, let answer):
            guard let prompt = prompts.prompt(number: number), let question = prompts.question(of: prompt) else { return }
            prompts.end(prompt, answer.flatMap { Self.check($0, against: question) })
            if case .success(.verdict(let verdict)) = answer, verdict.endsScreen { forgetCameraScreen() }
        }
    }

    /// The camera's screen is over with the comparison that nobody looked at, without an answer of its own.
    private func forgetCameraScreen() {
        guard let shown, prompts.question(of: shown) == .screen(.lookIntoCamera) else { return }
        prompts.forget(shown)
        self.shown = nil
    }

    /// What was answered, where it answers what was asked.
    private static func check(_ answer: FacetAnswer, against question: FacetQuestion) -> Result<FacetAnswer, ReaderError> {
        switch (question, answer) {
        case (.passcode, .passcode), (.cardFace, .cardFace), (.match, .verdict): .success(answer)
        case (_, .screen(let done)) where question.allows(done): .success(answer)
        default: .failure(ReaderError(.inputOutput, cause: "the reader answers what nobody asked"))
        }
    }

    private func lose(_ error: ReaderError) {
        if error.reason == .readerGone { passcodes.left(greeting.serialNumber) }
        prompts.endAll(error)
    }
}

extension CaoraReader: FacilitySign {
    func show(facility name: String) throws(ReaderError) { _ = try control.perform(.facility(name: name)) }
}

extension CaoraReader {
    /// Assumed: as far as this driver has seen, and only where the firmware has it.
    var showsStaffButton: Bool { greeting.hasStaffButton && passcodes.knowsRestart(of: greeting.serialNumber) }

    func announcePasscode() throws(ReaderError) {
        _ = try control.perform(.passcodeIssued)
        passcodes.announce(greeting.serialNumber)
    }

    /// Waits until the device has left the bus: whoever looked for it earlier would find the old one.
    func restart() throws(ReaderError) {
        _ = try control.perform(.restart)
        try control.waitForLoss()
        passcodes.left(greeting.serialNumber)
    }
}
