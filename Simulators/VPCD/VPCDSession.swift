import SimulationKit
import Station

/// When an answer goes out.
public enum AnswerPace: Sendable, Hashable {
    /// After the time that the card computes.
    case computingTime
    /// At once.
    case atOnce
}

/// A card at one connection to vpcd, without a socket, a clock or a wait: bytes in, bytes out, and when the next are due.
///
/// A message of one byte is for the reader: 0 power off, 1 power on, 2 reset, 4 "send the ATR"; only the last is answered. Anything longer
/// is a command APDU. vpcd asks for the ATR again and again (pcscd looks every 400 ms whether a card is there), also without power, and
/// takes the answer for presence; so the ATR is always told and powers nothing.
///
/// Messages are worked off one after another: while the card computes, the next ones wait.
///
/// A command for a card without power is one for a card that has been changed unseen. A real reader would refuse it; vpcd can only wait for
/// an answer, and all of pcscd's clients with it. So the session asks to be ended then.
public struct VPCDSession {
    /// What the card has been through at this connection.
    public struct Counts: Sendable, Hashable {
        /// Command APDUs.
        public var commands = 0
        /// Power on (cold reset).
        public var powerUps = 0
        /// Power off.
        public var powerDowns = 0
        /// Warm resets.
        public var warmResets = 0
        /// Messages that no vpcd sends.
        public var complaints = 0

        /// Nothing yet.
        public init() {}
    }

    /// Whether the connection is to be closed, so that pcscd notices that the card is another one.
    public private(set) var isToBeEnded = false
    /// What is to be sent now.
    public private(set) var output: [UInt8] = []
    /// What has happened so far.
    public private(set) var counts = Counts()
    /// Whether the card has power.
    public private(set) var isPowered = false
    /// The instruction byte (ISO/IEC 7816-4 clause 5.4.2) that the card is computing at; `nil` while it does not.
    public var computing: UInt8? { pending?.instruction }

    private struct Answer {
        let due: Instant
        let instruction: UInt8
        let response: [UInt8]
    }

    private static let complaintsTold = 100

    private let card: any SimulatedCard
    private let pace: AnswerPace
    private let complain: (String) -> Void
    private var reader = MessageReader()
    private var pending: Answer?

    /// A card without power at a new connection; `complain` hears of the first hundred messages that no vpcd sends, never a body.
    public init(_ card: any SimulatedCard, pace: AnswerPace, complain: @escaping (String) -> Void = { _ in }) {
        self.card = card
        self.pace = pace
        self.complain = complain
        card.powerOff()
    }

    /// Whether there is room for more input.
    public var wantsInput: Bool { !reader.isFull }

    /// When the card has finished computing; `nil` while it does not compute.
    public var nextDue: Instant? { pending?.due }

    /// Takes what vpcd has sent.
    public mutating func receive(_ bytes: some Sequence<UInt8>, at now: Instant) {
        reader.append(bytes)
        advance(to: now)
    }

    /// Tells that so many bytes of the output are on their way.
    public mutating func didSend(_ count: Int) {
        output.removeFirst(min(max(0, count), output.count))
    }

    /// Lets time pass: an answer that is due goes to the output, and then the next messages are worked off. Nothing is worked off while
    /// output waits, so that somebody who sends and never reads cannot fill the memory.
    public mutating func advance(to now: Instant) {
        if let answer = pending, answer.due <= now {
            pending = nil
            put(answer.response)
        }
        while pending == nil, output.isEmpty, !isToBeEnded, let message = reader.next() { take(message, at: now) }
    }

    /// The card is pulled: what it was computing is lost.
    public mutating func end() {
        pending = nil
        isPowered = false
        card.powerOff()
    }

    private mutating func take(_ message: [UInt8], at now: Instant) {
        guard message.count == 1 else { return execute(message, at: now) }
        switch message[0] {
        case 0:
            counts.powerDowns += 1
            isPowered = false
            card.powerOff()
        case 1:
            counts.powerUps += 1
            isPowered = true
            card.powerOn(at: now)
        case 2:
            counts.warmResets += 1
            card.warmReset(at: now)
        case 4:
            // An ATR of no bytes is told as such: without any answer pcscd would wait for good, for this reader and its clients.
            put(card.answerToReset)
        default: object("an unknown control message: \(message[0])")
        }
    }

    private mutating func execute(_ command: [UInt8], at now: Instant) {
        guard command.count > 1 else { return object("a message of no bytes") }
        guard isPowered else {
            isToBeEnded = true
            return object("a command for a card without power")
        }
        counts.commands += 1
        var response: [UInt8] = []
        // A mute card gives no answer, and neither does one of no bytes: vpcd would wait for its body until the card is pulled.
        guard let computing = card.process(command.span, into: &response, at: now), !response.isEmpty else { return }
        if response.count > MessageReader.longest {
            // Two bytes of length cannot announce 65,536 bytes of data and a status word.
            object("an answer of \(response.count) bytes does not fit into a message; answered 6F00")
            response = [0x6F, 0x00]
        }
        let due = pace == .atOnce ? now : now + computing
        if due > now {
            pending = Answer(due: due, instruction: command[1], response: response)
        } else {
            put(response)
        }
    }

    private mutating func put(_ body: [UInt8]) {
        let length = UInt16(clamping: body.count)
        output.append(UInt8(truncatingIfNeeded: length >> 8))
        output.append(UInt8(truncatingIfNeeded: length))
        output.append(contentsOf: body.prefix(Int(length)))
    }

    private mutating func object(_ reason: String) {
        counts.complaints += 1
        if counts.complaints <= Self.complaintsTold { complain(reason) }
    }
}
