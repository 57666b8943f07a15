import Station

/// An attachment whose cable misbehaves as told. A driver cannot tell it from a real one that does.
public final class FaultyCable: Attachment, EventReceiver {
    /// How many transfers have been submitted.
    public private(set) var submitted = 0
    /// The faults that have hit, in order, and the transfers that they have hit.
    public private(set) var struck: [(fault: CableFault, transfer: Transfer)] = []

    private let inner: any Attachment
    private let station: Station
    private let faults: [Int: CableFault]
    private let delay: Duration
    private var invented: InventedTransfers
    private var isUnplugged = false
    // Those that the driver waits for, by their identifiers inside.
    private var underWay = TransferTable<UnderWay>()
    // Those inside that the driver knows nothing of: the second of two writes.
    private var strangers: Set<TransferID> = []
    // What comes once more, at the next read of the same kind.
    private var repeats: [Repeat] = []

    private struct UnderWay {
        /// What the driver knows it by.
        let known: TransferID
        let transfer: Transfer
        /// What happens when it completes.
        var fault: CableFault?
        /// The other of two writes.
        var twin: TransferID?
        var isLate = false
    }

    private struct Repeat {
        let transfer: Transfer
        let bytes: [UInt8]
    }

    /// `inner` with `faults`; of several at one transfer the last counts. What is late comes `delay` after it was due.
    public init(_ inner: any Attachment, faults: [CableFault], delay: Duration = .seconds(30), on station: Station) {
        self.inner = inner
        self.station = station
        self.faults = Dictionary(faults.map { ($0.transfer, $0) }) { $1 }
        self.delay = delay
        invented = InventedTransfers(source: inner.source, on: station)
        station.attach(self, to: inner.source)
    }

    /// The source of the attachment inside.
    public var source: SourceID { inner.source }
    /// The lanes of the attachment inside.
    public var lanes: [Lane] { inner.lanes }

    // MARK: Submitting

    /// Passes the transfer on, unless a fault prevents it.
    public func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        submitted += 1
        var fault = faults[submitted]
        if let hit = fault {
            if CableFault.effects(on: transfer.operation).contains(hit.effect) { struck.append((hit, transfer)) } else { fault = nil }
        }
        if fault?.effect == .unplugged { unplug() }
        if isUnplugged { return refuse(.unplugged) }
        if let again = takeRepeat(for: transfer) { return again }
        switch fault?.effect {
        case .silent: return invented.begin()
        case .stalled: return refuse(.stalled)
        case .swallowed where !transfer.operation.isRead: return refuse(.completed)
        default: return passOn(transfer, bytes, fault)
        }
    }

    private func refuse(_ status: TransferStatus) -> TransferID {
        let id = invented.begin()
        invented.end(id, status)
        return id
    }

    private func passOn(_ transfer: Transfer, _ bytes: Span<UInt8>, _ fault: CableFault?) -> TransferID {
        guard transfer.operation == .write, let fault else {
            let id = inner.submit(transfer, sending: bytes)
            underWay[id] = UnderWay(known: id, transfer: transfer, fault: fault)
            return id
        }
        var sent = bytes.withUnsafeBufferPointer { Array($0) }
        if fault.effect == .short { sent.removeLast(sent.count - sent.count / 2) }
        if fault.effect == .flipped { fault.flip(&sent) }
        let id = inner.submit(transfer, sending: sent.span)
        var written = UnderWay(known: id, transfer: transfer, fault: fault.effect == .late ? fault : nil)
        if fault.effect == .doubled {
            let twin = inner.submit(transfer, sending: sent.span)
            strangers.insert(twin)
            written.twin = twin
        }
        underWay[id] = written
        return id
    }

    private func takeRepeat(for transfer: Transfer) -> TransferID? {
        guard let index = repeats.firstIndex(where: { $0.transfer.lane == transfer.lane && $0.transfer.operation == transfer.operation })
        else { return nil }
        let id = invented.begin()
        invented.end(id, .completed, repeats.remove(at: index).bytes)
        return id
    }

    // MARK: Completing

    /// Called by the station: keeps from the driver what is late or lost.
    public func receive(_ event: Event) -> Bool {
        let id = TransferID(rawValue: event.token)
        if strangers.remove(id) != nil {
            var nothing: [UInt8] = []
            _ = inner.collect(id, into: &nothing)
            return true
        }
        guard let ended = underWay[id] else { return false }
        switch ended.fault?.effect {
        case .late where !ended.isLate:
            underWay[id]?.isLate = true
            station.schedule(event, at: station.now + delay)
            return true
        case .swallowed:
            lose(id, ended)
            return true
        default:
            guard ended.known != id else { return false }
            // Read anew after a loss: the driver waits for another event.
            var bytes: [UInt8] = []
            underWay[id] = nil
            let status = inner.collect(id, into: &bytes)
            invented.end(ended.known, status, bytes)
            return true
        }
    }

    /// What has come is lost; the read goes on.
    private func lose(_ id: TransferID, _ ended: UnderWay) {
        underWay[id] = nil
        var bytes: [UInt8] = []
        let status = inner.collect(id, into: &bytes)
        guard status == .completed else { return invented.end(ended.known, status, bytes) }
        let next = inner.submit(ended.transfer, sending: [UInt8]().span)
        underWay[next] = UnderWay(known: ended.known, transfer: ended.transfer)
    }

    /// What the attachment inside received, altered where a fault says so.
    public func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        if let status = invented.collect(transfer, into: &buffer) { return status }
        let ended = underWay.remove(transfer)
        let status = inner.collect(transfer, into: &buffer)
        if status == .completed, let ended, let fault = ended.fault { alter(&buffer, fault, ended.transfer) }
        return status
    }

    private func alter(_ bytes: inout [UInt8], _ fault: CableFault, _ transfer: Transfer) {
        switch fault.effect {
        case .short: bytes.removeLast(bytes.count - bytes.count / 2)
        case .flipped: fault.flip(&bytes)
        case .doubled where transfer.operation.isRead: repeats.append(Repeat(transfer: transfer, bytes: bytes))
        case .doubled: bytes += bytes
        default: break
        }
    }

    // MARK: Ending

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID) {
        if invented.forget(transfer) { return }
        for id in underWay.ids {
            guard let given = underWay[id], given.known == transfer else { continue }
            underWay[id] = nil
            inner.abort(id)
            if let twin = given.twin, strangers.remove(twin) != nil { inner.abort(twin) }
        }
    }

    /// Ends the use of the device.
    public func close() {
        station.detach(self)
        inner.close()
    }

    private func unplug() {
        isUnplugged = true
        repeats.removeAll()
        // In the order of submitting: a run repeats to the byte.
        for id in strangers.sorted(by: { $0.rawValue < $1.rawValue }) { inner.abort(id) }
        strangers.removeAll()
        for id in underWay.ids.sorted(by: { $0.rawValue < $1.rawValue }) {
            inner.abort(id)
            if let pending = underWay[id] { invented.end(pending.known, .unplugged) }
        }
        underWay.removeAll()
    }
}

extension Transfer.Operation {
    /// Whether it receives what the device sends by itself.
    var isRead: Bool {
        switch self {
        case .read, .readInterrupt: true
        default: false
        }
    }
}
