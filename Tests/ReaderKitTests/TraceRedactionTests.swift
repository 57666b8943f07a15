import ISO7816
import ReaderKit
import SimulationKit
import Station
import TestSupport
import Testing
import Traces

/// What a trace may show. The canaries are random, so that four of their bytes in a row stand nowhere by chance.
@Suite struct TraceRedactionTests {
    private let folder = TemporaryFolder()

    /// The trace of what `body` sends to a card that answers everything with `answer`.
    private func trace(answer: [UInt8] = [0x90, 0x00], _ body: (CardSession, Instant) throws -> Void) throws -> [UInt8] {
        let writer = try TraceWriter(path: folder / "trace")
        let bench = try Bench(ScriptedCard { _, _ in answer })
        let session = try bench.session(observer: writer)
        let sent = session.tally.apdus
        try body(session, bench.after(.seconds(60)))
        #expect(session.tally.apdus > sent)
        try writer.finish()
        return try folder.read("trace")
    }

    private func canary(_ number: Int) -> [UInt8] {
        var random = SeededGenerator(seed: UInt64(number))
        return random.bytes(24)
    }

    /// The runs of four bytes of `canary` that `trace` shows, raw or in hexadecimal digits of either case.
    private func leaks(of canary: [UInt8], in trace: [UInt8]) -> [[UInt8]] {
        let text = String(decoding: trace, as: UTF8.self).uppercased()
        return (0...canary.count - 4).map { Array(canary[$0..<$0 + 4]) }.filter { run in
            text.contains(hex(run)) || trace.indices.dropLast(3).contains { trace[$0..<$0 + 4].elementsEqual(run) }
        }
    }

    @Test func theJudgeSeesALeak() {
        let canary = canary(0)
        let digits = hex(canary[7..<11]).lowercased()
        #expect(leaks(of: canary, in: Array("x\(digits)x".utf8)) == [Array(canary[7..<11])])
        #expect(leaks(of: canary, in: [1] + canary[20..<24]) == [Array(canary[20..<24])])
        #expect(leaks(of: canary, in: Array(canary[20..<23])).isEmpty)
    }

    /// Commands that carry something that nobody may see: name, header.
    private static let secret: [(String, CommandHeader)] = [
        ("VERIFY", .init(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x98)),
        ("VERIFY with data objects", .init(cla: 0x00, ins: 0x21, p1: 0x00, p2: 0x98)),
        ("VERIFY on another logical channel", .init(cla: 0x41, ins: 0x20, p1: 0x00, p2: 0x98)),
        ("VERIFY in a chain", .init(cla: 0x10, ins: 0x20, p1: 0x00, p2: 0x98)),
        ("VERIFY under secure messaging", .init(cla: 0x08, ins: 0x20, p1: 0x00, p2: 0x98)),
        ("VERIFY under secure messaging that covers the header", .init(cla: 0x0C, ins: 0x20, p1: 0x00, p2: 0x98)),
        ("READ BINARY under secure messaging", .init(cla: 0x0C, ins: 0xB0, p1: 0x82, p2: 0x00)),
        ("READ BINARY with data objects", .init(cla: 0x00, ins: 0xB1, p1: 0x00, p2: 0x02)),
        ("SELECT under secure messaging", .init(cla: 0x0C, ins: 0xA4, p1: 0x04, p2: 0x0C)),
        ("SELECT under a maker's secure messaging", .init(cla: 0x04, ins: 0xA4, p1: 0x04, p2: 0x0C)),
        ("SELECT in a chain", .init(cla: 0x10, ins: 0xA4, p1: 0x04, p2: 0x0C)),
        ("SELECT of what is too long for a name", .selectAnything),
        ("VERIFY in class 80", .init(cla: 0x80, ins: 0x20, p1: 0x00, p2: 0x98)),
        ("CHANGE REFERENCE DATA", .init(cla: 0x00, ins: 0x24, p1: 0x01, p2: 0x98)),
        ("CHANGE KEY", .init(cla: 0x80, ins: 0x32, p1: 0x00, p2: 0x80)),
        ("RESET RETRY COUNTER", .init(cla: 0x00, ins: 0x2C, p1: 0x00, p2: 0x98)),
        ("COMPUTE DIGITAL SIGNATURE", .init(cla: 0x80, ins: 0x2A, p1: 0x00, p2: 0x97)),
        ("INTERNAL AUTHENTICATE", .init(cla: 0x00, ins: 0x88, p1: 0x00, p2: 0x99)),
        ("EXTERNAL AUTHENTICATE", .init(cla: 0x00, ins: 0x82, p1: 0x00, p2: 0x00)),
        ("GENERAL AUTHENTICATE", .init(cla: 0x00, ins: 0x86, p1: 0x00, p2: 0x00)),
        ("MANAGE SECURITY ENVIRONMENT", .init(cla: 0x00, ins: 0x22, p1: 0x41, p2: 0xB8)),
        ("PSO VERIFY CERTIFICATE", .init(cla: 0x00, ins: 0x2A, p1: 0x00, p2: 0xBE)),
        ("PSO DECIPHER of a session key", .init(cla: 0x00, ins: 0x2A, p1: 0x80, p2: 0x86)),
        ("ENVELOPE", .init(cla: 0x00, ins: 0xC2, p1: 0x00, p2: 0x00)),
        ("UPDATE RECORD", .init(cla: 0x00, ins: 0xDC, p1: 0x01, p2: 0x04)),
        ("PUT KEY", .init(cla: 0x80, ins: 0xD8, p1: 0x01, p2: 0x01)),
        ("UPDATE BINARY", .init(cla: 0x00, ins: 0xD6, p1: 0x00, p2: 0x00)),
        ("PUT DATA", .init(cla: 0x00, ins: 0xDA, p1: 0x01, p2: 0x00)),
        ("an unknown instruction", .init(cla: 0x00, ins: 0x7A, p1: 0x00, p2: 0x00)),
        ("an unknown class", .init(cla: 0xFF, ins: 0x00, p1: 0x00, p2: 0x00)),
        ("what has the number of SELECT in a class of the maker's", .init(cla: 0x80, ins: 0xA4, p1: 0x00, p2: 0x00)),
        ("the same behind a reader's own class", .init(cla: 0xFF, ins: 0xA4, p1: 0x00, p2: 0x00)),
    ]

