/// What usbmon(8) tells of one USB request (URB): that it was submitted, or how it ended (Linux, Documentation/usb/usbmon.rst).
public struct USBFrame: Sendable, Hashable {
    /// LINKTYPE_USB_LINUX: a header of 48 bytes.
    public static let shortLinkType: UInt16 = 189
    /// LINKTYPE_USB_LINUX_MMAPPED: a header of 64 bytes.
    public static let linkType: UInt16 = 220

    /// What has happened to the request.
    public enum Event: UInt8, Sendable, Hashable {
        /// It was submitted.
        case submission = 0x53
        /// It ended.
        case completion = 0x43
        /// It could not be submitted.
        case refusal = 0x45
    }

    /// The type of transfer, as usbmon numbers it.
    public enum Kind: UInt8, Sendable, Hashable {
        /// To an isochronous endpoint.
        case isochronous = 0
        /// To an interrupt endpoint.
        case interrupt = 1
        /// To a control endpoint.
        case control = 2
        /// To a bulk endpoint.
        case bulk = 3
    }

    /// A device on this machine.
    public struct Device: Sendable, Hashable, Comparable {
        /// The number of its bus.
        public let bus: UInt16
        /// Its address there.
        public let address: UInt8

        /// A device.
        public init(bus: UInt16, address: UInt8) {
            self.bus = bus
            self.address = address
        }

        /// By bus, then by address.
        public static func < (left: Device, right: Device) -> Bool { (left.bus, left.address) < (right.bus, right.address) }
    }

    /// The number of the request, from its submission to its end; then it may be another one's.
    public var id: UInt64
    /// What has happened.
    public var event: Event
    /// The type of transfer.
    public var kind: Kind
    /// The endpoint: its number, with bit 7 for data from the device.
    public var endpoint: UInt8
    /// The device.
    public var device: Device
    /// The setup packet (8 bytes) of a control request that is submitted.
    public var setup: [UInt8]?
    /// The status: 0 or a negative error number of Linux; -115 (EINPROGRESS) at submission.
    public var status: Int32
    /// How many bytes were asked for, sent or received.
    public var count: Int
    /// The bytes; fewer than `count` where they were cut, none where the frame carries none.
    public var data: [UInt8]

    /// A frame.
    public init(
        id: UInt64, event: Event, kind: Kind, endpoint: UInt8, device: Device, setup: [UInt8]? = nil, status: Int32, count: Int,
        data: [UInt8]
    ) {
        self.id = id
        self.event = event
        self.kind = kind
        self.endpoint = endpoint
        self.device = device
        self.setup = setup
        self.status = status
        self.count = count
        self.data = data
    }

    /// Whether the device sends the data of the request.
    public var isFromDevice: Bool { endpoint & 0x80 != 0 }
    /// Whether data belongs to a frame like this: sent at submission, received at the end.
    public var carriesData: Bool { isFromDevice == (event == .completion) && event != .refusal }
    /// Whether not all of its data is there.
    public var isCut: Bool { carriesData && data.count < count }

    // MARK: Bytes

    private static let shortHeader = 48, header = 64

    /// The frame in a packet; `nil` where it is none of usbmon's, or no such frame.
    public init?(_ packet: CapturedPacket) {
        guard packet.linkType == Self.linkType || packet.linkType == Self.shortLinkType else { return nil }
        let header = packet.linkType == Self.linkType ? Self.header : Self.shortHeader
        let (bytes, order) = (packet.bytes[...], packet.order)
        guard bytes.count >= header, let event = Event(rawValue: bytes[8]), let kind = Kind(rawValue: bytes[9]) else { return nil }
        id = order.number(UInt64.self, in: bytes, at: 0)
        self.event = event
        self.kind = kind
        endpoint = bytes[10]
        device = Device(bus: order.number(UInt16.self, in: bytes, at: 12), address: bytes[11])
        setup = event == .submission && kind == .control && bytes[14] == 0 ? Array(bytes[40..<48]) : nil
        status = order.number(Int32.self, in: bytes, at: 28)
        count = Int(order.number(UInt32.self, in: bytes, at: 32))
        data = []
        guard carriesData, kind != .isochronous else { return }
        data = Array(bytes.dropFirst(header).prefix(min(count, Int(order.number(UInt32.self, in: bytes, at: 36)))))
    }

    /// The frame as a packet of `linkType` in the byte order that `CaptureWriter` has, at a time in nanoseconds since 1970.
    public func packet(time: Int64) -> [UInt8] {
        let order = ByteOrder.little
        let nothing = UInt8(ascii: "-")
        // What kind of data is missing; 0 where there is some, or would be.
        let noData: UInt8 = carriesData && count > 0 ? 0 : UInt8(ascii: isFromDevice ? "<" : ">")
        var bytes = order.bytes(id) + [event.rawValue, kind.rawValue, endpoint, device.address] + order.bytes(device.bus)
        bytes += [setup == nil ? nothing : 0, noData]
        bytes += order.bytes(time / 1_000_000_000) + order.bytes(Int32(truncatingIfNeeded: time % 1_000_000_000 / 1_000))
        bytes += order.bytes(status) + order.bytes(UInt32(clamping: count)) + order.bytes(UInt32(clamping: data.count))
        bytes += setup ?? [UInt8](repeating: 0, count: 8)
        // Interval, first frame, flags and descriptors of isochronous transfers.
        bytes += [UInt8](repeating: 0, count: Self.header - Self.shortHeader)
        return bytes + data
    }
}
