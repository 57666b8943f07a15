import FaceTerminal
import SimulationKit
import Staging
import Station

/// A PIN that is asked for, or that the card is asked about.
struct Verification {
    let prompt: UInt32
    let header: [UInt8]
    /// Whether the card has been asked.
    var isAsked = false
}

/// The card tray with its sensor: what lies there and what the reader does with it.
struct Tray {
    /// What the sensor has found.
    enum State: UInt8 {
        case empty = 0x30
        case chip = 0x31
        case noChip = 0x32
    }

    struct Operation {
        let due: Instant
        /// What is told when it is done.
        let messages: [[UInt8]]
        /// What is told where the card leaves before.
        let lost: [UInt8]
    }

    var state = State.empty
    var chip: (any SimulatedCard)?
    var isPowered = false
    /// The card that has been laid down and not been found out.
    var laid: (card: StagedCard, due: Instant)?
    /// When the camera has read a card without a chip.
    var camera: (outcome: UInt8, due: Instant)?
    var operation: Operation?
    /// The command APDU that comes in parts.
    var command: [UInt8] = []

    var nextDue: Instant? { Instant.earliest(laid?.due, camera?.due, operation?.due) }

    mutating func lay(_ card: StagedCard, due: Instant) { laid = (card, due) }

    mutating func powerOff() {
        chip?.powerOff()
        isPowered = false
        operation = nil
        command = []
    }

    mutating func empty() {
        powerOff()
        state = .empty
        chip = nil
        laid = nil
        camera = nil
    }
}

// The card path: POWER, EXCHANGE, and what lies in the tray.

extension AlmexCPS100WSimulator {
    /// A part of a response: number, code, status and flag come before it.
    private static let largestPart = LineParser.longestBody - 4
    /// The longest command APDU (ISO/IEC 7816-4 clause 5.2).
    private static let longestCommand = 4 + 3 + 65_535 + 2

    func power(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard body.count == 1, (0x30...0x32).contains(body[0]) else { return .parameterWrong }
        guard tray.operation == nil, verification == nil else {
            powered(.notNow)
            return nil
        }
        tray.command = []
        if body[0] == 0x30 {
            tray.powerOff()
            powered(.done)
            return nil
        }
        guard let chip = tray.chip else {
            powered(.noCard)
            return nil
        }
        // A warm reset of a card without power is a cold one (assumed).
        if body[0] == 0x32, tray.isPowered { chip.warmReset(at: now) } else { chip.powerOn(at: now) }
        let answer = chip.answerToReset
        tray.isPowered = !answer.isEmpty
        let status = answer.isEmpty ? LineStatus.mute : .done
        start(
            after: link.activation, [[UInt8(ascii: "p"), status.rawValue] + answer], lost: [UInt8(ascii: "p"), LineStatus.noCard.rawValue],
            at: now)
        return nil
    }

    private func powered(_ status: LineStatus) { tell([UInt8(ascii: "p"), status.rawValue]) }

    private func response(_ status: LineStatus) -> [UInt8] { [UInt8(ascii: "x"), status.rawValue, 0] }

    func exchange(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard tray.operation == nil, verification == nil else { return .notNow }
        guard let flag = body.first, flag <= 1, tray.command.count + body.count - 1 <= Self.longestCommand else {
            tray.command = []
            return .parameterWrong
        }
        tray.command += body[1...]
        if flag == 1 { return nil }
        let command = tray.command
        tray.command = []
        guard let chip = tray.chip else {
            tell(response(.noCard))
            return nil
        }
        guard tray.isPowered else { return .notNow }
        guard command.count >= 4 else { return .parameterWrong }
        let (answer, after) = ask(chip, command, at: now)
        start(after: after, answer.map(parts) ?? [response(.mute)], lost: response(.noCard), at: now)
        return nil
    }

    /// The card's response and when it is there; `nil` where it is mute.
    private func ask(_ chip: any SimulatedCard, _ command: [UInt8], at now: Instant) -> ([UInt8]?, Duration) {
        let there = link.duration(ofBytes: command.count)
        var response: [UInt8] = []
        guard let computing = chip.process(command.span, into: &response, at: now + there), !response.isEmpty else {
            return (nil, there + timing.mute)
        }
        return (response, there + computing + link.duration(ofBytes: response.count))
    }

    /// A response APDU as messages, in order.
    private func parts(_ response: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: response.count, by: Self.largestPart).map { start in
            let end = min(start + Self.largestPart, response.count)
            return [UInt8(ascii: "x"), LineStatus.done.rawValue, end < response.count ? 1 : 0] + response[start..<end]
        }
    }

    /// The digits are typed: the card is asked.
    func ask(digits: [UInt8], at now: Instant) {
        guard var asked = verification, let chip = tray.chip else { return }
        asked.isAsked = true
        verification = asked
        let command = asked.header + [UInt8(truncatingIfNeeded: digits.count)] + digits
        let (response, after) = ask(chip, command, at: now)
        let answer = response.map { [UInt8(ascii: "0")] + $0.suffix(2) } ?? [UInt8(ascii: "4")]
        start(
            after: after, [message("v", asked.prompt, answer)], lost: message("v", asked.prompt, [UInt8(ascii: "3")]), at: now)
    }

    private func start(after duration: Duration, _ messages: [[UInt8]], lost: [UInt8], at now: Instant) {
        tray.operation = Tray.Operation(due: now + duration, messages: messages, lost: lost)
    }

    // MARK: What happens in the tray

    /// What is due in the tray.
    func work(at now: Instant) {
        if let operation = tray.operation, operation.due <= now {
            tray.operation = nil
            if verification?.isAsked == true { verification = nil }
            for message in operation.messages { tell(message) }
        }
        if let camera = tray.camera, camera.due <= now {
            tray.camera = nil
            tell(message("c", 0, [camera.outcome]))
        }
        if let laid = tray.laid, laid.due <= now { find(laid.card, at: now) }
    }

    /// What the sensor says.
    var trayState: [UInt8] { [UInt8(ascii: "t"), tray.state.rawValue] }

    /// A chip in the field is read, with a beep; without one, or one that does not answer, it is an old insurance card, for the camera.
    private func find(_ card: StagedCard, at now: Instant) {
        tray.laid = nil
        if let chip = card.chip, !chip.answerToReset.isEmpty {
            beeps.append(now)
            tray.chip = chip
            tray.state = .chip
        } else {
            tray.state = .noChip
            let outcome = if case .insuranceCard = card.face { UInt8(ascii: "0") } else { UInt8(ascii: "1") }
            tray.camera = (outcome, now + timing.insuranceCard)
        }
        tell(trayState)
    }

    /// Somebody has laid a card down or taken it away.
    func lay(_ card: StagedCard?, at now: Instant) {
        guard isOn else { return }
        let wasEmpty = tray.state == .empty
        let lost = tray.operation?.lost
        // Nobody is asked for the PIN of a card that has left.
        if let waiting = verification, !waiting.isAsked {
            verification = nil
            terminal.withdraw(waiting.prompt, at: now)
            tell(message("v", waiting.prompt, [UInt8(ascii: "3")]))
        }
        verification = nil
        tray.empty()
        if let lost { tell(lost) }
        if !wasEmpty { tell(trayState) }
        if let card { tray.lay(card, due: now + timing.detection) }
    }
}
