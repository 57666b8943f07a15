import CCID
import ReaderKit
import ReaderTransport
import Station

/// A card reader with a screen, a camera, a keypad and what the staff need, which are spoken to by a dialogue of commands and events.
///
/// Its cards are those of a CCID interface, or of whoever has that; the PIN is verified there. All of the dialogue is assumed, as each reader's
/// reference protocol is.
public final class ControlledReader: PromptingReader {
    /// How long a screen lasts that nobody touches: the device's minute, and some.
    static let screenPatience = Duration.seconds(90)
    /// How long the camera takes: the device's 20 seconds, and some.
    static let cameraPatience = Duration.seconds(30)

    /// What people were asked.
    public let prompts: PromptBook<FacetQuestion, FacetAnswer>
    /// The name that selectors are matched against.
    public let name: String
    // By its CCID interface, or by another program that has it.
    private let cards: any Reader
    private let attachment: any Attachment
    private let control: ControlDialogue
    private let features: FaceFeatures
    // Whether the panel hears nothing while somebody types a PIN.
    private let sharesLane: Bool
    private let passcodes: PasscodeMemory
    // What the screen shows, until it has ended.
    private var shown: PromptID?
    // The question for a PIN and its screen.
    var keypad: (question: PromptID, screen: PromptID)?

    /// A reader of which HELLO has told the features. With `sharesLane` the dialogue goes over the lane of the cards.
    public init(
        _ cards: any Reader, _ control: ControlDialogue, _ features: FaceFeatures, _ passcodes: PasscodeMemory,
        of attachment: any Attachment, name: String, sharesLane: Bool = false, on station: Station
    ) {
        self.cards = cards
        self.attachment = attachment
        self.name = name
        self.control = control
        self.features = features
        self.sharesLane = sharesLane
        self.passcodes = passcodes
        // An answer to a prompt of an earlier program must not be taken for one of ours: the numbers begin elsewhere every second.
        let first = UInt32(truncatingIfNeeded: station.unixTime) << 12
        prompts = PromptBook(source: cards.source, on: station, first: first)
        control.hear = { [weak self] in self?.hear($0) }
        control.lose = { [weak self] in self?.lose($0) }
    }

    // MARK: Cards

    /// How many slots the card reader has.
    public var slotCount: UInt8 { cards.slotCount }
    /// What the slots are for, as far as that is known.
    public var slotNames: [String] { cards.slotNames }
    /// The source of the events of cards and prompts.
    public var source: SourceID { cards.source }

    /// Asks for an event as soon as the presence of a card differs from `known`.
    public func watchPresence(slot: UInt8, known: CardPresence) -> TransferID { cards.watchPresence(slot: slot, known: known) }

    /// The presence that was watched for. Throws what ended the watch otherwise.
    public func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence { try cards.presence(watch) }

    /// Takes a watch back.
    public func abandon(_ watch: TransferID) { cards.abandon(watch) }

