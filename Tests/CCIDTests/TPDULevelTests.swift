import CCID
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// A reader that takes TPDUs, on messages and blocks written by hand. The descriptor has dwMaxIFSD 252, 4 MHz and at most 1,000,000 bit/s.
@Suite struct TPDULevelTests {
    private static let blockCard = hex("3B E0 00 FF 81 31 FE 45 14")
    private static let tpdu: UInt32 = 0x1_00B2

    /// A reader whose card answers the data of each XfrBlock by what `answers` says next: a block, or bError as one byte.
    private func bench(
        _ answers: [String], card: [UInt8] = blockCard, features: UInt32 = tpdu, messageLength: UInt32 = 271,
        protocolNumber: UInt8 = 1
    ) throws -> Bench {
        var left = answers.map { hex($0) }
        return try Bench([descriptor(features: features, messageLength: messageLength)]) { reader, command in
            switch command[0] {
            case 0x6F where left.isEmpty: break  // never
            case 0x6F:
                let answer = left.removeFirst()
                let isError = answer.count == 1
                reader.reply(message(0x80, to: command, status: isError ? 0x40 : 0, error: isError ? answer[0] : 0, isError ? [] : answer))
            case 0x6C: reader.reply(message(0x82, to: command, parameter: protocolNumber, [UInt8](repeating: 0, count: 7)))
            default:
                reader.reply(Obedient(answerToReset: card).respond(to: command))
            }
        }
    }

    private func blocks(_ bench: Bench) -> [String] { bench.device.seen.filter { $0[0] == 0x6F }.map { hex(Array($0[10...])) } }
    private let sized = "00 E1 01 FC 1C"
    private let fine = "00 00 02 90 00 92"

    @Test func anAPDUGoesInABlock() throws {
        let bench = try bench([sized, "00 00 04 01 02 90 00 97"])
        let channel = try bench.connect()
        #expect(channel.carriesExtendedLength == true)
        // T=1, default rates, TC1 255, BWI 4, CWI 5, IFSC 254; then IFSD 252.
        #expect(bench.types == ["65", "62", "61", "6F"])
        #expect(hex(bench.device.seen[2]) == "61070000000002010000" + "1110FF4500FE00")
        #expect(try channel.ask("00 84 00 00 08", until: bench.soon) == hex("01 02 90 00"))
        #expect(blocks(bench) == ["00C101FC3C", "000005008400000889"])
    }

    @Test func aReaderThatTellsTheCardItself() throws {
        let bench = try bench([fine], features: Self.tpdu | 0x400)
        #expect(try bench.connect().ask("00 84 00", until: bench.soon) == hex("90 00"))
        #expect(blocks(bench) == ["00000300840087"])
    }

    @Test func errorsOfTheLineAreMended() throws {
        // Mute, parity, overrun.
        let bench = try bench([sized, "FE", fine, "FD", "FC", "00 40 02 90 00 D2"])
        let channel = try bench.connect()
        #expect(try channel.ask("00 84 00", until: bench.soon) == hex("90 00"))
        #expect(try channel.ask("00 84 00", until: bench.soon) == hex("90 00"))
        #expect(blocks(bench)[2...] == ["00820082", "004003008400C7", "00910091", "00910091"])
    }

    @Test func whatIsNoErrorOfTheLineEndsIt() throws {
        let bench = try bench([sized, "FB", "00 E0 00 E0", fine])
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00 84 00", until: bench.soon) } == .inputOutput)
        // Nobody knows what the card has got.
        #expect(try channel.ask("00 84 00", until: bench.soon) == hex("90 00"))
        #expect(blocks(bench)[2...] == ["00C000C0", "00000300840087"])
    }

    @Test func aCardThatIsLostHasToBeReset() throws {
        let bench = try bench([sized, "FE", "FE", "FE", "FE", "FE", "FE", sized, fine])
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00 84 00", until: bench.soon) } == .cardMute)
        let sent = bench.device.seen.count
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00 84 00", until: bench.soon) } == .cardMute)
        #expect(bench.device.seen.count == sent)
        try channel.warmReset(until: bench.soon)
        #expect(try channel.ask("00 84 00", until: bench.soon) == hex("90 00"))
    }

    @Test func whatMayHaveBeenCarriedOutIsNotSentAgain() throws {
        let bench = try bench([sized, "FE", "FE", "FE", "00 E0 00 E0", fine])
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00 20 00 80 04 31 32 33 34", until: bench.soon) } == .inputOutput)
        #expect(try channel.ask("00 84 00", until: bench.soon) == hex("90 00"))
        #expect(blocks(bench).filter { $0.contains("0020008004") }.count == 1)
    }

    @Test func theReaderHearsOfMoreTime() throws {
        let bench = try bench([sized, "00 C3 01 05 C7", fine])
        _ = try bench.connect().ask("00 84 00", until: bench.soon)
        #expect(bench.device.seen.filter { $0[0] == 0x6F }.map { $0[7] } == [0, 0, 5])
        #expect(blocks(bench).last == "00E30105E7")
    }

