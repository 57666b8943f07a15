import FaceReaderKit
import ReaderTransport

/// A frame on the bulk pair (PROTOCOL.md, "Frames", assumed).
struct Frame {
    /// Whose frame it is.
    enum Channel: UInt8 {
        case link = 0
        case cards = 1
        case control = 2
    }

    /// What it is for.
    enum Kind: UInt8 {
        case data = 1
        case acknowledge = 2
        case resend = 3
        case open = 4
        case opened = 5
        case closed = 6
    }

    static let first: UInt8 = 0x01
    static let last: UInt8 = 0x02
    static let headerCount = 9
    static let checkCount = 4
    static let mostPayload = 480
    static let mostCount = headerCount + mostPayload + checkCount

    let channel: Channel
    let kind: Kind
    let session: UInt16
    var number: UInt16 = 0
    /// The flags of DATA; the credit of ACK and RESEND.
    var flags: UInt8 = 0
    var payload: ArraySlice<UInt8> = []

    /// The bytes for the cable; they may hold a PIN.
    var bytes: [UInt8] {
        var bytes = [channel.rawValue, kind.rawValue] + session.littleEndianBytes + number.littleEndianBytes + [flags]
        bytes.reserveCapacity(Self.mostCount)
        bytes += UInt16(truncatingIfNeeded: payload.count).littleEndianBytes
        bytes += payload
        bytes += CRC32.castagnoli.check(of: bytes.span).littleEndianBytes
        return bytes
    }

    init(_ channel: Channel, _ kind: Kind, session: UInt16, number: UInt16 = 0, flags: UInt8 = 0, payload: ArraySlice<UInt8> = []) {
        self.channel = channel
        self.kind = kind
        self.session = session
        self.number = number
        self.flags = flags
        self.payload = payload
    }

    /// The frame in a bulk message; `nil` where that is none, or its CRC is wrong.
    init?(_ bytes: [UInt8]) {
        let end = bytes.count - Self.checkCount
        guard end >= Self.headerCount, end - Self.headerCount <= Self.mostPayload,
            CRC32.castagnoli.check(of: bytes.span.extracting(..<end)).littleEndianBytes == Array(bytes[end...]),
            Int(Self.number(bytes, at: 7)) == end - Self.headerCount, let channel = Channel(rawValue: bytes[0]),
            let kind = Kind(rawValue: bytes[1]), (channel == .link) == (kind.rawValue >= Kind.open.rawValue)
        else { return nil }
        self.init(
            channel, kind, session: Self.number(bytes, at: 2), number: Self.number(bytes, at: 4), flags: bytes[6],
            payload: bytes[Self.headerCount..<end])
    }

    /// Two bytes, the least significant first; there must be two.
    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
}
