import CPCSC
import Diagnosis
import ReaderTransport
import Station

/// The readers of the machine's PC/SC service (pcscd), over libpcsclite.
public final class PCSCSource: TransportSource {
    /// `pcsc`.
    public let scheme = "pcsc"

    /// The source; the service is asked only when readers are listed or opened.
    public init() {}

    /// The readers that the service has now, in its order.
    public func attachments() throws(TransportError) -> [AttachmentDescription] {
        let context = try PCSCContext()
        return try Self.names { SCardListReaders(context.handle, nil, $0, &$1) }.map { AttachmentDescription(name: $0, product: $0) }
    }

    /// How often the list is asked for again while readers arrive.
    static let listTries = 5

    /// The names that `list`, a SCardListReaders, gives: asked without room for the length, then with that much room.
    ///
    /// Between the two calls a reader may arrive, and the room does not suffice, or the last one may leave, and there is no list.
    static func names(_ list: (UnsafeMutablePointer<CChar>?, inout DWORD) -> LONG) throws(TransportError) -> [String] {
        var code = PCSCCode.insufficientBuffer
        for _ in 0..<listTries where code == PCSCCode.insufficientBuffer {
            var length: DWORD = 0
            code = list(nil, &length).code
            guard code == PCSCCode.success else { break }
            var text = [CChar](repeating: 0, count: Int(length))
            code = text.withUnsafeMutableBufferPointer { list($0.baseAddress, &length).code }
            guard code == PCSCCode.success else { continue }
            return text.prefix(Int(length)).split(separator: 0).map { name in
                String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
        if code == PCSCCode.noReadersAvailable { return [] }
        throw PCSCContext.error(code, doing: "SCardListReaders")
    }

    /// Opens a reader by its name; the card in it is not touched yet.
    public func open(_ description: AttachmentDescription, on station: Station) throws(TransportError) -> any Attachment {
        PCSCAttachment(
            try PCSCContext(), watcher: PCSCPresenceWatcher(try PCSCContext(), reader: description.name), reader: description.name,
            on: station)
    }
}

/// The return codes of PC/SC that decide what we say, as 32-bit values: the C headers give them mixed signs.
enum PCSCCode {
    static let success: UInt32 = 0
    static let noReadersAvailable = UInt32(truncatingIfNeeded: SCARD_E_NO_READERS_AVAILABLE)
    static let insufficientBuffer = UInt32(truncatingIfNeeded: SCARD_E_INSUFFICIENT_BUFFER)
    static let timeout = UInt32(truncatingIfNeeded: SCARD_E_TIMEOUT)
    static let cancelled = UInt32(truncatingIfNeeded: SCARD_E_CANCELLED)
    static let noService = UInt32(truncatingIfNeeded: SCARD_E_NO_SERVICE)
    static let serviceStopped = UInt32(truncatingIfNeeded: SCARD_E_SERVICE_STOPPED)
    static let communication = UInt32(truncatingIfNeeded: SCARD_F_COMM_ERROR)
    // What libpcsclite also says where the service closes the connection, because it ends or refuses the user.
    static let securityViolation = UInt32(truncatingIfNeeded: SCARD_W_SECURITY_VIOLATION)
    static let unknownReader = UInt32(truncatingIfNeeded: SCARD_E_UNKNOWN_READER)
    static let readerUnavailable = UInt32(truncatingIfNeeded: SCARD_E_READER_UNAVAILABLE)
    static let noSmartcard = UInt32(truncatingIfNeeded: SCARD_E_NO_SMARTCARD)
    static let removedCard = UInt32(truncatingIfNeeded: SCARD_W_REMOVED_CARD)
    static let resetCard = UInt32(truncatingIfNeeded: SCARD_W_RESET_CARD)
    static let notTransacted = UInt32(truncatingIfNeeded: SCARD_E_NOT_TRANSACTED)
    static let sharingViolation = UInt32(truncatingIfNeeded: SCARD_E_SHARING_VIOLATION)
    static let unresponsiveCard = UInt32(truncatingIfNeeded: SCARD_W_UNRESPONSIVE_CARD)
    static let unpoweredCard = UInt32(truncatingIfNeeded: SCARD_W_UNPOWERED_CARD)
    static let protocolMismatch = UInt32(truncatingIfNeeded: SCARD_E_PROTO_MISMATCH)

    /// How a transfer ended that the service answered with `code`.
    static func status(_ code: UInt32) -> TransferStatus {
        switch code {
        case success: .completed
        // A card that goes away in mid-exchange, before the service's poll has seen it, is reported as "not transacted".
        case noSmartcard, removedCard, notTransacted: .noCard
        case resetCard: .cardReset
        case sharingViolation: .heldByAnother
        case unresponsiveCard, unpoweredCard, protocolMismatch: .mute(Int64(code))
        case noService, serviceStopped, communication, securityViolation, unknownReader, readerUnavailable: .unplugged
        default: .failed(Int64(code))
        }
    }
}

extension LONG {
    /// The return code as the 32-bit value that PC/SC defines.
    var code: UInt32 { UInt32(truncatingIfNeeded: self) }
}

/// A connection to the service.
final class PCSCContext {
    private(set) var handle: SCARDCONTEXT = 0

    init() throws(TransportError) {
        try Self.check(SCardEstablishContext(DWORD(SCARD_SCOPE_SYSTEM), nil, nil, &handle), doing: "SCardEstablishContext")
    }

    deinit { SCardReleaseContext(handle) }

    static func check(_ result: LONG, doing call: String) throws(TransportError) {
        if result.code != PCSCCode.success { throw error(result.code, doing: call) }
    }

    static func error(_ code: UInt32, doing call: String) -> TransportError {
        let cause = "\(call): 0x\(String(code, radix: 16, uppercase: true))"
        switch code {
        case PCSCCode.noService, PCSCCode.serviceStopped, PCSCCode.communication:
            return TransportError(
                code: "pcsc-not-running",
                sentence: Sentence(
                    ja: "PC/SC サービス (pcscd) が動いていません。pcscd を起動してください。",
                    en: "The PC/SC service is not running; start pcscd."), cause: cause)
        default:
            return TransportError(
                code: "pcsc-failed",
                sentence: Sentence(
                    ja: "PC/SC サービスでエラーが起きました。pcscd を再起動してください。",
                    en: "The PC/SC service reported an error; restart pcscd."), cause: cause)
        }
    }
}
