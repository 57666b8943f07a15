import CPCSC
import Glibc
import ReaderTransport
import Station

/// The card in one PC/SC reader: its connection, which is lost with the context that it was made with.
///
/// Limits are moments on the monotonic clock, in nanoseconds; codes are those of `PCSCCode`.
final class PCSCCard {
    /// How long taking the power away may take where nobody says.
    static let powerOffPatience: Int64 = 2_000_000_000
    /// How long a reader that still works at a command that was given up is waited for.
    private static let busyPatience: Int64 = 500_000_000
    /// How often it is looked at, in milliseconds.
    private static let busyLook: Int32 = 20

    let client = PCSCClient()

    private let reader: ReaderName
    private let sharing: PCSCSharing
    private let station: Station
    private var connection: (handle: SCARDHANDLE, generation: Int)?
    private var activeProtocol: DWORD = 0
    /// Whether an exchange has found no card.
    private var seemsToHaveLeft = false
    /// What is to be said where the reader is refused because of a call of ours that was given up: the service may still be working at it,
    /// and keeps the reader for it until the card answers or leaves, or the other program ends. `nil` where there is none.
    private var leftBehind: UInt32?
    /// Whether such a call may have left the card powered, with a PIN verified, and that was not looked after yet.
    private var mayBePowered = false

    init(in reader: ReaderName, sharing: PCSCSharing, on station: Station) {
        self.reader = reader
        self.sharing = sharing
        self.station = station
    }

    /// Gives the card power, or resets it, and says its answer to reset.
    func power(_ reset: CardReset, until limit: Int64, into buffer: inout [UInt8], count: inout Int) -> UInt32 {
        count = 0
        let isNew = handle == nil
        var code = isNew ? connectWhereBusy(until: limit) : PCSCCode.success
        // A card that another program has left powered keeps, across SCardConnect, what was verified.
        if code == PCSCCode.success { code = reconnect(isNew ? .cold : reset, until: limit) }
        guard code == PCSCCode.success, let handle else { return code }
        var length = DWORD(buffer.count)
        code = call(until: limit) { _ in SCardStatus(handle, nil, nil, nil, nil, &buffer, &length) }
        if code == PCSCCode.success { count = min(Int(length), buffer.count) }
        return code
    }

    /// Takes the power away. Of a card that a given up command has left behind too, if it answers soon: it may have verified a PIN.
    func powerOff(until limit: Int64) {
        if handle == nil, mayBePowered {
            mayBePowered = false
            _ = connectWhereBusy(until: min(limit, monotonicNanoseconds() + Self.busyPatience))
        }
        if let handle {
            // Where the service is told to take the power from a card whose leaving it has not seen yet, it takes the next one for the same.
            let hasLeft = seemsToHaveLeft && cardHasLeft(until: limit)
            let isClean = !hasLeft && sharing == .shared && endTransaction(handle, until: limit)
            let disposition = DWORD(hasLeft || isClean ? SCARD_LEAVE_CARD : SCARD_UNPOWER_CARD)
            _ = call(until: limit) { _ in SCardDisconnect(handle, disposition) }
        }
        connection = nil
        seemsToHaveLeft = false
    }

    /// Sends a command APDU and receives the response APDU.
    func exchange(_ command: Span<UInt8>, until limit: Int64, into buffer: inout [UInt8], count: inout Int) -> UInt32 {
        count = 0
        guard let handle else { return connection == nil ? PCSCCode.noSmartcard : PCSCCode.noService }
        var header = SCARD_IO_REQUEST(
            dwProtocol: activeProtocol, cbPciLength: DWORD(MemoryLayout<SCARD_IO_REQUEST>.size))
        var length = DWORD(buffer.count)
        let code = command.withUnsafeBufferPointer { bytes in
            call(until: limit) { _ in SCardTransmit(handle, &header, bytes.baseAddress, DWORD(bytes.count), nil, &buffer, &length) }
        }
        if PCSCCode.status(code) == .noCard { seemsToHaveLeft = true }
        guard code == PCSCCode.success else { return code }
        // Where the card leaves in mid-exchange some reader drivers report success, and no bytes.
        if length == 0, cardHasLeft(until: limit) { return PCSCCode.removedCard }
        count = min(Int(length), buffer.count)
        return code
    }

    // MARK: Calls

    /// The handle of the card, if the context still exists that it was made with.
    private var handle: SCARDHANDLE? {
        guard let connection, connection.generation == client.generation else { return nil }
        return connection.handle
    }

    private func call(until limit: Int64, _ body: (SCARDCONTEXT) -> LONG) -> UInt32 {
        let code = client.call(
            until: limit, yieldsToCancel: !station.isShielded, isCancelled: { station.isCancelled }, body)
        if code == PCSCCode.abandoned {
            leftBehind = PCSCCode.abandoned
            mayBePowered = connection != nil || mayBePowered
        }
        return code
    }

