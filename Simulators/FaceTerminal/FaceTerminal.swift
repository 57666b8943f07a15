import Diagnosis
import Staging
import Station

/// What every reader with face authentication has, without any wire: the panel, the camera, the keypad, the staff button, and the stage on
/// which people use them.
///
/// A passive object: no thread, no clock. A twin shows screens on it and is told what happened; what a twin alone knows (slots, trays,
/// frames) it adds itself.
public final class FaceTerminal {
    /// Is told what happens, in the order of time.
    public var tell: (TerminalEvent, Instant) -> Void = { _, _ in }
    /// What this model makes of a program that is installed.
    public var adapt: (StagedFirmware) -> StagedFirmware = { $0 }
    /// What compares faces.
    public let matcher: any FaceMatcher
    /// The program in it.
    public private(set) var firmware: StagedFirmware
    /// The card that lies there, with or without a chip.
    public private(set) var card: StagedCard?
    /// What the camera sees.
    public private(set) var view = CameraView.ownFace
    /// What stands on the panel.
    public var screen: PanelScreen? { shown?.screen }
    /// Whether 職員用ボタン is on the idle screen: a passcode was issued and the reader restarted since.
    public private(set) var showsStaffButton = false

    let timing: TerminalTiming
    var stage: Stage { didSet { plan() } }
    var shown: Shown? { didSet { plan() } }
    var keypad: Keypad? { didSet { plan() } }
    private var reading: (prompt: UInt32, due: Instant)? { didSet { plan() } }
    var matching: Matching? { didSet { plan() } }
    private var isPasscodeIssued = false
    private var isSomebodyThere = true
    /// When a touch was told last.
    var lastTouch: Instant?
    private var time = Instant.zero

    struct Shown {
        let screen: PanelScreen
        let prompt: UInt32
        /// When it gives up.
        var deadline: Instant
        /// What has been typed of a passcode.
        var typed: [UInt8] = []
    }

    struct Keypad {
        let digits: Int
        let patience: Duration
        var deadline: Instant
        var typed: [UInt8] = []
    }

    struct Matching {
        let prompt: UInt32
        let photograph: [UInt8]
        let deadline: Instant
        /// When the camera has seen enough; `nil` while it sees nobody.
        var lookDue: Instant?
    }

    /// A terminal at which `stage` happens.
    public init(
        stage: Stage = Stage(), matcher: any FaceMatcher = ScriptedFaceMatcher(), firmware: StagedFirmware = StagedFirmware(),
        timing: TerminalTiming = TerminalTiming()
    ) {
        self.stage = stage
        self.matcher = matcher
        self.firmware = firmware
        self.timing = timing
        plan()
    }

    /// Adds what somebody does.
    public func add(_ event: StagedEvent) { stage.add(event) }

    // MARK: For the wire

    /// Shows a screen; the prompt before it is over.
    public func show(_ screen: PanelScreen, prompt: UInt32, at now: Instant) {
        endKeypad(at: now)
        shown = Shown(screen: screen, prompt: prompt, deadline: now + timing.untouched)
        // The keypad is there once it takes digits.
        if screen.kind != .keypad { stage.screenShown(screen.kind, at: now) }
    }

    /// Takes back whatever has this prompt; it answers no more.
    public func withdraw(_ prompt: UInt32, at now: Instant) {
        if shown?.prompt == prompt {
            endKeypad(at: now)
            shown = nil
        }
        if reading?.prompt == prompt { reading = nil }
        if matching?.prompt == prompt { matching = nil }
    }

    /// Takes everything back, for a host that begins anew.
    public func withdrawAll(at now: Instant) {
        endKeypad(at: now)
        forget()
    }

    /// Begins to ask for so many digits on the keypad that is shown, in place of a question that was there.
    public func askDigits(_ digits: Int, patience: Duration? = nil, at now: Instant) {
        endKeypad(at: now)
        let patience = patience ?? timing.untouched
        keypad = Keypad(digits: max(1, digits), patience: patience, deadline: now + patience)
        stage.screenShown(.keypad, at: now)
    }

    /// Ends the question for digits without a word.
    public func forgetKeypad() { keypad = nil }

    /// Begins to read the printed side of the card.
    public func readCardFace(prompt: UInt32, at now: Instant) {
        reading = (prompt, now + timing.cardFace)
    }

    /// Whether the camera reads the printed side of the card.
    public var isReading: Bool { reading != nil }

