import Cards
import ReaderKit
import SimulationKit
import TestSupport
import Testing

@testable import Traces

@Suite struct TraceFileTests {
    /// A trace as a session with a card writes it.
    private func realTrace() throws -> [UInt8] {
        let folder = TemporaryFolder()
        let writer = try TraceWriter(path: folder / "trace")
        let bench = try Bench(VirtualCard(holder: .hanako))
        writer.begin(program: "kazasu", reader: "sim:bench", station: bench.station)
        let session = try bench.session(observer: writer)
        writer.stage("select", at: bench.station.now)
        for command in [selectJPKI, "00200098", verify1234] {
            let bytes = hex(command)
            _ = try session.send(
                .init(cla: bytes[0], ins: bytes[1], p1: bytes[2], p2: bytes[3]), Array(bytes.dropFirst(5)), until: bench.after(.seconds(1)))
        }
        bench.device.remove(at: bench.station.now)
        #expect(reason { _ = try session.send(.init(cla: 0, ins: 0x20, p1: 0, p2: 0x98), until: bench.after(.seconds(1))) } != nil)
        writer.end(outcome: "card-removed", at: bench.station.now)
        try writer.finish()
        return try folder.read("trace")
    }

    @Test func aRealTrace() throws {
        let events = try TraceFile.parse(realTrace()).map(\.event)
        #expect(events.count == 8)
        #expect(events[0] == .start(program: "kazasu", reader: "sim:bench", clock: "virtual", unixTime: 1_775_001_600))
        #expect(events[7] == .end(outcome: "card-removed", records: 8))
    }

    @Test func whatALaterVersionWritesIsKept() throws {
        let line = #"{"at": 5, "event": "face", "score": [1, {"x": null}], "reader": "sim:face"}"#
        #expect(try TraceFile.parse(Array(line.utf8)) == [TraceRecord(at: 5, event: .other("face"))])
        let more = #"{"event": "stage", "name": "pin", "at": 5, "secret": {"deep": [[[]]]}}"# + "\r\n"
        #expect(try TraceFile.parse(Array(more.utf8)) == [TraceRecord(at: 5, event: .stage("pin"))])
    }

    private static let good = #"{"event": "stage", "at": 1, "name": "pin"}"#
    private static let exchange = #""event": "exchange", "at": 1, "took": 2, "reader": "r", "slot": 0, "command": "00", "commandHidden": 0"#

    private static let notJSON = "it is not JSON, or a number in it does not fit"

