import Glibc
import ReaderTransport
import Station
import SystemBus

/// What the thread of an attachment does: writes one value after the other, takes notifications, and notices at once when the link is gone.
final class BluetoothPump {
    private let reader: OpenedReader
    private let link: BluetoothLink
    private var isWriting = false
    private var written: TransferStatus?

    /// An ATT transaction that takes longer has failed, and the link with it (Bluetooth Core Specification Vol. 3 Part F clause 3.3.3).
    private static let patience = Duration.seconds(30)

    init(_ reader: OpenedReader, _ link: BluetoothLink) {
        self.reader = reader
        self.link = link
    }

    /// Until the attachment is closed. Once the link is gone it only waits for that.
    func run() {
        while !link.isToEnd {
            if !reader.link.isLost, !serve() { reader.link.lose() }
            if reader.link.isLost { link.lose() }
            wait()
        }
    }

    /// `false` where the bus is gone.
    private func serve() -> Bool {
        let isThere = (try? reader.bus.process()) != nil
        for value in reader.link.takeValues() { link.notified(value) }
        guard isThere else { return false }
        repeat {
            // In the moment in which BlueZ leaves the bus a write is refused; then it is that what has happened.
            guard !reader.link.isLost else { return true }
            if let written {
                link.wrote(written)
                isWriting = false
            }
            written = nil
            if !isWriting, let next = link.takeWrite() { write(next) }
            // One that cannot even be sent has ended already.
        } while written != nil
        return true
    }

    private func write(_ next: BluetoothLink.Write) {
        isWriting = true
        let type = reader.lane.isAcknowledged ? "request" : "command"
        let call = BusCall(
            BlueZ.service, reader.lane.writePath, BlueZ.characteristic, "WriteValue",
            [.bytes(next.bytes), .properties([("type", .string(type))])], isSecret: true)
        // The bus is ours: its answers come while we process them.
        reader.bus.call(call, timeout: Self.patience) { [unowned self] result in
            switch result {
            case .success: written = .completed
            case .failure(let error): written = BluetoothCode.status(error)
            }
        }
    }

    private func wait() {
        let isLost = reader.link.isLost
        var entries = [
            pollfd(fd: link.wake.descriptor, events: Int16(POLLIN), revents: 0),
            // Descriptors below zero are passed over.
            pollfd(fd: isLost ? -1 : reader.bus.descriptor, events: reader.bus.events, revents: 0),
        ]
        var milliseconds: Int32 = -1
        if !isLost, let wake = reader.bus.wakeTime {
            milliseconds = Int32(clamping: max(0, wake - monotonicNanoseconds()) / 1_000_000 + (wake > 0 ? 1 : 0))
        }
        _ = poll(&entries, nfds_t(entries.count), milliseconds)
        if entries[0].revents != 0 { link.wake.hear() }
    }
}
