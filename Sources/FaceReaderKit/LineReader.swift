import ISO7816
import ReaderKit
import ReaderTransport
import Station

/// A reader with a screen, a camera, a keypad and what the staff need, all of it over one line, the card too. All of that is assumed, as each
/// reader's reference protocol is.
public final class LineReader: PromptingReader {
    /// How long the card may take to lose power while everything else is being cancelled.
    static let powerOffPatience = Duration.seconds(2)
    /// How long one waits until the device is ready before the next try.
    static let readyPatience = Duration.seconds(2)
    /// How often it is greeted over a line that works.
    static let mostGreetings: UInt8 = 3
    /// How long a screen or the keypad lasts: the device's minute, and some.
    static let screenPatience = Duration.seconds(90)
    /// How long the camera takes: the device's 20 seconds, and some.
    static let cameraPatience = Duration.seconds(30)
    /// How many digits a PIN can have.
    static let digits = 1...12

    /// The name that selectors are matched against.
    public let name: String
    /// One.
    public let slotCount: UInt8 = 1
    /// The source of the events of cards and prompts.
    public let source: SourceID
    /// What people were asked.
    public let prompts: PromptBook<FacetQuestion, FacetAnswer>
    private let attachment: any Attachment
    private let line: any OrderLine
    private let card: CardSlot
    private let station: Station
    private let passcodes: PasscodeMemory
    private let greeted: UInt64
    private var ready: FaceFeatures?
    // What the screen shows, until it has ended.
    private var shown: PromptID?

    /// A reader behind `line`, which nothing has been sent over yet.
    public init(_ attachment: any Attachment, _ line: any OrderLine, name: String, _ passcodes: PasscodeMemory, on station: Station) {
        self.attachment = attachment
        self.line = line
        self.name = name
        self.station = station
        self.passcodes = passcodes
        source = station.makeSource()
        greeted = station.makeToken()
        card = CardSlot(source: source, on: station)
        // The greeting has made the device forget the prompts of earlier programs.
        prompts = PromptBook(source: source, on: station, numbers: 1...0xFFFF)
        line.hear = { [weak self] in self?.hear($0) }
        line.lose = { [weak self] in self?.lose($0) }
        line.isAwaiting = { [weak self] in self?.isAwaiting ?? false }
    }

    /// Has the device begin anew and waits until it is ready. Throws why it is not.
    public func greet() throws(ReaderError) {
        for attempt in 0..<Self.mostGreetings {
            line.greet(attempt: attempt)
            let wake = station.next(from: source, token: greeted, until: station.now + Self.readyPatience)
            if case .cancelled = wake { throw ReaderError(.cancelled) }
            if let failure = line.failure { throw failure }
            if ready != nil { return }
        }
        throw ReaderError(.readerUnusable, cause: "it does not say that it is ready")
    }

    private var isAwaiting: Bool { ready == nil || card.isAwaiting || prompts.hasOpen }

    // MARK: Cards

    /// Asks for an event as soon as the presence of a card differs from `known`.
    public func watchPresence(slot: UInt8, known: CardPresence) -> TransferID {
        let watch = card.watch(known: known)
        if slot != 0 { card.end(watch, Self.noSlot(slot)) }
        if let failure = line.failure { card.end(watch, failure) }
        line.wake()
        return watch
    }

    /// The presence that was watched for. Throws what ended the watch otherwise.
    public func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence { try card.presence(watch) }

    /// Takes a watch back.
    public func abandon(_ watch: TransferID) { card.abandon(watch) }

