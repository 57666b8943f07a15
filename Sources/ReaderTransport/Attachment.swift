import Glibc
import Station

/// One physical device as attached to this machine: lanes to submit transfers on.
///
/// An attachment belongs to one station and is used on its thread only.
public protocol Attachment: AnyObject {
    /// The source of its completion events; their token is the transfer's.
    var source: SourceID { get }
    /// What can be used of it.
    var lanes: [Lane] { get }

    /// Starts a transfer. Its completion arrives as an event; nothing is returned or thrown here.
    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID

    /// Says how a completed transfer ended and replaces `buffer` by the bytes received; once per transfer.
    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus

    /// Gives a transfer up. Its completion may still arrive, and is then dropped by whoever no longer waits for it.
    func abort(_ transfer: TransferID)

    /// Ends the use of the device; pending transfers are given up.
    func close()
}

/// A part of a device that is claimed and used on its own.
public struct Lane: Sendable, Hashable {
    /// Its number, unique in the attachment.
    public let id: LaneID
    /// What it carries.
    public let kind: Kind
    /// How many slots it reaches; 0 for a control lane.
    public let slots: UInt8
    /// What the device says of this lane: the CCID class descriptor (CCID 1.1 clause 5.1) of a `.ccid` lane, the UUID of the service (16 bytes,
    /// the first of its text first) of a `.gatt` lane, else empty.
    public let descriptor: [UInt8]
    /// The largest packet of the lane's bulk endpoints or reports, or value of one write, in bytes; 0 where there are none.
    public let packetSize: Int

    /// A lane.
    public init(id: LaneID, kind: Kind, slots: UInt8, descriptor: [UInt8] = [], packetSize: Int = 0) {
        self.id = id
        self.kind = kind
        self.slots = slots
        self.descriptor = descriptor
        self.packetSize = packetSize
    }

    /// What a lane carries.
    public enum Kind: Sendable, Hashable {
        /// Power, APDUs and presence, where something below (a PC/SC service, a reader's firmware) speaks the card's protocol.
        case card
        /// A USB interface of class CCID: a pair of bulk endpoints, an interrupt endpoint where the descriptor says so, class requests.
        case ccid
        /// A USB interface of the vendor's own class: a pair of bulk endpoints and perhaps an interrupt endpoint.
        case bulk
        /// A USB interface of class HID: reports.
        case hid
        /// A serial line: bytes without boundaries.
        case serial
        /// A GATT service of a Bluetooth reader: commands are written to one characteristic, and another one notifies what the reader says.
        /// One write is one value, at most `packetSize` (ATT_MTU less 3) bytes; one read is the value of one notification.
        case gatt
    }
}

/// The number of a lane in its attachment.
public struct LaneID: Sendable, Hashable {
    /// The number.
    public let rawValue: UInt8

    /// The lane with this number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// A device that could be opened.
public struct AttachmentDescription: Sendable, Hashable {
    /// The name that a selector is matched against, such as a PC/SC reader name.
    public let name: String
    /// What the device calls itself, for people.
    public let product: String
    /// Which product it is; `nil` where it is not at USB or nobody says.
    public let usb: USBProduct?
    /// Another name by which it is selected, such as what a Bluetooth device calls itself; empty where there is none.
    public let alias: String
    /// What its lanes carry, as far as that is known before it is opened; empty where it is not.
    public let lanes: Set<Lane.Kind>

    /// A description.
    public init(name: String, product: String, usb: USBProduct? = nil, alias: String = "", lanes: Set<Lane.Kind> = []) {
        self.name = name
        self.product = product
        self.usb = usb
        self.alias = alias
        self.lanes = lanes
    }

    /// Whether it is called exactly so.
    public func isCalled(_ name: String) -> Bool { self.name == name || !alias.isEmpty && alias == name }

    /// Whether one of its names fits a pattern with `*`, `?` and `[…]`.
    public func isMeant(by pattern: String) -> Bool {
        fnmatch(pattern, name, 0) == 0 || !alias.isEmpty && fnmatch(pattern, alias, 0) == 0
    }
}

/// The numbers by which a product is known at USB (USB 2.0 clause 9.6.1).
public struct USBProduct: Sendable, Hashable {
    /// `idVendor`.
    public let vendor: UInt16
    /// `idProduct`.
    public let product: UInt16

    /// A product.
    public init(vendor: UInt16, product: UInt16) {
        self.vendor = vendor
        self.product = product
    }
}

/// Where attachments come from: the machine's USB, its PC/SC service, a bench of simulators.
public protocol TransportSource: AnyObject {
    /// The word before the colon of a selector, such as `pcsc` or `sim`.
    var scheme: String { get }

    /// What could be opened now, in a stable order.
    func attachments() throws(TransportError) -> [AttachmentDescription]

    /// What could be opened now, for somebody who means a reader by `pattern`; what is not known yet may be searched for, while `station` waits.
    func attachments(meant pattern: String, on station: Station) throws(TransportError) -> [AttachmentDescription]

    /// Opens one of them for `station`.
    func open(_ description: AttachmentDescription, on station: Station) throws(TransportError) -> any Attachment

    /// Follows what could be opened: every change is an event of the watch's source whose payload is an `AttachmentChange`, beginning with
    /// what is there now. `nil` where nothing changes by itself.
    func watch(on station: Station) throws(TransportError) -> (any AttachmentWatch)?
}

extension TransportSource {
    /// Everything is known.
    public func attachments(meant pattern: String, on station: Station) throws(TransportError) -> [AttachmentDescription] {
        try attachments()
    }

    /// Nothing changes by itself.
    public func watch(on station: Station) throws(TransportError) -> (any AttachmentWatch)? { nil }
}
