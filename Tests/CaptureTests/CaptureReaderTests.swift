import TestSupport
import Testing

@testable import CaptureFile

/// The reader of pcapng, on bytes that were written by hand from the draft of the format.
@Suite struct CaptureReaderTests {
    /// A section header of 28 bytes, then an interface of link type 220.
    static let bigEndian = hex(
        """
        0A0D0D0A 0000001C 1A2B3C4D 0001 0000 FFFFFFFFFFFFFFFF 0000001C
        00000001 00000014 00DC 0000 00040000 00000014
        """)
    static let littleEndian = hex(
        """
        0A0D0D0A 1C000000 4D3C2B1A 0100 0000 FFFFFFFFFFFFFFFF 1C000000
        01000000 14000000 DC00 0000 00000400 14000000
        """)

    private func read(_ bytes: [UInt8], pieces: Int = .max) throws -> (packets: [CapturedPacket], reader: CaptureReader) {
        var reader = CaptureReader()
        var packets: [CapturedPacket] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.append(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            while let packet = try reader.next() { packets.append(packet) }
        }
        try reader.finish()
        return (packets, reader)
    }

    private func error(_ bytes: [UInt8]) -> CaptureError? {
        do {
            _ = try read(bytes)
            return nil
        } catch { return error as? CaptureError }
    }

