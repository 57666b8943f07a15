import Station

/// What goes wrong on a card lane, as data: at which exchange, and how.
public struct CardLaneFault: Sendable, Hashable {
    /// Which exchange it hits, counted from 1 since the lane was opened.
    public let exchange: Int
    /// What happens to it.
    public let effect: Effect

    /// A fault.
    public init(exchange: Int, effect: Effect) {
        self.exchange = exchange
        self.effect = effect
    }

    /// What happens.
    public enum Effect: String, Sendable, Hashable, CaseIterable {
        /// The card leaves: this exchange and everything after it finds no card.
        case pull
        /// The answer never comes.
        case mute
        /// One byte of the answer arrives.
        case oneByte = "one-byte"
        /// The second half of the answer's data is missing; its status bytes arrive.
        case truncate
        /// The answer is followed by bytes until it is longer than any APDU.
        case oversize
        /// One bit of the answer's first byte is wrong.
        case flip
    }
}

/// An attachment whose card lane misbehaves as told. A driver cannot tell it from a real one that does.
public final class FaultyAttachment: Attachment {
    private let inner: any Attachment
    private let faults: [Int: CardLaneFault.Effect]
    private var exchanges = 0
    private var isPulled = false
    private var altered: [TransferID: CardLaneFault.Effect] = [:]
    private var invented: InventedTransfers
    // Those inside that wait for the card to leave.
    private var watches: [(id: TransferID, known: CardPresence)] = []

    /// `inner` with `faults`; of several at one exchange the last counts.
    public init(_ inner: any Attachment, faults: [CardLaneFault], on station: Station) {
        self.inner = inner
        self.faults = Dictionary(faults.map { ($0.exchange, $0.effect) }) { $1 }
        invented = InventedTransfers(source: inner.source, on: station)
    }

    /// The source of the attachment inside.
    public var source: SourceID { inner.source }
    /// The lanes of the attachment inside.
    public var lanes: [Lane] { inner.lanes }

    /// Passes the transfer on, unless a fault swallows it.
    public func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        var effect: CardLaneFault.Effect?
        if transfer.operation == .exchange {
            exchanges += 1
            effect = faults[exchanges]
        }
        if effect == .pull { pull() }
        if isPulled, transfer.operation != .powerOffCard { return submitWithoutCard(transfer.operation) }
        if effect == .mute { return invented.begin() }
        let id = inner.submit(transfer, sending: bytes)
        altered[id] = effect
        if case .watchPresence(let known) = transfer.operation, known.isPresent { watches.append((id, known)) }
        return id
    }

    /// What the attachment inside received, altered where a fault says so.
    public func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        if let status = invented.collect(transfer, into: &buffer) { return status }
        watches.removeAll { $0.id == transfer }
        let status = inner.collect(transfer, into: &buffer)
        if let effect = altered.removeValue(forKey: transfer), status == .completed { Self.apply(effect, to: &buffer) }
        return status
    }

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID) {
        altered[transfer] = nil
        watches.removeAll { $0.id == transfer }
        if !invented.forget(transfer) { inner.abort(transfer) }
    }

    /// Ends the use of the device.
    public func close() { inner.close() }

    private func pull() {
        isPulled = true
        for watch in watches {
            inner.abort(watch.id)
            complete(watch.id, asLeftSince: watch.known)
        }
        watches.removeAll()
    }

    private func submitWithoutCard(_ operation: Transfer.Operation) -> TransferID {
        let id = invented.begin()
        switch operation {
        // Nobody places the card again, so a watch for that waits for ever.
        case .watchPresence(let known): if known.isPresent { complete(id, asLeftSince: known) }
        default: invented.end(id, .noCard)
        }
        return id
    }

    private func complete(_ id: TransferID, asLeftSince known: CardPresence) {
        invented.end(id, .completed, CardPresence(isPresent: false, changes: known.changes &+ 1).bytes)
    }

    private static func apply(_ effect: CardLaneFault.Effect, to answer: inout [UInt8]) {
        let data = max(0, answer.count - 2)
        switch effect {
        case .pull, .mute: break
        case .oneByte: answer.removeLast(max(0, answer.count - 1))
        case .truncate: answer.removeSubrange(data / 2..<data)
        case .oversize: answer.append(contentsOf: repeatElement(0x5A, count: 70_000))
        case .flip: if !answer.isEmpty { answer[0] ^= 0x01 }
        }
    }
}
