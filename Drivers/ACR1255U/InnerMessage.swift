/// A message in either direction: type, length (the high byte first), slot, sequence, parameter, checksum, data (H: the maker's reference
/// manual, clause 5.5, and three implementations). The checksum is the XOR of everything, itself taken as 0.
struct InnerMessage: Equatable {
    static let headerCount = 7

    let type: UInt8
    var slot: UInt8 = 0
    var sequence: UInt8
    var parameter: UInt8 = 0
    var data: [UInt8] = []

    /// The bytes; `data` has at most 65,535.
    var bytes: [UInt8] {
        var bytes = [type, UInt8(truncatingIfNeeded: data.count >> 8), UInt8(truncatingIfNeeded: data.count), slot, sequence, parameter, 0]
        bytes += data
        bytes[6] = bytes.reduce(0, ^)
        return bytes
    }
}

extension InnerMessage {
    /// The message at the beginning of `bytes`; what comes after it is padding. `nil` where length or checksum are wrong.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerCount else { return nil }
        let end = Self.headerCount + (Int(bytes[1]) << 8 | Int(bytes[2]))
        guard end <= bytes.count, bytes[..<end].reduce(0, ^) == 0 else { return nil }
        self.init(type: bytes[0], slot: bytes[3], sequence: bytes[4], parameter: bytes[5], data: Array(bytes[Self.headerCount..<end]))
    }
}

extension InnerMessage {
    // Types (H).
    static let powerOn: UInt8 = 0x62
    static let powerOff: UInt8 = 0x63
    static let getCardStatus: UInt8 = 0x65
    static let exchange: UInt8 = 0x6F
    static let escape: UInt8 = 0x6B
    static let dataBlock: UInt8 = 0x80
    static let slotStatus: UInt8 = 0x81
    static let escapeAnswer: UInt8 = 0x83
    static let cardNotice: UInt8 = 0x50
    static let hardwareError: UInt8 = 0x51
}

/// The parameter of a hardware error, 51 (H: the maker's reference manual, clause 5.6.6; 07 by one implementation, M).
enum HardwareError: UInt8 {
    case checksum = 0x01
    case timeout = 0x02
    case command = 0x03
    case unauthorised = 0x04
    case undefined = 0x05
    case receivedData = 0x06
    case tooManyAuthentications = 0x07

    /// The error in words.
    var words: String {
        switch self {
        case .checksum: "it received a wrong checksum"
        case .timeout: "it waited in vain"
        case .command: "it does not take the command"
        case .unauthorised: "it wants to be authenticated first"
        case .undefined: "an undefined error"
        case .receivedData: "it received wrong data"
        case .tooManyAuthentications: "too many authentications have failed"
        }
    }

    /// `bError` of CCID for it (USB CCID 1.1 table 6.2-2); those that CCID has no word for are 0x80 and the code, from the maker's own range.
    var slotError: UInt8 {
        switch self {
        // A card that does not answer: ICC_MUTE.
        case .timeout: 0xFE
        case .checksum, .command, .unauthorised, .undefined, .receivedData, .tooManyAuthentications: 0x80 | rawValue
        }
    }
}
