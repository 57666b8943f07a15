import CLibUSB
import Glibc
import ReaderTransport
import Station
import Synchronization

/// A transfer of libusb with its buffer, used again and again. What was in the buffer is wiped when the transfer is over: it may be a PIN.
///
/// `@unchecked Sendable`: it belongs to one thread at a time. The station's thread fills and submits it; from then on it belongs to libusb, which
/// holds a reference of its own, until the callback has posted its event; the mutex of the inbox puts the callback before whoever receives that
/// event on the station's thread. One that was abandoned is touched by the station's thread no more, except for `isAbandoned`, which is atomic:
/// the reference of libusb is then the last, so it lives, with its buffer, until the callback.
final class USBTransfer: @unchecked Sendable {
    /// The setup packet of a control transfer, in bytes (USB 2.0 clause 9.3).
    private static let setupCount = 8

    private let transfer: UnsafeMutablePointer<libusb_transfer>
    private var buffer: UnsafeMutableBufferPointer<UInt8>
    private let isAbandoned = Atomic<Bool>(false)
    // Not the handle itself: its last reference must not go on the thread of the events, which it waits for.
    private let device: OpaquePointer
    private let flights: FlightCount
    private let inbox: Inbox
    private let source: SourceID
    private var token: UInt64 = 0
    // Where what came back begins, and how much of it was asked for; nothing for what was sent.
    private var received = 0..<0

    init?(on handle: USBHandle, inbox: Inbox, source: SourceID) {
        guard let transfer = libusb_alloc_transfer(0) else { return nil }
        self.transfer = transfer
        device = handle.pointer
        flights = handle.flights
        self.inbox = inbox
        self.source = source
        buffer = .allocate(capacity: 512)
    }

    deinit {
        libusb_free_transfer(transfer)
        wipe()
        buffer.deallocate()
    }

    /// Prepares sending to, or receiving from, a bulk or interrupt endpoint. What is received is asked for in whole packets, so that a packet
    /// too many is told by its size and not lost (USB 2.0 clause 5.8.3).
    func prepare(_ endpoint: USBInterface.Endpoint, sending bytes: Span<UInt8>, receiving most: Int, endsWithEmptyPacket: Bool) {
        let packet = max(1, Int(endpoint.packetSize))
        let count = endpoint.isFromDevice ? (most + packet - 1) / packet * packet : bytes.count
        reserve(count)
        for index in 0..<bytes.count { buffer[index] = bytes[index] }
        // An interrupt message may be filled up to its packet.
        received = endpoint.isFromDevice ? 0..<(endpoint.isInterrupt ? count : most) : 0..<0
        let fill = endpoint.isInterrupt ? libusb_fill_interrupt_transfer : libusb_fill_bulk_transfer
        fill(transfer, device, endpoint.address, buffer.baseAddress, Int32(count), completed, nil, 0)
        transfer.pointee.flags = endsWithEmptyPacket ? UInt8(LIBUSB_TRANSFER_ADD_ZERO_PACKET.rawValue) : 0
    }

    /// Prepares a request to an interface (USB 2.0 clause 9.3).
    func prepare(_ request: ControlRequest, interface: UInt8, sending bytes: Span<UInt8>) {
        let setup = Self.setupCount
        let length = request.isFromDevice ? Int(request.length) : bytes.count
        reserve(setup + length)
        libusb_fill_control_setup(
            buffer.baseAddress, request.requestType, request.request, request.value, UInt16(interface), UInt16(truncatingIfNeeded: length))
        for index in 0..<bytes.count { buffer[setup + index] = bytes[index] }
        received = request.isFromDevice ? setup..<setup + length : 0..<0
        libusb_fill_control_transfer(transfer, device, buffer.baseAddress, completed, nil, 0)
        transfer.pointee.flags = 0
    }

    /// Hands it to libusb; its event has `token`. Returns the code of libusb: where it is not 0, there will be no event.
    func submit(_ token: UInt64) -> Int32 {
        self.token = token
        flights.takeOff()
        let reference = Unmanaged.passRetained(self)
        transfer.pointee.user_data = reference.toOpaque()
        let code = libusb_submit_transfer(transfer)
        if code != 0 {
            flights.land()
            reference.release()
            wipe()
        }
        return code
    }

    /// Gives it up: it is not used again, and no event comes unless it is on its way already.
    func abandon() {
        isAbandoned.store(true, ordering: .releasing)
        // Says that there is nothing to cancel where it has just ended.
        libusb_cancel_transfer(transfer)
    }

    /// How it ended, and the bytes received; once.
    func collect(into bytes: inout [UInt8]) -> TransferStatus {
        defer { wipe() }
        let status = USBCode.status(transfer.pointee.status)
        let count = Int(transfer.pointee.actual_length)
        guard status == .completed, !received.isEmpty else { return status }
        if count > received.count { return .overflow }
        bytes.append(contentsOf: buffer[received.lowerBound..<received.lowerBound + count])
        return status
    }

    /// Libusb gives it back. On the thread of the events.
    fileprivate func came() {
        if !isAbandoned.load(ordering: .acquiring) { inbox.post(Event(source: source, token: token)) }
        flights.land()
    }

    private func reserve(_ count: Int) {
        guard buffer.count < count else { return }
        wipe()
        buffer.deallocate()
        buffer = .allocate(capacity: count)
    }

    private func wipe() {
        if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
    }
}

// A closure of the file: nothing is captured, and it is of no actor.
private let completed: libusb_transfer_cb_fn = { transfer in
    guard let reference = transfer?.pointee.user_data else { return }
    Unmanaged<USBTransfer>.fromOpaque(reference).takeRetainedValue().came()
}
