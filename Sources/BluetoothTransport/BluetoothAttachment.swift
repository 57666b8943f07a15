import Diagnosis
import Glibc
import ReaderTransport
import Station
import SystemBus

/// A Bluetooth reader with its one service, a `.gatt` lane.
///
/// Transfers are handed to a thread of its own, which has the connection to the bus and posts completions to the station's inbox. Closing it
/// leaves the radio link as it is: BlueZ ends a link two seconds after it is asked to, which would be in the middle of the next session.
final class BluetoothAttachment: Attachment {
    let source: SourceID
    let lanes: [Lane]

    private let station: Station
    private let link: BluetoothLink
    private let thread: BusThread
    private var isClosed = false

    init(_ reader: OpenedReader, on station: Station) throws(TransportError) {
        self.station = station
        source = station.makeSource()
        lanes = [
            Lane(
                id: LaneID(rawValue: 0), kind: .gatt, slots: 1, descriptor: reader.lane.profile.service.bytes,
                packetSize: reader.valueSize)
        ]
        let link = BluetoothLink(station.inbox, source)
        self.link = link
        thread = BusThread(link.wake)
        guard thread.start({ BluetoothPump(reader, link).run() }) else {
            throw BluetoothCode.error(BusError(name: "System.Error.\(EAGAIN)", message: "pthread_create"), doing: "opening")
        }
    }

    deinit { close() }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        guard !isClosed, let lane = lanes.first, transfer.lane == lane.id else {
            link.refuse(id, .unplugged)
            return id
        }
        switch transfer.operation {
        case .write where bytes.count <= lane.packetSize: link.write(id, bytes.withUnsafeBufferPointer { Secret($0) })
        case .write: link.refuse(id, .failed(Int64(EMSGSIZE)))
        case .read(let most): link.read(id, atMost: most)
        default: link.refuse(id, .failed(Int64(EOPNOTSUPP)))
        }
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        buffer.removeAll(keepingCapacity: true)
        return link.collect(transfer, into: &buffer) ?? .aborted
    }

    func abort(_ transfer: TransferID) { link.abort(transfer) }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        link.finish()
        thread.join()
    }
}
