/// The setup packet of a control transfer (USB 2.0 clause 9.3).
public struct SetupPacket: Sendable, Hashable {
    /// `bmRequestType`: direction, type and recipient.
    public let requestType: UInt8
    /// `bRequest`.
    public let request: UInt8
    /// `wValue`.
    public let value: UInt16
    /// `wIndex`: the interface or endpoint meant.
    public let index: UInt16
    /// `wLength`, in bytes.
    public let length: UInt16

    /// A request.
    public init(requestType: UInt8, request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 0) {
        self.requestType = requestType
        self.request = request
        self.value = value
        self.index = index
        self.length = length
    }

    /// The request in the eight bytes of a setup packet; `nil` for another number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        let bytes = Array(bytes)
        func word(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
        self.init(requestType: bytes[0], request: bytes[1], value: word(2), index: word(4), length: word(6))
    }

    /// Whether data comes from the device.
    public var isFromDevice: Bool { requestType & 0x80 != 0 }
    /// Standard, class or vendor (bits 6 and 5).
    public var type: UInt8 { requestType >> 5 & 3 }
    /// Device 0, interface 1, endpoint 2, other 3 (bits 4 to 0).
    public var recipient: UInt8 { requestType & 0x1F }
}
