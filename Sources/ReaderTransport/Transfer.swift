import Station

/// One piece of input or output as a value: submitted at once, completed later by an event.
///
/// Everything that crosses the cable is a transfer, so recording, replay, faults and taps are decorators of an attachment.
public struct Transfer: Sendable, Hashable {
    /// Which lane of the attachment it uses.
    public let lane: LaneID
    /// Which slot of the attachment it concerns; slots are numbered per attachment from 0.
    public let slot: UInt8
    /// What is done.
    public let operation: Operation
    /// When nobody waits for it any more, on the station's clock. An attachment that works on the station's own thread gives up then.
    public let deadline: Instant

    /// A transfer; without a deadline it is waited for until it is aborted.
    public init(lane: LaneID, slot: UInt8, operation: Operation, deadline: Instant = .distantFuture) {
        self.lane = lane
        self.slot = slot
        self.operation = operation
        self.deadline = deadline
    }

    /// What a transfer does.
    public enum Operation: Sendable, Hashable {
        /// Gives the card power or field, or resets it without loss of power; completes with its answer to reset.
        case powerCard(CardReset)
        /// Takes power or field away from the card; completes with no bytes.
        case powerOffCard
        /// Sends a command APDU; completes with the response APDU.
        case exchange
        /// Completes, like an interrupt transfer, as soon as the presence differs from the one given; with the bytes of `CardPresence`.
        case watchPresence(known: CardPresence)

        /// Sends bytes on a `.ccid`, `.bulk`, `.hid`, `.serial` or `.gatt` lane; completes, with no bytes, when the device has taken all. On a
        /// bulk endpoint a transfer is a whole message: a short or empty packet ends it.
        case write
        /// Receives up to so many bytes: one message of a bulk endpoint, one report or notification, or what a serial line has (at least one byte).
        case read(atMost: Int)
        /// Receives one message of the interrupt endpoint.
        case readInterrupt(atMost: Int)
        /// A request on the control endpoint (USB 2.0 clause 9.3), to the interface of the lane. What is sent with the transfer goes out with a
        /// request from host to device; up to `length` bytes come back for one from device to host.
        case control(ControlRequest)
        /// Ends the halt of both bulk endpoints of the lane, or of those of its reports (USB 2.0 clause 9.4.1) after a transfer has ended as `.stalled`.
        case clearHalt
    }
}

/// The setup packet of a control transfer (USB 2.0 clause 9.3), without `wIndex`, which the attachment knows.
public struct ControlRequest: Sendable, Hashable {
    /// `bmRequestType`: direction, type and recipient.
    public let requestType: UInt8
    /// `bRequest`.
    public let request: UInt8
    /// `wValue`.
    public let value: UInt16
    /// `wLength`, in bytes.
    public let length: UInt16

    /// A request.
    public init(requestType: UInt8, request: UInt8, value: UInt16, length: UInt16) {
        self.requestType = requestType
        self.request = request
        self.value = value
        self.length = length
    }

    /// Whether data comes from the device.
    public var isFromDevice: Bool { requestType & 0x80 != 0 }
}

/// How a card is reset (ISO/IEC 7816-3 clause 6.2).
public enum CardReset: Sendable, Hashable {
    /// Power off, then on: all security status is gone.
    case cold
    /// The reset signal alone; some cards keep their security status.
    case warm
}

/// Whether a card is in a slot, and how often that has changed: a card removed and inserted between two looks changes the count.
public struct CardPresence: Sendable, Hashable {
    /// Whether a card is there.
    public let isPresent: Bool
    /// How many insertions and removals there have been, modulo 2³².
    public let changes: UInt32

    /// A presence.
    public init(isPresent: Bool, changes: UInt32) {
        self.isPresent = isPresent
        self.changes = changes
    }

    /// The presence in the five bytes that a `watchPresence` transfer completes with; `nil` for anything else.
    public init?(bytes: Span<UInt8>) {
        guard bytes.count == 5, bytes[0] <= 1 else { return nil }
        isPresent = bytes[0] == 1
        changes = (1..<5).reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
    }

    /// One byte for presence, four for the count, big-endian.
    public var bytes: [UInt8] {
        [isPresent ? 1 : 0] + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: changes >> UInt32($0)) }
    }
}

/// A transfer under way, unique on its station.
public struct TransferID: Sendable, Hashable {
    /// The token that the completion event carries.
    public let rawValue: UInt64

    /// The transfer with this token.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// How a transfer ended.
public enum TransferStatus: Sendable, Hashable {
    /// As it should.
    case completed
    /// By `abort`.
    case aborted
    /// There is no card in the slot, or it left meanwhile.
    case noCard
    /// The card was reset by somebody else; what was verified is not any more.
    case cardReset
    /// The card does not answer, or does not answer as a card must; with the code of the system, if any.
    case mute(Int64)
    /// Somebody else holds the card or the reader.
    case heldByAnother
    /// It was given up at its deadline and goes on below: the reader is busy until the card answers or leaves.
    case abandoned
    /// The reader, or the service in front of it, is gone.
    case unplugged
    /// The service in front of the reader is there and does not answer.
    case silent
    /// The endpoint is halted, or the device refuses the request (USB 2.0 clause 8.5.3.4).
    case stalled
    /// The device sent more than was asked for.
    case overflow
    /// Anything else; with the code of the system.
    case failed(Int64)
}
