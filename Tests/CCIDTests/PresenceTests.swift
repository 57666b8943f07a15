import CCID
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct PresenceTests {
    private static let absent = CardPresence(isPresent: false, changes: 0)

    /// A reader whose slot has bStatus `status` in the answer to GetSlotStatus.
    private final class Slot { var status: UInt8 = 2 }

    private func bench(
        _ slot: Slot, slots: UInt8 = 1, interrupts: TransferStatus? = nil
    ) throws(ReaderError) -> Bench {
        try Bench([descriptor(lastSlot: slots - 1)], interrupts: interrupts) { reader, command in
            var answer = Obedient(slotStatus: command[5] == 0 ? slot.status : 2).respond(to: command)
            answer[5] = command[5]
            reader.reply(answer)
        }
    }

    /// Waits for the presence to differ from `known`; `nil` where nothing comes before the deadline.
    private func next(_ bench: Bench, from known: CardPresence, slot: UInt8 = 0, within: Duration = .seconds(60)) throws -> CardPresence? {
        let watch = bench.reader.watchPresence(slot: slot, known: known)
        guard case .event = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.station.now + within) else {
            bench.reader.abandon(watch)
            return nil
        }
        return try bench.reader.presence(watch)
    }

    @Test func aCardThatIsThereIsToldAtOnce() throws {
        let slot = Slot()
        slot.status = 1
        let bench = try bench(slot)
        #expect(try next(bench, from: Self.absent) == CardPresence(isPresent: true, changes: 1))
        #expect(bench.types == ["65"])
        #expect(bench.station.now < .zero + .milliseconds(10))
    }

    @Test func insertionAndRemovalAreTwoChanges() throws {
        let bench = try bench(Slot())
        #expect(try next(bench, from: Self.absent, within: .seconds(1)) == nil)
        bench.device.notify(hex("50 03"), after: .seconds(1))
        let inserted = try #require(try next(bench, from: Self.absent))
        #expect(inserted == CardPresence(isPresent: true, changes: 1))
        bench.device.notify(hex("50 02"), after: .seconds(1))
        #expect(try next(bench, from: inserted) == CardPresence(isPresent: false, changes: 2))
        // With an interrupt endpoint nobody is asked all the time.
        #expect(bench.types == ["65"])
    }

    @Test func aNotificationThatWasLostIsMadeUpForByASlowQuestion() throws {
        let slot = Slot()
        let bench = try bench(slot)
        #expect(try next(bench, from: Self.absent, within: .seconds(1)) == nil)
        slot.status = 1
        let inserted = try #require(try next(bench, from: Self.absent))
        #expect(inserted == CardPresence(isPresent: true, changes: 1))
        #expect(bench.station.now < .zero + .seconds(7))
        #expect(bench.types == ["65", "65"])
    }

    @Test func outAndInAgainBetweenTwoLooksAreTwoChanges() throws {
        let slot = Slot()
        slot.status = 1
        let bench = try bench(slot)
        bench.device.notify(hex("50 03"))
        let inserted = try #require(try next(bench, from: Self.absent))
        bench.device.notify(hex("50 03"))
        #expect(try next(bench, from: inserted) == CardPresence(isPresent: true, changes: 3))
        bench.device.notify(hex("50 01"))
        #expect(try next(bench, from: CardPresence(isPresent: true, changes: 3), within: .seconds(5)) == nil)
    }

    @Test func theNotificationOfWhatAnAnswerHasToldIsNoChange() throws {
        let slot = Slot()
        slot.status = 1
        let bench = try bench(slot)
        let there = try #require(try next(bench, from: Self.absent))
        bench.device.notify(hex("50 03"))
        #expect(try next(bench, from: there, within: .seconds(1)) == nil)
        bench.device.notify(hex("50 03"))
        #expect(try next(bench, from: there) == CardPresence(isPresent: true, changes: 3))
    }

    @Test func aReaderWithoutInterruptsIsAsked() throws {
        let slot = Slot()
        let bench = try bench(slot, interrupts: .failed(0))
        AtMoment(.zero + .seconds(1), on: bench.station) { slot.status = 1 }
        let inserted = try #require(try next(bench, from: Self.absent))
        #expect(inserted == CardPresence(isPresent: true, changes: 1))
        #expect(bench.station.now < .zero + .milliseconds(1_250))
        AtMoment(.zero + .seconds(3), on: bench.station) { slot.status = 2 }
        #expect(try next(bench, from: inserted) == CardPresence(isPresent: false, changes: 2))
        // Nobody watches: nobody asks.
        let before = bench.types.count
        while case .event = bench.station.next(until: .zero + .seconds(30)) {}
        #expect(bench.types.count <= before + 1)
    }

    @Test func aCardThatLostItsPowerUnaskedWasAway() throws {
        let slot = Slot()
        slot.status = 1
        let bench = try bench(slot, interrupts: .failed(0))
        let channel = try bench.connect()
        let there = CardPresence(isPresent: true, changes: 1)
        #expect(try next(bench, from: there) == CardPresence(isPresent: true, changes: 3))
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .cardRemoved)
        #expect(bench.types.last == "65")
    }

    @Test func nothingIsSentToACardThatMayBeAnother() throws {
        let slot = Slot()
        slot.status = 1
        let bench = try bench(slot)
        let channel = try bench.connect()
        bench.device.notify(hex("50 03"), after: .milliseconds(5))
        while case .event = bench.station.next(until: bench.station.now + .milliseconds(10)) {}
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"), "the first notification is of the card that was there")
        bench.device.notify(hex("50 03"))
        let before = bench.types.count
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .cardRemoved)
        #expect(reason { () throws(ReaderError) in try channel.warmReset(until: bench.soon) } == .cardRemoved)
        #expect(bench.types.count == before)
        channel.close()
        _ = try bench.connect()
    }

    @Test func anAnswerDuringWhichTheCardLeftIsNone() throws {
        let bench = try Bench { reader, command in
            if command[0] == 0x6F { reader.notify(hex("50 02")) }
            reader.reply(Obedient().respond(to: command), after: .milliseconds(5))
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .cardRemoved)
    }

    @Test func eachSlotHasItsOwnWatches() throws {
        let bench = try bench(Slot(), slots: 5)
        let watches = (0..<5).map { bench.reader.watchPresence(slot: $0, known: Self.absent) }
        // Slots 1 and 4 have a card now, slot 2 had one for a moment.
        bench.device.notify(hex("50 2C 03"), after: .seconds(2))
        var told: [UInt64] = []
        while case .event(let event) = bench.station.next(until: .zero + .seconds(5)) { told.append(event.token) }
        #expect(Set(told) == Set([1, 2, 4].map { watches[$0].rawValue }))
        #expect(try bench.reader.presence(watches[2]) == CardPresence(isPresent: false, changes: 2))
        #expect(try bench.reader.presence(watches[4]) == CardPresence(isPresent: true, changes: 1))
        #expect(bench.device.seen.map { $0[5] } == [0, 1, 2, 3, 4])
    }

    @Test func aHardwareErrorChangesNothing() throws {
        let bench = try bench(Slot())
        bench.device.notify(hex("51 00 00 01"))
        #expect(try next(bench, from: Self.absent, within: .seconds(1)) == nil)
        bench.device.notify(hex("50 03"))
        #expect(try next(bench, from: Self.absent) == CardPresence(isPresent: true, changes: 1))
    }

    @Test func aReaderWhoseNotificationsAreNoneIsAskedInstead() throws {
        let slot = Slot()
        let bench = try bench(slot)
        bench.device.notify(hex("DE AD BE EF"))
        AtMoment(.zero + .seconds(1), on: bench.station) { slot.status = 1 }
        #expect(try next(bench, from: Self.absent) == CardPresence(isPresent: true, changes: 1))
    }

    @Test func aWatchEndsWithTheReader() throws {
        let bench = try Bench { reader, command in reader.reply([], status: .unplugged) }
        #expect(
            reason { () throws(ReaderError) in
                let watch = bench.reader.watchPresence(slot: 0, known: Self.absent)
                _ = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.soon)
                _ = try bench.reader.presence(watch)
            } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try bench.connect() } == .readerGone)
    }

    @Test func aReaderThatDoesNotTellIsBusy() throws {
        let bench = try Bench { _, _ in }
        let watch = bench.reader.watchPresence(slot: 0, known: Self.absent)
        guard case .event = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.soon) else {
            Issue.record("the watch does not end")
            return
        }
        #expect(reason { () throws(ReaderError) in _ = try bench.reader.presence(watch) } == .readerBusy)
        #expect(bench.station.now < .zero + .seconds(4))
    }

    /// A reader without interrupts that never answers a command can be asked nothing before that command has been ended.
    @Test func aWatchBehindACommandThatIsNeverAnsweredEnds() throws {
        var isSilent = true
        let bench = try Bench(interrupts: .failed(0)) { reader, command in
            if command[0] != 0x6F || !isSilent { reader.reply(Obedient(slotStatus: 0).respond(to: command)) }
        }
        let channel = try bench.connect()
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .timedOut)
        let given = bench.station.now
        let there = CardPresence(isPresent: true, changes: 1)
        let error = #expect(throws: ReaderError.self) { try next(bench, from: there) }
        #expect(error?.reason == .readerBusy)
        #expect(bench.station.now >= given + .seconds(3) && bench.station.now < given + .seconds(4))
        isSilent = false
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
        #expect(try next(bench, from: there, within: .seconds(10)) == nil, "the reader is asked again")
        #expect(bench.types.last == "65")
    }

    @Test func aWatchOfNoSlotEnds() throws {
        let bench = try bench(Slot())
        let watch = bench.reader.watchPresence(slot: 1, known: Self.absent)
        #expect(reason { () throws(ReaderError) in _ = try bench.reader.presence(watch) } == .readerUnusable)
    }

    @Test func aWatchThatIsTakenBackSaysNothing() throws {
        let bench = try bench(Slot())
        let watch = bench.reader.watchPresence(slot: 0, known: Self.absent)
        bench.reader.abandon(watch)
        bench.device.notify(hex("50 03"))
        while case .event(let event) = bench.station.next(until: .zero + .seconds(5)) { #expect(event.token != watch.rawValue) }
    }
}
