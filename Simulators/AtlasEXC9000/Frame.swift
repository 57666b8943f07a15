import FaceTerminal

/// Frames of the bulk pair, read from the document on its own.
struct Frame {
    static let data: UInt8 = 0x01
    static let ack: UInt8 = 0x02
    static let resend: UInt8 = 0x03
    static let open: UInt8 = 0x04
    static let opened: UInt8 = 0x05
    static let closed: UInt8 = 0x06

    static let beginsMessage: UInt8 = 0x01
    static let endsMessage: UInt8 = 0x02
    static let largestPayload = 480
    static let overhead = 13
    static let largest = largestPayload + overhead

    var channel: UInt8
    var kind: UInt8
    var session: UInt16
    var number: UInt16 = 0
    var flags: UInt8 = 0
    var payload: [UInt8] = []

    init(channel: UInt8, kind: UInt8, session: UInt16, number: UInt16 = 0, flags: UInt8 = 0, payload: [UInt8] = []) {
        self.channel = channel
        self.kind = kind
        self.session = session
        self.number = number
        self.flags = flags
        self.payload = payload
    }

    /// What is in a bulk message; `nil` where its length or its CRC is wrong.
    init?(_ message: [UInt8]) {
        guard (Self.overhead...Self.largest).contains(message.count) else { return nil }
        let (body, check) = (message.dropLast(4), Array(message.suffix(4)))
        func two(_ at: Int) -> UInt16 { UInt16(body[at + 1]) << 8 + UInt16(body[at]) }
        guard Self.crc(body.span) == check, Int(two(7)) == message.count - Self.overhead else { return nil }
        self.init(
            channel: body[0], kind: body[1], session: two(2), number: two(4), flags: body[6], payload: Array(body.dropFirst(9)))
    }

    /// The bulk message.
    var message: [UInt8] {
        let body =
            [channel, kind] + Self.two(session) + Self.two(number) + [flags] + Self.two(UInt16(truncatingIfNeeded: payload.count)) + payload
        return body + Self.crc(body.span)
    }

    /// Two bytes, the least significant first.
    static func two(_ number: UInt16) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }

    /// The four bytes of CRC-32C, the least significant first.
    private static func crc(_ bytes: Span<UInt8>) -> [UInt8] {
        let crc = CyclicCheck.crc32C(bytes)
        return (0..<4).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) }
    }
}
