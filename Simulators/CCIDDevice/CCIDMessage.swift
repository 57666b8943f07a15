/// A message from the host (CCID 1.1 clause 6.1) as it came: ten bytes of header, then data.
struct CCIDMessage {
    static let headerLength = 10

    /// `bMessageType`; `nil` for one that the standard does not know.
    let type: CCIDCommand?
    /// `dwLength`.
    let length: UInt32
    /// `bSlot`.
    let slot: UInt8
    /// `bSeq`.
    let sequence: UInt8
    /// The three bytes that differ from message to message.
    let parameters: [UInt8]
    /// `abData`, or what came of it.
    let data: [UInt8]

    /// The message in `bytes`; `nil` where there is not even a header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerLength else { return nil }
        type = CCIDCommand(rawValue: bytes[0])
        length = Self.length(bytes)
        slot = bytes[5]
        sequence = bytes[6]
        parameters = Array(bytes[7..<10])
        data = Array(bytes[10...])
    }

    /// `dwLength` of a message of which the header has come.
    static func length(_ bytes: [UInt8]) -> UInt32 {
        (1...4).reversed().reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
    }

    /// `wLevelParameter` of a block (CCID 1.1 clause 6.1.4).
    var levelParameter: UInt16 { UInt16(parameters[1]) | UInt16(parameters[2]) << 8 }
}

/// `bMessageType` of the messages from the host (CCID 1.1 table 6.1-1).
enum CCIDCommand: UInt8 {
    case setParameters = 0x61
    case powerOn = 0x62
    case powerOff = 0x63
    case getSlotStatus = 0x65
    case secure = 0x69
    case t0APDU = 0x6A
    case escape = 0x6B
    case getParameters = 0x6C
    case resetParameters = 0x6D
    case clock = 0x6E
    case transferBlock = 0x6F
    case mechanical = 0x71
    case abort = 0x72
    case setDataRate = 0x73

    /// `bMessageType` of the answer (CCID 1.1 table 6.1-2).
    var answer: UInt8 {
        switch self {
        case .powerOn, .transferBlock, .secure: 0x80
        case .powerOff, .getSlotStatus, .clock, .t0APDU, .mechanical, .abort: 0x81
        case .getParameters, .resetParameters, .setParameters: 0x82
        case .escape: 0x83
        case .setDataRate: 0x84
        }
    }

    /// Where the three bytes after `bSeq` begin to be reserved, counted in the message; 10 where none is.
    var firstReserved: Int {
        switch self {
        case .powerOff, .getSlotStatus, .getParameters, .resetParameters, .escape, .abort, .setDataRate: 7
        case .powerOn, .setParameters, .clock, .mechanical: 8
        case .transferBlock, .t0APDU, .secure: 10
        }
    }
}

/// `bError` of a command that has failed (CCID 1.1 table 6.2-2).
struct CCIDError: Error, Equatable {
    let code: UInt8

    static let notSupported = CCIDError(code: 0x00)
    static let badLength = CCIDError(code: 0x01)
    static let badSlot = CCIDError(code: 0x05)
    static let slotBusy = CCIDError(code: 0xE0)
    static let cancelled = CCIDError(code: 0xEF)
    static let entryTimeout = CCIDError(code: 0xF0)
    static let protocolNotSupported = CCIDError(code: 0xF6)
    static let badATRChecksum = CCIDError(code: 0xF7)
    static let badATRFirstByte = CCIDError(code: 0xF8)
    static let overrun = CCIDError(code: 0xFC)
    static let mute = CCIDError(code: 0xFE)
    static let aborted = CCIDError(code: 0xFF)

    /// The byte at this place of the message is wrong.
    static func wrong(at offset: UInt8) -> CCIDError { CCIDError(code: offset) }
}

/// What an answer carries beside its header.
struct CCIDReply {
    /// `abData`.
    var data: [UInt8] = []
    /// The last byte of the header: `bChainParameter`, `bProtocolNum`, or the clock's status, which the slot knows.
    var detail: UInt8?
}
