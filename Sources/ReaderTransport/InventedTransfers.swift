import Station

/// The transfers that a decorator ends itself, in the place of the attachment inside: some were never handed on.
struct InventedTransfers {
    private let source: SourceID
    private let station: Station
    private var ends = TransferTable<(status: TransferStatus, bytes: [UInt8])>()

    /// None; their completion events are of `source`.
    init(source: SourceID, on station: Station) {
        self.source = source
        self.station = station
    }

    /// A new one, which does not complete unless `end` says how.
    mutating func begin() -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        ends[id] = (.aborted, [])
        return id
    }

    /// Completes a transfer, be it one from `begin` or one that the attachment inside no longer has.
    mutating func end(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8] = []) {
        ends[id] = (status, bytes)
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
    }

    /// How a transfer ended; `nil` for one that is not from here.
    mutating func collect(_ id: TransferID, into buffer: inout [UInt8]) -> TransferStatus? {
        guard let end = ends.remove(id) else { return nil }
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: end.bytes)
        return end.status
    }

    /// Gives a transfer up; `false` for one that is not from here.
    mutating func forget(_ id: TransferID) -> Bool { ends.remove(id) != nil }
}
