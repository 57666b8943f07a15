/// What any message of a reader says of itself, whichever endpoint it crosses: for those who look on.
public struct MessageHeader: Sendable, Hashable {
    /// `bMessageType`.
    public let type: UInt8
    /// `dwLength`: how much data follows, in bytes; `nil` for a message of the interrupt endpoint.
    public let length: UInt32?
    /// `bSlot`; `nil` where it is about all slots.
    public let slot: UInt8?
    /// `bSeq`; `nil` where it answers nothing.
    public let sequence: UInt8?

    /// The header of `bytes`; `nil` for bytes that do not begin as a message does.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count > 0, Self.names[bytes[0]] != nil else { return nil }
        type = bytes[0]
        switch type {
        case 0x50: (length, slot, sequence) = (nil, nil, nil)
        case 0x51:
            guard bytes.count >= 4 else { return nil }
            (length, slot, sequence) = (nil, bytes[1], bytes[2])
        default:
            guard bytes.count >= ClassDescriptor.headerCount else { return nil }
            (length, slot, sequence) = (bytes.littleEndian(at: 1), bytes[5], bytes[6])
        }
    }

    /// The name of the message in the standard (USB CCID 1.1 clauses 6.1 to 6.3).
    public var name: String { Self.names[type] ?? "" }

    private static let names: [UInt8: String] = [
        0x50: "RDR_to_PC_NotifySlotChange",
        0x51: "RDR_to_PC_HardwareError",
        0x61: "PC_to_RDR_SetParameters",
        0x62: "PC_to_RDR_IccPowerOn",
        0x63: "PC_to_RDR_IccPowerOff",
        0x65: "PC_to_RDR_GetSlotStatus",
        0x69: "PC_to_RDR_Secure",
        0x6A: "PC_to_RDR_T0APDU",
        0x6B: "PC_to_RDR_Escape",
        0x6C: "PC_to_RDR_GetParameters",
        0x6D: "PC_to_RDR_ResetParameters",
        0x6E: "PC_to_RDR_IccClock",
        0x6F: "PC_to_RDR_XfrBlock",
        0x71: "PC_to_RDR_Mechanical",
        0x72: "PC_to_RDR_Abort",
        0x73: "PC_to_RDR_SetDataRateAndClockFrequency",
        0x80: "RDR_to_PC_DataBlock",
        0x81: "RDR_to_PC_SlotStatus",
        0x82: "RDR_to_PC_Parameters",
        0x83: "RDR_to_PC_Escape",
        0x84: "RDR_to_PC_DataRateAndClockFrequency",
    ]
}
