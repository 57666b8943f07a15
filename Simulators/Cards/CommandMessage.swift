/// A command APDU taken apart (ISO/IEC 7816-3 clause 12.1): positions in the message, no copy.
struct CommandMessage {
    let instructionClass: UInt8
    let instruction: UInt8
    let p1: UInt8
    let p2: UInt8
    /// Where the data field is; empty without one.
    let data: Range<Int>
    /// Ne, the largest number of bytes expected: 1 to 65,536; 0 without an Le field.
    let expected: Int
    /// Whether the length fields are extended.
    let isExtended: Bool
    /// Whether Le is all zeros: as much as there is.
    let expectsAll: Bool

    /// Takes a message of four bytes or more apart.
    ///
    /// The fifth byte tells the form: none is case 1, `00` with more behind it begins extended fields, anything else is a short Lc or,
    /// as the last byte, a short Le. Lc of zero is not a field.
    init(_ bytes: Span<UInt8>) throws(Refusal) {
        guard bytes.count >= 4 else { throw Refusal(.wrongLength, "the message has no complete header") }
        switch bytes.count {
        case 4: self.init(header: bytes)
        case 5: self.init(header: bytes, le: Int(bytes[4]))
        default:
            if bytes[4] == 0 { try self.init(extended: bytes) } else { try self.init(short: bytes) }
        }
    }

    private init(_ other: CommandMessage, data: Range<Int>, expected: Int, isExtended: Bool, expectsAll: Bool) {
        instructionClass = other.instructionClass
        instruction = other.instruction
        p1 = other.p1
        p2 = other.p2
        self.data = data
        self.expected = expected
        self.isExtended = isExtended
        self.expectsAll = expectsAll
    }

    /// The same command with as many bytes of data, which are elsewhere.
    func carrying(_ count: Int) -> CommandMessage {
        CommandMessage(self, data: 0..<count, expected: expected, isExtended: isExtended, expectsAll: expectsAll)
    }

    /// The same command without data and with this Le; `nil` is all there is.
    func expecting(_ count: Int?) -> CommandMessage {
        CommandMessage(self, data: 0..<0, expected: count ?? 65_536, isExtended: true, expectsAll: count == nil)
    }

    /// The same command without Le.
    var withoutLe: CommandMessage { CommandMessage(self, data: data, expected: 0, isExtended: isExtended, expectsAll: false) }

    private init(header: Span<UInt8>, data: Range<Int> = 4..<4, le: Int? = nil, all: Int = 256) {
        instructionClass = header[0]
        instruction = header[1]
        p1 = header[2]
        p2 = header[3]
        self.data = data
        expectsAll = le == 0
        expected = le.map { $0 == 0 ? all : $0 } ?? 0
        isExtended = all > 256
    }

    private init(short bytes: Span<UInt8>) throws(Refusal) {
        let end = 5 + Int(bytes[4])
        switch bytes.count - end {
        case 0: self.init(header: bytes, data: 5..<end)
        case 1: self.init(header: bytes, data: 5..<end, le: Int(bytes[end]))
        default: throw Refusal(.wrongLength, "Lc and the length of the message do not agree")
        }
    }

    private init(extended bytes: Span<UInt8>) throws(Refusal) {
        guard bytes.count >= 7 else { throw Refusal(.wrongLength, "an extended length field is cut") }
        let first = Int(bytes[5]) << 8 | Int(bytes[6])
        if bytes.count == 7 {
            self.init(header: bytes, le: first, all: 65_536)
            return
        }
        let end = 7 + first
        guard first > 0 else { throw Refusal(.wrongLength, "an extended Lc is zero") }
        switch bytes.count - end {
        case 0: self.init(header: bytes, data: 7..<end, all: 65_536)
        case 2: self.init(header: bytes, data: 7..<end, le: Int(bytes[end]) << 8 | Int(bytes[end + 1]), all: 65_536)
        default: throw Refusal(.wrongLength, "Lc and the length of the message do not agree")
        }
    }
}
