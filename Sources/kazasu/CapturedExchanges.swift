import ISO7816
import TransmissionProtocols

/// The APDUs in the messages that cross the bulk endpoints of a CCID reader (USB CCID 1.1 clauses 6.1.4 and 6.2.1), for one who looks on: an
/// APDU may come in several messages, or in the blocks of T=1.
struct CapturedExchanges {
    /// What a message means for whoever looks for cards.
    enum Meaning {
        /// The card gets power.
        case power
        /// The card has answered to reset.
        case card
        /// A command APDU begins with these bytes; with `isWhole` they are all of it.
        case command(beginning: [UInt8], isWhole: Bool)
        /// A command APDU and its answer.
        case exchange(command: [UInt8], response: [UInt8])
        /// Nothing of the card, or a part of it.
        case nothing
        /// What it may carry nobody knows.
        case unknown
    }

    /// An extended APDU of full length (ISO/IEC 7816-4 clause 5.1).
    private static let longest = 65_544

    /// Whether the reader is given TPDUs.
    private let takesTPDUs: Bool
    private var blocks: OverheardBlocks?
    /// Whether the protocol was said since the card got power.
    private var isProtocolKnown = false
    private var command: [UInt8] = []
    private var response: [UInt8] = []
    private var isPowering = false
    private var slot: UInt8?

    /// Of a reader at the level of TPDUs, or at one of APDUs.
    init(takesTPDUs: Bool) { self.takesTPDUs = takesTPDUs }

    /// Takes a message to the reader.
    mutating func send(_ message: [UInt8]) -> Meaning {
        guard message.count >= 10, message.count - 10 == Self.length(message), slot ?? message[5] == message[5] else { return .unknown }
        slot = message[5]
        isPowering = message[0] == 0x62
        switch message[0] {
        case 0x62:
            (blocks, isProtocolKnown) = (nil, false)
            return .power
        case 0x6F where takesTPDUs: return sendBlock(Array(message.dropFirst(10)))
        case 0x6F: return take(message.dropFirst(10), level: message[8])
        case 0x61:
            setProtocol(message[7], parameters: message)
            return .nothing
        // Power off, status, parameters, clock, T0APDU, a PIN that is typed at the reader, mechanics, abort, data rate.
        case 0x63, 0x65, 0x69, 0x6A, 0x6C, 0x6D, 0x6E, 0x71, 0x72, 0x73: return .nothing
        default: return .unknown
        }
    }

    /// The protocol that card and reader speak: of T=0 nothing is known, of T=1 bit 0 of `bmTCCKST1` chooses the epilogue (clause 6.1.7).
    private mutating func setProtocol(_ number: UInt8, parameters message: [UInt8]) {
        isProtocolKnown = true
        let isBlocks = number == 1 && message.count == 17
        blocks = isBlocks ? OverheardBlocks(message[11] & 1 == 0 ? .longitudinalRedundancy : .cyclicRedundancy) : nil
    }

    private mutating func sendBlock(_ block: [UInt8]) -> Meaning {
        switch blocks?.send(block) {
        case .command(let beginning, let isWhole): .command(beginning: beginning, isWhole: isWhole)
        case .nothing: .nothing
        // Also T=0, and PPS before the protocol is set.
        case .exchange, .unknown, nil: .unknown
        }
    }

    private mutating func take(_ block: ArraySlice<UInt8>, level: UInt8) -> Meaning {
        switch level {
        // It begins here, and may end here.
        case 0, 1:
            (command, response) = (Array(block), [])
            return block.isEmpty ? .nothing : command.count > Self.longest ? .unknown : .command(beginning: command, isWhole: level == 0)
        case 2, 3:
            command += block
            return command.count <= Self.longest ? .nothing : .unknown
        // The next part of the answer is asked for.
        case 0x10: return block.isEmpty ? .nothing : .unknown
        default: return .unknown
        }
    }

    /// Takes a message of the reader.
    mutating func receive(_ message: [UInt8]) -> Meaning {
        guard message.count >= 10, message.count - 10 == Self.length(message) else { return .nothing }
        // More time, or a failure.
        guard message[7] >> 6 == 0 else { return .nothing }
        // A reader that has chosen the protocol itself tells which.
        if message[0] == 0x82, !isProtocolKnown { setProtocol(message[9], parameters: message) }
        guard message[0] == 0x80 else { return .nothing }
        if isPowering { return message.count > 10 ? .card : .nothing }
        if takesTPDUs { return receiveBlock(Array(message.dropFirst(10))) }
        response += message.dropFirst(10)
        guard response.count <= Self.longest else { return .unknown }
        // Whole, or its end.
        guard message[9] == 0 || message[9] == 2, !command.isEmpty else { return .nothing }
        defer { (command, response) = ([], []) }
        return .exchange(command: command, response: response)
    }

    private mutating func receiveBlock(_ block: [UInt8]) -> Meaning {
        switch blocks?.receive(block) {
        case .exchange(let command, let response): .exchange(command: command, response: response)
        case .nothing, nil: .nothing
        case .command, .unknown: .unknown
        }
    }

    private static func length(_ message: [UInt8]) -> Int { (1...4).reversed().reduce(0) { $0 << 8 | Int(message[$1]) } }
}
