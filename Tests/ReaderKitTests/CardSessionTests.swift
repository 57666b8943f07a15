import ISO7816
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct CardSessionTests {
    private let read = CommandHeader(cla: 0x00, ins: 0xB0, p1: 0x01, p2: 0x02)

    /// A session with a card that answers as told.
    private func session(_ script: @escaping ([UInt8], Int) -> [UInt8]?) throws -> (card: ScriptedCard, session: CardSession, bench: Bench)
    {
        let card = ScriptedCard(script)
        let bench = try Bench(card)
        return (card, try bench.session(), bench)
    }

    /// A session with a card that gives these answers in turn.
    private func session(answering answers: [String]) throws -> (card: ScriptedCard, session: CardSession, bench: Bench) {
        try session { _, number in number <= answers.count ? hex(answers[number - 1]) : [0x6F, 0x00] }
    }

    private let later = Instant.zero + .seconds(3_600)

    // MARK: One exchange

    @Test func dataAndStatusWord() throws {
        let (card, session, _) = try session(answering: ["0102036282", "9000"])
        #expect(try session.send(read, expected: 3, until: later) == .endOfFile)
        #expect(session.answer == [1, 2, 3])
        #expect(try session.send(read, [7, 8], until: later) == .success)
        #expect(session.answer.isEmpty)
        #expect(card.commands == [hex("00B0010203"), hex("00B00102020708")])
    }

    @Test func everyByteThatCrossesTheReaderIsCounted() throws {
        let (_, session, bench) = try session { _, number in number == 4 ? nil : number == 3 ? [1] : [1, 2, 3, 0x90, 0x00] }
        var expected = ExchangeTally()
        #expect(session.tally == expected)
        _ = try session.send(read, expected: 3, until: later)
        _ = try session.send(read, [1, 2], expected: 3, form: .extended, until: later)
        #expect((session.tally.apdus, session.tally.bytesSent, session.tally.bytesReceived) == (2, 5 + 11, 10))
        #expect(reason { _ = try session.send(read, expected: 3, until: later) } == .answerMalformed)
        #expect(reason { _ = try session.send(read, expected: 3, until: bench.after(.seconds(1))) } == .timedOut)
        #expect((session.tally.apdus, session.tally.bytesSent, session.tally.bytesReceived) == (4, 26, 10))
        // What is not sent is not counted.
        expected = session.tally
        #expect(reason { _ = try session.send(read, [UInt8](repeating: 0, count: 65_536), until: later) } == .commandTooLong)
        #expect(reason { _ = try session.send(read, expected: 65_537, until: later) } == .commandTooLong)
        #expect(reason { _ = try session.send(read, expected: 257, form: .short, until: later) } == .commandTooLong)
        #expect(reason { _ = try session.send(read, expected: -1, until: later) } == .commandTooLong)
        bench.station.inbox.cancel()
        #expect(reason { _ = try session.send(read, expected: 3, until: later) } == .cancelled)
        #expect(session.tally == expected)
    }

    @Test func theBuffersGrowAndAreUsedAgain() throws {
        let (card, session, _) = try session { command, _ in Array(command.suffix(60_000)) + [0x90, 0x00] }
        let long = (0..<65_535).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(try session.send(read, [1], expected: 1, until: later) == .success)
        #expect(session.answer == hex("00B00102010101"))
        #expect(try session.send(read, long, expected: 65_536, form: .extended, until: later) == .success)
        #expect(session.answer == Array((long + [0, 0] as [UInt8]).suffix(60_000)))
        let extended: [UInt8] = hex("00B0010200FFFF") + long + [0, 0]
        #expect(card.commands[1] == extended)
        #expect(try session.send(read, [2], expected: 1, until: later) == .success)
        #expect(session.answer == hex("00B00102010201"))
    }

    // MARK: 61xx

    @Test func theRestOfAnAnswerIsFetched() throws {
        let (card, session, _) = try session(answering: ["01026103", "0304056102", "06079000"])
        #expect(try session.send(CommandHeader(cla: 0x80, ins: 0x2A, p1: 0, p2: 0x97), [9], expected: 256, until: later) == .success)
        #expect(session.answer == [1, 2, 3, 4, 5, 6, 7])
        #expect(card.commands == [hex("802A0097010900"), hex("00C0000003"), hex("00C0000002")])
        #expect(session.tally.apdus == 3)
    }

    @Test func aLogicalChannelIsKept() throws {
        let (card, session, _) = try session(answering: ["6100", "9000"])
        #expect(try session.send(CommandHeader(cla: 0x02, ins: 0xB0, p1: 0, p2: 0), expected: 1, until: later) == .success)
        #expect(card.commands[1] == hex("02C0000000"))
    }

    @Test func anAnswerWithoutEndEnds() throws {
        let block: [UInt8] = [UInt8](repeating: 1, count: 256) + hex("6100")
        let hostile: [(answer: [UInt8], commands: Int)] = [
            (hex("6110"), 2),  // twice without data: no progress
            (hex("016101"), 1_025),  // a byte at a time: too many steps
            (block, 256),  // 64 KiB is the most
        ]
        for (answer, commands) in hostile {
            let (card, session, _) = try session { _, _ in answer }
            #expect(reason { _ = try session.send(read, expected: 256, until: later) } == .answerMalformed)
            #expect(card.commands.count == commands)
            #expect(session.tally.apdus == commands)
            #expect(session.answer.count <= 65_536)
        }
    }

    // MARK: 6Cxx

    @Test func theRightLengthIsAskedForOnce() throws {
        let (card, session, _) = try session(answering: ["6C03", "0102039000"])
        #expect(try session.send(read, [5], expected: 256, until: later) == .success)
        #expect(session.answer == [1, 2, 3])
        #expect(card.commands == [hex("00B00102010500"), hex("00B00102010503")])
    }

    @Test func aCardThatNeverAgreesWithItself() throws {
        let (card, session, _) = try session { _, number in [0x6C, UInt8(truncatingIfNeeded: number)] }
        #expect(reason { _ = try session.send(read, expected: 256, until: later) } == .answerMalformed)
        #expect(card.commands.count == 2)
    }

    @Test("A command without Le is never sent again", arguments: ["6C00", "6C04", "016C04"])
    func withoutLe(_ answer: String) throws {
        let (card, session, _) = try session { _, _ in hex(answer) }
        let verify = CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x98)
        #expect(try session.send(verify, [0x31, 0x32, 0x33, 0x34], form: .short, until: later).sw1 == 0x6C)
        #expect(card.commands == [hex(verify1234)])
    }

    // MARK: Chains

    @Test func dataTooLongForOneShortCommandIsSentAsAChain() throws {
        let (card, session, _) = try session(answering: ["9000", "9000", "AA9000"])
        let data = (0..<600).map { UInt8(truncatingIfNeeded: $0) }
        #expect(
            try session.send(CommandHeader(cla: 0x80, ins: 0x2A, p1: 0, p2: 0x97), data, expected: 256, form: .short, until: later)
                == .success)
        let last: [UInt8] = hex("802A00975A") + data[510..<600] + [0]
        let links: [[UInt8]] = [hex("902A0097FF") + data[0..<255], hex("902A0097FF") + data[255..<510], last]
        #expect(card.commands == links)
        #expect(session.answer == [0xAA])
        #expect(session.tally.apdus == 3)
    }

    @Test func longDataInAutomaticFormIsOneExtendedCommand() throws {
        let (card, session, _) = try session(answering: ["9000"])
        #expect(try session.send(read, [UInt8](repeating: 3, count: 256), until: later) == .success)
        let command: [UInt8] = hex("00B00102000100") + [UInt8](repeating: 3, count: 256)
        #expect(card.commands == [command])
    }

    @Test(arguments: ["6A80", "6C05", "6105", "6884"])
    func aLinkThatIsRefusedEndsTheChain(_ status: String) throws {
        let (card, session, _) = try session(answering: ["9000", status])
        let result = try session.send(read, [UInt8](repeating: 3, count: 600), expected: 1, form: .short, until: later)
        #expect(result.description == status)
        #expect(card.commands.count == 2)
    }

    @Test("6Cxx: the same command again before any other, so the last one of a chain (ISO/IEC 7816-4 clause 5.6)")
    func theRightLengthAtTheEndOfAChain() throws {
        let (card, session, _) = try session(answering: ["9000", "6C02", "01029000"])
        let data = [UInt8](repeating: 3, count: 300)
        #expect(try session.send(read, data, expected: 256, form: .short, until: later) == .success)
        #expect(session.answer == [1, 2])
        let first: [UInt8] = hex("10B00102FF") + data[0..<255]
        let last: [UInt8] = hex("00B001022D") + data[255..<300]
        let commands: [[UInt8]] = [first, last + [0], last + [2]]
        #expect(card.commands == commands)
    }

    // MARK: Observers

    @Test func whoeverObservesSeesEveryExchangeAndEveryFailure() throws {
        let bench = try Bench(ScriptedCard { _, number in number == 3 ? nil : hex(["016101", "029000"][number - 1]) })
        let observer = Recorder()
        let session = try bench.session(observer: observer)
        _ = try session.send(read, expected: 2, until: later)
        let deadline = bench.after(.seconds(1))
        #expect(reason { _ = try session.send(read, expected: 2, until: deadline) } == .timedOut)
        #expect(observer.connections == [session.channel.answerToReset])
        #expect(observer.exchanges.map(\.command) == [hex("00B0010202"), hex("00C0000001"), hex("00B0010202")])
        #expect(observer.exchanges.map(\.response) == [hex("016101"), hex("029000"), []])
        #expect(observer.exchanges.map(\.error) == [nil, nil, .timedOut])
        #expect(observer.exchanges[2].ended == deadline)
        #expect(observer.exchanges[0].ended == observer.exchanges[1].began)
    }

    @Test("A channel that breaks its promise is not believed, nor are its bytes handed on as an answer", arguments: [0, 1, 65_539])
    func aChannelThatBreaksItsPromise(_ count: Int) throws {
        let station = Station(.virtual)
        let observer = Recorder()
        let channel = CannedChannel([UInt8](repeating: 0x31, count: count))
        let session = CardSession(channel, on: station, memory: SharedLengthMemory(), observer: observer)
        #expect(reason { _ = try session.send(read, expected: 2, until: later) } == .answerMalformed)
        #expect(observer.exchanges.map(\.error) == [.answerMalformed])
        #expect(observer.exchanges.map(\.response) == [[]])
        #expect(session.answer.isEmpty)
    }
}

/// Remembers what it is told.
private final class Recorder: ExchangeObserver {
    struct Exchange {
        let command: [UInt8]
        let response: [UInt8]
        let error: ReaderError.Reason?
        let began: Instant
        let ended: Instant
    }

    private(set) var connections: [[UInt8]] = []
    private(set) var exchanges: [Exchange] = []

    func connected(_ channel: any CardChannel, at moment: Instant) { connections.append(channel.answerToReset) }

    func exchanged(
        _ command: Span<UInt8>, _ response: Span<UInt8>, error: ReaderError?, on channel: any CardChannel, from began: Instant,
        to ended: Instant
    ) {
        exchanges.append(
            Exchange(
                command: command.withUnsafeBufferPointer { Array($0) }, response: response.withUnsafeBufferPointer { Array($0) },
                error: error?.reason, began: began, ended: ended))
    }
}
