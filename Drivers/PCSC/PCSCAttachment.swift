import CPCSC
import ReaderTransport
import Station

/// One PC/SC reader as an attachment. SCardTransmit runs on the station's thread: a hop to another thread would cost more than it takes.
/// The watchdog ends what takes longer than its transfer's deadline.
///
/// Nobody else can use what a PIN has opened: the card is taken exclusively, or a transaction is held; and it loses power at the end.
final class PCSCAttachment: Attachment {
    /// How long a running call may go on after a cancel: enough for most commands, so that the power can still be taken away in order.
    static let cancelGrace: Int64 = 500_000_000

    let source: SourceID
    let lanes = [Lane(id: LaneID(rawValue: 0), kind: .card, slots: 1)]

    private let card: PCSCCard
    private let watcher: PCSCPresenceWatcher
    private let station: Station
    private let cancellation: UInt64
    private var received = [UInt8](repeating: 0, count: 65_538)
    private var completed: [TransferID: (status: TransferStatus, count: Int)] = [:]

    init(reader: ReaderName, sharing: PCSCSharing, on station: Station) {
        self.station = station
        card = PCSCCard(in: reader, sharing: sharing, on: station)
        watcher = PCSCPresenceWatcher(reader: reader)
        source = station.makeSource()
        cancellation = station.inbox.onCancel { [guardian = card.client.guardian] in
            CallWatchdog.shared.shorten(guardian, to: monotonicNanoseconds() + Self.cancelGrace)
        }
    }

    deinit {
        station.inbox.removeCancellationHandler(cancellation)
        watcher.stop()
    }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        let limit = station.monotonicTime(of: transfer.deadline)
        var code = PCSCCode.success
        var count = 0
        switch transfer.operation {
        case .watchPresence(let known):
            watcher.watch(id, known: known) { [inbox = station.inbox, source] in inbox.post(Event(source: source, token: id.rawValue)) }
            return id
        case .powerCard(let reset): code = card.power(reset, until: limit, into: &received, count: &count)
        case .powerOffCard: card.powerOff(until: limit)
        case .exchange: code = card.exchange(bytes, until: limit, into: &received, count: &count)
        // There is a card lane only.
        case .write, .read, .readInterrupt, .control, .clearHalt: code = PCSCCode.internalError
        }
        completed[id] = (PCSCCode.status(code), count)
        // What was given up at its deadline was not later than it, though the thread comes to tell it later, and why.
        let now = station.now
        station.schedule(Event(source: source, token: id.rawValue), at: code == PCSCCode.success ? now : min(now, transfer.deadline))
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
        station.shielded { card.powerOff(until: monotonicNanoseconds() + PCSCCard.powerOffPatience) }
        watcher.stop()
    }
}