    @Test(arguments: secret.indices, [APDUForm.short, .extended])
    func theDataOfACommandIsHidden(_ index: Int, _ form: APDUForm) throws {
        let canary = canary(index)
        let bytes = try trace { session, later in
            _ = try session.send(Self.secret[index].1, canary, form: form, until: later)
            _ = try session.send(Self.secret[index].1, canary, expected: 256, form: form, until: later)
        }
        #expect(leaks(of: canary, in: bytes).isEmpty, "\(Self.secret[index].0)")
        let exchanges = try exchanges(in: bytes)
        #expect(exchanges.map(\.command.count) == (form == .short ? [5, 5] : [7, 7]))
        #expect(exchanges.map(\.commandHidden) == (form == .short ? [24, 25] : [24, 26]))
        #expect(exchanges.allSatisfy { $0.command.starts(with: [Self.secret[index].1.cla, Self.secret[index].1.ins]) })
    }

    @Test func theDataOfAChainIsHidden() throws {
        for index in Self.secret.indices {
            let canary = canary(index)
            // The canary lies across the border between the two links, and again in the second.
            let data = [UInt8](repeating: 0x20, count: 243) + canary + canary
            let bytes = try trace { session, later in
                _ = try session.send(Self.secret[index].1, data, expected: 16, form: .short, until: later)
            }
            #expect(leaks(of: canary, in: bytes).isEmpty, "\(Self.secret[index].0)")
            #expect(try exchanges(in: bytes).map(\.commandHidden) == [255, 36 + 1])
        }
    }

    @Test("What is no command shows nothing at all")
    func malformedCommands() throws {
        let canary = canary(77)
        let malformed: [[UInt8]] = [
            [], Array(canary.prefix(3)), canary, [0x00, 0x20, 0x00, 0x98, 23] + canary.dropFirst(), [0x00, 0x20, 0x00, 0x98, 25] + canary,
            [0x00, 0xA4, 0x04, 0x0C, 5] + canary, [0x00, 0xA4, 0x04, 0x0C, 0, 0, 200] + canary,
            [0x00, 0x20, 0x00, 0x98, 0] + canary.prefix(1),
        ]
        let writer = try TraceWriter(path: folder / "trace")
        for command in malformed {
            writer.exchanged(command.span, [0x67, 0x00].span, error: nil, on: CannedChannel(), from: .zero, to: .zero)
        }
        try writer.finish()
        #expect(try leaks(of: canary, in: folder.read("trace")).isEmpty)
        let shown = try exchanges(in: folder.read("trace"))
        #expect(shown.map(\.commandHidden) == malformed.map { $0.count == 28 && $0[4] == 23 ? 23 : $0.count })
        #expect(shown.map(\.command.count) == malformed.map { $0.count == 28 && $0[4] == 23 ? 5 : 0 })
    }

