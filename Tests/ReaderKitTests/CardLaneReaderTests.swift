import Cards
import DualInterfaceSimulator
import Glibc
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing

@Suite struct CardLaneReaderTests {
    // MARK: Presence

    @Test func waitingEndsWhenTheCardIsPlaced() throws {
        let bench = try Bench()
        bench.device.place(VirtualCard(holder: .hanako), at: .zero + .seconds(3))
        try bench.reader.waitForCard(on: bench.station, until: .zero + .seconds(60))
        #expect(bench.station.now == .zero + .seconds(3))
    }

    @Test func waitingPassesOverACardThatHasLeftAgain() throws {
        let bench = try Bench(VirtualCard(holder: .hanako))
        bench.device.remove(at: .zero + .seconds(1))
        bench.device.place(VirtualCard(holder: .taro), at: .zero + .seconds(5))
        bench.pass(until: .zero + .seconds(2))
        try bench.reader.waitForCard(on: bench.station, until: .zero + .seconds(60))
        #expect(bench.station.now == .zero + .seconds(5))
    }

    @Test func waitingEndsAtTheDeadline() throws {
        let bench = try Bench()
        bench.device.place(VirtualCard(holder: .hanako), at: .zero + .seconds(61))
        #expect(reason { try bench.reader.waitForCard(on: bench.station, until: .zero + .seconds(60)) } == .timedOut)
        #expect(bench.station.now == .zero + .seconds(60))
        // The watch was taken back: the card that comes is news for nobody.
        guard case .deadline = bench.station.next(until: .zero + .seconds(70)) else {
            Issue.record("the abandoned watch completed")
            return
        }
    }

