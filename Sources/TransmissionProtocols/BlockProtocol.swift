import ISO7816

/// T=1 from the interface device's side: the block transmission protocol (ISO/IEC 7816-3 clause 11), without a line and without a clock.
///
/// Whoever has the line sends `block`, and tells what came back or that nothing did. A command that may have reached the card whole is never
/// sent again: where the rules of clause 11.6.3 end in S(RESYNCH) after that, the line is in step again and the command has failed.
public struct BlockProtocol: Sendable {
    /// What card and device agree on after the reset.
    public struct Settings: Sendable, Hashable {
        /// IFSC of the answer to reset: the longest information field that the card takes, in bytes; 0 and 255, which are reserved, are
        /// taken for the default.
        public let fieldSize: UInt8
        /// The longest information field that fits the device's messages, in bytes, 1 to 254.
        public let room: Int
        /// The epilogue of every block.
        public let errorDetection: ErrorDetection

        /// Settings for a device whose messages carry `blockSize` bytes of a block.
        public init(_ answer: AnswerToReset, blockSize: Int) {
            let offered = answer.informationFieldSize
            fieldSize = (1...254).contains(offered) ? offered : 32
            errorDetection = answer.errorDetection
            room = max(1, min(Block.longestField, blockSize - 3 - answer.errorDetection.count))
        }
    }

    /// What comes next.
    public enum Step: Sendable, Hashable {
        /// `block` is to be sent; the answer may take so many block waiting times, where 0 is for one.
        case send(waiting: UInt8)
        /// `response` is complete, or the field size is agreed.
        case finished
        /// There is no answer.
        case failed(Failure)
    }

    /// Why there is no answer.
    public enum Failure: Error, Sendable, Hashable {
        /// Three blocks after the reset brought nothing that is a block (rule 7.4.1), or three S(RESYNCH request) did (rule 6.4): the card
        /// has to be reset.
        case cardLost
        /// The protocol began again after all of the command had been sent: the card may have carried it out.
        case commandUncertain
        /// The card ended the chain (rule 9).
        case abortedByCard
        /// More than any response APDU; the chain was ended.
        case responseTooLong
        /// The card talks without coming to an end.
        case endless
    }

    /// How often a block is asked for in a row before something stronger is tried (rules 6.4 and 7.4).
    static let attempts = 3
    /// How many blocks may pass for one command without a step forward.
    static let mostIdle = 1_024

    enum Phase: Equatable {
        case idle
        /// The command goes out.
        case sending
        /// The response comes in.
        case receiving
        /// An S(... request) of ours is open.
        case asking(Block.Service)
        /// The card has ended a chain, and has the right to send.
        case yielding
        /// Only a reset helps.
        case dead
    }

    enum Sent { case information, receiveReady, request, response }

    /// The block to be sent.
    public internal(set) var block: [UInt8] = []
    /// The response APDU, whole after `.finished`.
    public internal(set) var response: [UInt8] = []

    let settings: Settings
    /// The card's field size as it is now.
    var fieldSize: Int
    var phase = Phase.idle
    var command: [UInt8] = []
    /// What of the command the card has, and the size of the block under way.
    var offset = 0
    var size = 0
    /// Whether the last block of the command has been sent.
    var isWhole = false
    /// N(S) of the I-block under way or the next one, and N(S) awaited from the card.
    var sendNumber: UInt8 = 0
    var receiveNumber: UInt8 = 0
    var lastSent = Sent.information
    /// Blocks in a row that brought nothing, blocks since the last step forward, and S(RESYNCH request)s of this command that were answered.
    var failures = 0
    var idle = 0
    var resynchronizations = 0
    /// Whether an error-free block has come since the reset.
    var hasBegun = false
    /// Whether nobody knows where the card is.
    var isOutOfStep = false

    /// The protocol after a reset.
    public init(_ settings: Settings) {
        self.settings = settings
        fieldSize = min(Int(settings.fieldSize), settings.room)
        // It never grows, which would leave a copy behind.
        block.reserveCapacity(3 + Block.longestField + 2)
    }

    // MARK: Beginning

    /// Tells the card the longest information field that it may send (IFSD), in bytes, by S(IFS request) (clause 11.4.2).
    public mutating func announce(fieldSize: Int) -> Step {
        guard phase == .idle else { return .failed(.cardLost) }
        (failures, idle) = (0, 0)
        return ask(.fieldSize, UInt8(truncatingIfNeeded: max(1, min(fieldSize, settings.room))))
    }

