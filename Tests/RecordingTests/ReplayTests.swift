import Cards
import Diagnosis
import DualInterfaceSimulator
import ReaderKit
import ReaderSessions
import ReaderTransport
import Recordings
import SimulationKit
import Station
import TestSupport
import Testing

/// A session with a twin that was recorded, and replays of it.
struct RecordedSession {
    let session: Session
    let bytes: [UInt8]
    private let model: SessionModel
    private let method: ScreenMethod

    /// Records a session; one that is cancelled is cancelled after so much time.
    init(_ model: SessionModel, _ method: ScreenMethod, cancelledAfter time: Duration? = nil) throws {
        let folder = TemporaryFolder()
        let bench = SessionBench(model)
        let station = bench.station
        if let time { AtMoment(.zero + time, on: station) { [unowned station] in station.inbox.cancel() } }
        let recorder = try Recorder(
            path: folder / "session", program: "test 1", options: ["method": method.rawValue], isSynthetic: true, on: station)
        let cable = recorder.tap(bench.attach(), name: "sim:reader")
        session = Session(model.makeDriver(), on: cable, station: station, method: method) { bench.soon($0) }
        try recorder.end(outcome: "over")
        bytes = try folder.read("session")
        self.model = model
        self.method = method
    }

    /// The lines without their ends.
    var lines: [String] { String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init) }

    /// Replays `bytes`, or what was recorded, to the same program, or to one that `alter` makes another.
    func replay(
        _ bytes: [UInt8]? = nil, alter: (any ReaderTransport.Attachment) -> any ReaderTransport.Attachment = { $0 }
    ) throws -> (session: Session, difference: ReplayDifference?, took: Duration) {
        let recording = try RecordingFile.parse(bytes ?? self.bytes)
        let station = Station(.virtual, startUnixTime: recording.startUnixTime)
        let replay = try Replay(recording, on: station)
        let again = Session(model.makeDriver(), on: alter(replay.open()), station: station, method: method) { _ in }
        let took = station.now - .zero
        do throws(ReplayDifference) { try replay.finish() } catch { return (again, error, took) }
        return (again, nil, took)
    }
}

@Suite struct ReplayTests {
    static let all = SessionModel.allCases.flatMap { model in ScreenMethod.allCases.map { (model, $0) } }

    @Test(arguments: all)
    func whatWasRecordedHappensAgain(_ model: SessionModel, _ method: ScreenMethod) throws {
        let recorded = try RecordedSession(model, method)
        #expect(recorded.session.outcomes.values.allSatisfy { if case .brought = $0 { true } else { false } })
        let (session, difference, _) = try recorded.replay()
        #expect(difference == nil)
        #expect(session == recorded.session)
        #expect(try RecordedSession(model, method).bytes == recorded.bytes)
    }