    private static let protocols = DWORD(SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)

    /// Connects to the card; where a call of ours was given up, the reader gets some time to end it.
    private func connectWhereBusy(until limit: Int64) -> UInt32 {
        let patience = min(limit, monotonicNanoseconds() + Self.busyPatience)
        while true {
            let code = connect(until: limit)
            guard code == PCSCCode.sharingViolation, let leftBehind else {
                if code == PCSCCode.success || code == PCSCCode.noSmartcard { leftBehind = nil }
                return code
            }
            if monotonicNanoseconds() >= patience || station.isCancelled { return leftBehind }
            _ = poll(nil, 0, Self.busyLook)
        }
    }

    private func connect(until limit: Int64) -> UInt32 {
        connection = nil
        // A context from before may be one of a service that has ended since: nothing is lost by another try with a new one.
        let mayBeStale = client.hasContext
        let code = connectOnce(until: limit)
        return mayBeStale && PCSCCode.isStale(code) ? connectOnce(until: limit) : code
    }

    private func connectOnce(until limit: Int64) -> UInt32 {
        var handle: SCARDHANDLE = 0
        var isInUse = false
        let isWaitingForOurselves = leftBehind == PCSCCode.abandoned
        let code = call(until: limit) { context in
            isInUse = !isWaitingForOurselves && othersUseIt(context)
            return reader.withPointer { SCardConnect(context, $0, sharing.mode, Self.protocols, &handle, &activeProtocol) }
        }
        guard code == PCSCCode.success else { return code == PCSCCode.abandoned && isInUse ? heldByAnother() : code }
        connection = (handle, client.generation)
        return sharing == .shared ? beginTransaction(handle, until: limit) : code
    }

    /// From here to the end of the transaction no other program's command reaches the card.
    private func beginTransaction(_ handle: SCARDHANDLE, until limit: Int64) -> UInt32 {
        while true {
            var code = call(until: limit) { _ in SCardBeginTransaction(handle) }
            // Another program has reset the card since we are connected: that is told instead of beginning, until it is acknowledged.
            let isReset = code == PCSCCode.resetCard
            if isReset {
                code = call(until: limit) { _ in
                    SCardReconnect(handle, sharing.mode, Self.protocols, DWORD(SCARD_LEAVE_CARD), &activeProtocol)
                }
            }
            if code == PCSCCode.abandoned { return heldByAnother() }
            if !isReset || code != PCSCCode.success { return code }
        }
    }

    /// Takes the power from the card and gives it back, and only then lets other programs at it; false where that was not done.
    ///
    /// SCardDisconnect of pcsc-lite does it the other way round: a waiting command would find our PIN verified, or no power.
    private func endTransaction(_ handle: SCARDHANDLE, until limit: Int64) -> Bool {
        call(until: limit) { _ in SCardEndTransaction(handle, DWORD(SCARD_UNPOWER_CARD)) } == PCSCCode.success
    }

    /// What was waited for is another program, not the card.
    private func heldByAnother() -> UInt32 {
        leftBehind = PCSCCode.sharingViolation
        mayBePowered = false
        return PCSCCode.sharingViolation
    }

    private func reconnect(_ reset: CardReset, until limit: Int64) -> UInt32 {
        guard let handle else { return PCSCCode.noService }
        let initialization = DWORD(reset == .warm ? SCARD_RESET_CARD : SCARD_UNPOWER_CARD)
        return call(until: limit) { _ in SCardReconnect(handle, sharing.mode, Self.protocols, initialization, &activeProtocol) }
    }

    // MARK: The state of the reader

    private func othersUseIt(_ context: SCARDCONTEXT) -> Bool {
        reader.withPointer { name in
            var state = SCARD_READERSTATE()
            state.szReader = name
            state.dwCurrentState = DWORD(SCARD_STATE_UNAWARE)
            return SCardGetStatusChange(context, 0, &state, 1).code == PCSCCode.success
                && state.dwEventState & DWORD(SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE) != 0
        }
    }

    /// Whether the card has left, as the service finds out within a second: pcscd looks for it every 0.4 s.
    private func cardHasLeft(until limit: Int64) -> Bool {
        reader.withPointer { name in
            var state = SCARD_READERSTATE()
            state.szReader = name
            state.dwCurrentState = DWORD(SCARD_STATE_UNAWARE)
            // The first call tells how it stands, the second waits for a change.
            for _ in 0..<2 {
                let code = call(until: limit) { SCardGetStatusChange($0, 1_000, &state, 1) }
                guard code == PCSCCode.success else { return false }
                if state.dwEventState & DWORD(SCARD_STATE_EMPTY) != 0 { return true }
                state.dwCurrentState = state.dwEventState & ~DWORD(SCARD_STATE_CHANGED)
            }
            return false
        }
    }
}
