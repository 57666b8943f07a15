import ReaderTransport
import Station

/// One use of a device that goes on by itself when nobody uses it: it counts what crosses the cable and looks for digits in it, byte by
/// byte as they come on each lane.
final class CableTap: Attachment {
    /// How many transfers were submitted.
    private(set) var transfers = 0
    /// Whether one of the secrets has crossed.
    private(set) var hasSeenSecret = false
    private let inner: any Attachment
    private let secrets: [[UInt8]]
    private var places: [TransferID: LaneID] = [:]
    // The last bytes of each lane: a secret may come in pieces.
    private var tails: [LaneID: [UInt8]] = [:]

    init(_ inner: any Attachment, secrets: [[UInt8]]) {
        self.inner = inner
        self.secrets = secrets
    }

    var source: SourceID { inner.source }
    var lanes: [Lane] { inner.lanes }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        transfers += 1
        look(bytes.withUnsafeBufferPointer { Array($0) }, transfer.lane)
        let id = inner.submit(transfer, sending: bytes)
        places[id] = transfer.lane
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        let status = inner.collect(transfer, into: &buffer)
        if let lane = places.removeValue(forKey: transfer) { look(buffer, lane) }
        return status
    }

    func abort(_ transfer: TransferID) {
        places[transfer] = nil
        inner.abort(transfer)
    }

    func close() {
        for transfer in places.keys.sorted(by: { $0.rawValue < $1.rawValue }) { abort(transfer) }
    }

    private func look(_ bytes: [UInt8], _ lane: LaneID) {
        let seen = tails[lane, default: []] + bytes
        for secret in secrets where seen.count >= secret.count {
            for start in 0...(seen.count - secret.count) where seen[start..<start + secret.count].elementsEqual(secret) {
                hasSeenSecret = true
            }
        }
        tails[lane] = seen.suffix(3)
    }
}
