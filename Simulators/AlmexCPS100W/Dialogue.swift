import Station

/// Numbers and repeats of both sides.
struct Dialogue {
    /// The number of the last message of the host; `nil` before the first.
    var hostNumber: UInt8?
    /// What is to be told, oldest first: code and the rest.
    var queue: [[UInt8]] = []
    /// The oldest, if it has gone out and was not acknowledged.
    private(set) var sent: (number: UInt8, frame: [UInt8])?
    private var nextNumber: UInt8 = 0

    /// What is kept for a host that does not poll; more is lost.
    static let longestQueue = 256

    /// The frame for a poll: the oldest, again until it is acknowledged; `nil` where there is nothing to say.
    mutating func frame() -> [UInt8]? {
        if let sent { return sent.frame }
        guard let oldest = queue.first else { return nil }
        let frame = LineParser.frame([nextNumber] + oldest)
        sent = (nextNumber, frame)
        return frame
    }

    /// The oldest message is through.
    mutating func end() {
        sent = nil
        nextNumber &+= 1
        if !queue.isEmpty { queue.removeFirst() }
    }
}

// What the device does on each frame.

extension AlmexCPS100WSimulator {
    private static let reset = UInt8(ascii: "R")

    func handle(_ item: LineParser.Item, at now: Instant) {
        switch item {
        case .message(let body): take(body, at: now)
        case .poll: answer(dialogue.frame() ?? [0x04], at: now)
        case .acknowledgement(let number):
            if dialogue.sent?.number == number { dialogue.end() } else { complain("an acknowledgement of what was not sent") }
        case .refusal:
            guard dialogue.sent != nil else { return complain("a refusal of nothing") }
            if let frame = dialogue.frame() { answer(frame, at: now) }
        case .wrong(let reason):
            complain(reason)
            answer([0x15], at: now)
        case .noise: complain("a byte between frames")
        }
    }

    private func take(_ body: [UInt8], at now: Instant) {
        let (number, code) = (body[0], body[1])
        answer([0x06, number], at: now)
        // A host that begins does not know the number of the one before.
        if code == Self.reset { return reset(body) }
        guard number != dialogue.hostNumber else { return }
        if dialogue.sent != nil { complain("message \(number) while one from here is not acknowledged") }
        if number != dialogue.hostNumber.map({ $0 &+ 1 }) ?? 0 { complain("message \(number) is out of order") }
        dialogue.hostNumber = number
        if let refusal = carryOut(code, Array(body[2...]), at: now) {
            complain("message \(number) is refused (status \(refusal.rawValue))")
            refuse(code, body[2...], refusal)
        }
    }

    /// The card path answers by a status of its own; what has a prompt is refused by it.
    private func refuse(_ code: UInt8, _ body: ArraySlice<UInt8>, _ status: LineStatus) {
        switch code {
        case UInt8(ascii: "P"): tell([UInt8(ascii: "p"), status.rawValue])
        case UInt8(ascii: "X"): tell([UInt8(ascii: "x"), status.rawValue, 0])
        default:
            let hasPrompt = "SWVOM".utf8.contains(code) && body.count >= 2
            tell([UInt8(ascii: "n")] + (hasPrompt ? Array(body.prefix(2)) : [0, 0]) + [status.rawValue])
        }
    }

    private func reset(_ body: [UInt8]) {
        if body.count != 2 { complain("message \(body[0]) is longer than it should be") }
        dialogue = Dialogue()
        forget()
        tell(ready)
        tell(trayState)
    }

    /// Has something told by the next free poll.
    func tell(_ message: [UInt8]) {
        guard dialogue.queue.count < Dialogue.longestQueue else { return complain("a message is lost: nobody polls") }
        dialogue.queue.append(message)
    }
}

/// A status, as its character.
enum LineStatus: UInt8 {
    case done = 0x30
    case noCard = 0x31
    case mute = 0x32
    case notNow = 0x33
    case parameterWrong = 0x34
    case notOnThisFirmware = 0x35
}