    @Test func aCardThatGoesIsGone() throws {
        let bench = try Bench([descriptor(features: Self.tpdu)]) { reader, command in
            guard command[0] == 0x6F else { return reader.reply(Obedient(answerToReset: Self.blockCard).respond(to: command)) }
            let isSize = command[11] == 0xC1
            reader.reply(isSize ? message(0x80, to: command, hex("00 E1 01 FC 1C")) : message(0x80, to: command, status: 0x42, error: 0xFE))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00 84 00", until: bench.soon) } == .cardRemoved)
        #expect(blocks(bench).count == 2)
    }

    @Test func aDeadlineIsKeptAndTheNextCommandBeginsAnew() throws {
        let bench = try bench([sized])
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00 84 00", until: bench.station.now + .seconds(3)) } == .timedOut)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00 84 00", until: bench.station.now + .seconds(3)) } == .timedOut)
        #expect(blocks(bench).last == "00C000C0")
    }

    @Test func noCommandStaysInMemory() throws {
        let bench = try bench([sized, "00 00 02 63 C2 A3"])
        let channel = try bench.connect()
        #expect(try channel.ask("00200080 04 31323334", until: bench.soon) == hex("63 C2"))
        let place = try #require(bench.device.place)
        #expect(place.allSatisfy { $0 == 0 })
    }

    // MARK: The choice of the protocol

    /// Where APDUs are exchanged too, a reader that does not choose is told a protocol that it has: T=1 here, though the card begins with T=0.
    @Test(arguments: [UInt32(0x2_0000), 0x4_0000])
    func aReaderOfAPDUsIsToldAProtocolThatItHas(_ features: UInt32) throws {
        for (protocols, expected) in [(UInt8(2), "61070000000002010000" + "1110004D002000"), (3, "61050000000002000000" + "1100000A00")] {
            var described = descriptor(features: features)
            described[6] = protocols
            let bench = try Bench([described]) { reader, command in
                reader.reply(Obedient(answerToReset: hex("3B 80 80 01 01")).respond(to: command))
            }
            _ = try bench.connect()
            #expect(bench.device.seen.first { $0[0] == 0x61 }.map { hex($0) } == expected)
        }
    }

    @Test func aReaderWithoutPPSIsGivenOne() throws {
        // TA1 96, T=1 first; the card grants it, then only the default rates, then nothing.
        let card = hex("3B 90 96 81 11 FE 68")
        for (answer, rates) in [("FF 11 96 78", "96"), ("FF 01 FE", "11")] {
            let bench = try bench([answer, sized], card: card, features: 0x1_0032)
            _ = try bench.connect()
            #expect(bench.types == ["65", "62", "6F", "61", "6F"] && blocks(bench).first == "FF119678")
            #expect(hex(bench.device.seen[3][10...]) == rates + "10004D00FE00")
        }
        let refused = try bench(["FF 00 FF"], card: card, features: 0x1_0032)
        #expect(reason { () throws(ReaderError) in _ = try refused.connect() } == .cardMute)
        // With it, and without a rate that follows.
        let automatic = try bench([sized], card: card, features: 0x1_00B2)
        _ = try automatic.connect()
        #expect(hex(automatic.device.seen[2][10...]) == "96" + "10004D00FE00")
        let slow = try bench([sized], card: card, features: 0x1_0092)
        _ = try slow.connect()
        #expect(hex(slow.device.seen[2][10...]) == "11" + "10004D00FE00")
    }

    @Test func aReaderThatChoosesItselfIsAsked() throws {
        let bench = try bench(["90 00"], card: hex("3B 80 80 01 01"), features: 0x1_0072, protocolNumber: 0)
        let channel = try bench.connect()
        #expect(bench.types == ["65", "62", "6C"] && channel.carriesExtendedLength == false)
        #expect(try channel.ask("00 84 00 00", until: bench.soon) == hex("90 00"))
        #expect(blocks(bench) == ["0084000000"])
    }

    @Test func cardsThatCannotBeSpokenWithAreRefused() throws {
        for card in ["3B 80 0E 8E", "3B 90 7F 91 01 11 FE 90"] {
            let bench = try bench([], card: hex(card))
            #expect(reason { () throws(ReaderError) in _ = try bench.connect() } == .cardMute)
        }
        let tiny = try bench([], messageLength: 46)
        #expect(reason { () throws(ReaderError) in _ = try tiny.connect() } == .readerUnusable)
    }

    // MARK: T=0

    @Test func aCardWithT0() throws {
        let bench = try bench(["61 02", "01 02 90 00", "6C 02", "01 02 90 00"], card: hex("3B 00"))
        let channel = try bench.connect()
        #expect(hex(bench.device.seen[2]) == "61050000000002000000" + "1100000A00")
        #expect(channel.carriesExtendedLength == false)
        #expect(try channel.ask("00 A4 04 00 02 3F 00 00", until: bench.soon) == hex("01 02 90 00"))
        #expect(try channel.ask("00 B0 00 00 00", until: bench.soon) == hex("01 02 90 00"))
        #expect(blocks(bench) == ["00A40400023F00", "00C0000002", "00B0000000", "00B0000002"])
        let long = hex("00 D6 00 00 00 01 2C") + [UInt8](repeating: 1, count: 300)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(long, until: bench.soon) } == .commandTooLong)
        #expect(blocks(bench).count == 4)
    }
}