    /// The cancel stands where it came, and comes there again.
    @Test(arguments: SessionModel.allCases, stride(from: 0, through: 600, by: 25).map { Duration.milliseconds($0) })
    func aCancelledSessionHappensAgain(_ model: SessionModel, _ time: Duration) throws {
        let recorded = try RecordedSession(model, .pin, cancelledAfter: time)
        let whole = try RecordedSession(model, .pin)
        let (session, difference, _) = try recorded.replay()
        #expect(difference == nil)
        #expect(session == recorded.session)
        let cancels = recorded.lines.count { $0.contains(#""event": "cancel""#) }
        #expect(cancels == 1 || recorded.session == whole.session)
    }

    /// A card lane: power, exchanges with deadlines, and who waits for a card.
    @Test func aCardLaneHappensAgain() throws {
        let folder = TemporaryFolder()
        func session(_ cable: any ReaderTransport.Attachment, _ station: Station) throws -> [UInt8] {
            let reader = try CardLaneDriver().open(cable, name: "sim:card", on: station)
            try reader.waitForCard(on: station, until: .zero + .seconds(20))
            let channel = try reader.connect(slot: 0, until: station.now + .seconds(5))
            var answer: [UInt8] = []
            try channel.transmit(hex("00A4040C0AD392F000260100000001").span, into: &answer, until: station.now + .seconds(5))
            channel.close()
            reader.close()
            return answer
        }
        let station = Station(.virtual)
        let recorder = try Recorder(path: folder / "card", program: "p", isSynthetic: true, on: station)
        let simulator = DualInterfaceReaderSimulator()
        simulator.place(VirtualCard(holder: .hanako), at: .zero + .seconds(1))
        let answer = try session(recorder.tap(InProcessHost(simulator, on: station), name: "sim:card"), station)
        try recorder.end(outcome: "over")
        let recording = try RecordingFile.parse(folder.read("card"))
        #expect(answer == hex("9000"))
        for text in ["watch-presence 0 0", "power-cold", "exchange", "power-off"] {
            #expect(
                recording.records.contains {
                    if case .submit(_, _, let transfer, _) = $0.event { transfer.operation.text == text } else { false }
                })
        }
        let again = Station(.virtual)
        let replay = try Replay(recording, on: again)
        #expect(try session(replay.open(), again) == answer)
        #expect(throws: Never.self) { try replay.finish() }
    }

    // MARK: Differences

    /// One byte of what the program sends is another: named by its line and its place, whichever it is.
    @Test(arguments: SessionModel.allCases)
    func aChangedByteIsTheFirstDifference(_ model: SessionModel) throws {
        let recorded = try RecordedSession(model, .face)
        let lines = recorded.lines
        var changed = 0
        for (index, line) in lines.enumerated() where line.contains(#""event": "submit""#) {
            guard let range = line.firstRange(of: #""bytes": ""#) else { continue }
            let digit = line[range.upperBound] == "0" ? "1" : "0"
            let (_, difference, took) = try recorded.replay(lines.replacing(index, by: line.replacing(range.upperBound, by: digit)))
            let found = try #require(difference)
            #expect(found.line == index + 1)
            #expect(found.expected.contains("byte 0 of them") && found.came.contains("byte 0 of them") && found.expected != found.came)
            #expect(took < .seconds(400))
            changed += 1
        }
        #expect(changed > 10)
    }

    /// One byte of what comes to the program is another: it does another thing then, or that byte means nothing to it.
    @Test(arguments: SessionModel.allCases)
    func aChangedAnswerLeadsElsewhere(_ model: SessionModel) throws {
        let recorded = try RecordedSession(model, .pin)
        let lines = recorded.lines
        let answers = lines.indices.filter { lines[$0].contains(#""event": "complete""#) && lines[$0].contains(#""bytes""#) }
        var differences = 0
        for index in stride(from: 0, to: answers.count, by: 3).map({ answers[$0] }) {
            let line = lines[index]
            guard let range = line.firstRange(of: #""bytes": ""#) else { continue }
            let digit = line[range.upperBound] == "0" ? "1" : "0"
            let (_, difference, took) = try recorded.replay(lines.replacing(index, by: line.replacing(range.upperBound, by: digit)))
            if let difference {
                #expect(difference.line > index + 1)
                differences += 1
            }
            #expect(took < .seconds(400))
        }
        #expect(differences >= 5)
    }

    @Test(arguments: SessionModel.allCases)
    func oneTransferMoreIsNamed(_ model: SessionModel) throws {
        let recorded = try RecordedSession(model, .pin)
        let (_, difference, took) = try recorded.replay {
            Meddler($0, at: 9) { inner, transfer, bytes in
                _ = inner.submit(transfer, sending: bytes)
                return inner.submit(transfer, sending: bytes)
            }
        }
        let found = try #require(difference)
        // The ninth was the one that was recorded; the tenth is one too many.
        #expect(found.came.hasPrefix("transfer 10 of device 0"))
        #expect(took < .seconds(400))
    }

    @Test(arguments: SessionModel.allCases)
    func oneTransferLessIsNamed(_ model: SessionModel) throws {
        let recorded = try RecordedSession(model, .pin)
        let (_, difference, took) = try recorded.replay { Meddler($0, at: 9) { _, _, _ in TransferID(rawValue: .max) } }
        let found = try #require(difference)
        let line = try #require(recorded.lines.firstIndex { $0.contains(#""transfer": 9,"#) && $0.contains(#""submit""#) })
        // Nothing, or the next one that the program submits, stands where it should be.
        #expect(found.line == line + 1)
        #expect(took < .seconds(400))
    }

    @Test func twoTransfersInTheOtherOrderAreNamed() throws {
        let recorded = try RecordedSession(.cps100w, .pin)
        var held: (transfer: Transfer, bytes: [UInt8])?
        // The first write and the first read; whoever submits in turn gets the other's identifier, which does not matter any more.
        let (_, difference, _) = try recorded.replay {
            Meddler($0, at: 1) { inner, transfer, bytes in
                held = (transfer, bytes.indices.map { bytes[$0] })
                return inner.submit(Transfer(lane: transfer.lane, slot: 0, operation: .write), sending: [0x05].span)
            }
        }
        #expect(difference?.line == 3 && held?.transfer.operation == .read(atMost: 4_104))
        #expect(difference?.expected.contains("read 4104") == true && difference?.came.contains("write") == true)
    }

    @Test(arguments: SessionModel.allCases)
    func whatIsLeftIsADifference(_ model: SessionModel) throws {
        let recorded = try RecordedSession(model, .pin)
        let recording = try RecordingFile.parse(recorded.bytes)
        let station = Station(.virtual, startUnixTime: recording.startUnixTime)
        let replay = try Replay(recording, on: station)
        _ = try model.makeDriver().open(replay.open(), name: "sim:reader", on: station)
        var difference: ReplayDifference?
        do throws(ReplayDifference) { try replay.finish() } catch { difference = error }
        #expect(difference?.came == "nothing more")
        #expect(difference.map { $0.line < recorded.lines.count } == true)
    }

    /// Whatever stands in the file: an error that names a line, or a replay that ends.
    @Test(arguments: SessionModel.allCases)
    func aDamagedFileEndsSomehow(_ model: SessionModel) throws {
        let recorded = try RecordedSession(model, .pin)
        var generator = SeededGenerator(seed: 20_261_121)
        var replayed = 0
        for _ in 0..<300 {
            var bytes = recorded.bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
                // A digit for a digit, which the reader of the file has nothing against.
                case 1:
                    bytes[index] = (0x30...0x39).contains(bytes[index]) ? UInt8.random(in: 0x30...0x39, using: &generator) : bytes[index]
                case 2: bytes.removeSubrange(index..<min(index + Int.random(in: 1...400, using: &generator), bytes.count))
                default: bytes.insert(contentsOf: bytes[index..<min(index + 200, bytes.count)], at: index)
                }
                if bytes.isEmpty { break }
            }
            let (_, error) = RecordingFile.read(bytes)
            if let error {
                #expect(error.line >= 1 && error.line <= recorded.lines.count * 3)
            } else {
                replayed += 1
                let (_, _, took) = try recorded.replay(bytes)
                #expect(took < .seconds(4_000))
            }
        }
        #expect(replayed > 20)
    }

    @Test func aDeviceTooManyHasNoLanes() throws {
        let recorded = try RecordedSession(.caora, .pin)
        let recording = try RecordingFile.parse(recorded.bytes)
        let station = Station(.virtual, startUnixTime: recording.startUnixTime)
        let replay = try Replay(recording, on: station)
        #expect(replay.open().lanes.count == 2)
        #expect(replay.open().lanes.isEmpty)
        #expect(replay.difference?.line == 3)
    }
}

/// A program that does another thing once.
private final class Meddler: ReaderTransport.Attachment {
    private let inner: any ReaderTransport.Attachment
    private let number: Int
    private let meddle: (any ReaderTransport.Attachment, Transfer, Span<UInt8>) -> TransferID
    private var count = 0

    init(
        _ inner: any ReaderTransport.Attachment, at number: Int,
        _ meddle: @escaping (any ReaderTransport.Attachment, Transfer, Span<UInt8>) -> TransferID
    ) {
        self.inner = inner
        self.number = number
        self.meddle = meddle
    }

    var source: SourceID { inner.source }
    var lanes: [Lane] { inner.lanes }
    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        count += 1
        return count == number ? meddle(inner, transfer, bytes) : inner.submit(transfer, sending: bytes)
    }
    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus { inner.collect(transfer, into: &buffer) }
    func abort(_ transfer: TransferID) { inner.abort(transfer) }
    func close() { inner.close() }
}

extension [String] {
    /// All lines with another one, as a file.
    fileprivate func replacing(_ index: Int, by line: String) -> [UInt8] {
        var lines = self
        lines[index] = line
        return lines.flatMap { [UInt8]("\($0)\n".utf8) }
    }
}

extension String {
    fileprivate func replacing(_ index: Index, by other: String) -> String { self[..<index] + other + self[self.index(after: index)...] }
}
