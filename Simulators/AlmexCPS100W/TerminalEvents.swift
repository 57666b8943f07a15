import Diagnosis
import FaceTerminal
import Staging
import Station

// What happens at the terminal, as messages for the next polls.

extension AlmexCPS100WSimulator {
    /// READY: the firmware as `major.minor`, and its features.
    var ready: [UInt8] {
        let firmware = terminal.firmware
        let version = firmware.version.split(separator: ".").prefix(2).joined(separator: ".")
        return [UInt8(ascii: "r")] + version.utf8 + [(firmware.hasStaffButton ? 1 : 0) | (firmware.hasVisualCheck ? 2 : 0)]
    }

    func happened(_ event: TerminalEvent, at now: Instant) {
        switch event {
        case .answered(let prompt, let answer): tell(message("a", prompt, answer.bytes))
        case .keypad(let ending): endVerification(ending, at: now)
        case .cardFace(let prompt, let code): tell(message("o", prompt, code?.array ?? []))
        case .match(let prompt, let ending): tell(message("m", prompt, [ending.digit]))
        case .touched: tell(message("u", 0, []))
        case .card(let card): lay(card, at: now)
        case .cable(let isPlugged): setPlugged(isPlugged, at: now)
        case .restart:
            line.silence()
            restart(from: now)
        }
    }

    private func endVerification(_ ending: KeypadEnding, at now: Instant) {
        guard let asked = verification else { return }
        switch ending {
        case .digits(let digits): return ask(digits: digits.array, at: now)
        case .ended: tell(message("v", asked.prompt, [UInt8(ascii: "1")]))
        case .timedOut: tell(message("v", asked.prompt, [UInt8(ascii: "2")]))
        }
        verification = nil
    }
}

extension PanelAnswer {
    fileprivate var bytes: [UInt8] {
        switch self {
        case .face: [UInt8(ascii: "f")]
        case .pin: [UInt8(ascii: "p")]
        case .toAll: [UInt8(ascii: "a")]
        case .individually: [UInt8(ascii: "i")]
        case .agreed: [UInt8(ascii: "y")]
        case .notAgreed: [UInt8(ascii: "n")]
        case .ended: [UInt8(ascii: "e")]
        case .staffButton: [UInt8(ascii: "s")]
        case .timedOut: [UInt8(ascii: "t")]
        case .digits(let digits): [UInt8(ascii: "d")] + digits
        }
    }
}

extension Secret {
    fileprivate var array: [UInt8] { withBytes { bytes in bytes.indices.map { bytes[$0] } } }
}
