import CCIDDevice
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import USBDevice

/// A host without a station: it hands requests to a device, lets time pass as far as it says and keeps what completes.
final class Bus {
    struct Completion: Equatable {
        let status: TransferStatus
        let bytes: [UInt8]
        let at: Instant
    }

    let device: USBDevice
    private(set) var now = Instant.zero
    private(set) var completions: [TransferID: Completion] = [:]
    private var last: UInt64 = 0

    init(_ device: USBDevice) { self.device = device }

    /// A bus with a reader that is configured.
    static func with(
        _ model: CCIDReaderModel = .genericExtended, timing: CCIDTiming = CCIDTiming(link: .contact)
    ) -> (bus: Bus, reader: CCIDFunction) {
        let (device, reader) = model.makeDevice(timing: timing)
        let bus = Bus(device)
        _ = bus.control(hex("00 09 01 00 00 00 00 00"))
        return (bus, reader)
    }

    func pass(_ duration: Duration) {
        let end = now + duration
        while let due = device.nextDue, due <= end { advance(to: due) }
        advance(to: end)
    }

    private func advance(to moment: Instant) {
        now = max(now, moment)
        device.advance(to: now) { id, status, bytes in completions[id] = Completion(status: status, bytes: bytes, at: now) }
    }

    func submit(_ request: USBRequest, _ bytes: [UInt8] = []) -> TransferID {
        last += 1
        let id = TransferID(rawValue: last)
        device.submit(request, id: id, sending: bytes, at: now)
        return id
    }

    /// Lets time pass until the request completes, at most for a minute.
    func wait(_ id: TransferID, atMost limit: Duration = .seconds(60)) -> Completion? {
        let end = now + limit
        while completions[id] == nil, let due = device.nextDue, due <= end { advance(to: due) }
        return completions.removeValue(forKey: id)
    }

    /// A control transfer from its setup packet; `nil` for a STALL.
    func control(_ setup: [UInt8], _ data: [UInt8] = []) -> [UInt8]? {
        guard let completion = wait(submit(USBRequest(endpoint: 0, setup: SetupPacket(bytes: setup)), data)) else { return nil }
        return completion.status == .completed ? completion.bytes : nil
    }

    func write(_ bytes: [UInt8], endpoint: UInt8 = 0x01) -> TransferStatus? {
        wait(submit(USBRequest(endpoint: endpoint), bytes))?.status
    }

    func read(_ length: Int = 512, endpoint: UInt8 = 0x82, atMost limit: Duration = .seconds(60)) -> [UInt8]? {
        let id = submit(USBRequest(endpoint: endpoint, length: length))
        guard let completion = wait(id, atMost: limit) else {
            device.abort(id, at: now)
            return nil
        }
        return completion.status == .completed ? completion.bytes : nil
    }

    /// A message to the reader in hexadecimal, and its answer.
    func ask(_ message: String) -> String? {
        guard write(hex(message)) == .completed else { return nil }
        return read().map { hex($0) }
    }
}

/// Hexadecimal digits without the spaces that make them readable.
func digits(_ text: String) -> String { text.filter { $0 != " " } }
