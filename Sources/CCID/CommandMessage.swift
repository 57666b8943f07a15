/// A message of the command pipe (USB CCID 1.1 clause 6.1), without the data that follows its header.
public enum CommandMessage: Sendable, Hashable {
    /// PC_to_RDR_IccPowerOn (clause 6.1.1). On a card that has power it is a warm reset.
    case iccPowerOn(PowerSelect)
    /// PC_to_RDR_IccPowerOff (clause 6.1.2).
    case iccPowerOff
    /// PC_to_RDR_GetSlotStatus (clause 6.1.3).
    case getSlotStatus
    /// PC_to_RDR_XfrBlock (clause 6.1.4), followed by the block; `bBWI` and `wLevelParameter`.
    case xfrBlock(waiting: UInt8, level: UInt16)
    /// PC_to_RDR_GetParameters (clause 6.1.5).
    case getParameters
    /// PC_to_RDR_ResetParameters (clause 6.1.6).
    case resetParameters
    /// PC_to_RDR_SetParameters (clause 6.1.7), followed by the structure of protocol T=0 or T=1.
    case setParameters(protocolNumber: UInt8)
    /// PC_to_RDR_Escape (clause 6.1.8), followed by what the maker defines.
    case escape
    /// PC_to_RDR_IccClock (clause 6.1.9): whether the clock stops.
    case iccClock(stops: Bool)
    /// PC_to_RDR_T0APDU (clause 6.1.10): which of the two classes change, and CLA of GET RESPONSE and ENVELOPE.
    case t0APDU(changes: UInt8, getResponse: UInt8, envelope: UInt8)
    /// PC_to_RDR_Secure (clause 6.1.11), followed by the PIN structure.
    case secure(waiting: UInt8, level: UInt16)
    /// PC_to_RDR_Mechanical (clause 6.1.12).
    case mechanical(MechanicalFunction)
    /// PC_to_RDR_Abort (clause 6.1.13).
    case abort
    /// PC_to_RDR_SetDataRateAndClockFrequency (clause 6.1.14), followed by frequency (kHz) and rate (bits per second).
    case setDataRateAndClockFrequency

    /// `bMessageType`.
    public var type: UInt8 {
        switch self {
        case .iccPowerOn: 0x62
        case .iccPowerOff: 0x63
        case .getSlotStatus: 0x65
        case .xfrBlock: 0x6F
        case .getParameters: 0x6C
        case .resetParameters: 0x6D
        case .setParameters: 0x61
        case .escape: 0x6B
        case .iccClock: 0x6E
        case .t0APDU: 0x6A
        case .secure: 0x69
        case .mechanical: 0x71
        case .abort: 0x72
        case .setDataRateAndClockFrequency: 0x73
        }
    }

    /// The message that answers it (clause 6.2).
    public var answer: ResponseMessage.Kind {
        switch self {
        case .iccPowerOn, .xfrBlock, .secure: .dataBlock
        case .iccPowerOff, .getSlotStatus, .iccClock, .t0APDU, .mechanical, .abort: .slotStatus
        case .getParameters, .resetParameters, .setParameters: .parameters
        case .escape: .escape
        case .setDataRateAndClockFrequency: .dataRateAndClockFrequency
        }
    }

    /// Whether a reader that gets it twice has done no more than once.
    var isRepeatable: Bool {
        switch self {
        case .getSlotStatus, .iccPowerOff, .abort: true
        default: false
        }
    }

    /// Whether it is a block after the first of an APDU in several, or asks for one (clauses 6.1.4 and 6.2.1).
    var goesOn: Bool {
        guard case .xfrBlock(_, let level) = self else { return false }
        return level != UInt16(ChainParameter.whole.rawValue) && level != UInt16(ChainParameter.begins.rawValue)
    }

    /// Writes the message over what is in `message`.
    public func encode(slot: UInt8, sequence: UInt8, data: Span<UInt8>, into message: inout [UInt8]) {
        message.removeAll(keepingCapacity: true)
        message.append(type)
        for index in 0..<4 { message.append(UInt8(truncatingIfNeeded: data.count >> (8 * index))) }
        message.append(slot)
        message.append(sequence)
        let (first, second, third) = parameters
        message.append(first)
        message.append(second)
        message.append(third)
        data.withUnsafeBufferPointer { message.append(contentsOf: $0) }
    }

    /// The last three bytes of the header.
    private var parameters: (UInt8, UInt8, UInt8) {
        switch self {
        case .iccPowerOn(let power): (power.rawValue, 0, 0)
        case .xfrBlock(let waiting, let level), .secure(let waiting, let level):
            (waiting, UInt8(truncatingIfNeeded: level), UInt8(truncatingIfNeeded: level >> 8))
        case .setParameters(let number): (number, 0, 0)
        case .iccClock(let stops): (stops ? 1 : 0, 0, 0)
        case .t0APDU(let changes, let getResponse, let envelope): (changes, getResponse, envelope)
        case .mechanical(let function): (function.rawValue, 0, 0)
        case .iccPowerOff, .getSlotStatus, .getParameters, .resetParameters, .escape, .abort, .setDataRateAndClockFrequency: (0, 0, 0)
        }
    }
}

/// `bFunction` of PC_to_RDR_Mechanical (USB CCID 1.1 clause 6.1.12).
public enum MechanicalFunction: UInt8, Sendable, Hashable, CaseIterable {
    /// Accepts a card.
    case accept = 1
    /// Ejects it.
    case eject = 2
    /// Captures it.
    case capture = 3
    /// Locks it.
    case lock = 4
    /// Unlocks it.
    case unlock = 5
}

/// Values of `wLevelParameter` and `bChainParameter` at the extended APDU level (USB CCID 1.1 clauses 6.1.4 and 6.2.1).
public enum ChainParameter: UInt8, Sendable, Hashable, CaseIterable {
    /// The APDU begins and ends here.
    case whole = 0x00
    /// It begins here and goes on.
    case begins = 0x01
    /// It goes on and ends here.
    case ends = 0x02
    /// It goes on here and further.
    case continues = 0x03
    /// No data: the next block of the other side is awaited.
    case awaits = 0x10
}