    /// Gives the card power.
    public func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        try cards.connect(slot: slot, until: deadline)
    }

    /// Takes back what is still asked, then ends the use of the reader.
    public func close() {
        makeWay()
        for prompt in prompts.open { withdraw(prompt) }
        control.stop()
        cards.close()
        attachment.close()
    }

    // MARK: Facets

    /// The screen, where the device has one.
    public var patientScreen: (any PatientScreen)? { features.hasScreen ? self : nil }
    /// The camera, where the device has one.
    public var face: (any FaceCamera)? { features.hasCamera ? self : nil }
    /// The keypad; `nil` where the cards are reached elsewhere.
    public var pinPad: (any PINPad)? { verifier.map { ScreenPINPad($0, of: self) } }
    /// What verifies a PIN: the CCID interface, where this program has it.
    private var verifier: (any PINPad)? { (cards as? CCIDReader)?.pinPad }
    /// The button alone leads nowhere: without the visual check there is no panel.
    public var staffPanel: (any StaffPanel)? { features.hasVisualCheck ? self : nil }
    /// Commands of the maker's own, where the device has some and its card interface is ours.
    public var escape: (any EscapeLane)? { features.takesEscapes ? cards as? CCIDReader : nil }
    /// The name on the idle screen, where the device has a place for it.
    public var facilitySign: (any FacilitySign)? { features.showsFacility ? self : nil }

    /// Every screen.
    public var offered: Set<Screen.Kind> { Set(Screen.Kind.allCases) }

    /// Asks at once. Throws why the dialogue is over, `.notSupported` for a PIN, which is the affair of `pinPad`.
    public func ask(_ question: FacetQuestion) throws(ReaderError) -> PromptID {
        if let failure = control.failure { throw failure }
        clearLane()
        let prompt = prompts.begin(question, patience: question.isShown ? Self.screenPatience : Self.cameraPatience)
        guard let number = prompts.number(of: prompt) else { return prompt }
        switch question {
        case .screen, .passcode, .visualCheck: show(question, prompt, number)
        case .cardFace: send(.readFace(prompt: number), for: prompt)
        case .match(let photograph): match(photograph, prompt, number)
        case .pin:
            prompts.forget(prompt)
            throw ReaderError(.notSupported, cause: "the keypad is that of the CCID interface")
        }
        return prompt
    }

    /// Takes a question back.
    public func withdraw(_ prompt: PromptID) {
        if keypad?.screen == prompt { makeWay() }
        guard let number = prompts.number(of: prompt), prompts.forget(prompt) else { return }
        if shown == prompt { shown = nil }
        clearLane()
        control.send(.withdraw(prompt: number))
    }

    /// The prompt of the keypad's screen that is on the panel; `nil` where that shows something else.
    var keypadScreen: PromptID? {
        guard let shown, case .screen(.enterPIN) = prompts.question(of: shown), prompts.open.contains(shown) else { return nil }
        return shown
    }

    /// Waits until the device has done what it was told.
    func settle() throws(ReaderError) { try control.settle() }

    /// Where the panel would not hear it, nobody is asked for a PIN any more.
    private func makeWay() {
        guard sharesLane, let keypad else { return }
        (cards as? CCIDReader)?.leaveQuestion(keypad.question)
        self.keypad = nil
    }

    /// A command to the card that was given up would hold up the panel until the next one.
    private func clearLane() {
        if sharesLane { (cards as? CCIDReader)?.endAbandoned(slot: 0) }
    }

    private func show(_ question: FacetQuestion, _ prompt: PromptID, _ number: UInt32) {
        if let shown { prompts.forget(shown) }
        shown = prompt
        // The device would tell that the keypad was left.
        if let keypad { verifier?.cancel(keypad.question) }
        keypad = nil
        send(.show(prompt: number, question), for: prompt)
    }

    private func match(_ photograph: [UInt8], _ prompt: PromptID, _ number: UInt32) {
        // One part at least: a photograph of nothing is for the device to refuse.
        for offset in stride(from: 0, to: max(1, photograph.count), by: control.mostPhotograph) {
            let part = photograph[offset..<min(offset + control.mostPhotograph, photograph.count)]
            send(.match(prompt: number, offset: offset, total: photograph.count, part: part), for: prompt)
        }
    }

    private func send(_ command: FaceCommand, for prompt: PromptID) {
        control.send(command) { [prompts, control] response in
            guard case .failure(let error) = response else { return }
            // Whether the device has carried it out is not known: it may only have been its answer that was lost.
            if let number = prompts.number(of: prompt) { control.send(.withdraw(prompt: number)) }
            prompts.end(prompt, .failure(error))
        }
    }

    // MARK: What the device says

    private func hear(_ event: FaceEvent) {
        switch event {
        case .touched: prompts.postpone()
        case .ended(let number, let answer):
            guard let prompt = prompts.prompt(number: number), let question = prompts.question(of: prompt) else { return }
            prompts.end(prompt, answer.flatMap { question.accept($0) })
            if case .success(.verdict(let verdict)) = answer, verdict.endsScreen { forgetCameraScreen() }
        }
    }

    /// The camera's screen is over with the comparison that nobody looked at, without an answer of its own.
    private func forgetCameraScreen() {
        guard let shown, prompts.question(of: shown) == .screen(.lookIntoCamera) else { return }
        prompts.forget(shown)
        self.shown = nil
    }

    private func lose(_ error: ReaderError) {
        if error.reason == .readerGone { passcodes.left(features.serialNumber) }
        prompts.endAll(error)
    }
}

extension ControlledReader: FacilitySign {
    /// Shows the name from now on. Throws why the dialogue is over.
    public func show(facility name: String) throws(ReaderError) { _ = try control.perform(.facility(name: name)) }
}

extension ControlledReader {
    /// Assumed: as far as this driver has seen, and only where the firmware has it.
    public var showsStaffButton: Bool { features.hasStaffButton && passcodes.knowsRestart(of: features.serialNumber) }

    /// Tells that a passcode has been issued. Throws `.notSupported` where the firmware has no button.
    public func announcePasscode() throws(ReaderError) {
        _ = try control.perform(.passcodeIssued)
        passcodes.announce(features.serialNumber)
    }

    /// Waits until the device has left the bus: whoever looked for it earlier would find the old one.
    public func restart() throws(ReaderError) {
        makeWay()
        _ = try control.perform(.restart)
        try control.waitForLoss()
        passcodes.left(features.serialNumber)
    }
}
