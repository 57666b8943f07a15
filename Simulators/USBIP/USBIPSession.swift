import Glibc
import ReaderTransport
import Station
import USBDevice

/// One client of a device, without a socket, a clock or a wait: bytes in, bytes out.
///
/// Over TCP a client first asks for the device list or imports the device; at the kernel's own end of a socket pair it has it from the
/// beginning. Whoever is there may be hostile: what is not of the protocol ends the session, and nothing grows without a limit.
public final class USBIPSession {
    /// Whether the client has the device.
    public private(set) var isAttached: Bool
    /// Whether the connection is to be closed: what was sent is not of the protocol, or all was said.
    public private(set) var isToBeEnded = false
    /// What is to be sent now.
    public private(set) var output: [UInt8] = []

    private struct Pending {
        let sequence: UInt32
        let sent: Int
        let request: USBRequest
        let shortIsError: Bool
    }

    private let device: USBDevice
    private let isFree: () -> Bool
    private let complain: (String) -> Void
    private var input: [UInt8] = []
    private var pending: [TransferID: Pending] = [:]
    private var lastID: UInt64 = 0

    private static let mostPending = 1_024
    private static let mostOutput = 1 << 20

    /// A client of `device`; one that is not attached may import it while `isFree`. `complain` hears what has ended the session.
    public init(_ device: USBDevice, isAttached: Bool, isFree: @escaping () -> Bool, complain: @escaping (String) -> Void = { _ in }) {
        self.device = device
        self.isAttached = isAttached
        self.isFree = isFree
        self.complain = complain
    }

    /// Whether there is room for more input: a client that sends and never reads has to wait.
    public var wantsInput: Bool { output.count < Self.mostOutput && !isToBeEnded }

    /// Takes what the client has sent.
    public func receive(_ bytes: some Sequence<UInt8>, at now: Instant) {
        input.append(contentsOf: bytes)
        var taken = 0
        do throws(USBIPError) {
            while !isToBeEnded, let count = try takeMessage(input[taken...], at: now) { taken += count }
        } catch {
            isToBeEnded = true
            complain(error.reason)
        }
        input.removeFirst(taken)
    }

    /// Tells that so many bytes of the output are on their way.
    public func didSend(_ count: Int) {
        output.removeFirst(min(max(0, count), output.count))
    }

    /// Takes a completion of the device; `false` for one that is not of this client.
    @discardableResult
    public func complete(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8]) -> Bool {
        guard let done = pending.removeValue(forKey: id) else { return false }
        let isInput = done.request.endpoint & 0x80 != 0
        // More than the host has room for is cut off before; a control transfer's length is in its setup packet.
        let data = isInput ? Array(bytes.prefix(done.request.length)) : []
        let count = isInput ? data.count : status == .completed ? done.sent : 0
        var code = Self.errorNumber(status)
        if code == 0, done.shortIsError, count < done.request.length { code = -EREMOTEIO }
        output += USBIPCommand.submitReply(done.sequence, status: code, count: count, data)
        return true
    }

    /// The client is gone: what it waits for is given up.
    public func end(at now: Instant) {
        isToBeEnded = true
        for id in pending.keys { device.abort(id, at: now) }
        pending.removeAll()
    }

    // MARK: Messages

    private func takeMessage(_ bytes: ArraySlice<UInt8>, at now: Instant) throws(USBIPError) -> Int? {
        if isAttached {
            guard let (command, count) = try USBIPCommand.parse(bytes) else { return nil }
            try carryOut(command, at: now)
            return count
        }
        guard let (operation, count) = try USBIPOperation.parse(bytes) else { return nil }
        switch operation {
        case .list:
            output += USBIPOperation.listReply(device.isPlugged ? [device] : [])
        // The client closes when it has read; until then nothing more is taken from it.
        case .importDevice(let busID):
            isAttached = device.isPlugged && isFree() && busID == Array(USBIPOperation.busID.utf8)
            output += USBIPOperation.importReply(isAttached ? device : nil)
        }
        return count
    }

    private func carryOut(_ command: USBIPCommand, at now: Instant) throws(USBIPError) {
        switch command {
        case .submit(let sequence, let number, let request, let bytes, let flags):
            guard number == USBIPOperation.deviceID else { throw USBIPError("device \(number), which is not there") }
            guard pending.count < Self.mostPending else { throw USBIPError("more than \(Self.mostPending) requests wait") }
            lastID += 1
            let id = TransferID(rawValue: lastID)
            pending[id] = Pending(
                sequence: sequence, sent: bytes.count, request: request, shortIsError: flags & USBIPCommand.shortIsError != 0)
            device.submit(request, id: id, sending: bytes, at: now)
        case .unlink(let sequence, _, let unlinked):
            // One that has completed was answered; its client finds that answer first.
            guard let id = pending.first(where: { $0.value.sequence == unlinked })?.key else {
                output += USBIPCommand.unlinkReply(sequence, status: 0)
                return
            }
            pending[id] = nil
            device.abort(id, at: now)
            output += USBIPCommand.unlinkReply(sequence, status: -ECONNRESET)
        }
    }

    /// The kernel's status of a request (Documentation/driver-api/usb/error-codes.rst).
    private static func errorNumber(_ status: TransferStatus) -> Int32 {
        switch status {
        case .completed: 0
        case .stalled: -EPIPE
        case .overflow: -EOVERFLOW
        case .unplugged: -ENODEV
        case .aborted: -ECONNRESET
        default: -EPROTO
        }
    }
}
