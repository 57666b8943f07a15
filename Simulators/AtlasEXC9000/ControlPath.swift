import Diagnosis
import FaceTerminal
import Staging
import Station

// Channel 2.

extension BulkPair {
    private static let screens: [UInt8: StagedScreen] = [
        0x01: .placeCard, 0x02: .chooseMethod, 0x03: .camera, 0x05: .chooseConsent, 0x06: .consent, 0x07: .done, 0x08: .removeCard,
        0x09: .message, 0x0A: .passcode, 0x0B: .visualCheck,
    ]

    func hearControl(_ message: [UInt8], at now: Instant) {
        var fields = PanelFields(message.dropFirst())
        let code = message.first ?? 0
        let prompt = (0x10...0x14).contains(code) ? fields.littleEndian() : 0
        guard let refusal = carryOut(code, prompt, &fields, at: now) else { return }
        if refusal != .notOnThisFirmware { complain("message \(code) on channel 2 is refused (status \(refusal.rawValue))") }
        sayControl(0x9F, prompt, [refusal.rawValue], at: now)
    }

    /// Carries out a message; why not, where it cannot.
    private func carryOut(_ code: UInt8, _ prompt: UInt32, _ fields: inout PanelFields, at now: Instant) -> Status? {
        switch code {
        case 0x10...0x14 where prompt == 0: return .parameterWrong
        case 0x10:
            let screen = Self.screens[fields.byte()].flatMap { fields.screen($0, mostName: 120, mostSentence: 400, lengthCount: 2) }
            if screen != nil { forgetQuestion() }
            return Status(refusalOf: orders.show(screen, prompt: prompt, at: now))
        case 0x11 where fields.isAll:
            if slot.question?.prompt == prompt { forgetQuestion() }
            return Status(refusalOf: orders.withdraw(prompt, at: now))
        case 0x12: return verify(prompt, fields.remainder(), at: now)
        case 0x13 where fields.isAll: return Status(refusalOf: orders.readCardFace(prompt: prompt, at: now))
        case 0x14:
            let photograph = fields.remainder()
            guard photograph.count <= Int(PanelOrders.largestPhotograph) else { return .parameterWrong }
            let total = UInt32(photograph.count)
            return Status(refusalOf: orders.match(photograph, offset: 0, total: total, most: photograph.count, prompt: prompt, at: now))
        case 0x15 where fields.isAll: return Status(refusalOf: orders.issuePasscode())
        case 0x16 where fields.isAll:
            device?.leave(at: now + timing.leave, backAfter: timing.boot)
            return nil
        case 0x11, 0x13, 0x15, 0x16: return .parameterWrong
        default: return .unknownMessage
        }
    }

    /// Nobody is asked for a PIN any more; one that the card is asked about already is.
    private func forgetQuestion() { slot.question = nil }

    // MARK: Events

    func happened(_ event: TerminalEvent, at now: Instant) {
        switch event {
        case .answered(let prompt, let answer): sayControl(0x90, prompt, answer.results, at: now)
        case .keypad(let ending): endQuestion(ending, at: now)
        case .cardFace(let prompt, let code):
            sayControl(0x92, prompt, code?.withBytes { bytes in bytes.indices.map { bytes[$0] } } ?? [], at: now)
        case .match(let prompt, let ending): sayControl(0x93, prompt, [ending.code], at: now)
        case .touched: sayControl(0x94, at: now)
        case .card(let card): lay(card, at: now)
        case .cable(false): device?.leave(at: now, backAfter: nil)
        case .cable(true): device?.plug(at: now)
        case .restart: device?.leave(at: now, backAfter: timing.boot)
        }
    }
}

extension PanelAnswer {
    fileprivate var results: [UInt8] {
        switch self {
        case .face: [0x20]
        case .pin: [0x21]
        case .toAll: [0x22]
        case .individually: [0x23]
        case .agreed: [0x24]
        case .notAgreed: [0x25]
        case .ended: [0x26]
        case .timedOut: [0x27]
        case .staffButton: [0x28]
        case .digits(let digits): [0x2A] + digits
        }
    }
}
