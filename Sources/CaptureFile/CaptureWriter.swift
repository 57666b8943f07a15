/// Writes a capture in the format pcapng: one section, one interface, times in nanoseconds, the lowest byte of numbers first.
public struct CaptureWriter {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private static let order = ByteOrder.little

    /// A capture by `application` of packets of one link type; `name` is that of the interface.
    public init(linkType: UInt16, name: String, application: String, comments: [String]) {
        // Version 1.0; how long the section is, is left open.
        let head = Self.order.bytes(0x1A2B_3C4D as UInt32) + Self.order.bytes(1 as UInt16) + [0, 0] + Self.order.bytes(-1 as Int64)
        var options = comments.flatMap { Self.option(OptionCode.comment, Self.text($0)) }
        options += Self.option(OptionCode.application, Self.text(application)) + Self.option(OptionCode.end, [])
        add(.sectionHeader, head + options)
        // Packets are never cut for their length.
        let interface = Self.order.bytes(linkType) + [0, 0, 0, 0, 0, 0]
        let details =
            Self.option(OptionCode.name, Self.text(name)) + Self.option(OptionCode.resolution, [9]) + Self.option(OptionCode.end, [])
        add(.interfaceDescription, interface + details)
    }

    /// Adds a packet that was `originalCount` bytes long, at a time in nanoseconds since 1970.
    public mutating func add(_ packet: [UInt8], originalCount: Int, time: Int64) {
        let moment = UInt64(clamping: time)
        var body = Self.order.bytes(0 as UInt32)
        body += Self.order.bytes(UInt32(truncatingIfNeeded: moment >> 32)) + Self.order.bytes(UInt32(truncatingIfNeeded: moment))
        body += Self.order.bytes(UInt32(clamping: packet.count)) + Self.order.bytes(UInt32(clamping: originalCount))
        add(.enhancedPacket, body + Self.filled(packet))
    }

    private mutating func add(_ kind: BlockKind, _ body: [UInt8]) {
        let length = Self.order.bytes(UInt32(clamping: body.count + 12))
        bytes += Self.order.bytes(kind.rawValue) + length + body + length
    }

    /// A text as an option can hold it, cut to whole characters.
    private static func text(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for character in text {
            guard bytes.count + character.utf8.count <= 0xFFFF else { break }
            bytes += character.utf8
        }
        return bytes
    }

    private static func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
        order.bytes(code) + order.bytes(UInt16(clamping: value.count)) + filled(value)
    }

    private static func filled(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count) }
}
