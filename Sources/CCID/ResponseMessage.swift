/// A message of the response pipe (USB CCID 1.1 clause 6.2); it holds positions, never the data.
public struct ResponseMessage: Sendable, Hashable {
    /// `bMessageType`.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// RDR_to_PC_DataBlock (clause 6.2.1).
        case dataBlock = 0x80
        /// RDR_to_PC_SlotStatus (clause 6.2.2).
        case slotStatus = 0x81
        /// RDR_to_PC_Parameters (clause 6.2.3).
        case parameters = 0x82
        /// RDR_to_PC_Escape (clause 6.2.4).
        case escape = 0x83
        /// RDR_to_PC_DataRateAndClockFrequency (clause 6.2.5).
        case dataRateAndClockFrequency = 0x84
    }

    /// `bmICCStatus` (clause 6.2.6).
    public enum CardStatus: UInt8, Sendable, Hashable, CaseIterable {
        /// A card is there and has power.
        case active = 0
        /// A card is there without power.
        case inactive = 1
        /// There is no card.
        case absent = 2
    }

    /// `bmCommandStatus` with `bError` (clause 6.2.6).
    public enum Outcome: Sendable, Hashable {
        /// Carried out.
        case processed
        /// Not carried out, and why.
        case failed(SlotError)
        /// More time is needed: so many times the waiting time of the protocol.
        case needsTime(UInt8)
    }

    /// Which message it is.
    public let kind: Kind
    /// `bSlot`.
    public let slot: UInt8
    /// `bSeq`: that of the command it answers.
    public let sequence: UInt8
    /// Whether a card is in the slot.
    public let card: CardStatus
    /// How the command ended.
    public let outcome: Outcome
    /// The last byte of the header: `bChainParameter`, `bClockStatus` or `bProtocolNum`.
    public let parameter: UInt8
    /// Where the data lies.
    public let data: Range<Int>

    /// Finds the fields of `bytes`, which must be exactly one message.
    public init(_ bytes: Span<UInt8>) throws(MessageFault) {
        guard bytes.count >= ClassDescriptor.headerCount else { throw .tooShort(bytes.count) }
        guard let kind = Kind(rawValue: bytes[0]) else { throw .unknownType(bytes[0]) }
        let announced = Int(bytes.littleEndian(at: 1))
        guard announced == bytes.count - ClassDescriptor.headerCount else {
            throw .lengthDisagrees(announced: announced, received: bytes.count - ClassDescriptor.headerCount)
        }
        guard let card = CardStatus(rawValue: bytes[7] & 0x03) else { throw .reservedStatus(bytes[7]) }
        switch bytes[7] >> 6 {
        case 0: outcome = .processed
        case 1: outcome = .failed(SlotError(rawValue: bytes[8]))
        case 2: outcome = .needsTime(bytes[8])
        default: throw .reservedStatus(bytes[7])
        }
        self.kind = kind
        slot = bytes[5]
        sequence = bytes[6]
        self.card = card
        parameter = bytes[9]
        data = ClassDescriptor.headerCount..<bytes.count
    }
}

/// Why bytes are not a message of a reader (USB CCID 1.1 clauses 6.2 and 6.3).
public enum MessageFault: Error, Sendable, Hashable {
    /// Fewer bytes than a header.
    case tooShort(Int)
    /// `bMessageType` is none of the response pipe.
    case unknownType(UInt8)
    /// `dwLength` and what came disagree, in bytes of data.
    case lengthDisagrees(announced: Int, received: Int)
    /// `bStatus` has a value that is reserved.
    case reservedStatus(UInt8)
}
