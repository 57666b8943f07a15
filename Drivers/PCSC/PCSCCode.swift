import CPCSC
import ReaderTransport

/// The return codes of PC/SC that decide what we say, as 32-bit values: the C headers give them mixed signs.
enum PCSCCode {
    static let success: UInt32 = 0
    static let noReadersAvailable = UInt32(truncatingIfNeeded: SCARD_E_NO_READERS_AVAILABLE)
    static let insufficientBuffer = UInt32(truncatingIfNeeded: SCARD_E_INSUFFICIENT_BUFFER)
    static let timeout = UInt32(truncatingIfNeeded: SCARD_E_TIMEOUT)
    static let cancelled = UInt32(truncatingIfNeeded: SCARD_E_CANCELLED)
    static let invalidHandle = UInt32(truncatingIfNeeded: SCARD_E_INVALID_HANDLE)
    static let noService = UInt32(truncatingIfNeeded: SCARD_E_NO_SERVICE)
    static let serviceStopped = UInt32(truncatingIfNeeded: SCARD_E_SERVICE_STOPPED)
    static let communication = UInt32(truncatingIfNeeded: SCARD_F_COMM_ERROR)
    static let internalError = UInt32(truncatingIfNeeded: SCARD_F_INTERNAL_ERROR)
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

    // Codes of our own, in the range that no part of PC/SC uses.

    /// The call was given up at its limit.
    static let abandoned: UInt32 = 0xA000_0001
    /// The service did not even begin to talk before the limit.
    static let silent: UInt32 = 0xA000_0002

    /// Whether neither the context nor a card handle of it can be used any more.
    static func endsContext(_ code: UInt32) -> Bool {
        switch code {
        case noService, serviceStopped, communication, securityViolation, invalidHandle, abandoned, silent: true
        default: false
        }
    }

    /// Whether a context from before may be the reason, and a new one help.
    static func isStale(_ code: UInt32) -> Bool { endsContext(code) && !isGivenUp(code) }

    /// Whether the call has taken as long as it might.
    static func isGivenUp(_ code: UInt32) -> Bool { code == abandoned || code == silent }

    /// How a transfer ended that the service answered with `code`.
    static func status(_ code: UInt32) -> TransferStatus {
        switch code {
        case success: .completed
        case cancelled: .aborted
        // A card that goes away in mid-exchange, before the service's poll has seen it, is reported as "not transacted".
        case noSmartcard, removedCard, notTransacted: .noCard
        case resetCard: .cardReset
        case sharingViolation: .heldByAnother
        case abandoned: .abandoned
        case silent: .silent
        case unresponsiveCard, unpoweredCard, protocolMismatch: .mute(Int64(code))
        case noService, serviceStopped, communication, securityViolation, invalidHandle, unknownReader, readerUnavailable: .unplugged
        default: .failed(Int64(code))
        }
    }
}

extension LONG {
    /// The return code as the 32-bit value that PC/SC defines.
    var code: UInt32 { UInt32(truncatingIfNeeded: self) }
}
