import Glibc
import ReaderTransport
import Station
import SystemBus

/// What the thread of an attachment does: writes one value after the other, takes notifications, and notices at once when the link is gone.
final class BluetoothPump {
    private let reader: OpenedReader
    private let link: BluetoothLink
    private var isWriting = false
    private var buffer = [UInt8](repeating: 0, count: 512)

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
        buffer.wipe()
    }

    /// `false` where the bus is gone.
    private func serve() -> Bool {
        do throws(BusError) { try reader.bus.process() } catch { return false }
        for value in reader.link.takeValues() { link.notified(value) }
        while !isWriting, let next = link.takeWrite() { write(next) }
        return true
    }

    private func write(_ next: BluetoothLink.Write) {
        isWriting = true
        var bytes = next.bytes
        let type = reader.lane.isAcknowledged ? "request" : "command"
        let call = BusCall(
            BlueZ.service, reader.lane.writePath, BlueZ.characteristic, "WriteValue",
            [.bytes(bytes), .properties([("type", .string(type))])], isSecret: true)
        reader.bus.call(call, timeout: Self.patience) { [weak self] result in
            guard let self else { return }
            isWriting = false
            switch result {
            case .success: link.wrote(.completed)
            case .failure(let error): link.wrote(BluetoothCode.status(error))
            }
        }
        bytes.wipe()
    }

    private func wait() {
        let isLost = reader.link.isLost
        var entries = [
            pollfd(fd: link.wake.descriptor, events: Int16(POLLIN), revents: 0),
            // Descriptors below zero are passed over.
            pollfd(fd: isLost ? -1 : reader.bus.descriptor, events: reader.bus.events, revents: 0),
            pollfd(fd: isLost ? -1 : reader.notifications?.number ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        var milliseconds: Int32 = -1
        if !isLost, let wake = reader.bus.wakeTime {
            milliseconds = Int32(clamping: max(0, wake - monotonicNanoseconds()) / 1_000_000 + (wake > 0 ? 1 : 0))
        }
        _ = poll(&entries, nfds_t(entries.count), milliseconds)
        if entries[0].revents != 0 { link.wake.hear() }
        if entries[2].revents != 0 { receive(isEnding: entries[2].revents & Int16(POLLHUP | POLLERR) != 0) }
    }

    /// Takes what was notified. A message may be empty; the end of the socket is told by poll(2).
    private func receive(isEnding: Bool) {
        guard let socket = reader.notifications?.number else { return }
        for _ in 0..<BluetoothLink.mostNotifications {
            let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                link.notified(Array(buffer[..<count]))
            } else if count == 0, !isEnding {
                link.notified([])
                return
            } else {
                // Nothing more: all that came before the end was taken.
                if count == 0 || errno != EAGAIN && errno != EINTR { reader.link.lose() }
                return
            }
        }
    }
}