    /// Whether the camera compares.
    public var isMatching: Bool { matching != nil }

    /// Begins to compare whoever stands there with a photograph.
    public func match(_ photograph: [UInt8], prompt: UInt32, at now: Instant) {
        matching = Matching(prompt: prompt, photograph: photograph, deadline: now + timing.unseen)
        look(at: now)
    }

    /// A passcode has been issued; it stays so without power.
    public func issuePasscode() { isPasscodeIssued = true }

    /// The host has let go: what was shown and asked is over.
    public func forget() {
        shown = nil
        keypad = nil
        reading = nil
        matching = nil
    }

    /// Power has come back.
    public func start() {
        forget()
        showsStaffButton = isPasscodeIssued && firmware.hasStaffButton
    }

    // MARK: Time

    /// When something happens by itself. It is kept: it is asked for with every transfer, and seldom changes.
    public private(set) var nextDue: Instant?

    private func plan() {
        // While somebody is asked for digits or looked at, that gives up first.
        let untouched = keypad == nil && !isLookedAt ? shown?.deadline : nil
        nextDue = Instant.earliest(stage.nextDue, keypad?.deadline, reading?.due, matching?.lookDue ?? matching?.deadline, untouched)
    }

    /// Lets time pass.
    public func advance(to now: Instant) {
        while let due = nextDue, due <= now {
            // What was staged for a moment that had passed happens now.
            time = max(time, due)
            // What ends with a deed ends first.
            if !endOne(at: time), let action = stage.takeDue(at: time) { perform(action, at: time) }
        }
        time = max(time, now)
    }

    /// Ends one thing that is due; false where none is.
    private func endOne(at now: Instant) -> Bool {
        if let reading, reading.due <= now {
            self.reading = nil
            readOff(reading.prompt, at: now)
        } else if let matching, matching.lookDue ?? matching.deadline <= now {
            finish(matching, at: now)
        } else if let keypad, keypad.deadline <= now {
            self.keypad = nil
            shown = nil
            tell(.keypad(.timedOut), now)
        } else if let shown, keypad == nil, !isLookedAt, shown.deadline <= now {
            answer(.timedOut, at: now)
        } else {
            return false
        }
        return true
    }

    private func readOff(_ prompt: UInt32, at now: Instant) {
        guard case .visualCode(let code) = card?.face else { return tell(.cardFace(prompt: prompt, nil), now) }
        tell(.cardFace(prompt: prompt, code), now)
    }

    private func finish(_ matching: Matching, at now: Instant) {
        if matching.lookDue == nil {
            endMatch(.timedOut, at: now)
        } else if let verdict = matcher.compare(matching.photograph, with: view) {
            self.matching = nil
            tell(.match(prompt: matching.prompt, .verdict(verdict)), now)
        } else if matching.deadline <= now {
            endMatch(.timedOut, at: now)
        } else {
            self.matching?.lookDue = nil
        }
    }

    // MARK: What happens on the stage

    private func perform(_ action: StagedAction, at now: Instant) {
        switch action {
        case .place(let card): lay(card, at: now)
        case .remove: lay(nil, at: now)
        case .swap(let card):
            lay(nil, at: now)
            lay(card, at: now)
        case .stand(let view):
            self.view = view
            if view != .nobody { isSomebodyThere = true }
            look(at: now)
        case .walkAway:
            view = .nobody
            isSomebodyThere = false
        case .choose(let button): if isSomebodyThere { choose(button, at: now) }
        case .typePIN(let digits): if isSomebodyThere { type(digits, at: now) }
        case .touch: if isSomebodyThere { touch(at: now) }
        case .pressStaffButton: pressStaffButton(at: now)
        case .typePasscode(let digits): typePasscode(digits, at: now)
        case .unplug: tell(.cable(isPlugged: false), now)
        case .plug: tell(.cable(isPlugged: true), now)
        case .powerDip: tell(.restart, now)
        case .install(let firmware):
            self.firmware = adapt(firmware)
            tell(.restart, now)
        }
    }

    private func lay(_ card: StagedCard?, at now: Instant) {
        if card == nil, self.card == nil { return }
        self.card = card
        tell(.card(card), now)
    }

    /// Whoever steps before the waiting camera is looked at.
    private func look(at now: Instant) {
        guard let matching, matching.lookDue == nil, view != .nobody else { return }
        self.matching?.lookDue = now + timing.match
    }
}