    /// The second enhanced packet is cut: 3 of 9 bytes. Times are microseconds where nothing is said.
    @Test(arguments: [1, 7, .max])
    func bothByteOrdersAreRead(_ pieces: Int) throws {
        let big = Self.bigEndian + hex("00000006 00000024 00000000 00000001 00000002 00000003 00000009 AABBCC00 00000024")
        let (packets, _) = try read(big, pieces: pieces)
        #expect(
            packets == [CapturedPacket(linkType: 220, order: .big, time: 4_294_967_298_000, bytes: [0xAA, 0xBB, 0xCC], originalCount: 9)])
        let little = Self.littleEndian + hex("06000000 24000000 00000000 01000000 02000000 03000000 03000000 AABBCC00 24000000")
        let (others, _) = try read(big + little, pieces: pieces)
        #expect(others.count == 2)
        #expect(
            others[1]
                == CapturedPacket(linkType: 220, order: .little, time: 4_294_967_298_000, bytes: [0xAA, 0xBB, 0xCC], originalCount: 3))
    }

    /// if_tsresol (9) and if_tsoffset (14): 10⁻⁹, 2⁻¹⁰ with 5 s more, and what is not said.
    @Test(
        arguments: [
            ("0009 0001 09000000 0000 0000", 1_000_000_001, 1_000_000_001),
            ("0009 0001 8A000000 000E 0008 0000000000000005", 1_536, 6_500_000_000),
            ("0002 0003 61626300", 1_000_000, 1_000_000_000), ("0009 0001 00000000", 3, 3_000_000_000),
        ] as [(String, UInt32, Int64)])
    func timesHaveTheUnitOfTheirInterface(_ options: String, _ units: UInt32, _ nanoseconds: Int64) throws {
        let section = Array(Self.bigEndian.prefix(28))
        let body = hex("00DC 0000 00000000") + hex(options)
        let length = ByteOrder.big.bytes(UInt32(12 + body.count))
        let packet = hex("00000006 00000020 00000000 00000000") + ByteOrder.big.bytes(units) + hex("00000000 00000000 00000020")
        let (packets, _) = try read(section + [0, 0, 0, 1] + length + body + length + packet)
        #expect(packets.map(\.time) == [nanoseconds])
    }

    /// Name resolution (4), interface statistics (5), a custom block, one longer than any that is kept, a simple packet (3), and the obsolete packet block (2).
    @Test func whatHoldsNoPacketIsSkipped() throws {
        let long = ByteOrder.little.bytes(UInt32(CaptureReader.longestBlock + 16))
        let skipped =
            hex("04000000 10000000 00000000 10000000 05000000 14000000 0000000000000000 14000000 AD0B0000 0C000000 0C000000")
            + hex("0E0B0000") + long + [UInt8](repeating: 0x5A, count: CaptureReader.longestBlock + 4) + long
        let simple = hex("03000000 14000000 02000000 AABB0000 14000000")
        let old = hex("02000000 24000000 0000 0000 00000000 40420F00 01000000 01000000 CC000000 24000000")
        let (packets, reader) = try read(Self.littleEndian + skipped + simple + old, pieces: 65_536)
        #expect(packets == [CapturedPacket(linkType: 220, order: .little, time: 1_000_000_000, bytes: [0xCC], originalCount: 1)])
        #expect(reader.timeless == 1)
    }

    @Test func whatASectionSaysOfItselfIsKept() throws {
        let options = "0100 0300 61626300 0100 0100 64000000 0400 0200 6B7A0000 0000 0000"
        let body = hex("4D3C2B1A 0100 0000 FFFFFFFFFFFFFFFF \(options)")
        let length = ByteOrder.little.bytes(UInt32(12 + body.count))
        let (_, reader) = try read(hex("0A0D0D0A") + length + body + length)
        #expect(reader.section?.comments == ["abc", "d"])
        #expect(reader.section?.application == "kz")
    }

    static let wrong: [(String, String)] = [
        ("a block of 8 bytes", "06000000 08000000 00000000"),
        ("a block of 14 bytes", "06000000 0E000000 00000000 0000"),
        ("a block whose two lengths differ", "06000000 10000000 00000000 14000000"),
        ("a packet without its header", "06000000 10000000 00000000 10000000"),
        ("a packet of an interface that was not described", "06000000 20000000 01000000 00000000 00000000 00000000 00000000 20000000"),
        ("a packet that is longer than its block", "06000000 20000000 00000000 00000000 00000000 01000000 01000000 20000000"),
        ("a time out of range", "06000000 20000000 00000000 FFFFFFFF FFFFFFFF 00000000 00000000 20000000"),
        ("an interface description that is too short", "01000000 10000000 DC000000 10000000"),
        ("an option is longer than its block", "01000000 18000000 DC000000 00000000 09000900 18000000"),
        ("a unit of time that is too small", "01000000 1C000000 DC000000 00000000 09000100 14000000 1C000000"),
        ("an offset of time that is no number", "01000000 1C000000 DC000000 00000000 0E000100 14000000 1C000000"),
        ("a section without byte order", "0A0D0D0A 1C000000 00000000 0100 0000 FFFFFFFFFFFFFFFF 1C000000"),
        ("a version that this program does not know", "0A0D0D0A 1C000000 4D3C2B1A 0200 0000 FFFFFFFFFFFFFFFF 1C000000"),
    ]

    @Test(arguments: wrong.indices)
    func whatIsWrongIsNamedWithItsPlace(_ index: Int) {
        let (words, block) = Self.wrong[index]
        #expect(error(Self.littleEndian + hex(block)) == CaptureError(.malformed(words), at: UInt64(Self.littleEndian.count)))
    }

    @Test func whatIsTooMuchIsRefused() {
        let long = ByteOrder.little.bytes(UInt32(CaptureReader.longestBlock + 4))
        let place = UInt64(Self.littleEndian.count)
        let words = "a block of \(CaptureReader.longestBlock + 4) bytes"
        #expect(error(Self.littleEndian + [6, 0, 0, 0] + long + [0, 0, 0, 0]) == CaptureError(.tooMuch(words), at: place))
        let interface = Array(Self.littleEndian.dropFirst(28))
        let many = Self.littleEndian + (0..<CaptureReader.mostInterfaces).flatMap { _ in interface }
        #expect(error(many)?.reason == .malformed("more than 4096 interfaces"))
    }

    @Test func anotherFormatIsSaidToBeOne() {
        #expect(error([]) == CaptureError(.notPcapng, at: 0))
        #expect(error(Array("{\"event\": \"recording\"".utf8)) == CaptureError(.notPcapng, at: 0))
        #expect(error(hex("D4C3B2A1 0200 0400 00000000 00000000")) == CaptureError(.olderFormat, at: 0))
        #expect(error(hex("A1B23C4D 0002 0004 00000000 00000000")) == CaptureError(.olderFormat, at: 0))
    }

    /// A capture that ends anywhere says so, and what came before is there.
    @Test func aCutCaptureIsReadAsFarAsItGoes() throws {
        let packet = hex("06000000 24000000 00000000 00000000 01000000 04000000 04000000 AABBCCDD 24000000")
        let whole = Self.littleEndian + packet + packet
        for end in (Self.littleEndian.count + packet.count + 1)..<whole.count {
            var reader = CaptureReader()
            reader.append(whole[..<end])
            #expect(try reader.next() != nil)
            #expect(try reader.next() == nil)
            #expect(throws: CaptureError(.cut, at: UInt64(Self.littleEndian.count + packet.count))) { try reader.finish() }
        }
    }
}
