import ReaderKit
import ReaderTransport

/// `bError`, the slot error register (USB CCID 1.1 clause 6.2.6, table 6.2-2).
public struct SlotError: RawRepresentable, Sendable, Hashable {
    /// The register.
    public let rawValue: UInt8

    /// An error by its code.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// CMD_ABORTED: the host aborted it.
    public static let aborted = SlotError(rawValue: 0xFF)
    /// ICC_MUTE: the card does not answer.
    public static let cardMute = SlotError(rawValue: 0xFE)
    /// XFR_PARITY_ERROR.
    public static let parity = SlotError(rawValue: 0xFD)
    /// XFR_OVERRUN.
    public static let overrun = SlotError(rawValue: 0xFC)
    /// HW_ERROR.
    public static let hardware = SlotError(rawValue: 0xFB)
    /// BAD_ATR_TS.
    public static let badInitialCharacter = SlotError(rawValue: 0xF8)
    /// BAD_ATR_TCK.
    public static let badCheckByte = SlotError(rawValue: 0xF7)
    /// ICC_PROTOCOL_NOT_SUPPORTED.
    public static let protocolNotSupported = SlotError(rawValue: 0xF6)
    /// ICC_CLASS_NOT_SUPPORTED.
    public static let classNotSupported = SlotError(rawValue: 0xF5)
    /// PROCEDURE_BYTE_CONFLICT.
    public static let procedureByteConflict = SlotError(rawValue: 0xF4)
    /// DEACTIVATED_PROTOCOL.
    public static let protocolDeactivated = SlotError(rawValue: 0xF3)
    /// BUSY_WITH_AUTO_SEQUENCE.
    public static let busyByItself = SlotError(rawValue: 0xF2)
    /// PIN_TIMEOUT.
    public static let pinTimeout = SlotError(rawValue: 0xF0)
    /// PIN_CANCELLED.
    public static let pinCancelled = SlotError(rawValue: 0xEF)
    /// CMD_SLOT_BUSY.
    public static let slotBusy = SlotError(rawValue: 0xE0)
    /// The command is not supported.
    public static let notSupported = SlotError(rawValue: 0x00)
    /// `dwLength`, the field at offset 1, is not what the reader takes.
    public static let badLength = SlotError(rawValue: 0x01)

    /// What the person is told; `card` is what the same message says of the card.
    func readerError(card: ResponseMessage.CardStatus) -> ReaderError {
        if card == .absent { return ReaderError(.noCard, cause: cause) }
        return ReaderError(reason, cause: cause)
    }

    /// Whether the line to the card failed and nothing else: the protocol knows what to do then.
    var isOfLine: Bool { self == .cardMute || self == .parity || self == .overrun }

    private var reason: ReaderError.Reason {
        switch self {
        case .cardMute, .parity, .overrun, .badInitialCharacter, .badCheckByte, .protocolNotSupported, .classNotSupported,
            .procedureByteConflict:
            .cardMute
        case .busyByItself, .slotBusy: .readerBusy
        case .badLength: .commandTooLong
        case .pinTimeout: .timedOut
        case .pinCancelled: .cancelled
        default: .inputOutput
        }
    }

    private var cause: String {
        let code = "0x" + (rawValue < 16 ? "0" : "") + String(rawValue, radix: 16, uppercase: true)
        return switch rawValue {
        case 0x00: "the reader does not know the command (bError \(code))"
        case 0x01...0x7F: "the reader refuses the field at offset \(rawValue) (bError \(code))"
        case 0x81...0xC0: "an error of the maker's own (bError \(code))"
        default: "bError \(code)"
        }
    }
}

extension ReaderError {
    /// How a transfer of a CCID interface ended that did not complete.
    init(ending status: TransferStatus) {
        self =
            switch status {
            case .completed, .aborted: ReaderError(.cancelled, cause: "the transfer was given up")
            case .unplugged: ReaderError(.readerGone)
            case .heldByAnother: ReaderError(.readerHeld)
            case .overflow: ReaderError(.inputOutput, cause: "a message longer than the reader declares")
            case .stalled: ReaderError(.inputOutput, cause: "the reader halts its endpoint")
            default: ReaderError(.inputOutput, cause: "\(status)")
            }
    }
}