    /// READ BINARY, READ RECORD, GET DATA, GET RESPONSE, COMPUTE DIGITAL SIGNATURE, GET CHALLENGE, under secure messaging, SELECT.
    @Test(arguments: [
        CommandHeader(cla: 0, ins: 0xB0, p1: 0x8A, p2: 0), .init(cla: 0, ins: 0xB2, p1: 1, p2: 0x0C),
        .init(cla: 0, ins: 0xCA, p1: 0, p2: 0x45), .init(cla: 0, ins: 0xC0, p1: 0, p2: 0), .init(cla: 0x80, ins: 0x2A, p1: 0, p2: 0x97),
        .init(cla: 0, ins: 0x84, p1: 0, p2: 0), .init(cla: 0x0C, ins: 0xB0, p1: 0x82, p2: 0), .selectAnything,
    ])
    func theAnswerIsHidden(_ header: CommandHeader) throws {
        let canary = canary(5)
        let bytes = try trace(answer: canary + [0x62, 0x82]) { session, later in
            _ = try session.send(header, expected: 256, until: later)
            _ = try session.send(header, expected: 65_536, form: .extended, until: later)
        }
        #expect(leaks(of: canary, in: bytes).isEmpty)
        #expect(try exchanges(in: bytes).map(\.result) == [.status(0x6282, dataHidden: 24), .status(0x6282, dataHidden: 24)])
        #expect(try exchanges(in: bytes).map(\.commandHidden) == [0, 0])
    }

    /// Whatever the instruction is and however the command is written, its data is not shown unless the list says so.
    @Test func anyCommandAndItsAnswerAreHidden() throws {
        var random = SeededGenerator(seed: 7816)
        let writer = try TraceWriter(path: folder / "trace")
        var canaries: [[[UInt8]]] = []
        for _ in 0..<2_000 {
            let header = random.bytes(4)
            if header[1] == 0xA4, header[0] <= 0x03 { continue }
            let data = random.bytes(Int.random(in: 8...40, using: &random))
            let isShort = Bool.random(using: &random)
            let count = UInt8(data.count)
            let end: [UInt8] = Bool.random(using: &random) ? [] : isShort ? [0] : [0, 0]
            let command = header + (isShort ? [count] : [0, 0, count]) + data + end
            let answer = random.bytes(16)
            writer.exchanged(command.span, (answer + [0x90, 0x00]).span, error: nil, on: CannedChannel(), from: .zero, to: .zero)
            canaries.append([data, answer])
        }
        try writer.finish()
        let trace = try folder.read("trace")
        #expect(Set(try exchanges(in: trace).map(\.command.count)) == [5, 7])
        let lines = trace.split(separator: 0x0A)
        #expect(lines.count == canaries.count && lines.count > 1_900)
        for (line, parts) in zip(lines, canaries) {
            let text = String(decoding: line, as: UTF8.self)
            // Beside header and lengths four bytes of some canary could stand by chance; eight do not.
            for part in parts { #expect(!text.contains(hex(part[..<8]))) }
        }
    }

    @Test func anAnswerThatIsNoneIsHidden() throws {
        let canary = canary(6)
        let writer = try TraceWriter(path: folder / "trace")
        let bench = try Bench()
        let session = CardSession(CannedChannel([canary[0]]), on: bench.station, memory: SharedLengthMemory(), observer: writer)
        #expect(reason { _ = try session.send(.selectAnything, until: bench.after(.seconds(1))) } == .answerMalformed)
        try writer.finish()
        #expect(try exchanges(in: folder.read("trace")).map(\.result) == [.error("answer-malformed")])
    }

    @Test func selectShowsWhatItNames() throws {
        let bytes = try trace { session, later in
            for form in [APDUForm.short, .extended] {
                _ = try session.send(.selectAnything, hex("D392F000260100000001"), expected: 256, form: form, until: later)
            }
        }
        #expect(
            try exchanges(in: bytes).map(\.command) == [
                hex("00A4040C0AD392F00026010000000100"), hex("00A4040C00000AD392F0002601000000010100"),
            ])
        #expect(try exchanges(in: bytes).map(\.commandHidden) == [0, 0])
    }

    @Test func verifyWithoutDataIsShownWhole() throws {
        let bytes = try trace(answer: [0x63, 0xC2]) { session, later in
            _ = try session.send(CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x98), until: later)
        }
        let exchange = try #require(try exchanges(in: bytes).first)
        #expect(exchange.command == hex("00200098"))
        #expect(exchange.commandHidden == 0)
        #expect(exchange.result == .status(0x63C2, dataHidden: 0))
    }

    private func exchanges(in bytes: [UInt8]) throws -> [TraceRecord.Exchange] {
        try TraceFile.parse(bytes).compactMap { record in
            if case .exchange(let exchange) = record.event { exchange } else { nil }
        }
    }
}

extension CommandHeader {
    fileprivate static let selectAnything = CommandHeader(cla: 0x00, ins: 0xA4, p1: 0x04, p2: 0x0C)
}
