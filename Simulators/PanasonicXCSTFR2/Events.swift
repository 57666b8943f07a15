import Diagnosis
import FaceTerminal
import Station

// What happens at the terminal, as events of the control lane.

extension ReportLane {
    func happened(_ event: TerminalEvent, at now: Instant) {
        if cards.take(event, at: now) { return }
        switch event {
        case .answered(let prompt, let answer): tell(0x81, prompt: prompt, answer.results, at: now)
        case .cardFace(let prompt, let code):
            tell(0x82, prompt: prompt, code?.withBytes { bytes in bytes.indices.map { bytes[$0] } } ?? [], at: now)
        case .match(let prompt, let ending): tell(0x83, prompt: prompt, [ending.code], at: now)
        case .touched: tell(0x84, prompt: 0, at: now)
        case .keypad, .card, .cable, .restart: break
        }
    }
}

extension PanelAnswer {
    fileprivate var results: [UInt8] {
        switch self {
        case .face: [0x11]
        case .pin: [0x12]
        case .toAll: [0x21]
        case .individually: [0x22]
        case .agreed: [0x31]
        case .notAgreed: [0x32]
        case .ended: [0x41]
        case .timedOut: [0x42]
        case .staffButton: [0x43]
        case .digits(let digits): [0x51] + digits
        }
    }
}