    /// Begins with a command APDU of at least one byte. The last one, if nobody saw its end, is given up by S(RESYNCH request).
    public mutating func begin(_ command: Span<UInt8>) -> Step {
        if phase == .dead { return .failed(.cardLost) }
        if phase != .idle { interrupt() }
        response.removeAll(keepingCapacity: true)
        command.withUnsafeBufferPointer { self.command.append(contentsOf: $0) }
        (offset, isWhole, failures, idle, resynchronizations) = (0, false, 0, 0, 0)
        if isOutOfStep { return ask(.resynchronization) }
        phase = .sending
        return sendInformation()
    }

    /// Gives up what is under way; where the card is then, nobody knows.
    public mutating func interrupt() {
        guard phase != .idle, phase != .dead else { return }
        end(.idle)
        isOutOfStep = true
    }

    mutating func end(_ phase: Phase) {
        command.forget()
        block.forget()
        self.phase = phase
    }

    mutating func fail(_ failure: Failure) -> Step {
        end(failure == .cardLost ? .dead : .idle)
        response.removeAll(keepingCapacity: true)
        if failure == .endless { isOutOfStep = true }
        return .failed(failure)
    }

    // MARK: Sending

    /// The next I-block of the command (clause 11.6.2.2), or the same again: its bytes never change, or a card that has it would take the
    /// rest for something else.
    mutating func sendInformation(again: Bool = false) -> Step {
        let left = command.count - offset
        if again {
            // A card that takes shorter blocks now than the one that it asks for.
            guard size <= fieldSize else { return resynchronize() }
        } else {
            size = min(left, fieldSize)
        }
        let more = size < left
        if !more { isWhole = true }
        open(.information, sendNumber << 6 | (more ? 0x20 : 0), size)
        block.append(contentsOf: command[offset..<offset + size])
        return seal()
    }

    /// An R-block: what is awaited, and what was wrong.
    mutating func sendReceiveReady(_ fault: Block.Fault? = nil) -> Step {
        open(.receiveReady, 0x80 | receiveNumber << 4 | (fault?.rawValue ?? 0), 0)
        return seal()
    }

    mutating func ask(_ service: Block.Service, _ value: UInt8? = nil) -> Step {
        phase = .asking(service)
        return send(.request, 0xC0 | service.rawValue, value)
    }

    mutating func answer(_ service: Block.Service, _ value: UInt8? = nil) -> Step {
        send(.response, 0xE0 | service.rawValue, value)
    }

    private mutating func send(_ kind: Sent, _ pcb: UInt8, _ value: UInt8?) -> Step {
        open(kind, pcb, value == nil ? 0 : 1)
        if let value { block.append(value) }
        return seal()
    }

    /// The block of before, unchanged.
    func repeated() -> Step {
        // What S(WTX response) grants counts each time.
        .send(waiting: lastSent == .response && block.count > 3 && block[1] == Self.timeGranted ? block[3] : 0)
    }

    private static let timeGranted: UInt8 = 0xE0 | Block.Service.waitingTime.rawValue

    private mutating func open(_ kind: Sent, _ pcb: UInt8, _ count: Int) {
        lastSent = kind
        block.forget()
        block.append(0)
        block.append(pcb)
        block.append(UInt8(truncatingIfNeeded: count))
    }

    private mutating func seal() -> Step {
        settings.errorDetection.seal(&block)
        return repeated()
    }

    // MARK: Errors

    /// No block came that could be used (rule 7): asks again, and after three attempts begins the protocol anew (rule 7.4).
    mutating func failed(_ fault: Block.Fault) -> Step {
        failures += 1
        if failures < Self.attempts {
            switch lastSent {
            case .request, .receiveReady: return repeated()
            case .information, .response: return sendReceiveReady(fault)
            }
        }
        if !hasBegun || phase == .asking(.resynchronization) || phase == .asking(.fieldSize) { return fail(.cardLost) }
        return resynchronize()
    }

    /// Rule 6, which only the device may use, three times for one command at most.
    mutating func resynchronize() -> Step {
        guard resynchronizations < Self.attempts else { return fail(.cardLost) }
        resynchronizations += 1
        failures = 0
        return ask(.resynchronization)
    }
}
