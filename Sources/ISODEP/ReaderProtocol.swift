/// The reader's side of the half-duplex block transmission protocol (ISO/IEC 14443-4 clause 7), without a line and without a clock.
///
/// It is told what has come and says what is to be sent; whoever uses it waits as long as it says. One command at a time.
public struct ReaderProtocol: Sendable {
    /// What is to be done next.
    public enum Step: Sendable, Equatable {
        /// Send this block and wait so many times the frame waiting time.
        case send([UInt8], waiting: UInt8)
        /// The response is there.
        case done([UInt8])
        /// The card cannot be talked to any more.
        case failed(Failure)
    }

    /// Why there is no response.
    public enum Failure: Sendable, Hashable {
        /// It did not answer, or not so that it could be read, too often.
        case mute
        /// It answered what it must not.
        case protocolError
        /// Its response is longer than any response APDU.
        case tooLong
    }

    /// How often something is asked for again; the standard leaves it open.
    static let mostRetries = 3
    /// The longest response APDU: 65,536 bytes and two of status (ISO/IEC 7816-3 clause 12.1).
    static let longestResponse = 65_538

    private let room: Int
    // The current block number (clause 7.5.4.1, rule A).
    private var number: UInt8 = 0
    private var command: [UInt8] = []
    private var sent = 0..<0
    private var response: [UInt8] = []
    private var isReceivingChain = false
    private var retries = 0

    /// The protocol with a card that takes frames of `frameSize` bytes (FSC), the CRC included; less than 16 counts as 16.
    public init(frameSize: Int) { room = max(16, frameSize) - Block.overhead }

    /// S(DESELECT): the card goes back to sleep (clause 8).
    public static let deselect = Block.deselect

    /// R(NAK) between commands: a card that is there answers by R(ACK), and nothing changes (clause 7.5.5.2).
    public var presenceQuestion: [UInt8] { Block.refuse(number) }

    /// Begins a command.
    public mutating func begin(_ command: [UInt8]) -> Step {
        wipe()
        self.command = command
        return sendPart(from: 0)
    }

    /// What has come, without its CRC; `nil` where nothing came in time, or it could not be read.
    public mutating func receive(_ bytes: [UInt8]?) -> Step {
        guard let bytes, let block = Block(bytes) else { return receiveNothing() }
        switch block.kind {
        // As often as it wants: whoever waits has a deadline.
        case .waiting(let multiplier): return .send(Block.waiting(multiplier), waiting: multiplier)
        case .acknowledge(let number): return acknowledged(number)
        case .information(let number, let more): return received(number, more: more, block.field)
        // Nobody has asked for it.
        case .deselect: return .failed(.protocolError)
        }
    }

    /// Forgets command and response: either may have been a secret.
    public mutating func wipe() {
        for index in command.indices { command[index] = 0 }
        for index in response.indices { response[index] = 0 }
        (command, response, retries, isReceivingChain) = ([], [], 0, false)
    }

    // MARK: Sending

    private mutating func sendPart(from start: Int) -> Step {
        sent = start..<min(start + room, command.count)
        return resend()
    }

    private func resend() -> Step { .send(Block.information(number, more: sent.upperBound < command.count, command[sent]), waiting: 1) }

    /// R(ACK): the chain goes on, or the last block did not arrive (clause 7.5.4.3, rules 6 and 7).
    private mutating func acknowledged(_ number: UInt8) -> Step {
        guard !isReceivingChain else { return receiveNothing() }
        guard number == self.number else { return retry() ?? resend() }
        // All of the command has been sent: there is nothing to go on with.
        guard sent.upperBound < command.count else { return receiveNothing() }
        self.number ^= 1
        retries = 0
        return sendPart(from: sent.upperBound)
    }

    // MARK: Receiving

    private mutating func received(_ number: UInt8, more: Bool, _ field: ArraySlice<UInt8>) -> Step {
        // A response to half a command is none; one with the other number has come before.
        guard sent.upperBound == command.count, number == self.number else { return receiveNothing() }
        self.number ^= 1
        retries = 0
        guard response.count + field.count <= Self.longestResponse else { return .failed(.tooLong) }
        response += field
        isReceivingChain = more
        guard !more else { return .send(Block.acknowledge(self.number), waiting: 1) }
        return .done(response)
    }

    /// Nothing that can be used: in a chain of the card the block is acknowledged again, else asked for (rules 4 and 5).
    private mutating func receiveNothing() -> Step {
        retry() ?? .send(isReceivingChain ? Block.acknowledge(number) : Block.refuse(number), waiting: 1)
    }

    private mutating func retry() -> Step? {
        retries += 1
        return retries > Self.mostRetries ? .failed(.mute) : nil
    }
}
