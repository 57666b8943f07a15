import CCIDDevice
import Diagnosis
import FaceTerminal
import Staging
import Station

// What happens at the terminal, as events of the control lane, and as cards and keys for the card reader.

extension ControlLane {
    func happened(_ event: TerminalEvent, at now: Instant) {
        switch event {
        case .answered(let prompt, let answer): tell(0x01, prompt: prompt, results(of: answer), at: now)
        case .keypad(let ending): reader.endPINEntry(ending.ofEntry, slot: 0, at: now)
        case .cardFace(let prompt, let code): tell(0x02, prompt: prompt, code.map { Elements.element(0x52, $0.array) } ?? [], at: now)
        case .match(let prompt, let ending): tell(0x03, prompt: prompt, Elements.element(0x53, [ending.code]), at: now)
        case .touched: tell(0x04, prompt: 0, at: now)
        case .card(let card):
            // The card reader sees chips only.
            if let chip = card?.chip { reader.place(chip, at: now) } else if holdsChip { reader.remove(at: now) }
            holdsChip = card?.chip != nil
        case .cable(false): device?.leave(at: now, backAfter: nil)
        case .cable(true): device?.plug(at: now)
        case .restart: device?.leave(at: now, backAfter: timing.boot)
        }
    }

    private func results(of answer: PanelAnswer) -> [UInt8] {
        switch answer {
        case .face: Elements.element(0x50, [0x01])
        case .pin: Elements.element(0x50, [0x02])
        case .toAll: Elements.element(0x50, [0x03])
        case .individually: Elements.element(0x50, [0x04])
        case .agreed: Elements.element(0x50, [0x05])
        case .notAgreed: Elements.element(0x50, [0x06])
        case .ended: Elements.element(0x50, [0x07])
        case .staffButton: Elements.element(0x50, [0x08])
        case .timedOut: Elements.element(0x50, [0x09])
        case .digits(let digits): Elements.element(0x50, [0x0A]) + Elements.element(0x51, digits)
        }
    }
}

/// The keypad of the panel belongs to the card reader while screen 04 is shown.
extension ControlLane: CCIDKeypad {
    var digits: ClosedRange<Int> { 4...4 }

    func ask(digits: Int, patience: Duration?, slot: Int, at now: Instant) -> Bool {
        guard terminal.screen?.kind == .keypad else { return false }
        terminal.askDigits(digits, patience: patience, at: now)
        return true
    }

    func stopAsking(slot: Int, at now: Instant) { terminal.forgetKeypad() }
}

extension KeypadEnding {
    fileprivate var ofEntry: PINEntryEnding {
        switch self {
        case .digits(let digits): .typed(digits.array)
        case .ended: .cancelled
        case .timedOut: .timedOut
        }
    }
}

extension MatchEnding {
    fileprivate var code: UInt8 {
        switch self {
        case .verdict(.accepted): 0x00
        case .verdict(.otherPerson): 0x01
        case .verdict(.covered): 0x02
        case .verdict(.notAlive): 0x03
        case .verdict(.unclear): 0x04
        case .verdict(.badReference): 0x05
        case .timedOut: 0x10
        case .ended: 0x11
        }
    }
}

extension Secret {
    fileprivate var array: [UInt8] { withBytes { bytes in bytes.indices.map { bytes[$0] } } }
}
