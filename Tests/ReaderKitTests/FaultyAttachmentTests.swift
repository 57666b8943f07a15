import Cards
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct FaultyAttachmentTests {
    /// What came of an exchange.
    private enum Outcome: Equatable {
        case answer([UInt8])
        case failed(ReaderError.Reason)
    }

    /// Five exchanges with a card that answers nine bytes which say which one it is.
    private func outcomes(of faults: [CardLaneFault]) throws -> (outcomes: [Outcome], sent: Int) {
        let card = ScriptedCard { _, number in Self.answer(number) }
        let bench = try Bench(card, faults: faults)
        let channel = try bench.connect()
        let outcomes = (1...5).map { _ in
            var answer: [UInt8] = []
            let failure = reason { answer = try channel.ask("00B0000007", until: bench.after(.seconds(1))) }
            return failure.map { Outcome.failed($0) } ?? .answer(answer)
        }
        return (outcomes, card.commands.count)
    }

    private static func answer(_ number: Int) -> [UInt8] {
        [UInt8(number) << 4, 1, 2, 3, 4, 5, 6, 0x90, 0x00]
    }

    private static func expected(_ effect: CardLaneFault.Effect, _ number: Int) -> Outcome {
        switch effect {
        case .pull: .failed(.cardRemoved)
        case .mute: .failed(.timedOut)
        case .oneByte, .oversize: .failed(.answerMalformed)
        // Of seven bytes of data three are left.
        case .truncate: .answer([UInt8(number) << 4, 1, 2, 0x90, 0x00])
        case .flip: .answer([UInt8(number) << 4 | 1, 1, 2, 3, 4, 5, 6, 0x90, 0x00])
        }
    }

    @Test(arguments: [.mute, .oneByte, .oversize, .truncate, .flip] as [CardLaneFault.Effect], 1...5)
    func aFaultHitsItsExchangeAndNoOther(_ effect: CardLaneFault.Effect, _ number: Int) throws {
        // A mute card has not got the command at all.
        let sentTo = { effect == .mute && $0 > number ? $0 - 1 : $0 }
        let result = try outcomes(of: [CardLaneFault(exchange: number, effect: effect)])
        #expect(result.outcomes == (1...5).map { $0 == number ? Self.expected(effect, $0) : .answer(Self.answer(sentTo($0))) })
        #expect(result.sent == (effect == .mute ? 4 : 5))
    }

    @Test(arguments: 1...5)
    func aPulledCardStaysAway(_ number: Int) throws {
        let result = try outcomes(of: [CardLaneFault(exchange: number, effect: .pull)])
        #expect(result.outcomes == (1...5).map { $0 < number ? .answer(Self.answer($0)) : .failed(.cardRemoved) })
        #expect(result.sent == number - 1)
    }

    @Test func withoutFaultsEverythingPasses() throws {
        let result = try outcomes(of: [])
        #expect(result.outcomes == (1...5).map { .answer(Self.answer($0)) })
    }

    @Test func ofSeveralFaultsAtOneExchangeTheLastCounts() throws {
        let faults = [
            CardLaneFault(exchange: 2, effect: .pull), CardLaneFault(exchange: 2, effect: .flip), .init(exchange: 9, effect: .mute),
        ]
        #expect(try outcomes(of: faults).outcomes[1] == .answer([0x21, 1, 2, 3, 4, 5, 6, 0x90, 0x00]))
    }

    @Test func powerAndPresenceAreNoExchanges() throws {
        let card = ScriptedCard { _, _ in [0x90, 0x00] }
        let bench = try Bench(card, faults: [CardLaneFault(exchange: 1, effect: .mute)])
        for _ in 1...3 { try bench.connect().close() }
        let channel = try bench.connect()
        try channel.warmReset(until: bench.after(.seconds(1)))
        #expect(reason { _ = try channel.ask("00B0000001", until: bench.after(.seconds(1))) } == .timedOut)
    }

    @Test("An exchange that fails anyway has no answer to alter", arguments: CardLaneFault.Effect.allCases)
    func aFaultOnAnExchangeThatFails(_ effect: CardLaneFault.Effect) throws {
        let bench = try Bench(ScriptedCard { _, _ in nil }, faults: [CardLaneFault(exchange: 1, effect: effect)])
        let channel = try bench.connect()
        bench.device.remove(at: bench.after(.milliseconds(5)))
        let failure = reason { _ = try channel.ask("00B0000001", until: bench.after(.seconds(1))) }
        #expect(failure == (effect == .mute ? .timedOut : .cardRemoved))
    }

    @Test("Also the shortest answers can be altered", arguments: CardLaneFault.Effect.allCases, [0, 1, 2, 3])
    func shortAnswers(_ effect: CardLaneFault.Effect, _ count: Int) throws {
        let answer = [UInt8](repeating: 0x90, count: count)
        let bench = try Bench(ScriptedCard { _, _ in answer }, faults: [CardLaneFault(exchange: 1, effect: effect)])
        let channel = try bench.connect()
        var received: [UInt8] = []
        let failure = reason { received = try channel.ask("00B0000001", until: bench.after(.seconds(1))) }
        switch effect {
        case .pull: #expect(failure == .cardRemoved)
        case .mute: #expect(failure == .timedOut)
        case .oneByte, .oversize: #expect(failure == .answerMalformed)
        case .truncate: #expect(count < 2 ? failure == .answerMalformed : received == [0x90, 0x90])
        case .flip: #expect(count < 2 ? failure == .answerMalformed : received == [0x91] + answer.dropFirst())
        }
    }

    @Test func aPullIsSeenByWhoeverWatchesThePresence() throws {
        let bench = try Bench(ScriptedCard { _, _ in [0x90, 0x00] }, faults: [CardLaneFault(exchange: 1, effect: .pull)])
        let present = CardPresence(isPresent: true, changes: 1)
        let channel = try bench.connect()
        let watch = bench.reader.watchPresence(slot: 0, known: present)
        #expect(reason { _ = try channel.ask("00B0000001") } == .cardRemoved)
        guard case .event = bench.station.next(from: bench.reader.source, token: watch.rawValue, until: bench.after(.seconds(1))) else {
            Issue.record("the watch did not complete")
            return
        }
        let absent = try bench.reader.presence(watch)
        #expect(absent == CardPresence(isPresent: false, changes: 2))
        // Nobody places it again.
        #expect(reason { try bench.reader.waitForCard(on: bench.station, until: bench.after(.seconds(5))) } == .timedOut)
        #expect(reason { _ = try bench.reader.connect(slot: 0, until: bench.after(.seconds(1))) } == .noCard)
    }

    @Test func aPulledCardHasNoPowerInTheEnd() throws {
        let card = VirtualCard(holder: .hanako)
        let bench = try Bench(card, faults: [CardLaneFault(exchange: 3, effect: .pull)])
        let channel = try bench.connect()
        _ = try channel.ask(selectJPKI)
        _ = try channel.ask(verify1234)
        #expect(reason { _ = try channel.ask("00200098") } == .cardRemoved)
        channel.close()
        #expect(!card.isVerified(.authenticationPIN))
    }

    @Test func aDecoratorWithoutFaultsLeavesNoTrace() throws {
        #expect(try trace(faults: nil) == trace(faults: []))
        #expect(try trace(faults: nil) != trace(faults: [CardLaneFault(exchange: 2, effect: .flip)]))
    }

    private func trace(faults: [CardLaneFault]?) throws -> [UInt8] {
        let folder = TemporaryFolder()
        let writer = try TraceWriter(path: folder / "trace")
        let bench = try Bench(VirtualCard(holder: .hanako), faults: faults)
        let session = try bench.session(observer: writer)
        for command in [selectJPKI, "00200098", verify1234] {
            let bytes = hex(command)
            _ = try session.send(
                .init(cla: bytes[0], ins: bytes[1], p1: bytes[2], p2: bytes[3]), Array(bytes.dropFirst(5)), until: bench.after(.seconds(1)))
        }
        session.channel.close()
        try writer.finish()
        return try folder.read("trace")
    }
}
