import CPCSC
import ReaderTransport
import Station

/// One PC/SC reader as an attachment. SCardTransmit runs on the station's thread: a hop to another thread would cost more than it takes.
///
/// The card is taken exclusively, so that nobody else can use what a PIN has opened, and loses power at the end.
final class PCSCAttachment: Attachment {
    let source: SourceID
    let lanes = [Lane(id: LaneID(rawValue: 0), kind: .card, slots: 1)]

    private let context: PCSCContext
    private let watcher: PCSCPresenceWatcher
    private let reader: String
    private let station: Station
    private var card: SCARDHANDLE?
    private var activeProtocol: DWORD = 0
    private var received = [UInt8](repeating: 0, count: 65_538)
    private var completed: [TransferID: (status: TransferStatus, count: Int)] = [:]

    init(_ context: PCSCContext, watcher: PCSCPresenceWatcher, reader: String, on station: Station) {
        self.context = context
        self.watcher = watcher
        self.reader = reader
        self.station = station
        source = station.makeSource()
    }

    deinit { watcher.stop() }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        switch transfer.operation {
        case .watchPresence(let known):
            watcher.watch(id, known: known) { [inbox = station.inbox, source] in inbox.post(Event(source: source, token: id.rawValue)) }
            return id
        case .powerCard(let reset): completed[id] = powerCard(reset)
        case .powerOffCard: completed[id] = powerOffCard()
        case .exchange: completed[id] = exchange(bytes)
        }
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        buffer.removeAll(keepingCapacity: true)
        guard let (status, count) = completed.removeValue(forKey: transfer) else {
            let (status, presence) = watcher.collect(transfer)
            if let presence { buffer.append(contentsOf: presence.bytes) }
            return status
        }
        buffer.append(contentsOf: received[..<count])
        return status
    }

    func abort(_ transfer: TransferID) {
        if completed.removeValue(forKey: transfer) == nil { watcher.abort(transfer) }
    }

    func close() {
        _ = powerOffCard()
        watcher.stop()
    }

    private func powerCard(_ reset: CardReset) -> (TransferStatus, Int) {
        var code = PCSCCode.success
        let isNew = card == nil
        if isNew { code = connect() }
        // A card that another program has left powered keeps, across SCardConnect, what was verified.
        if code == PCSCCode.success, !isNew || reset == .cold { code = reconnect(reset) }
        guard code == PCSCCode.success, let card else { return (PCSCCode.status(code), 0) }
        var length = DWORD(received.count)
        let status = SCardStatus(card, nil, nil, nil, nil, &received, &length)
        return (PCSCCode.status(status.code), status.code == PCSCCode.success ? Int(length) : 0)
    }

    private static let protocols = DWORD(SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)

    private func connect() -> UInt32 {
        var handle: SCARDHANDLE = 0
        let result = SCardConnect(context.handle, reader, DWORD(SCARD_SHARE_EXCLUSIVE), Self.protocols, &handle, &activeProtocol)
        if result.code == PCSCCode.success { card = handle }
        return result.code
    }

    private func reconnect(_ reset: CardReset) -> UInt32 {
        guard let card else { return PCSCCode.noSmartcard }
        let initialization = DWORD(reset == .warm ? SCARD_RESET_CARD : SCARD_UNPOWER_CARD)
        return SCardReconnect(card, DWORD(SCARD_SHARE_EXCLUSIVE), Self.protocols, initialization, &activeProtocol).code
    }

    private func powerOffCard() -> (TransferStatus, Int) {
        if let card { SCardDisconnect(card, DWORD(SCARD_UNPOWER_CARD)) }
        card = nil
        return (.completed, 0)
    }

    private func exchange(_ command: Span<UInt8>) -> (TransferStatus, Int) {
        guard let card else { return (.noCard, 0) }
        var header = SCARD_IO_REQUEST(
            dwProtocol: activeProtocol, cbPciLength: DWORD(MemoryLayout<SCARD_IO_REQUEST>.size))
        var length = DWORD(received.count)
        let result = command.withUnsafeBufferPointer { bytes in
            SCardTransmit(card, &header, bytes.baseAddress, DWORD(bytes.count), nil, &received, &length)
        }
        guard result.code == PCSCCode.success else { return (PCSCCode.status(result.code), 0) }
        // Where the card leaves in mid-exchange some reader drivers report success, and no bytes.
        if length == 0, cardHasLeft() { return (.noCard, 0) }
        return (.completed, Int(length))
    }

    /// Whether the card has left, as the service finds out within a second: pcscd looks for it every 0.4 s.
    private func cardHasLeft() -> Bool {
        reader.withCString { name in
            var state = SCARD_READERSTATE()
            state.szReader = name
            state.dwCurrentState = DWORD(SCARD_STATE_UNAWARE)
            // The first call tells how it stands, the second waits for a change.
            for _ in 0..<2 {
                guard SCardGetStatusChange(context.handle, 1_000, &state, 1).code == PCSCCode.success else { return false }
                if state.dwEventState & DWORD(SCARD_STATE_EMPTY) != 0 { return true }
                state.dwCurrentState = state.dwEventState & ~DWORD(SCARD_STATE_CHANGED)
            }
            return false
        }
    }
}
