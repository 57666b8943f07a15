import Diagnosis
import FaceTerminal
import Staging
import Station

// What happens at the terminal, as events of the control lane.

extension ControlLane {
    func happened(_ event: TerminalEvent, at now: Instant) {
        if cards.take(event, at: now) { return }
        switch event {
        case .answered(let prompt, let answer): tell(0x01, prompt: prompt, results(of: answer), at: now)
        case .cardFace(let prompt, let code): tell(0x02, prompt: prompt, code.map { Elements.element(0x52, $0.array) } ?? [], at: now)
        case .match(let prompt, let ending): tell(0x03, prompt: prompt, Elements.element(0x53, [ending.code]), at: now)
        case .touched: tell(0x04, prompt: 0, at: now)
        case .keypad, .card, .cable, .restart: break
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

extension Secret {
    fileprivate var array: [UInt8] { withBytes { bytes in bytes.indices.map { bytes[$0] } } }
}