    /// Gives the card power.
    public func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        guard slot == 0 else { throw Self.noSlot(slot) }
        let channel = SlotChannel(card, line, readerName: name, on: station)
        do { try channel.connect(until: deadline) } catch {
            // The card may have got its power all the same.
            if error.reason != .noCard { channel.close() }
            throw error
        }
        return channel
    }

    /// Takes back what is still asked, then ends the use of the reader.
    public func close() {
        for prompt in prompts.open { withdraw(prompt) }
        station.shielded { line.drain() }
        line.stop()
        card.lose(ReaderError(.cancelled, cause: "the reader was closed"))
        attachment.close()
    }

    private static func noSlot(_ slot: UInt8) -> ReaderError { ReaderError(.readerUnusable, cause: "there is no slot \(slot)") }

    // MARK: Facets

    /// The screen.
    public var patientScreen: (any PatientScreen)? { self }
    /// The camera.
    public var face: (any FaceCamera)? { self }
    /// The keypad.
    public var pinPad: (any PINPad)? { self }
    /// The button alone leads nowhere: without the visual check there is no panel.
    public var staffPanel: (any StaffPanel)? { ready?.hasVisualCheck == true ? self : nil }
    /// The protocol has no commands of the maker's own.
    public var escape: (any EscapeLane)? { nil }

    /// The keypad is no screen of its own here: `PINPad` shows it.
    public var offered: Set<Screen.Kind> { Set(Screen.Kind.allCases).subtracting([.enterPIN]) }

    /// Asks at once. Throws why the line is lost.
    public func ask(_ question: FacetQuestion) throws(ReaderError) -> PromptID {
        if let failure = line.failure { throw failure }
        let prompt = prompts.begin(question, patience: question.isShown ? Self.screenPatience : Self.cameraPatience)
        // The numbers are those that go into two bytes.
        let number = UInt16(truncatingIfNeeded: prompts.number(of: prompt) ?? 0)
        if question.isShown {
            if let shown { prompts.forget(shown) }
            shown = prompt
        }
        switch question {
        case .screen, .passcode, .visualCheck: line.send(.show(prompt: number, question))
        case .cardFace: line.send(.readCardFace(prompt: number))
        case .match(let photograph): line.send(.match(prompt: number, photograph: photograph))
        case .pin(let header, let digits): line.send(.verify(prompt: number, header, digits: UInt8(clamping: digits)))
        }
        return prompt
    }

    /// Takes a question back.
    public func withdraw(_ prompt: PromptID) {
        guard let number = prompts.number(of: prompt), prompts.forget(prompt) else { return }
        if shown == prompt { shown = nil }
        line.send(.withdraw(prompt: UInt16(truncatingIfNeeded: number)))
    }

    // MARK: What the device says

    private func hear(_ report: LineReport) {
        if case .ready(let ready) = report { return begin(ready) }
        // What comes before was meant for an earlier program.
        guard ready != nil else { return }
        switch report {
        case .ready: break
        case .touched: prompts.postpone()
        case .card(let isPresent): heard(isPresent: isPresent)
        case .powered(let result): card.powered(result)
        case .response(let part, let isLast): card.received(part, isLast: isLast)
        case .ended(let number, let answer):
            guard let prompt = prompts.prompt(number: UInt32(number)), let question = prompts.question(of: prompt) else { return }
            prompts.end(prompt, answer.flatMap { question.accept($0) }.mapError { lost($0, question) })
            if case .success(.verdict(let verdict)) = answer, verdict.endsScreen { forgetCameraScreen() }
        }
    }

    /// A card that was there for its PIN and is not any more has been removed; that there was none is another story.
    private func lost(_ error: ReaderError, _ question: FacetQuestion) -> ReaderError {
        guard case .pin = question, error.reason == .noCard, card.presence.isPresent else { return error }
        return ReaderError(.cardRemoved, cause: error.cause)
    }

    /// The camera's screen is over with the comparison that nobody looked at, without an answer of its own.
    private func forgetCameraScreen() {
        guard let shown, prompts.question(of: shown) == .screen(.lookIntoCamera) else { return }
        prompts.forget(shown)
        self.shown = nil
    }

    private func begin(_ ready: FaceFeatures) {
        guard self.ready == nil else {
            return line.giveUp(ReaderError(.readerGone, cause: "the reader has started anew and forgotten everything"))
        }
        self.ready = ready
        line.begin()
        station.schedule(Event(source: source, token: greeted), at: station.now)
    }

    private func heard(isPresent: Bool) {
        let before = card.presence
        card.hear(isPresent: isPresent)
        guard before.isPresent, card.presence != before else { return }
        // A PIN for a card that has left is for no card.
        for prompt in prompts.open {
            if case .pin = prompts.question(of: prompt) { prompts.end(prompt, .failure(ReaderError(.cardRemoved))) }
        }
    }

    private func lose(_ error: ReaderError) {
        if error.reason == .readerGone { passcodes.left(identity) }
        if ready == nil { station.schedule(Event(source: source, token: greeted), at: station.now) }
        card.lose(error)
        prompts.endAll(error)
    }
}

extension LineReader: PINPad {
    /// Shows the keypad. Throws `.notSupported` for anything but a VERIFY of 1 to 12 digits.
    public func verify(_ header: CommandHeader, digits: Int, slot: UInt8) throws(ReaderError) -> PromptID {
        guard slot == 0 else { throw Self.noSlot(slot) }
        guard Self.digits.contains(digits), header.isVerify else {
            throw ReaderError(.notSupported, cause: "a PIN of \(digits) digits by INS \(header.ins)")
        }
        return try ask(.pin(header, digits: digits))
    }

    /// What came of the PIN.
    public func result(_ prompt: PromptID) throws(ReaderError) -> PINPadResult {
        guard case .pin(let result) = try prompts.take(prompt) else {
            throw ReaderError(.inputOutput, cause: "the prompt asked something else")
        }
        return result
    }
}

extension LineReader {
    /// What the reader is remembered by: its serial number, or its name where it has none.
    private var identity: String { ready.map(\.serialNumber).flatMap { $0.isEmpty ? nil : $0 } ?? name }

    /// Assumed: as far as this driver has seen, and only where the firmware has it.
    public var showsStaffButton: Bool { ready?.hasStaffButton == true && passcodes.knowsRestart(of: identity) }

    /// Tells that a passcode has been issued. Throws `.notSupported` where the firmware has no button.
    public func announcePasscode() throws(ReaderError) {
        guard ready?.hasStaffButton == true else { throw ReaderError(.notSupported, cause: "not on this firmware") }
        try tell(.passcodeIssued)
        passcodes.announce(identity)
    }

    /// Away for some seconds afterwards; the driver opens it again when it is back.
    public func restart() throws(ReaderError) {
        try tell(.restart)
        try line.waitForRestart()
    }

    /// Sends an order and waits until the device has it.
    private func tell(_ order: LineOrder) throws(ReaderError) {
        if station.isCancelled { throw ReaderError(.cancelled) }
        if let failure = line.failure { throw failure }
        line.send(order)
        line.drain()
        if let failure = line.failure { throw failure }
    }
}
