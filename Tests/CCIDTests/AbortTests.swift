import CCID
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// Answers that come late, never, again and again, or to nobody.
@Suite struct AbortTests {
    private let select = "00A4040C"

    /// A reader that is silent on the block of this number, counted from 1.
    private func silent(on number: Int, abortKnown: Bool = true) throws(ReaderError) -> Bench {
        var blocks = 0
        let bench = try Bench { reader, command in
            if command[0] == 0x6F {
                blocks += 1
                if blocks == number { return }
            }
            reader.reply(Obedient(answer: { _ in [UInt8(blocks), 0x90, 0x00] }).respond(to: command))
        }
        if !abortKnown { bench.device.requestStatus = .stalled }
        return bench
    }

    @Test func timeExtensionsProlongTheWait() throws {
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F else { return reader.reply(Obedient().respond(to: command)) }
            for _ in 0..<5 { reader.reply(message(0x80, to: command, status: 0x80, error: 1), after: .seconds(1)) }
            reader.reply(message(0x80, to: command, hex("6A82")), after: .seconds(6))
        }
        let channel = try bench.connect()
        #expect(try channel.ask(select, until: bench.soon) == hex("6A82"))
        #expect(bench.types == ["65", "62", "6F"])
    }

    @Test func endlessTimeExtensionsEndAtTheDeadline() throws {
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F else { return reader.reply(Obedient().respond(to: command)) }
            for number in 1...200 { reader.reply(message(0x80, to: command, status: 0x80, error: 1), after: .milliseconds(100 * number)) }
        }
        let channel = try bench.connect()
        let deadline = bench.soon
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: deadline) } == .timedOut)
        #expect(bench.station.now == deadline)
    }

    @Test func aCommandThatWasGivenUpIsAbortedOnBothPipes() throws {
        let bench = try silent(on: 1)
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        #expect(bench.types == ["65", "62", "6F"])
        #expect(try channel.ask(select, until: bench.soon) == hex("02 9000"))
        #expect(bench.types == ["65", "62", "6F", "C", "72", "6F"])
        // Clause 5.3.1: class request ABORT to the interface, wValue has bSeq above bSlot; PC_to_RDR_Abort with the same bSeq.
        #expect(hex(bench.device.seen[3]) == "4321010003" && bench.device.seen[4][6] == 3)
    }

    /// A program before this one was killed between the two halves of an abort: the reader refuses everything until the other half.
    @Test func anAbortOfAnEarlierProgramIsEnded() throws {
        var isAborting = true
        let bench = try Bench { reader, command in
            if command[0] == 0x72 { isAborting = false }
            guard isAborting else { return reader.reply(Obedient().respond(to: command)) }
            reader.reply(message(0x81, to: command, status: 0x41, error: 0xFF))
        }
        _ = try bench.connect()
        #expect(bench.types == ["65", "C", "72", "65", "62"])
    }

    /// PC_to_RDR_Abort has arrived twice: the second one refuses everything until it is ended too.
    @Test func anAbortThatArrivedTwiceIsEndedTwice() throws {
        var aborts = 0
        let bench = try Bench { reader, command in
            if command[0] == 0x6F { return }
            if command[0] == 0x72 { aborts += 1 }
            guard aborts == 1, command[0] != 0x72 else { return reader.reply(Obedient().respond(to: command)) }
            reader.reply(message(0x81, to: command, status: 0x41, error: 0xFF))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        channel.close()
        #expect(bench.types == ["65", "62", "6F", "C", "72", "63", "C", "72", "63"])
    }

    /// It stays aborted whatever is done: ending that is tried twice and no oftener.
    @Test func aSlotThatStaysAbortedIsAFailure() throws {
        let bench = try Bench { $0.reply(message(0x81, to: $1, status: 0x41, error: 0xFF)) }
        #expect(reason { () throws(ReaderError) in _ = try bench.connect() } == .inputOutput)
        #expect(bench.types.prefix(7) == ["65", "C", "72", "65", "C", "72", "65"] && bench.types.count { $0 == "65" } == 3)
    }

    /// The other slot of a reader without interrupts is watched, and its turn comes while the class request is under way.
    @Test func nothingIsSentBetweenTheTwoHalvesOfAnAbort() throws {
        var isSilent = true
        let bench = try Bench([descriptor(lastSlot: 1)], interrupts: .failed(0)) { reader, command in
            if command[0] == 0x6F, isSilent { return isSilent = false }
            var answer = Obedient().respond(to: command)
            answer[5] = command[5]
            reader.reply(answer)
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        bench.device.requestDelay = .seconds(1)
        let watch = bench.reader.watchPresence(slot: 1, known: CardPresence(isPresent: true, changes: 1))
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
        let types = bench.types
        let announced = try #require(types.firstIndex(of: "C"))
        #expect(types[announced...].prefix(3) == ["C", "72", "6F"])
        bench.reader.abandon(watch)
    }

    @Test func aLateAnswerIsDropped() throws {
        var first: [UInt8]?
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F, first == nil else {
                if command[0] == 0x72, let late = first { reader.reply(message(0x80, to: late, hex("DEAD9000"))) }
                return reader.reply(Obedient().respond(to: command))
            }
            first = command
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
    }

    @Test func anAnswerThatComesBeforeTheAbortSparesIt() throws {
        let bench = try Bench { reader, command in
            let isSlow = command[0] == 0x6F && command[6] == 2
            reader.reply(Obedient().respond(to: command), after: isSlow ? .seconds(15) : .milliseconds(1))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        while case .event = bench.station.next(until: .zero + .seconds(20)) {}
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
        #expect(bench.types == ["65", "62", "6F", "6F"])
    }

    /// A hundred times of a second more, then the answer; a reader has room for few of them, and takes no command while it is full.
    @Test(arguments: [true, false])
    func aReaderThatGoesOnAskingForTimeIsHeardOut(_ comesFirst: Bool) throws {
        let bench = try Bench { reader, command in
            guard command[0] == 0x6F, command[6] == 2 else { return reader.reply(Obedient().respond(to: command)) }
            for second in 1...100 { reader.reply(message(0x80, to: command, status: 0x80, error: 1), after: .seconds(second)) }
            reader.reply(message(0x80, to: command, hex("DEAD9000")), after: .seconds(101))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        if comesFirst { while case .event = bench.station.next(until: .zero + .seconds(150)) {} }
        #expect(try channel.ask(select, until: .zero + .seconds(200)) == hex("9000"))
        #expect(bench.types == (comesFirst ? ["65", "62", "6F", "6F"] : ["65", "62", "6F", "C", "72", "6F"]))
    }

    @Test func aReaderThatKnowsNoAbortIsWaitedFor() throws {
        let bench = try Bench { reader, command in
            let isSlow = command[0] == 0x6F && command[6] == 2
            reader.reply(Obedient().respond(to: command), after: isSlow ? .seconds(15) : .milliseconds(1))
        }
        bench.device.requestStatus = .stalled
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: .zero + .seconds(12)) } == .readerBusy)
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
        #expect(!bench.types.contains("72"))
    }

    @Test func closingTakesThePowerAwayAlsoAfterACancel() throws {
        let bench = try silent(on: 1)
        let channel = try bench.connect()
        AtMoment(.zero + .seconds(1), on: bench.station) { [inbox = bench.station.inbox] in inbox.cancel() }
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .cancelled)
        #expect(bench.station.now == .zero + .seconds(1))
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .cancelled)
        channel.close()
        #expect(bench.types == ["65", "62", "6F", "C", "72", "63"])
    }

    @Test func closingADeadReaderDoesNotHang() throws {
        let bench = try Bench { reader, command in
            if reader.seen.count < 3 { reader.reply(Obedient().respond(to: command)) }
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        let before = bench.station.now
        channel.close()
        #expect(bench.station.now == before + .seconds(2))
        bench.reader.close()
    }

    // MARK: Halted endpoints

    @Test func aHaltedReadIsTriedAgainOnce() throws {
        var halts = 1
        let bench = try Bench { reader, command in
            if command[0] == 0x6F { for _ in 0..<halts { reader.reply([], status: .stalled) } }
            reader.reply(Obedient().respond(to: command))
        }
        let channel = try bench.connect()
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
        #expect(bench.device.haltsCleared == 1)
        halts = 2
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .inputOutput)
        #expect(bench.device.haltsCleared == 3)
        halts = 0
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
    }

    @Test func aHaltedWriteIsNotRepeated() throws {
        let bench = try Bench()
        let channel = try bench.connect()
        bench.device.writeStatus = { $0 == 3 ? .stalled : .completed }
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .inputOutput)
        #expect(bench.device.haltsCleared == 1 && bench.types == ["65", "62"])
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
        #expect(bench.types == ["65", "62", "C", "72", "6F"])
    }

    @Test func nobodyWaitsForTheAnswerToACommandThatDidNotArrive() throws {
        let bench = try Bench()
        let channel = try bench.connect()
        bench.device.requestStatus = .stalled
        bench.device.writeStatus = { $0 == 3 ? .stalled : .completed }
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .inputOutput)
        // The reader knows no abort.
        let before = bench.station.now
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
        #expect(bench.station.now - before < .seconds(1))
    }

    @Test(arguments: [
        (TransferStatus.unplugged, ReaderError.Reason.readerGone), (.failed(-1), .inputOutput), (.overflow, .inputOutput),
        (.heldByAnother, .readerHeld), (.aborted, .cancelled),
    ])
    func aFailedTransferIsTold(_ status: TransferStatus, _ expected: ReaderError.Reason) throws {
        let bench = try Bench { reader, command in
            if command[0] == 0x6F { reader.reply([], status: status) } else { reader.reply(Obedient().respond(to: command)) }
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == expected)
        let before = bench.types.count
        channel.close()
        // A reader that is gone is told nothing.
        #expect((bench.types.count == before) == (status == .unplugged))
    }

    @Test func aWriteThatNeverEndsIsTakenBack() throws {
        let bench = try Bench()
        let channel = try bench.connect()
        bench.device.writeStatus = { $0 == 3 ? nil : .completed }
        #expect(reason { () throws(ReaderError) in _ = try channel.ask(select, until: bench.soon) } == .timedOut)
        #expect(bench.device.aborted == ["other"])
        #expect(try channel.ask(select, until: bench.soon) == hex("9000"))
    }
}
