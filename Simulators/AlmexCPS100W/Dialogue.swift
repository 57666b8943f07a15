import Station

/// Numbers and repeats of both sides.
struct Dialogue {
    /// The number of the last message of the host; `nil` before the first.
    var hostNumber: UInt8?
    /// What is to be told, oldest first: code and the rest.
    var queue: [[UInt8]] = []
    /// The oldest, if it has gone out and was not acknowledged: its number, its frame and how often that was repeated.
    var sent: (number: UInt8, frame: [UInt8], repeats: Int)?
    private var nextNumber: UInt8 = 0

    static let mostRepeats = 3
    /// What is kept for a host that does not poll; more is lost.
    static let longestQueue = 256

    /// The frame for a poll; `nil` where there is nothing to say.
    mutating func begin() -> [UInt8]? {
        guard let oldest = queue.first else { return nil }
        let frame = LineParser.frame([nextNumber] + oldest)
        sent = (nextNumber, frame, 0)
        return frame
    }

    /// The frame again; `nil` where that was done often enough, and the message is given up.
    mutating func `repeat`() -> [UInt8]? {
        guard let again = sent else { return nil }
        guard again.repeats < Self.mostRepeats else {
            end()
            return nil
        }
        sent?.repeats += 1
        return again.frame
    }

    /// The oldest message is through, or given up.
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
        case .poll: answerPoll(at: now)
        case .acknowledgement(let number):
            if dialogue.sent?.number == number { dialogue.end() } else { complain("an acknowledgement of what was not sent") }
        case .refusal:
            guard dialogue.sent != nil else { return complain("a refusal of nothing") }
            if let frame = dialogue.repeat() { answer(frame, at: now) } else { complain("a message was refused too often and is given up") }
        case .wrong(let reason):
            complain(reason)
            answer([0x15], at: now)
        case .noise: complain("a byte between frames")
        }
    }

    /// The oldest message, again where it was not acknowledged. The device never speaks first, so nothing is repeated between polls but on a
    /// refusal (assumed).
    private func answerPoll(at now: Instant) {
        if dialogue.sent != nil {
            if let frame = dialogue.repeat() { return answer(frame, at: now) }
            complain("a message was not acknowledged and is given up")
        }
        answer(dialogue.begin() ?? [0x04], at: now)
    }

    private func take(_ body: [UInt8], at now: Instant) {
        let (number, code) = (body[0], body[1])
        answer([0x06, number], at: now)
        // A host that begins does not know the number of the one before, so RESET is carried out whatever its number (assumed).
        if code == Self.reset { return reset(body) }
        guard number != dialogue.hostNumber else { return }
        if dialogue.sent != nil { complain("message \(number) while one from here is not acknowledged") }
        if number != dialogue.hostNumber.map({ $0 &+ 1 }) ?? 0 { complain("message \(number) is out of order") }
        dialogue.hostNumber = number
        if !carryOut(code, body[2...], at: now) { complain("message \(number) is wrong or not known") }
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
