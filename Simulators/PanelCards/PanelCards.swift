import CCIDDevice
import Diagnosis
import FaceTerminal
import Staging
import Station
import USBDevice

/// The card reader of a device with a panel: what is laid on it is in its slot, and the panel is its keypad, for four digits, while the screen
/// of the keypad is shown.
public final class PanelCards: CCIDKeypad {
    /// The device that both are in; set once that is made.
    public weak var device: USBDevice?
    private let terminal: FaceTerminal
    private let reader: CCIDFunction
    private let boot: Duration
    private var holdsChip = false

    /// The cards of `terminal` in `reader`; the device is back on the bus so long after it has lost its power.
    public init(_ terminal: FaceTerminal, in reader: CCIDFunction, boot: Duration) {
        self.terminal = terminal
        self.reader = reader
        self.boot = boot
        reader.keypad = self
    }

    /// Does what something at the terminal means for cards, keypad and cable; `false` where it is for the host to hear.
    public func take(_ event: TerminalEvent, at now: Instant) -> Bool {
        switch event {
        case .answered, .cardFace, .match, .touched: return false
        case .keypad(let ending): reader.endPINEntry(ending.ofEntry, slot: 0, at: now)
        case .card(let card):
            // The card reader sees chips only.
            if let chip = card?.chip { reader.place(chip, at: now) } else if holdsChip { reader.remove(at: now) }
            holdsChip = card?.chip != nil
        case .cable(false): device?.leave(at: now, backAfter: nil)
        case .cable(true): device?.plug(at: now)
        case .restart: device?.leave(at: now, backAfter: boot)
        }
        return true
    }

    /// Four, as a PIN has.
    public let digits = 4...4

    /// Asks on the panel, where the screen of the keypad is shown.
    public func ask(digits: Int, patience: Duration?, slot: Int, at now: Instant) -> Bool {
        guard terminal.screen?.kind == .keypad else { return false }
        terminal.askDigits(digits, patience: patience, at: now)
        return true
    }

    /// Asks no more.
    public func stopAsking(slot: Int, at now: Instant) { terminal.forgetKeypad() }
}

extension KeypadEnding {
    fileprivate var ofEntry: PINEntryEnding {
        switch self {
        case .digits(let digits): .typed(digits.withBytes { bytes in bytes.indices.map { bytes[$0] } })
        case .ended: .cancelled
        case .timedOut: .timedOut
        }
    }
}
