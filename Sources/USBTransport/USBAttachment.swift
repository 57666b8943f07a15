import CLibUSB
import ReaderTransport
import Station

/// A USB device with the interfaces that could be claimed, each a lane.
///
/// Transfers go out on the station's thread; the thread of libusb's events posts their completions to the station's inbox.
final class USBAttachment: Attachment {
    let source: SourceID
    let lanes: [Lane]

    private let station: Station
    private let handle: USBHandle
    private let interfaces: [LaneID: USBInterface]
    private var flying: [TransferID: USBTransfer] = [:]
    // Those that ended before they began.
    private var ended: [TransferID: TransferStatus] = [:]
    private var idle: [USBTransfer] = []
    private var isClosed = false

    init(_ handle: USBHandle, _ lanes: [(interface: USBInterface, lane: Lane)], on station: Station) {
        self.handle = handle
        self.station = station
        self.lanes = lanes.map(\.lane)
        interfaces = Dictionary(lanes.map { ($0.lane.id, $0.interface) }) { first, _ in first }
        source = station.makeSource()
    }

    deinit { close() }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        guard !isClosed, let interface = interfaces[transfer.lane], let lane = lanes.first(where: { $0.id == transfer.lane }) else {
            return end(id, LIBUSB_ERROR_NO_DEVICE.rawValue)
        }
        if transfer.operation == .clearHalt { return end(id, clearHalt(interface, isHID: lane.kind == .hid)) }
        guard let flight = idle.popLast() ?? USBTransfer(on: handle, inbox: station.inbox, source: source) else {
            return end(id, LIBUSB_ERROR_NO_MEM.rawValue)
        }
        let isPrepared = Self.prepare(flight, transfer.operation, interface, lane.kind, sending: bytes)
        let code = isPrepared ? flight.submit(id.rawValue) : LIBUSB_ERROR_NOT_SUPPORTED.rawValue
        guard code == 0 else {
            idle.append(flight)
            return end(id, code)
        }
        flying[id] = flight
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        buffer.removeAll(keepingCapacity: true)
        if let status = ended.removeValue(forKey: transfer) { return status }
        guard let flight = flying.removeValue(forKey: transfer) else { return .aborted }
        defer { idle.append(flight) }
        return flight.collect(into: &buffer)
    }

    func abort(_ transfer: TransferID) {
        ended[transfer] = nil
        flying.removeValue(forKey: transfer)?.abandon()
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        for flight in flying.values { flight.abandon() }
        flying.removeAll()
        idle.removeAll()
        handle.close()
    }

    /// Says what is to be done; `false` where the interface cannot do it.
    private static func prepare(
        _ flight: USBTransfer, _ operation: Transfer.Operation, _ interface: USBInterface, _ kind: Lane.Kind, sending bytes: Span<UInt8>
    ) -> Bool {
        let isHID = kind == .hid
        switch operation {
        case .write:
            if isHID, interface.interruptOut == nil {
                // SET_REPORT of an output report (HID 1.11 clause 7.2.2), for a device without an endpoint for it.
                let request = ControlRequest(
                    requestType: 0x21, request: 0x09, value: 0x0200, length: UInt16(truncatingIfNeeded: bytes.count))
                flight.prepare(request, interface: interface.number, sending: bytes)
                return true
            }
            guard let endpoint = isHID ? interface.interruptOut : interface.bulkOut else { return false }
            // A CCID message says its own length, and readers are used without an empty packet behind it by several independent
            // open-source drivers; elsewhere that packet is the end of a message.
            let fillsPackets = endpoint.packetSize > 0 && bytes.count % Int(endpoint.packetSize) == 0
            flight.prepare(endpoint, sending: bytes, receiving: 0, endsWithEmptyPacket: kind == .bulk && fillsPackets)
        case .read(let most):
            guard let endpoint = isHID ? interface.interruptIn : interface.bulkIn else { return false }
            flight.prepare(endpoint, sending: [UInt8]().span, receiving: most, endsWithEmptyPacket: false)
        case .readInterrupt(let most):
            guard let endpoint = interface.interruptIn else { return false }
            flight.prepare(endpoint, sending: [UInt8]().span, receiving: most, endsWithEmptyPacket: false)
        case .control(let request): flight.prepare(request, interface: interface.number, sending: bytes)
        case .powerCard, .powerOffCard, .exchange, .watchPresence, .clearHalt: return false
        }
        return true
    }

    /// On the station's thread, since there is no other way: the kernel has no pending form of it. It is rare, and one request on the bus.
    private func clearHalt(_ interface: USBInterface, isHID: Bool) -> Int32 {
        let endpoints = isHID ? [interface.interruptIn, interface.interruptOut] : [interface.bulkIn, interface.bulkOut]
        for endpoint in endpoints {
            guard let endpoint else { continue }
            let code = libusb_clear_halt(handle.pointer, endpoint.address)
            if code != 0 { return code }
        }
        return 0
    }

    private func end(_ id: TransferID, _ code: Int32) -> TransferID {
        ended[id] = USBCode.status(code)
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
        return id
    }
}
