import ReaderTransport
import Station

/// An endpoint of a simulated device: the messages that the device has put into it, and the requests of the host that wait there.
///
/// It belongs to one interface of one device, which gives it its address.
public final class USBEndpoint {
    /// How the host uses it (USB 2.0 clause 5.4).
    public enum Kind: Sendable, Hashable {
        /// Whenever there is room on the bus.
        case bulk
        /// Looked at every so many frames.
        case interrupt(every: UInt8)
    }

    /// How the host uses it.
    public let kind: Kind
    /// Whether it sends to the host.
    public let isInput: Bool
    /// `wMaxPacketSize`, in bytes.
    public let packetSize: Int
    /// `bEndpointAddress`; 0 until it belongs to a device.
    public fileprivate(set) var address: UInt8 = 0
    /// Whether it answers with STALL until the host clears that (USB 2.0 clause 9.4.5).
    public private(set) var isHalted = false { didSet { plan() } }

    struct Request {
        let id: TransferID
        /// What an output endpoint gets; empty at an input endpoint.
        let bytes: [UInt8]
        /// How much fits into an input request.
        let length: Int
        /// Whether the last packet of an output request ends the transfer.
        let endsTransfer: Bool
    }

    private struct Message {
        let bytes: [UInt8]
        let due: Instant
        var taken = 0
    }

    var requests: [Request] = [] { didSet { plan() } }
    /// When the bus has carried what the endpoint was last used for.
    var freeAt = Instant.zero
    /// When the first request of an output endpoint has arrived; `nil` while none is on its way.
    var arrival: Instant? { didSet { plan() } }
    private var messages: [Message] = [] { didSet { plan() } }
    /// When something happens at it by itself. It is kept: the device asks with every transfer.
    private(set) var nextDue: Instant?

    /// An endpoint; the packet size of full speed is at most 64 bytes (USB 2.0 clauses 5.7.3 and 5.8.3).
    public init(_ kind: Kind, isInput: Bool, packetSize: Int = 64) {
        self.kind = kind
        self.isInput = isInput
        self.packetSize = min(max(packetSize, 1), 64)
    }

    /// Halts the endpoint.
    public func halt() { isHalted = true }

    /// Ends the halt; what the device has put in stays.
    func clearHalt() { isHalted = false }

    private func plan() {
        nextDue = if isInput { isHalted || requests.isEmpty ? nil : messages.first?.due } else { arrival }
    }

    // MARK: What the device has put in

    /// Puts a message in that the host may have from `due` on.
    public func send(_ bytes: [UInt8], due: Instant) {
        let index = messages.firstIndex { $0.due > due } ?? messages.endIndex
        messages.insert(Message(bytes: bytes, due: due), at: index)
    }

    /// How many messages the host has not begun to read.
    public var unread: Int { messages.count { $0.taken == 0 } }

    /// Takes back the messages that the host has not begun to read.
    public func takeBackUnread() { messages.removeAll { $0.taken == 0 } }

    /// Takes the first message that may be read at a moment, whole: for a device whose messages go over something else than USB.
    public func takeMessage(at now: Instant) -> [UInt8]? {
        guard let message = messages.first, message.due <= now else { return nil }
        return messages.removeFirst().bytes
    }

    /// When the first message may be read.
    var firstMessageDue: Instant? { messages.first?.due }

    /// The next part of the first message for a request of `length` bytes, and whether it is too much for it.
    ///
    /// A part that fills the request ends no message: where nothing more is to come, an empty packet ends it (USB 2.0 clause 5.8.3).
    func takePart(_ length: Int) -> (bytes: [UInt8], overflows: Bool) {
        guard let message = messages.first else { return ([], false) }
        let left = message.bytes.count - message.taken
        if left > length, length % packetSize != 0 || length == 0 {
            messages.removeFirst()
            return ([], true)
        }
        let part = Array(message.bytes[message.taken...].prefix(length))
        // Of a bulk request full of whole packets the device cannot know that it was the last.
        let isEnd = part.count < length || part.count % packetSize != 0 || (kind != .bulk && part.count == left)
        if isEnd { messages.removeFirst() } else { messages[0].taken += part.count }
        return (part, false)
    }

    /// As new, for a device that is configured or unplugged.
    func reset() {
        isHalted = false
        messages.removeAll()
        arrival = nil
    }
}

/// How the endpoints of a device get their numbers (USB 2.0 clause 9.6.6), at most fifteen.
public enum EndpointNumbering: Sendable, Hashable {
    /// One row of numbers for all.
    case consecutive
    /// A row for those that send to the host and a row for the others.
    case byDirection

    func number(_ endpoints: [USBEndpoint]) {
        for (index, endpoint) in endpoints.enumerated() {
            let before = endpoints[..<index].count { self == .consecutive || $0.isInput == endpoint.isInput }
            endpoint.address = UInt8(truncatingIfNeeded: before + 1) & 0x0F | (endpoint.isInput ? 0x80 : 0)
        }
    }
}
