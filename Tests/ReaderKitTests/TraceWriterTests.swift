import Glibc
import ReaderKit
import Station
import TestSupport
import Testing

@testable import Traces

@Suite struct TraceWriterTests {
    private let folder = TemporaryFolder()
    private let station = Station(.virtual, startUnixTime: 1_775_001_600)

    private static let names = [
        "plain", "quotes \" and \\ backslashes", "tab\t line\n return\r escape\u{1B} zero\u{0} delete\u{7F}", "読取機 カード 🃏",
        "separators \u{2028}\u{2029}", "{\"event\": \"end\"}", "",
    ]

    /// A trace with one line of every kind, and what stands in it.
    private func everyKind(of name: String) throws -> [TraceRecord] {
        let writer = try TraceWriter(path: folder / "trace")
        let channel = CannedChannel(readerName: name, slot: 255)
        writer.begin(program: name, reader: name, station: station)
        let (began, ended) = (Instant(nanoseconds: 1_000_000_007), Instant(nanoseconds: 9_223_372_036_854_775_000))
        writer.connected(channel, at: began)
        writer.stage(name, at: began)
        writer.exchanged(hex("00B08A0000").span, hex("0102036282").span, error: nil, on: channel, from: began, to: ended)
        writer.exchanged(hex(verify1234).span, [UInt8]().span, error: ReaderError(.timedOut), on: channel, from: began, to: began)
        writer.end(outcome: name, at: ended)
        try writer.finish()

        func exchange(_ command: String, _ hidden: Int, took: Int64, _ result: TraceRecord.Exchange.Result) -> TraceRecord.Event {
            .exchange(.init(reader: name, slot: 255, took: took, command: hex(command), commandHidden: hidden, result: result))
        }
        return [
            TraceRecord(at: 0, event: .start(program: name, reader: name, clock: "virtual", unixTime: 1_775_001_600)),
            TraceRecord(at: 1_000_000_007, event: .card(reader: name, slot: 255, answerToReset: "3B80800101")),
            TraceRecord(at: 1_000_000_007, event: .stage(name)),
            TraceRecord(
                at: 1_000_000_007,
                event: exchange("00B08A0000", 0, took: 9_223_372_035_854_774_993, .status(0x6282, dataHidden: 3))),
            TraceRecord(at: 1_000_000_007, event: exchange("0020009804", 4, took: 0, .error("timed-out"))),
            TraceRecord(at: 9_223_372_036_854_775_000, event: .end(outcome: name, records: 6)),
        ]
    }

    // By number, since the names would upset the terminal of whoever runs the tests.
    @Test(arguments: names.indices)
    func ourParserReadsEveryFieldBack(_ index: Int) throws {
        let records = try everyKind(of: Self.names[index])
        #expect(try TraceFile.parse(folder.read("trace")) == records)
    }

    @Test("Python's JSON is an independent judge of every line", arguments: names.indices)
    func pythonReadsEveryFieldBack(_ index: Int) throws {
        _ = try everyKind(of: Self.names[index])
        let program = """
            import json, sys
            name = bytes.fromhex(sys.argv[2]).decode()
            lines = open(sys.argv[1], 'rb').read().decode().split('\\n')
            assert lines.pop() == ''
            records = [json.loads(line) for line in lines]
            assert all(next(iter(record)) == 'event' for record in records)
            assert records == [
              {'event': 'start', 'at': 0, 'trace': 1, 'program': name, 'reader': name, 'clock': 'virtual', 'unixTime': 1775001600},
              {'event': 'card', 'at': 1000000007, 'reader': name, 'slot': 255, 'answerToReset': '3B80800101'},
              {'event': 'stage', 'at': 1000000007, 'name': name},
              {'event': 'exchange', 'at': 1000000007, 'took': 9223372035854774993, 'reader': name, 'slot': 255,
               'command': '00B08A0000', 'commandHidden': 0, 'answerHidden': 3, 'status': '6282'},
              {'event': 'exchange', 'at': 1000000007, 'took': 0, 'reader': name, 'slot': 255,
               'command': '0020009804', 'commandHidden': 4, 'error': 'timed-out'},
              {'event': 'end', 'at': 9223372036854775000, 'outcome': name, 'records': 6}]
            print('agreed')
            """
        let name = hex(Self.names[index].utf8)
        #expect(try runProgram(["python3", "-c", program, folder / "trace", name]).checked().output == "agreed\n")
    }

    @Test func everyErrorOfAReaderCanBeReadBack() throws {
        let writer = try TraceWriter(path: folder / "trace")
        for reason in ReaderError.Reason.allCases {
            writer.exchanged(
                hex("00200098").span, [UInt8]().span, error: ReaderError(reason, cause: "not in the trace"), on: CannedChannel(),
                from: .zero,
                to: .zero)
        }
        try writer.finish()
        let results = try TraceFile.parse(folder.read("trace")).map { record -> TraceRecord.Exchange.Result? in
            if case .exchange(let exchange) = record.event { exchange.result } else { nil }
        }
        #expect(results == ReaderError.Reason.allCases.map { TraceRecord.Exchange.Result.error($0.rawValue) })
        #expect(try !String(decoding: folder.read("trace"), as: UTF8.self).contains("not in the trace"))
    }

    @Test func aLongTraceIsWrittenWhole() throws {
        let writer = try TraceWriter(path: folder / "trace")
        for number in 0..<5_000 { writer.stage("stage \(number)", at: Instant(nanoseconds: Int64(number))) }
        try writer.finish()
        let records = try TraceFile.parse(folder.read("trace"))
        #expect(records == (0..<5_000).map { TraceRecord(at: Int64($0), event: .stage("stage \($0)")) })
    }

    @Test func anExistingFileIsEmptiedFirst() throws {
        for text in ["a longer stage", "b"] {
            let writer = try TraceWriter(path: folder / "trace")
            writer.stage(text, at: .zero)
            try writer.finish()
        }
        #expect(try TraceFile.parse(folder.read("trace")) == [TraceRecord(at: 0, event: .stage("b"))])
    }

    @Test func aNewFileIsForItsOwnerOnly() throws {
        try TraceWriter(path: folder / "trace").finish()
        var status = stat()
        #expect(stat(folder / "trace", &status) == 0)
        #expect(status.st_mode & 0o077 == 0)
    }

    @Test("A full disk is an error at the end, however much was written", arguments: [1, 5_000])
    func aFullDisk(_ lines: Int) throws {
        let writer = try TraceWriter(path: "/dev/full")
        for number in 0..<lines { writer.stage("stage \(number)", at: .zero) }
        let error = #expect(throws: TraceError.self) { try writer.finish() }
        #expect(error?.category == .inputOutput)
        #expect(error?.cause == "/dev/full: No space left on device")
        // And it stays one.
        #expect(throws: TraceError.self) { try writer.finish() }
    }

    @Test func aFileThatCannotBeCreated() {
        let error = #expect(throws: TraceError.self) { try TraceWriter(path: "/nowhere/trace.jsonl") }
        #expect(error?.category == .cannotCreate)
        #expect(error?.code == "trace-not-written")
        #expect(error?.cause == "/nowhere/trace.jsonl: No such file or directory")
    }
}
