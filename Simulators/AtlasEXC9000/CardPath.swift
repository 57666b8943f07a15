import FaceTerminal
import SimulationKit
import Staging
import Station

/// The card slot: what lies there and what the reader does with it.
struct CardPath {
    /// What the host waits for.
    enum Subject: Equatable {
        case power
        case exchange
        case verification(prompt: UInt32)
    }

    /// A PIN that somebody is to type.
    struct Question {
        let prompt: UInt32
        let header: [UInt8]
    }

    let link: CardLinkTiming
    var chip: (any SimulatedCard)?
    var isPowered = false
    /// What the card does, when it is done, and what is said then.
    var operation: (subject: Subject, due: Instant, results: [UInt8])?
    var question: Question?

    init(link: CardLinkTiming) { self.link = link }

    var nextDue: Instant? { operation?.due }

    /// Whether somebody is to type a PIN, or the card is asked about one.
    var isVerifying: Bool {
        if case .verification = operation?.subject { true } else { question != nil }
    }

    /// Forgets everything but the card.
    mutating func powerOff() {
        chip?.powerOff()
        isPowered = false
        operation = nil
        question = nil
    }
}

/// A status.
enum Status: UInt8 {
    case done = 0x00
    case unknownMessage = 0x02
    case parameterWrong = 0x03
    case notNow = 0x04
    case notOnThisFirmware = 0x05
    case noCard = 0x10
    case mute = 0x11

    /// What came of an order; `nil` where it is carried out.
    init?(refusalOf status: PanelStatus) {
        switch status {
        case .done: return nil
        case .parameterWrong: self = .parameterWrong
        case .notNow: self = .notNow
        case .notOnThisFirmware: self = .notOnThisFirmware
        }
    }
}

// Channel 1, and the PIN.

extension BulkPair {
    func hearCards(_ message: [UInt8], at now: Instant) {
        switch message.first {
        case 0x01: power(Array(message.dropFirst()), at: now)
        case 0x02: exchange(Array(message.dropFirst()), at: now)
        default:
            complain("there is no such message on channel 1")
            sayCards([0x83, Status.unknownMessage.rawValue], at: now)
        }
    }

    /// What lies there.
    func tellCard(at now: Instant) { sayCards([0x81, slot.chip == nil ? 0x00 : 0x01], at: now) }

    private func power(_ body: [UInt8], at now: Instant) {
        guard body.count == 1, body[0] <= 2 else {
            complain("POWER is wrong")
            return sayCards([0x82, Status.parameterWrong.rawValue], at: now)
        }
        guard !slot.isVerifying else { return sayCards([0x82, Status.notNow.rawValue], at: now) }
        interrupt(.mute, at: now)
        if body[0] == 0 {
            slot.powerOff()
            return sayCards([0x82, Status.done.rawValue], at: now)
        }
        guard let chip = slot.chip else { return sayCards([0x82, Status.noCard.rawValue], at: now) }
        // A warm reset of a card without power is a cold one (assumed).
        if body[0] == 2, slot.isPowered { chip.warmReset(at: now) } else { chip.powerOn(at: now) }
        let answer = chip.answerToReset
        slot.isPowered = !answer.isEmpty
        let status = answer.isEmpty ? Status.mute : .done
        slot.operation = (.power, now + slot.link.activation, [status.rawValue] + answer)
    }

    private func exchange(_ command: [UInt8], at now: Instant) {
        let refusal: Status? =
            if slot.operation != nil || slot.question != nil { .notNow } else if slot.chip == nil { .noCard } else if !slot.isPowered {
                .notNow
            } else if command.count < 4 { .parameterWrong } else { nil }
        if let refusal {
            if refusal != .noCard { complain("EXCHANGE is refused (status \(refusal.rawValue))") }
            return sayCards([0x83, refusal.rawValue], at: now)
        }
        let (response, after) = ask(command, at: now)
        slot.operation = (.exchange, now + after, response.map { [Status.done.rawValue] + $0 } ?? [Status.mute.rawValue])
    }

    /// The card's response, `nil` where it is mute, and when it is there.
    private func ask(_ command: [UInt8], at now: Instant) -> (response: [UInt8]?, after: Duration) {
        let there = slot.link.duration(ofBytes: command.count)
        var response: [UInt8] = []
        guard let computing = slot.chip?.process(command.span, into: &response, at: now + there), !response.isEmpty else {
            return (nil, there + timing.mute)
        }
        return (response, there + computing + slot.link.duration(ofBytes: response.count))
    }

    /// The keypad, for a VERIFY (ISO/IEC 7816-4, VERIFY command) to the card; why not, where it cannot be.
    func verify(_ prompt: UInt32, _ rest: [UInt8], at now: Instant) -> Status? {
        guard rest.count == 5, rest[1] == 0x20, (1...12).contains(rest[4]) else { return .parameterWrong }
        guard slot.operation == nil else { return .notNow }
        guard slot.chip != nil else {
            sayControl(0x91, prompt, [0x03], at: now)
            return nil
        }
        guard slot.isPowered else { return .notNow }
        slot.question = nil
        terminal.show(.keypad(triesLeft: nil), prompt: prompt, at: now)
        slot.question = CardPath.Question(prompt: prompt, header: Array(rest[..<4]))
        terminal.askDigits(Int(rest[4]), at: now)
        return nil
    }

    /// The keypad has ended.
    func endQuestion(_ ending: KeypadEnding, at now: Instant) {
        guard let question = slot.question else { return }
        slot.question = nil
        switch ending {
        case .digits(let digits):
            let typed = digits.withBytes { bytes in bytes.indices.map { bytes[$0] } }
            let (response, after) = ask(question.header + [UInt8(truncatingIfNeeded: typed.count)] + typed, at: now)
            slot.operation = (
                .verification(prompt: question.prompt), now + after, response.map { [0x00] + $0.suffix(2) } ?? [0x04]
            )
        case .ended: sayControl(0x91, question.prompt, [0x01], at: now)
        case .timedOut: sayControl(0x91, question.prompt, [0x02], at: now)
        }
    }

    /// Says what the card has done, when it has.
    func finishOperation(at now: Instant) {
        guard let done = slot.operation, done.due <= now else { return }
        slot.operation = nil
        say(done.subject, done.results, at: now)
    }

    private func say(_ subject: CardPath.Subject, _ results: [UInt8], at now: Instant) {
        switch subject {
        case .power: sayCards([0x82] + results, at: now)
        case .exchange: sayCards([0x83] + results, at: now)
        case .verification(let prompt): sayControl(0x91, prompt, results, at: now)
        }
    }

    /// Ends what is under way without the card.
    private func interrupt(_ status: Status, at now: Instant) {
        if let ended = slot.operation {
            slot.operation = nil
            if case .verification = ended.subject {
                say(ended.subject, [0x03], at: now)
            } else {
                say(ended.subject, [status.rawValue], at: now)
            }
        }
        if let question = slot.question {
            slot.question = nil
            terminal.withdraw(question.prompt, at: now)
            sayControl(0x91, question.prompt, [0x03], at: now)
        }
    }

    /// Somebody has laid a card down or taken it away; one without a chip is none here.
    func lay(_ card: StagedCard?, at now: Instant) {
        let wasThere = slot.chip != nil
        interrupt(.noCard, at: now)
        slot.powerOff()
        slot.chip = card?.chip
        if wasThere || slot.chip != nil { tellCard(at: now) }
    }
}
