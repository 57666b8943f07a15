import CCID
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct ExchangeTests {
    private let select = "00A4040C"

    @Test func aCardIsPoweredAndAsked() throws {
        let bench = try Bench { $0.reply(Obedient(answer: { _ in hex("0102 9000") }).respond(to: $1)) }
        let channel = try bench.connect()
        #expect(hex(channel.answerToReset) == "3B80800101")
        #expect(channel.carriesExtendedLength == true && channel.readerName == "usb:bench")
        #expect(try hex(channel.ask(select, until: bench.soon)) == "01029000")
        channel.close()
        bench.reader.close()
        #expect(
            bench.device.seen.map { hex($0) } == [
                "65000000000000000000", "62000000000001000000", "6F04000000000200000000A4040C", "63000000000003000000",
            ])
        #expect(bench.device.isClosed)
    }

    /// Whether the card answers or not.
    @Test(arguments: [true, false]) func noCommandStaysInMemory(_ isAnswered: Bool) throws {
        let bench = try Bench { reader, command in
            if command[0] != 0x6F || isAnswered { reader.reply(Obedient().respond(to: command)) }
        }
        let channel = try bench.connect()
        _ = try? channel.ask("00200080 04 31323334", until: bench.soon)
        let place = try #require(bench.device.place)
        #expect(bench.device.seen.last?.suffix(4) == [0x31, 0x32, 0x33, 0x34])
        #expect(place.count == 10 + 9 && place.allSatisfy { $0 == 0 })
    }

    @Test func aClosedReaderAsksNothingMoreAndSaysSo() throws {
        let bench = try Bench()
        let channel = try bench.connect()
        bench.reader.close()
        let sent = bench.device.seen.count
        let before = bench.station.now
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(self.select, until: bench.soon) } == .cancelled)
        #expect(reason { () throws(ReaderError) in try channel.warmReset(until: bench.soon) } == .cancelled)
        #expect(reason { () throws(ReaderError) in _ = try bench.connect() } == .cancelled)
        channel.close()
        let watch = bench.reader.watchPresence(slot: 0, known: CardPresence(isPresent: true, changes: 9))
        guard case .event = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.soon) else {
            throw BenchError("the watch does not end")
        }
        #expect(reason { () throws(ReaderError) in _ = try bench.reader.presence(watch) } == .cancelled)
        #expect(bench.device.seen.count == sent && bench.station.now == before)
    }

    @Test func aCardThatHasPowerLosesItFirst() throws {
        let bench = try Bench { $0.reply(Obedient(slotStatus: 0).respond(to: $1)) }
        _ = try bench.connect()
        #expect(bench.types == ["65", "63", "62"])
    }

    @Test func aWarmResetKeepsThePower() throws {
        let bench = try Bench()
        let channel = try bench.connect()
        try channel.warmReset(until: bench.soon)
        #expect(bench.types == ["65", "62", "62"])
    }

    @Test func theSequenceNumberGoesRound() throws {
        let bench = try Bench()
        let channel = try bench.connect()
        for _ in 0..<300 { _ = try channel.ask(select, until: bench.soon) }
        #expect(bench.device.seen.enumerated().allSatisfy { $1[6] == UInt8(truncatingIfNeeded: $0) })
    }

    @Test func voltagesAreTriedFromTheLowest() throws {
        let bench = try Bench([descriptor(features: 0x4_00B2)]) { reader, command in
            let isMute = command[0] == 0x62 && command[7] != 1
            reader.reply(isMute ? message(0x80, to: command, status: 0x41, error: 0xFE) : Obedient().respond(to: command))
        }
        _ = try bench.connect()
        #expect(bench.types == ["65", "62", "63", "62", "63", "62"])
        #expect(bench.device.seen.filter { $0[0] == 0x62 }.map { $0[7] } == [3, 2, 1])
    }

    @Test func aReaderIsToldTheParametersThatItDoesNotRead() throws {
        // T=1 with Fi/Di 0x18, TC1 FF, IFSC FE, BWI 4, CWI 5, CRC, clock may stop either way.
        let atr = hex("3B D0 18 FF 81 F1 FE 45 01 1F C3 21")
        let bench = try Bench([descriptor(features: 0x4_04B8)]) { $0.reply(Obedient(answerToReset: atr).respond(to: $1)) }
        _ = try bench.connect()
        #expect(bench.device.seen.last.map { hex($0) } == "61070000000002010000" + "1811FF4503FE00")
    }

    // MARK: Extended APDU level

    @Test func aLongCommandGoesInBlocks() throws {
        var apdu: [UInt8] = []
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F else { return reader.reply(Obedient().respond(to: command)) }
            apdu += command[10...]
            let goesOn = command[8] == 1 || command[8] == 3
            reader.reply(message(0x80, to: command, parameter: goesOn ? 0x10 : 0, goesOn ? [] : hex("9000")))
        }
        let channel = try bench.connect()
        let long = hex("00D60000000258") + (0..<600).map { UInt8($0 % 251) }
        #expect(try channel.ask(long, until: bench.soon) == hex("9000"))
        #expect(apdu == long)
        let blocks = bench.device.seen.filter { $0[0] == 0x6F }
        #expect(blocks.map { hex($0[8...9]) } == ["0100", "0300", "0200"] && blocks.map(\.count) == [271, 271, 95])
    }

    @Test func aCommandOfExactlyOneMessageIsWhole() throws {
        let bench = try Bench()
        let channel = try bench.connect()
        let whole = hex("00D60000 0000FE") + [UInt8](repeating: 7, count: 254)
        #expect(try channel.ask(whole, until: bench.soon) == hex("9000"))
        #expect(bench.device.seen.last.map { hex($0[8...9]) } == "0000")
    }

    @Test func aLongAnswerComesInBlocks() throws {
        let answer = (0..<700).map { UInt8($0 % 253) } + hex("9000")
        var sent = 0
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F else { return reader.reply(Obedient().respond(to: command)) }
            let part = Array(answer[sent..<min(sent + 261, answer.count)])
            let parameter: UInt8 = sent == 0 ? 1 : sent + part.count == answer.count ? 2 : 3
            sent += part.count
            reader.reply(message(0x80, to: command, parameter: parameter, part))
        }
        let channel = try bench.connect()
        #expect(try channel.ask("00B0000000 0000", until: bench.soon) == answer)
        let blocks = bench.device.seen.filter { $0[0] == 0x6F }
        #expect(blocks.map { hex($0[7...]) } == ["00000000B00000000000", "001000", "001000"])
    }

    @Test(arguments: [
        // What the reader says to the blocks of one command: bChainParameter and data; the first must end the exchange.
        [(0x10, "")], [(0x02, "9000")], [(0x03, "9000")], [(0x04, "9000")], [(0x01, "")],
        [(0x01, "90"), (0x03, "")], [(0x01, "90"), (0x00, "00")], [(0x01, "90"), (0x01, "00")], [(0x01, "90"), (0x10, "")],
    ])
    func aChainThatIsNoneIsRefused(_ blocks: [(UInt8, String)]) throws {
        var rest = blocks[...]
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F, let block = rest.popFirst() else { return reader.reply(Obedient().respond(to: command)) }
            reader.reply(message(0x80, to: command, parameter: block.0, hex(block.1)))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .inputOutput)
        #expect(rest.isEmpty && bench.types.filter { $0 == "6F" }.count == blocks.count)
    }

    /// The reader hears of a block twice, and goes on twice: a block with the number of the one before is lost to the answer.
    @Test func aBlockThatWasSentTwiceSpoilsTheAnswer() throws {
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F else { return reader.reply(Obedient().respond(to: command)) }
            reader.reply(message(0x80, to: command, parameter: command[8] == 0 ? 1 : 3, hex("AA")))
            if command[6] == 2 { reader.reply(message(0x80, to: command, parameter: 3, hex("BB"))) }
            if command[6] == 4 { reader.reply(message(0x80, to: command, parameter: 2, hex("9000"))) }
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .inputOutput)
    }

    @Test func anAnswerThatNeverEndsIsRefused() throws {
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F else { return reader.reply(Obedient().respond(to: command)) }
            let isFirst = command[8] == 0
            reader.reply(message(0x80, to: command, parameter: isFirst ? 1 : 3, [UInt8](repeating: 0, count: 261)))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: .zero + .seconds(1_000)) } == .answerMalformed)
        #expect(bench.device.seen.count < 300)
    }

    // MARK: Short APDU level, other levels

    @Test func aReaderOfShortAPDUsGetsNoOther() throws {
        let bench = try Bench([descriptor(features: 0x2_00BA)])
        let channel = try bench.connect()
        #expect(channel.carriesExtendedLength == false)
        let before = bench.types.count
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00B0000000 0000", until: bench.soon) } == .commandTooLong)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00B0", until: bench.soon) } == .commandTooLong)
        #expect(bench.types.count == before)
        #expect(try channel.ask("00B0000000", until: bench.soon) == hex("9000"))
    }

    @Test func aReaderThatTakesNoTPDUsIsRefused() throws {
        #expect(reason { () throws(ReaderError) in _ = try Bench([descriptor(features: 0x0_00BA)]) } == .readerUnusable)
        #expect(reason { () throws(ReaderError) in _ = try Bench([]) } == .readerUnusable)
        #expect(reason { () throws(ReaderError) in _ = try Bench([hex("36 21")]) } == .readerUnusable)
    }

    @Test func slotsGoOnFromOneInterfaceToTheNext() throws {
        let bench = try Bench([descriptor(lastSlot: 1), descriptor(features: 0x2_00BA), descriptor(features: 0x0_00BA)])
        #expect(bench.reader.slotCount == 4)
        let second = try bench.connect(slot: 1)
        let third = try bench.connect(slot: 2)
        #expect(second.carriesExtendedLength == true && third.carriesExtendedLength == false)
        #expect(bench.device.seen.map { $0[5] } == [1, 1, 0, 0])
        #expect(reason { () throws(ReaderError) in _ = try bench.connect(slot: 3) } == .readerUnusable)
        #expect(reason { () throws(ReaderError) in _ = try bench.connect(slot: 4) } == .readerUnusable)
    }

    @Test func anEscapeReachesTheMaker() throws {
        let bench = try Bench()
        let reader = try #require(bench.reader as? CCIDReader)
        var answer: [UInt8] = []
        let bytes = hex("E0000018")
        try reader.escape(bytes.span, slot: 0, into: &answer, until: bench.soon)
        #expect(hex(answer) == "180000E0" && bench.types == ["6B"])
    }

    // MARK: What the reader says went wrong

    @Test(arguments: [
        (0x40, 0xFE, ReaderError.Reason.cardMute), (0x42, 0xFE, .cardRemoved), (0x40, 0xFD, .cardMute), (0x40, 0xFB, .inputOutput),
        (0x40, 0xE0, .readerBusy), (0x40, 0xF2, .readerBusy), (0x40, 0x00, .inputOutput), (0x40, 0x01, .commandTooLong),
        (0x40, 0x07, .inputOutput), (0x40, 0x81, .inputOutput), (0x40, 0xFF, .inputOutput),
    ])
    func aFailureIsToldByItsCode(_ status: UInt8, _ error: UInt8, _ expected: ReaderError.Reason) throws {
        let bench = try Bench { reader, command in
            let fails = command[0] == 0x6F
            reader.reply(fails ? message(0x80, to: command, status: status, error: error) : Obedient().respond(to: command))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == expected)
        // The reader has answered: nothing is left to be aborted, unless it waits for the end of an abort.
        channel.close()
        #expect(bench.types.last == "63" && bench.types.contains("72") == (error == 0xFF))
    }

    @Test func anEmptySlotIsToldAsSuch() throws {
        let bench = try Bench { $0.reply(Obedient(slotStatus: 2).respond(to: $1)) }
        #expect(reason { () throws(ReaderError) in _ = try bench.connect() } == .noCard)
        #expect(bench.types == ["65"])
    }
}
