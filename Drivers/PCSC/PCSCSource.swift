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
        var length: DWORD = 0
        let result = SCardListReaders(context.handle, nil, nil, &length)
        if result.code == PCSCCode.noReadersAvailable { return [] }
        try PCSCContext.check(result, doing: "SCardListReaders")
        var names = [CChar](repeating: 0, count: Int(length))
        // A reader may leave between the two calls: what is returned then is the error of the second one.
        try PCSCContext.check(SCardListReaders(context.handle, nil, &names, &length), doing: "SCardListReaders")
        return names.prefix(Int(length)).split(separator: 0).map { name in
            let text = String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return AttachmentDescription(name: text, product: text)
        }
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
    static let timeout = UInt32(truncatingIfNeeded: SCARD_E_TIMEOUT)
    static let cancelled = UInt32(truncatingIfNeeded: SCARD_E_CANCELLED)
    static let noService = UInt32(truncatingIfNeeded: SCARD_E_NO_SERVICE)
    static let serviceStopped = UInt32(truncatingIfNeeded: SCARD_E_SERVICE_STOPPED)
    static let communication = UInt32(truncatingIfNeeded: SCARD_F_COMM_ERROR)
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
        case noService, serviceStopped, communication, unknownReader, readerUnavailable: .unplugged
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
        guard result.code != PCSCCode.success else { return }
        let cause = "\(call): 0x\(String(result.code, radix: 16, uppercase: true))"
        switch result.code {
        case PCSCCode.noService, PCSCCode.serviceStopped, PCSCCode.communication:
            throw TransportError(
                code: "pcsc-not-running",
                sentence: Sentence(
                    ja: "PC/SC サービス (pcscd) が動いていません。pcscd を起動してください。",
                    en: "The PC/SC service is not running; start pcscd."), cause: cause)
        default:
            throw TransportError(
                code: "pcsc-failed",
                sentence: Sentence(
                    ja: "PC/SC サービスでエラーが起きました。pcscd を再起動してください。",
                    en: "The PC/SC service reported an error; restart pcscd."), cause: cause)
        }
    }
}
