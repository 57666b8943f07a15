/// One packet of a capture.
public struct CapturedPacket: Sendable, Hashable {
    /// What kind of packet it is: one of the LINKTYPE values.
    public let linkType: UInt16
    /// The byte order of its section, in which some link types have their headers.
    public let order: ByteOrder
    /// When, in nanoseconds since 1970.
    public let time: Int64
    /// What was captured of it.
    public let bytes: [UInt8]
    /// How long it was, in bytes; more than `bytes` where it was cut.
    public let originalCount: Int

    /// A packet.
    public init(linkType: UInt16, order: ByteOrder, time: Int64, bytes: [UInt8], originalCount: Int) {
        self.linkType = linkType
        self.order = order
        self.time = time
        self.bytes = bytes
        self.originalCount = originalCount
    }
}

/// What a section of a capture says of itself (pcapng, Section Header Block).
public struct CaptureSection: Sendable, Hashable {
    /// The byte order of its numbers.
    public let order: ByteOrder
    /// Its comments, in order.
    public let comments: [String]
    /// The program that wrote it.
    public let application: String?
}