    @Test func removalAndInsertionBetweenTwoLooksAreSeen() throws {
        let bench = try Bench(VirtualCard(holder: .hanako))
        func look(_ known: CardPresence) throws -> CardPresence? {
            let watch = bench.reader.watchPresence(slot: 0, known: known)
            let wake = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.after(.seconds(1)))
            guard case .event = wake else {
                bench.reader.abandon(watch)
                return nil
            }
            return try bench.reader.presence(watch)
        }
        let first = CardPresence(isPresent: true, changes: 1)
        #expect(try look(CardPresence(isPresent: false, changes: 0)) == first)
        #expect(try look(first) == nil)
        bench.device.remove(at: bench.after(.milliseconds(1)))
        bench.device.place(VirtualCard(holder: .taro), at: bench.after(.milliseconds(2)))
        bench.pass(until: bench.after(.seconds(1)))
        #expect(try look(first) == CardPresence(isPresent: true, changes: 3))
    }

    @Test func presenceIsFiveBytesAndNothingElse() {
        for presence in [CardPresence(isPresent: true, changes: 0xFFFF_FFFE), CardPresence(isPresent: false, changes: 7)] {
            #expect(CardPresence(bytes: presence.bytes.span) == presence)
        }
        #expect(CardPresence(isPresent: true, changes: 0x0102_0304).bytes == [1, 1, 2, 3, 4])
        for bytes: [UInt8] in [[], [1, 0, 0, 0], [2, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]] { #expect(CardPresence(bytes: bytes.span) == nil) }
    }

    // MARK: Power

    @Test func withoutACardThereIsNothingToConnectTo() throws {
        let bench = try Bench()
        #expect(reason { _ = try bench.reader.connect(slot: 0, until: bench.after(.seconds(1))) } == .noCard)
    }

    @Test func aClosedReaderAsksNothingMoreAndSaysSo() throws {
        let bench = try Bench(VirtualCard(holder: .hanako))
        let channel = try bench.connect()
        bench.reader.close()
        let before = bench.station.now
        #expect(reason { _ = try channel.ask(selectJPKI) } == .cancelled)
        #expect(reason { _ = try bench.reader.connect(slot: 0, until: bench.after(.seconds(9))) } == .cancelled)
        let watch = bench.reader.watchPresence(slot: 0, known: CardPresence(isPresent: false, changes: 0))
        let wake = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.after(.seconds(9)))
        guard case .event = wake else { throw BenchError("the watch does not end") }
        #expect(reason { _ = try bench.reader.presence(watch) } == .cancelled)
        bench.reader.close()
        #expect(bench.station.now == before && bench.device.complaints.isEmpty)
    }

    @Test func whatIsUnderWayIsGivenUpWithItsHost() throws {
        let station = Station(.virtual)
        let device = DualInterfaceReaderSimulator()
        let former = InProcessHost(device, on: station)
        let watch = Transfer(
            lane: LaneID(rawValue: 0), slot: 0, operation: .watchPresence(known: CardPresence(isPresent: false, changes: 0)))
        _ = former.submit(watch, sending: [UInt8]().span)
        former.close()
        let next = InProcessHost(device, on: station)
        device.place(VirtualCard(holder: .hanako), at: .zero + .seconds(1))
        let id = next.submit(watch, sending: [UInt8]().span)
        var events: [Event] = []
        while case .event(let event) = station.next(until: .zero + .seconds(5)) { events.append(event) }
        #expect(events.map(\.token) == [id.rawValue] && events.map(\.source) == [next.source])
    }

    @Test func aSlotThatTheReaderDoesNotHave() throws {
        let bench = try Bench(VirtualCard(holder: .hanako))
        #expect(bench.reader.slotCount == 1)
        #expect(reason { _ = try bench.reader.connect(slot: 1, until: bench.after(.seconds(1))) } == .readerUnusable)
        let watch = bench.reader.watchPresence(slot: 1, known: CardPresence(isPresent: false, changes: 0))
        let wake = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.after(.seconds(1)))
        guard case .event = wake else { throw BenchError("the watch does not end") }
        #expect(reason { _ = try bench.reader.presence(watch) } == .readerUnusable)
        // Nothing is asked of the device.
        #expect(bench.device.complaints.isEmpty)
    }

    @Test(arguments: [CardInterface.contact, .contactless])
    func theAnswerToResetIsTheCards(_ interface: CardInterface) throws {
        let card = VirtualCard(holder: .hanako, interface: interface)
        let timing = interface == .contact ? CardLinkTiming.contact : .contactless
        let bench = try Bench(card, timing: timing)
        let channel = try bench.connect()
        #expect(channel.answerToReset == card.answerToReset)
        #expect(bench.station.now == Instant.zero + timing.activation)
        #expect(channel.readerName == "sim:bench")
        #expect(channel.carriesExtendedLength == nil)
    }

    @Test("An answer to reset has 2 to 33 bytes (ISO/IEC 7816-3 clause 8.2)", arguments: [0, 1, 2, 33, 34])
    func lengthOfTheAnswerToReset(_ count: Int) throws {
        let card = ScriptedCard(answerToReset: [UInt8](repeating: 0x3B, count: count)) { _, _ in [0x90, 0x00] }
        let bench = try Bench(card)
        let failure = reason { _ = try bench.connect() }
        #expect(failure == ((2...33).contains(count) ? nil : .cardMute))
        #expect(card.isPowered == (failure == nil), "a card that cannot be used keeps no power")
    }

    @Test func aConnectionThatFailsLeavesTheCardWithoutPower() throws {
        for interruption in [0, 1] {
            let card = ScriptedCard { _, _ in [0x90, 0x00] }
            let bench = try Bench(card)
            try bench.reader.waitForCard(on: bench.station, until: bench.after(.seconds(1)))
            // Activation takes 25 ms.
            if interruption == 0 {
                AtMoment(bench.after(.milliseconds(10)), on: bench.station) { [inbox = bench.station.inbox] in inbox.cancel() }
            }
            let failure = reason { _ = try bench.reader.connect(slot: 0, until: bench.after(.milliseconds(20))) }
            #expect(failure == (interruption == 0 ? .cancelled : .timedOut))
            #expect(!card.isPowered)
        }
    }

    @Test func closingTakesThePowerAndWhatWasVerified() throws {
        let card = VirtualCard(holder: .hanako)
        let channel = try Bench(card).verified()
        #expect(card.isVerified(.authenticationPIN))
        channel.close()
        #expect(!card.isVerified(.authenticationPIN))
    }

    @Test func closingTakesThePowerAlsoWhenTheStationWasCancelled() throws {
        let card = VirtualCard(holder: .hanako)
        let bench = try Bench(card)
        let channel = try bench.verified()
        bench.station.inbox.cancel()
        #expect(reason { _ = try channel.ask(verify1234) } == .cancelled)
        #expect(card.isVerified(.authenticationPIN))
        channel.close()
        #expect(!card.isVerified(.authenticationPIN))
        #expect(bench.station.isCancelled)
    }

    @Test func aWarmResetKeepsTheSecurityStatus() throws {
        let card = VirtualCard(holder: .hanako)
        let bench = try Bench(card)
        let channel = try bench.verified()
        try channel.warmReset(until: bench.after(.seconds(1)))
        #expect(card.isVerified(.authenticationPIN))
        _ = try channel.ask(selectJPKI)
        #expect(try channel.ask("00200098") == [0x90, 0x00])
        #expect(channel.answerToReset == card.answerToReset)
    }

    // MARK: Exchanges

    @Test func anExchangeBringsTheAnswerAfterItsTime() throws {
        let bench = try Bench(ScriptedCard(computing: .milliseconds(7)) { command, _ in command.reversed() + [0x90, 0x00] })
        let channel = try bench.connect()
        let began = bench.station.now
        #expect(try channel.ask("00B0000010") == hex("100000B0009000"))
        // By the book at 423.75 kbit/s: 9 characters of 11 bits there, 11 back, each block in its own 4 of overhead; twice 350 µs; 7 ms.
        #expect(bench.station.now - began == .nanoseconds(233_628 + 285_545 + 700_000 + 7_000_000))
    }

    @Test func aCardThatLeavesInTheMiddleOfAnExchange() throws {
        let card = VirtualCard(holder: .hanako)
        let bench = try Bench(card)
        let channel = try bench.verified()
        let removal = bench.after(.milliseconds(100))
        bench.device.remove(at: removal)
        // A signature takes 220 ms.
        #expect(reason { _ = try channel.ask("802A00970430020500" + "00") } == .cardRemoved)
        #expect(bench.station.now == removal)
        #expect(!card.isVerified(.authenticationPIN))
        #expect(reason { _ = try channel.ask("00200098") } == .cardRemoved)
    }

    @Test func anotherCardInItsPlaceIsARemovalToo() throws {
        let bench = try Bench(VirtualCard(holder: .hanako))
        let channel = try bench.verified()
        let other = ScriptedCard { _, _ in [0x90, 0x00] }
        bench.device.remove(at: bench.after(.milliseconds(1)))
        bench.device.place(other, at: bench.after(.milliseconds(2)))
        bench.pass(until: bench.after(.milliseconds(3)))
        #expect(reason { _ = try channel.ask(verify1234) } == .cardRemoved)
        #expect(other.commands.isEmpty)
        #expect(bench.device.complaints.isEmpty)
    }

    @Test func aMuteCardEndsExactlyAtTheDeadlineAndTheReaderServesOn() throws {
        let card = ScriptedCard { _, number in number == 1 ? nil : [UInt8(number), 0x90, 0x00] }
        let bench = try Bench(card)
        let channel = try bench.connect()
        let deadline = bench.after(.nanoseconds(1_234_567_891))
        #expect(reason { _ = try channel.ask("00B0000001", until: deadline) } == .timedOut)
        #expect(bench.station.now == deadline)
        #expect(try channel.ask("00B0000001") == [2, 0x90, 0x00])
        channel.close()
        #expect(try bench.reader.connect(slot: 0, until: bench.after(.seconds(1))).ask("00B0000001") == [3, 0x90, 0x00])
    }

    @Test func anAnswerAfterTheDeadlineIsForNobody() throws {
        let bench = try Bench(ScriptedCard(computing: .seconds(5)) { _, number in [UInt8(number), 0x90, 0x00] })
        let channel = try bench.connect()
        #expect(reason { _ = try channel.ask("00B0000001", until: bench.after(.seconds(1))) } == .timedOut)
        guard case .deadline = bench.station.next(until: bench.after(.seconds(10))) else {
            Issue.record("the answer came all the same")
            return
        }
        #expect(try channel.ask("00B0000001") == [2, 0x90, 0x00])
    }

    @Test("A response APDU has 2 to 65,538 bytes (ISO/IEC 7816-3 clause 12.1)", arguments: [0, 1, 2, 65_538, 65_539, 200_000])
    func lengthOfTheAnswer(_ count: Int) throws {
        let bench = try Bench(ScriptedCard { _, _ in [UInt8](repeating: 0x90, count: count) })
        let channel = try bench.connect()
        var answer: [UInt8] = []
        let failure = reason { answer = try channel.ask("00B0000000") }
        #expect(failure == ((2...65_538).contains(count) ? nil : .answerMalformed))
        if failure == nil { #expect(answer.count == count) }
    }

    @Test func twoTransfersUnderWayAtOnceKeepApart() throws {
        let card = ScriptedCard { command, _ in [command[3], 0x90, 0x00] }
        let bench = try Bench(card)
        _ = try bench.connect()
        let lane = bench.attachment.lanes[0].id
        let ids = [1, 2].map { (parameter: UInt8) in
            let command: [UInt8] = [0, 0xB0, 0, parameter, 1]
            return bench.attachment.submit(Transfer(lane: lane, slot: 0, operation: .exchange), sending: command.span)
        }
        #expect(ids[0] != ids[1])
        var answers: [[UInt8]] = []
        for id in ids.reversed() {
            guard case .event = bench.station.next(from: bench.attachment.source, token: id.rawValue, until: bench.after(.seconds(1)))
            else {
                Issue.record("transfer did not complete")
                return
            }
            var bytes: [UInt8] = []
            #expect(bench.attachment.collect(id, into: &bytes) == .completed)
            answers.append(bytes)
        }
        #expect(answers == [[2, 0x90, 0x00], [1, 0x90, 0x00]])
        var again: [UInt8] = [9]
        #expect(bench.attachment.collect(ids[0], into: &again) == .aborted, "collected once only")
        #expect(again.isEmpty)
    }

    @Test func otherEventsAreKeptInOrderDuringAnExchange() throws {
        let bench = try Bench(ScriptedCard { _, _ in [0x90, 0x00] })
        let channel = try bench.connect()
        let source = bench.station.makeSource()
        for token in [3, 1, 2] as [UInt64] { bench.station.schedule(Event(source: source, token: token), at: bench.station.now) }
        _ = try channel.ask("00B0000001")
        let kept = (0..<3).map { _ in
            if case .event(let event) = bench.station.next(until: bench.station.now) { event.token } else { 0 as UInt64 }
        }
        #expect(kept == [3, 1, 2])
    }

    // MARK: Cancellation

    @Test func cancellationEndsAnExchangeAtItsMomentOfVirtualTime() throws {
        let bench = try Bench(ScriptedCard(computing: .seconds(5)) { _, _ in [0x90, 0x00] })
        let channel = try bench.connect()
        let moment = bench.after(.seconds(4))
        AtMoment(moment, on: bench.station) { [inbox = bench.station.inbox] in inbox.cancel() }
        #expect(reason { _ = try channel.ask("00B0000001") } == .cancelled)
        #expect(bench.station.now == moment)
        guard case .deadline = bench.station.shielded({ bench.station.next(until: bench.after(.seconds(10))) }) else {
            Issue.record("the answer came all the same")
            return
        }
    }

    @Test func nothingIsSentAfterACancellation() throws {
        let card = VirtualCard(holder: .hanako)
        let bench = try Bench(card)
        let channel = try bench.connect()
        _ = try channel.ask(selectJPKI)
        bench.station.inbox.cancel()
        #expect(reason { _ = try channel.ask("002000980439393939") } == .cancelled)
        #expect(card.triesLeft(of: .authenticationPIN) == 3)
        #expect(reason { _ = try bench.reader.connect(slot: 0, until: bench.after(.seconds(1))) } == .cancelled)
    }

    @Test func cancellationFromAnotherThreadEndsAnExchangeInRealTime() throws {
        let inbox = Mailbox()
        // The other thread begins when the exchange is under way.
        let card = ScriptedCard { _, _ in
            pthread_detach(startThread { inbox.value?.cancel() })
            return nil
        }
        let bench = try Bench(card, time: .real)
        inbox.value = bench.station.inbox
        let channel = try bench.connect()
        #expect(reason { _ = try channel.ask("00B0000001", until: bench.after(.seconds(60))) } == .cancelled)
        channel.close()
        #expect(!card.isPowered)
    }

    /// Hands the inbox to the script; set once before any thread is begun.
    private final class Mailbox: @unchecked Sendable {
        var value: Inbox?
    }
}

extension Bench {
    /// A channel to a My Number Card whose PIN 1234 was verified.
    fileprivate func verified() throws -> any CardChannel {
        let channel = try connect()
        #expect(try channel.ask(selectJPKI) == [0x90, 0x00])
        #expect(try channel.ask(verify1234) == [0x90, 0x00])
        return channel
    }
}
