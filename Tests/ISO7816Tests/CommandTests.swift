import TestSupport
import Testing

@testable import ISO7816

/// Commands in bytes (ISO/IEC 7816-3 clause 12.1, ISO/IEC 7816-4 clause 5.2).
@Suite struct CommandTests {
    static let header = CommandHeader(cla: 0x00, ins: 0xCB, p1: 0x3F, p2: 0xFF)

    /// One example of each of the seven forms, and the ends of their ranges: data count, Ne, form, length fields around the data.
    static let forms: [(data: Int, expected: Int, form: APDUForm, before: String, after: String)] = [
        (0, 0, .short, "", ""), (0, 0, .extended, "", ""),  // case 1
        (0, 1, .short, "01", ""), (0, 255, .short, "FF", ""), (0, 256, .short, "00", ""),  // case 2
        (1, 0, .short, "01", ""), (255, 0, .short, "FF", ""),  // case 3
        (1, 1, .short, "01", "01"), (255, 256, .short, "FF", "00"),  // case 4
        (0, 1, .extended, "000001", ""), (0, 256, .extended, "000100", ""), (0, 257, .extended, "000101", ""),
        (0, 65535, .extended, "00FFFF", ""), (0, 65536, .extended, "000000", ""),
        (1, 0, .extended, "000001", ""), (256, 0, .extended, "000100", ""), (65535, 0, .extended, "00FFFF", ""),
        (1, 1, .extended, "000001", "0001"), (256, 65535, .extended, "000100", "FFFF"), (65535, 65536, .extended, "00FFFF", "0000"),
    ]

    @Test(arguments: forms.indices)
    func encodesAndFindsEveryForm(_ index: Int) throws {
        let example = Self.forms[index]
        let data = (0..<example.data).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
        let command = CommandAPDU(Self.header, data: data, expected: example.expected)
        let bytes = try command.encoded(form: example.form)
        #expect(bytes == hex("00CB3FFF") + hex(example.before) + data + hex(example.after))

        #expect(try CommandAPDU(bytes: bytes) == command)
        let layout = try CommandLayout(bytes.span)
        #expect(layout.isExtended == (bytes.count > 4 && example.form == .extended))
        #expect(Array(bytes[layout.data]) == data)
        #expect(layout.caseNumber == 1 + (example.data > 0 ? 2 : 0) + (example.expected > 0 ? 1 : 0))
    }

    @Test(arguments: [0, 1, 255, 256, 257, 65535], [0, 1, 255, 256, 257, 65535, 65536])
    func automaticFormIsTheShortestThatFits(data: Int, expected: Int) throws {
        let command = CommandAPDU(Self.header, data: [UInt8](repeating: 0xA5, count: data), expected: expected)
        let bytes = try command.encoded()
        let fitsShort = data <= 255 && expected <= 256
        #expect(try CommandLayout(bytes.span).isExtended == !fitsShort)
        #expect(try CommandAPDU(bytes: bytes) == command)
        if fitsShort {
            #expect(try bytes == command.encoded(form: .short))
        } else {
            #expect(throws: APDUError.needsExtendedForm(data: data, expected: expected)) { try command.encoded(form: .short) }
        }
    }

    @Test func refusesLengthsThatNoFormCarries() {
        let tooLong = CommandAPDU(Self.header, data: [UInt8](repeating: 0, count: 65536))
        #expect(throws: APDUError.dataTooLong(65536)) { try tooLong.encoded() }
        for expected in [-1, 65537, Int.min, Int.max] {
            #expect(throws: APDUError.expectedLengthOutOfRange(expected)) { try CommandAPDU(Self.header, expected: expected).encoded() }
        }
    }

    @Test func writesNothingIntoABufferThatIsTooSmall() throws {
        let data: [UInt8] = [1, 2, 3]
        var bytes = [UInt8](repeating: 0xEE, count: 8)
        var buffer = bytes.mutableSpan
        #expect(throws: APDUError.bufferTooSmall(needed: 9, available: 8)) {
            try Self.header.encode(data: data.span, expected: 256, into: &buffer)
        }
        #expect(bytes == [UInt8](repeating: 0xEE, count: 8))
    }

    @Test func leavesTheRestOfTheBufferAlone() throws {
        var bytes = [UInt8](repeating: 0xEE, count: 12)
        let data: [UInt8] = [1, 2, 3]
        var buffer = bytes.mutableSpan
        let count = try Self.header.encode(data: data.span, expected: 256, into: &buffer)
        #expect(count == 9)
        #expect(bytes == hex("00CB3FFF 03010203 00 EEEEEE"))
    }

    /// What clause 12.1.3 has no decoding for.
    @Test(arguments: [
        "00CB3FFF 00 00",  // six bytes with a zero fifth one
        "00CB3FFF 00 0000 00",  // extended Lc 0
        "00CB3FFF 00 0000 0000",  // extended Lc 0, then Le
        "00CB3FFF 00 0002 01",  // data too short
        "00CB3FFF 00 0001 01 00",  // Le of one byte in extended form
        "00CB3FFF 00 0001 01 000000",  // Le of three bytes behind data
        "00CB3FFF 02 01",  // data too short
        "00CB3FFF 02 0102 0000",  // Le of two bytes in short form
    ])
    func refusesLengthFieldsThatDisagree(_ text: String) {
        let bytes = hex(text)
        #expect(throws: APDUError.lengthFieldsDisagree(count: bytes.count)) { try CommandAPDU(bytes: bytes) }
    }

    @Test(arguments: 0..<4)
    func refusesFewerThanFourBytes(_ count: Int) {
        #expect(throws: APDUError.commandTooShort(count)) { try CommandAPDU(bytes: [UInt8](repeating: 0, count: count)) }
    }

    @Test func doesNotPrintItsData() {
        let command = CommandAPDU(CommandHeader(cla: 0, ins: 0x20, p1: 0, p2: 0x80), data: Array("1234".utf8), expected: 0)
        var dumped = ""
        dump(command, to: &dumped)
        for text in ["\(command)", String(reflecting: command), dumped] {
            #expect(text.contains("INS 20") && text.contains("Lc 4"))
            #expect(!text.contains("49") && !text.contains("31") && !text.contains("1234"))
        }
    }

    /// ISO/IEC 7816-4 clause 5.4.1: the logical channel stays, chaining and secure messaging do not.
    @Test func getResponseStaysOnTheChannel() {
        for (cla, expected) in [(0x00, 0x00), (0x13, 0x03), (0x0C, 0x00), (0x80, 0x00), (0x44, 0x44), (0x75, 0x45)] as [(UInt8, UInt8)] {
            #expect(CommandHeader.getResponse(following: cla) == CommandHeader(cla: expected, ins: 0xC0, p1: 0, p2: 0))
        }
    }
}
