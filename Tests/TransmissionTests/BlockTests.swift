import ISO7816
import TestSupport
import Testing
import TransmissionProtocols

/// Blocks byte by byte, and what is none.
@Suite struct BlockTests {
    private func make(_ atr: String, blockSize: Int = 261) throws -> BlockProtocol {
        BlockProtocol(BlockProtocol.Settings(try AnswerToReset(bytes: hex(atr)), blockSize: blockSize))
    }

    /// Written by hand; the same first two blocks are what common hosts send to a card with this answer to reset.
    @Test func theFirstBlocks() throws {
        var line = try make("3B E0 00 FF 81 31 FE 45 14")
        #expect(line.announce(fieldSize: 247) == .send(waiting: 0))
        #expect(hex(line.block) == "00C101F737")
        #expect(line.receive(hex("00 E1 01 F7 17").span) == .finished)
        #expect(line.begin(hex("00 84 00 00 08").span) == .send(waiting: 0))
        #expect(hex(line.block) == "000005008400000889")
        #expect(line.receive(hex("00 00 02 90 00 92").span) == .finished)
        #expect(hex(line.response) == "9000")
        #expect(line.begin(hex("00 84 00 00 08").span) == .send(waiting: 0))
        #expect(hex(line.block) == "0040050084000008C9")
    }

    /// CRC-16/MCRF4XX, whose check value is published; computed by another program.
    @Test func aCardWithCRC() throws {
        var line = try make("3B D0 18 FF 81 F1 FE 45 01 1F C3 21")
        #expect(line.announce(fieldSize: 247) == .send(waiting: 0))
        #expect(hex(line.block) == "00C101F7" + "C98F")
        #expect(line.receive(hex("00 E1 01 F7 CAB4").span) == .finished)
    }

    @Test func theTimeThatACardAsksForIsTold() throws {
        var line = try make("3B 80 81 11 04 14")
        _ = line.begin(hex("00 84 00").span)
        #expect(line.receive(hex("00 C3 01 05 C7").span) == .send(waiting: 5))
        #expect(hex(line.block) == "00E30105E7")
        #expect(line.receive(hex("00 00 02 90 00 92").span) == .finished)
    }

    @Test(arguments: [
        ("", "81"), ("00", "81"), ("00 00 02 90 00", "81"), ("00 00 02 90 00 93", "81"),
        ("00 00 03 90 00 93", "82"), ("00 00 02 90 00 00 92", "82"), ("21 00 02 90 00 B3", "82"), ("00 01 02 90 00 93", "82"),
        ("00 20 00 20", "82"), ("00 81 01 00 80", "82"), ("00 A0 00 A0", "82"), ("00 C4 00 C4", "82"), ("00 C1 01 00 C0", "82"),
        ("00 C1 01 FF 3F", "82"), ("00 C1 00 C1", "82"), ("00 C0 01 00 C1", "82"), ("00 E4 00 E4", "82"), ("00 C0 00 C0", "82"),
        ("00 E3 01 01 E3", "82"), ("00 E0 00 E0", "82"), ("00 90 00 90", "82"),
    ])
    func whatIsNoAnswerIsAskedForAgain(_ bytes: String, _ code: String) throws {
        var line = try make("3B 80 81 11 FE EE")
        _ = line.begin(hex("00 84 00").span)
        #expect(line.receive(hex(bytes).span) == .send(waiting: 0))
        #expect(hex(Array(line.block[..<3])) == "00\(code)00")
        #expect(line.receive(hex("00 00 02 90 00 92").span) == .finished)
    }

    @Test func reservedSizesAreTheDefault() throws {
        for (size, longest) in [("00", 32), ("FF", 32), ("FE", 254), ("01", 1)] {
            var line = try make("3B 80 81 11 \(size) 00")
            _ = line.begin([UInt8](repeating: 0x55, count: 300).span)
            #expect(line.block.count == longest + 4, "IFSC \(size)")
        }
    }

    @Test func aBlockFitsTheReader() throws {
        var line = try make("3B 80 81 11 FE EE", blockSize: 253)
        _ = line.begin([UInt8](repeating: 0x55, count: 300).span)
        #expect(line.block.count == 253)
        line.interrupt()
        var other = try make("3B 80 81 11 FE EE", blockSize: 253)
        _ = other.announce(fieldSize: 254)
        #expect(other.block[3] == 249)
    }

    /// No way of a card to talk for ever, or to fill the memory.
    @Test(arguments: ["00 C3 01 01 C3", "00 80 00 80", "00 C1 01 20 E0", "00 00 02 90 00 93", "00 C2 00 C2"])
    func nobodyTalksForEver(_ block: String) throws {
        var line = try make("3B 80 81 11 FE EE")
        var step = line.begin(hex("00 84 00").span)
        var count = 0
        while case .send = step {
            count += 1
            guard count < 2_000 else { throw BenchError("it goes on") }
            step = line.receive(hex(block).span)
        }
        #expect(count > 1)
        guard case .failed = step else { throw BenchError("\(step)") }
    }

    @Test func noCommandStaysInMemory() throws {
        var line = try make("3B 80 81 11 FE EE")
        _ = line.begin(hex("00200080 04 31323334").span)
        let place = line.block.withUnsafeBufferPointer { $0 }
        _ = line.receive(hex("00 00 02 90 00 92").span)
        #expect(line.block.isEmpty && place.allSatisfy { $0 == 0 })
    }
}
