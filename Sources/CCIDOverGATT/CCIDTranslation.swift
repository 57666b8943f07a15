/// How a Bluetooth reader writes the messages of CCID (USB CCID 1.1 clause 6).
public protocol CCIDTranslation: AnyObject {
    /// Whether a late answer is known for one, so that a command can be given up. Otherwise its answer has to be waited for.
    var tellsAnswersApart: Bool { get }

    /// The messages that carry a CCID command to the reader; `nil` for one that it has no words for.
    func encode(_ command: Span<UInt8>) -> [[UInt8]]?

    /// Takes a notification: what it completes.
    func take(_ value: [UInt8]) -> [CCIDReport]

    /// Whether a message has begun that has not ended.
    var isInside: Bool { get }

    /// Drops what has begun.
    func reset()
}

/// What a reader says, in the words of CCID.
public enum CCIDReport: Equatable {
    /// A message of the response pipe (USB CCID 1.1 clause 6.2).
    case response([UInt8])
    /// A message of the interrupt pipe (clause 6.3).
    case notification([UInt8])
    /// What cannot be understood: everything until the reader is quiet may belong to it.
    case broken
    /// The reader has forgotten us.
    case forgotten
}

/// Where things are in a CCID message (USB CCID 1.1 clause 6), and the messages that nobody but us says.
public enum CCIDWords {
    /// The header of every message, in bytes.
    public static let headerCount = 10
    /// PC_to_RDR_IccPowerOff (clause 6.1.2).
    static let iccPowerOff: UInt8 = 0x63
    /// PC_to_RDR_GetSlotStatus (clause 6.1.3).
    static let getSlotStatus: UInt8 = 0x65
    /// PC_to_RDR_Abort (clause 6.1.13).
    static let abort: UInt8 = 0x72
    /// The command is not supported (table 6.2-2).
    static let notSupported: UInt8 = 0x00
    /// CMD_SLOT_BUSY.
    static let slotBusy: UInt8 = 0xE0
    /// HW_ERROR.
    static let hardwareError: UInt8 = 0xFB

    /// RDR_to_PC_SlotStatus (clause 6.2.2), by which any command may be refused. `error` is `nil` where the command was carried out; `card` is
    /// `bmICCStatus`.
    public static func slotStatus(slot: UInt8, sequence: UInt8, card: UInt8, error: UInt8?) -> [UInt8] {
        [0x81, 0, 0, 0, 0, slot, sequence, (error == nil ? 0 : 0x40) | card & 0x03, error ?? 0, 0]
    }

    /// The class descriptor (clause 5.1) of a reader with one slot that is not asked for its own, because no class descriptor comes by GATT.
    /// `protocols`, `features` and `messageLength` (in bytes, with the header) as the standard has them.
    public static func descriptor(protocols: UInt32, features: UInt32, messageLength: UInt32) -> [UInt8] {
        func four(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) } }
        // No voltage, clock or rate is named: the reader chooses.
        let rates = four(0) + four(0) + [0] + four(0) + four(0) + [0]
        return [54, 0x21, 0x10, 0x01, 0, 0] + four(protocols) + rates + four(254) + four(0) + four(0) + four(features)
            + four(messageLength) + [0xFF, 0xFF, 0, 0, 0, 1]
    }
}