    /// Wrong third lines, and what is said of them.
    private static let wrong: [(line: String, reason: String)] = [
        ("", notJSON),
        ("CANARY", notJSON),
        (#"{"event": "stage", "at": 1, "name": "CANARY"#, notJSON),
        (#"{"event": "stage", "at": 1, "name": "CANARY"} {"#, notJSON),
        ("\u{0}", notJSON),
        (#"["CANARY"]"#, "it is no JSON object"),
        (#""CANARY""#, "it is no JSON object"),
        ("null", "it is no JSON object"),
        ("12", "it is no JSON object"),
        (String(repeating: "[", count: 5_000), notJSON),
        (#"{"event": "stage", "name": "CANARY"}"#, "'at' is missing"),
        (#"{"at": 1, "name": "CANARY"}"#, "'event' is missing"),
        (#"{"event": ["CANARY"], "at": 1}"#, "'event' is of the wrong type"),
        (#"{"event": null, "at": 1, "name": "CANARY"}"#, "'event' is of the wrong type"),
        (#"{"event": "stage", "at": "CANARY"}"#, "'at' is of the wrong type"),
        (#"{"event": "stage", "at": 1e99, "name": "CANARY"}"#, notJSON),
        (#"{"event": "stage", "at": 9223372036854775808, "name": "CANARY"}"#, notJSON),
        (#"{"event": "stage", "at": 1.5, "name": "CANARY"}"#, notJSON),
        (#"{"event": "stage", "at": 1}"#, "'name' is missing"),
        (#"{"event": "stage", "at": 1, "name": null}"#, "'name' is missing"),
        (#"{"event": "stage", "at": 1, "name": 5}"#, "'name' is of the wrong type"),
        (#"{"event": "end", "at": 1}"#, "'outcome' is missing"),
        (#"{"event": "start", "at": 1, "program": "CANARY", "reader": "r", "clock": "real"}"#, "'unixTime' is missing"),
        (#"{"event": "card", "at": 1, "reader": "CANARY", "slot": 0}"#, "'answerToReset' is missing"),
        (#"{"event": "card", "at": 1, "reader": "CANARY", "slot": {}, "answerToReset": ""}"#, "'slot' is of the wrong type"),
        ("{\(exchange)}", "an exchange has neither 'error' nor 'status' and 'answerHidden'"),
        ("{\(exchange), \"status\": \"9000\"}", "an exchange has neither 'error' nor 'status' and 'answerHidden'"),
        ("{\(exchange), \"status\": \"CANARY\", \"answerHidden\": 0}", "an exchange has neither 'error' nor 'status' and 'answerHidden'"),
        ("{\(exchange), \"status\": \"90\", \"answerHidden\": 0}", "an exchange has neither 'error' nor 'status' and 'answerHidden'"),
        (
            #"{"event": "exchange", "at": 1, "took": 2, "reader": "r", "slot": 0, "command": "CANARY", "commandHidden": 0, "error": "x"}"#,
            "'command' is not hexadecimal"
        ),
    ]

    @Test(arguments: wrong.indices)
    func aWrongLineIsNamedAndNotShown(_ index: Int) throws {
        let (line, reason) = Self.wrong[index]
        let error = #expect(throws: TraceFileError.self) {
            try TraceFile.parse(Array("\(Self.good)\n\(Self.good)\n\(line)\n\(Self.good)\n".utf8))
        }
        #expect(error == TraceFileError(line: 3, reason: reason))
        #expect(error?.sentence.english.contains("Line 3 ") == true)
        #expect(error?.description.contains("CANARY") == false)
    }

    @Test func anEmptyFile() {
        for text in ["", "\n"] {
            #expect(throws: TraceFileError(line: 1, reason: text.isEmpty ? "the file is empty" : Self.notJSON)) {
                try TraceFile.parse(Array(text.utf8))
            }
        }
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: TraceFileError(line: 1, reason: Self.notJSON)) { try TraceFile.parse([0xFF, 0xFE, 0x00]) }
        #expect(throws: TraceFileError.self) {
            try TraceFile.parse(Array(#"{"event": "stage", "at": 1, "name": "x"#.utf8) + [0xC3, 0x22, 0x7D])
        }
    }

    @Test("Cut anywhere, a trace loses its last line or is refused there")
    func truncations() throws {
        let trace = try realTrace()
        let whole = try TraceFile.parse(trace)
        for count in 0..<trace.count {
            let part = Array(trace[..<count])
            let lines = part.count { $0 == UInt8(ascii: "\n") }
            let isAtBorder = part.last == UInt8(ascii: "\n") || trace[count] == UInt8(ascii: "\n")
            let expected = part.last == UInt8(ascii: "\n") ? lines : lines + 1
            do throws(TraceFileError) {
                let records = try TraceFile.parse(part)
                #expect(isAtBorder && records == Array(whole[..<expected]), "cut at \(count)")
            } catch {
                #expect(!isAtBorder && error.line == expected || count == 0, "cut at \(count): \(error)")
            }
        }
    }

    @Test func tenThousandMutationsAreReadOrRefusedAndNeverMore() throws {
        let trace = try realTrace()
        let lineCount = trace.count { $0 == UInt8(ascii: "\n") }
        let pieces = [
            #"""#, "{", "}", "[", "]", ",", ":", "\\u", "-", "99999999999999999999", "1e400", "null", "\n", "\0", "\\uD800", "true",
        ]
        var random = SeededGenerator(seed: 20_261_121)
        var refused = 0
        for round in 0..<10_000 {
            var mutant = trace
            for _ in 0...(round % 4) {
                let place = Int.random(in: mutant.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: mutant[place] = UInt8.random(in: 0...255, using: &random)
                case 1: mutant.remove(at: place)
                case 2: mutant.insert(contentsOf: pieces.randomElement(using: &random).map { Array($0.utf8) } ?? [], at: place)
                default: mutant.removeSubrange(place..<min(mutant.count, place + Int.random(in: 1...40, using: &random)))
                }
            }
            do throws(TraceFileError) {
                #expect(try !TraceFile.parse(mutant).isEmpty)
            } catch {
                refused += 1
                #expect((1...lineCount + 4).contains(error.line))
                #expect(error.reason.utf8.allSatisfy { (0x20...0x7E).contains($0) } && error.reason.utf8.count < 80)
            }
        }
        #expect((2_000..<9_990).contains(refused), "both must happen: \(refused) refused")
    }
}
