import ReaderTransport
import Recordings
import Station
import TestSupport
import Testing

/// Replays of recordings written by hand.
@Suite struct ReplayOrderTests {
    private static func start(_ clock: String) -> String {
        #"{"event": "recording", "version": 1, "at": 1000000, "program": "p", "clock": "\#(clock)", "unixTime": 7, "options": {}}"#
    }

    private static func open(_ device: Int) -> String {
        #"{"event": "open", "at": 1000000, "device": \#(device), "name": "x", "lanes": [{"id": 3, "kind": "bulk", "slots": 1, "packetSize": 0, "descriptor": ""}]}"#
    }

    private static func line(_ event: String, at: Int, device: Int = 0, _ number: Int, _ rest: String) -> String {
        #"{"event": "\#(event)", "at": \#(at), "device": \#(device), "transfer": \#(number)\#(rest)}"#
    }

    private static func write(at: Int, device: Int = 0, _ number: Int, _ bytes: String) -> String {
        line(
            "submit", at: at, device: device, number,
            #", "lane": 3, "slot": 0, "operation": "write", "length": \#(bytes.count / 2), "bytes": "\#(bytes)""#)
    }

    private static func read(at: Int, device: Int = 0, _ number: Int) -> String {
        line("submit", at: at, device: device, number, #", "lane": 3, "slot": 0, "operation": "read 8", "length": 0"#)
    }

    private static func complete(at: Int, device: Int = 0, _ number: Int, _ bytes: String) -> String {
        line("complete", at: at, device: device, number, #", "status": "completed", "length": \#(bytes.count / 2), "bytes": "\#(bytes)""#)
    }

    private func replay(_ lines: [String], on station: Station, clock: String = "virtual") throws -> Replay {
        let whole = [Self.start(clock)] + lines + [#"{"event": "end", "at": 9000000000, "outcome": "o", "records": \#(lines.count + 2)}"#]
        return try Replay(try RecordingFile.parse(whole.flatMap { Array("\($0)\n".utf8) }), on: station)
    }

    @Test func whatComesKeepsItsMoment() throws {
        let station = Station(.virtual)
        let replay = try replay(
            [Self.open(0), Self.read(at: 1_000_000, 1), Self.write(at: 1_000_000, 2, "05"), Self.complete(at: 3_000_000, 1, "4142")],
            on: station)
        // The clock here begins later than the recorded one.
        _ = station.next(until: .zero + .seconds(5))
        let cable = replay.open()
        let read = cable.start(.read(atMost: 8))
        // It waits for what the program had done by then.
        #expect(replay.nextDue == nil)
        let write = cable.start(.write, [5])
        #expect(cable.wait(read, on: station) == Ended(bytes: [0x41, 0x42]))
        #expect(station.now == .zero + .milliseconds(5_002))
        #expect(cable.wait(write, on: station) == nil)
        // The write was not given up in the recording.
        #expect(replay.difference?.line == 6 && replay.difference?.expected == "nothing more")
    }

    @Test func twoDevicesShareOneOrder() throws {
        let lines = [
            Self.open(0), Self.open(1), Self.read(at: 1_000_000, 1), Self.write(at: 1_000_000, device: 1, 1, "01"),
            Self.complete(at: 2_000_000, device: 1, 1, ""), Self.complete(at: 2_000_000, 1, "02"),
        ]
        let station = Station(.virtual)
        let replay = try replay(lines, on: station)
        let cables = [replay.open(), replay.open()]
        let read = cables[0].start(.read(atMost: 8))
        #expect(cables[1].perform(.write, [1], on: station) == Ended())
        #expect(cables[0].wait(read, on: station) == Ended(bytes: [2]))
        #expect(throws: Never.self) { try replay.finish() }

        let other = Station(.virtual)
        let second = try self.replay(lines, on: other)
        let swapped = [second.open(), second.open()]
        _ = swapped[1].start(.write, [1])
        #expect(second.difference?.line == 4 && second.difference?.came.hasPrefix("transfer 1 of device 1") == true)
    }

    @Test func whatWasPostedComesAgain() throws {
        let station = Station(.virtual)
        let post = #"{"event": "post", "at": 2000000, "name": "answer", "length": 2, "bytes": "3132"}"#
        let replay = try replay(
            [Self.open(0), Self.write(at: 1_000_000, 1, "01"), post, Self.line("abort", at: 2_000_000, 1, "")], on: station)
        var posts: [String] = []
        replay.post = { posts.append("\($0) \($1)") }
        let cable = replay.open()
        let write = cable.start(.write, [1])
        _ = station.next(until: .zero + .milliseconds(1))
        #expect(posts == ["answer [49, 50]"])
        cable.abort(write)
        #expect(throws: Never.self) { try replay.finish() }
    }

    @Test func aCancelIsThereBeforeTheNextDeed() throws {
        let station = Station(.virtual)
        let replay = try replay(
            [Self.open(0), #"{"event": "cancel", "at": 1000000}"#, Self.write(at: 1_000_000, 1, "01")], on: station)
        let cable = replay.open()
        #expect(!station.isCancelled)
        _ = cable.start(.write, [1])
        #expect(station.isCancelled)
        #expect(throws: Never.self) { try replay.finish() }
    }

    @Test(arguments: ["virtual", "real"])
    func onlyOnARealClockMayTheProgramBeAhead(_ clock: String) throws {
        let station = Station(.virtual)
        // The second write was a little late: the read had ended meanwhile.
        let replay = try replay(
            [
                Self.open(0), Self.read(at: 1_000_000, 1), Self.complete(at: 2_000_000, 1, "41"), Self.write(at: 2_000_500, 2, "05"),
                Self.complete(at: 3_000_500, 2, ""),
            ], on: station, clock: clock)
        let cable = replay.open()
        let read = cable.start(.read(atMost: 8))
        let write = cable.start(.write, [5])
        if clock == "virtual" {
            #expect(replay.difference?.line == 4 && replay.difference?.came.hasSuffix("before it") == true)
        } else {
            #expect(cable.wait(read, on: station) == Ended(bytes: [0x41]) && cable.wait(write, on: station) == Ended())
            #expect(throws: Never.self) { try replay.finish() }
        }
    }

    @Test(arguments: ["virtual", "real"])
    func onlyOnARealClockMayTheProgramBeLate(_ clock: String) throws {
        let station = Station(.virtual)
        let replay = try replay(
            [Self.open(0), Self.write(at: 1_000_000, 1, "05"), Self.complete(at: 2_000_000, 1, "")], on: station, clock: clock)
        let cable = replay.open()
        _ = station.next(until: .zero + .milliseconds(300))
        let end = cable.perform(.write, [5], on: station)
        #expect(end == (clock == "real" ? Ended() : Ended(status: .unplugged)))
        #expect((replay.difference?.line == 3) == (clock == "virtual"))
        #expect(replay.difference?.came.contains("0.3 seconds later") ?? true)
    }

    @Test func afterADifferenceNothingHangs() throws {
        let station = Station(.virtual)
        let replay = try replay([Self.open(0), Self.read(at: 1_000_000, 1), Self.write(at: 1_000_000, 2, "05")], on: station)
        let cable = replay.open()
        let read = cable.start(.read(atMost: 8))
        let write = cable.start(.write, [6])
        #expect(cable.wait(read, on: station) == Ended(status: .unplugged) && cable.wait(write, on: station) == Ended(status: .unplugged))
        #expect(cable.perform(.exchange, [1], on: station) == Ended(status: .unplugged))
        cable.abort(cable.start(.write, [7]))
        cable.close()
        #expect(cable.perform(.write, [7], on: station) == Ended(status: .unplugged))
        let error = #expect(throws: ReplayDifference.self) { try replay.finish() }
        #expect(
            error?.line == 4 && error?.expected.contains("byte 0 of them 05") == true && error?.came.contains("byte 0 of them 06") == true)
    }

    @Test func aDifferenceEndsAllDevices() throws {
        let station = Station(.virtual)
        let replay = try replay(
            [Self.open(0), Self.open(1), Self.read(at: 1_000_000, 1), Self.write(at: 1_000_000, device: 1, 1, "05")], on: station)
        let cables = [replay.open(), replay.open()]
        let read = cables[0].start(.read(atMost: 8))
        _ = cables[1].start(.write, [6])
        #expect(cables[0].wait(read, on: station) == Ended(status: .unplugged))
    }

    /// Of what came no more than one byte is told: it may be somebody's PIN.
    @Test func aDifferenceTellsOneByte() throws {
        let station = Station(.virtual)
        let replay = try replay([Self.open(0), Self.write(at: 1_000_000, 1, "0020008004" + "31323334")], on: station)
        _ = replay.open().start(.write, hex("0020008004" + "37363534"))
        let text = "\(try #require(replay.difference))"
        #expect(text.contains("byte 5 of them 37") && !text.contains("3736") && !text.contains("7654"))
    }
}
