/// A message of the interrupt endpoint (USB CCID 1.1 clause 6.3).
public enum InterruptMessage: Sendable, Hashable {
    /// RDR_to_PC_NotifySlotChange (clause 6.3.1): cards came or went.
    case slotChange
    /// RDR_to_PC_HardwareError (clause 6.3.2): for a slot, a sequence number, and the code (1: too much current).
    case hardwareError(slot: UInt8, sequence: UInt8, code: UInt8)

    /// How long a message about so many slots is at most, in bytes.
    public static func capacity(slots: Int) -> Int { max(4, 1 + (2 * slots + 7) / 8) }

    /// The message in `bytes` about a reader with so many slots.
    public init(_ bytes: Span<UInt8>, slots: Int) throws(MessageFault) {
        guard bytes.count > 0 else { throw .tooShort(0) }
        switch bytes[0] {
        case 0x50:
            let needed = (2 * slots + 7) / 8
            guard bytes.count >= 1 + needed else { throw .lengthDisagrees(announced: needed, received: bytes.count - 1) }
            self = .slotChange
        case 0x51:
            guard bytes.count >= 4 else { throw .lengthDisagrees(announced: 3, received: bytes.count - 1) }
            self = .hardwareError(slot: bytes[1], sequence: bytes[2], code: bytes[3])
        case let type: throw .unknownType(type)
        }
    }

    /// What a slot-change message says of one slot: bits 0 and 1 of its pair in `bmSlotICCState`.
    static func state(of slot: Int, in bytes: Span<UInt8>) -> (isPresent: Bool, hasChanged: Bool) {
        let pair = bytes[1 + slot / 4] >> UInt8(slot % 4 * 2)
        return (pair & 1 != 0, pair & 2 != 0)
    }
}
