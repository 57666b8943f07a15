import AtlasEXC9000
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct PairTests {
    /// A card that answers 9000, or what is told.
    private func bench(_ response: [UInt8] = hex("9000")) -> PairBench {
        let bench = PairBench()
        bench.answer = { channel, message in
            switch (channel, message[0]) {
            case (1, 1): [(1, message[1] == 0 ? [0x82, 0] : [0x82, 0] + hex("3B80800101"))]
            case (1, 2): [(1, [0x83, 0] + response)]
            default: []
            }
        }
        return bench
    }

    @Test func theBytesAreThoseOfTheDocument() throws {
        let bench = PairBench()
        let reader = try bench.open()
        pass(.milliseconds(100), on: bench.station)
        _ = try reader.patientScreen?.show(.chooseMethod([.face, .pin]))
        pass(.milliseconds(100), on: bench.station)
        #expect(bench.seen[0] == "00040201000000010001A3F54390")
        #expect(bench.seen[1] == "0102020101000800004527D5E2")
        // The prompt is 1: number 0 on channel 2.
        #expect(bench.seen[2].hasPrefix("020102010000030700" + "10010000000203"))
    }

    @Test(arguments: [(ScreenConsentGroup.checkup, "0603"), (.limit, "0604"), (.insuranceCard, "0605")])
    func theQuestionsAreThoseOfTheDocument(_ group: ScreenConsentGroup, _ bytes: String) throws {
        let bench = PairBench()
        let reader = try bench.open()
        pass(.milliseconds(100), on: bench.station)
        _ = try reader.patientScreen?.show(.consent(group))
        pass(.milliseconds(100), on: bench.station)
        #expect(bench.seen[2].hasPrefix("020102010000030700" + "1001000000" + bytes))
    }

    @Test func theButtonAndTheVisualCheckAreAMatterOfTheFirmware() throws {
        for (version, button, check): ([UInt8], Bool, Bool) in [
            ([3, 0, 0], true, true), ([2, 9, 9], false, true), ([1, 9, 9], false, false),
        ] {
            let bench = PairBench()
            bench.firmware = version
            let reader = try bench.open()
            #expect((reader.staffPanel != nil) == check)
            let panel = reader.staffPanel
            let why = reason { () throws(ReaderError) in try panel?.announcePasscode() }
            #expect(why == (check && !button ? .notSupported : nil))
        }
    }

    @Test func aCardIsAskedInPartsAsTheCreditAllows() throws {
        let bench = bench([UInt8](repeating: 0x5A, count: 400) + [0x90, 0])
        bench.credit = 1
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        let command = "00D60000 0005DC" + String(repeating: "11", count: 1_500)
        #expect(try channel.ask(command, until: bench.soon).count == 402)
        let sent = (bench.device.seen[PairBench.lane] ?? []).filter { $0[0] == 1 && $0[1] == 1 && $0.count > 20 }
        #expect(sent.map(\.count) == [493, 493, 493, 493 - 480 + 68])
        #expect(sent.map { $0[6] } == [1, 0, 0, 2])
        #expect(bench.messages.last?.count == 1_508)
    }

    @Test func aLostFrameIsSentAgain() throws {
        let bench = bench()
        // The second DATA frame is the POWER that gives the card power.
        bench.arrives = { $0 != 2 }
        let reader = try bench.open()
        let begin = bench.station.now
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(bench.station.now - begin >= .milliseconds(300))
        #expect(try channel.ask("00B00000", until: bench.soon) == hex("9000"))
        #expect(bench.numbers == [[1, 0], [1, 1], [1, 2]])
    }

    @Test func aDoubledFrameCountsOnce() throws {
        let bench = bench()
        bench.spoil = { [$0, $0] }
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(try channel.ask("00B00000", until: bench.soon) == hex("9000"))
        #expect(bench.numbers == [[1, 0], [1, 1], [1, 2]])
    }

    @Test func whatIsMissingIsAskedFor() throws {
        let bench = bench()
        var count = 0
        // The first response is lost; what comes after it shows that.
        bench.spoil = { frame in
            guard frame[0] == 1, frame[1] == 1 else { return [frame] }
            count += 1
            return count == 2 ? [] : [frame]
        }
        let reader = try bench.open()
        _ = reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.station.now + .seconds(1)) }
        bench.say(1, [0x81, 0])
        pass(.milliseconds(100), on: bench.station)
        // RESEND of number 1, once.
        #expect(bench.seen.filter { $0.hasPrefix("010302010100") }.count == 1)
    }

    @Test func aDeviceThatAcknowledgesNothingIsGone() throws {
        let bench = PairBench()
        bench.arrives = { _ in false }
        let reader = try bench.open()
        let begin = bench.station.now
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.soon) } == .readerGone)
        #expect(bench.station.now - begin < .seconds(3))
    }

    @Test func aDeviceThatHasForgottenTheSessionIsGone() throws {
        let bench = PairBench()
        let reader = try bench.open()
        bench.send([0, 6, 2, 1, 0, 0, 0, 0, 0])
        pass(.milliseconds(100), on: bench.station)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.soon) } == .readerGone)
    }

    @Test(
        "A device that lies gets a clear error, soon",
        arguments: [
            // A message that begins in the middle; one that goes on for ever; no message at all.
            [2, 1, 2, 1, 0, 0, 2, 1, 0, 0x94], [2, 1, 2, 1, 0, 0, 1, 1, 0, 0x94], [0, 0, 0, 0],
        ] as [[UInt8]])
    func aDeviceThatLies(_ frame: [UInt8]) throws {
        let bench = PairBench()
        let reader = try bench.open()
        for _ in 0..<300 { bench.send(frame) }
        pass(.seconds(2), on: bench.station)
        let failure = reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.station.now + .seconds(3)) }
        #expect(failure == .inputOutput || failure == .timedOut)
        reader.close()
        #expect(bench.device.isClosed)
    }

    @Test func anEndlessMessageEnds() throws {
        let bench = PairBench()
        let reader = try bench.open()
        for number in UInt16(0)..<140 {
            bench.send([2, 1, 2, 1] + bench.two(number) + [number == 0 ? 1 : 0] + bench.two(480) + [UInt8](repeating: 0x94, count: 480))
        }
        pass(.seconds(2), on: bench.station)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.soon) } == .inputOutput)
    }

    @Test func aDeviceThatNeverOpensIsGoneOrUnusable() {
        let bench = PairBench()
        bench.spoil = { _ in [] }
        let begin = bench.station.now
        #expect(throws: ReaderError.self) { try bench.open() }
        #expect(bench.station.now - begin <= .seconds(7))
        // Each try with a session of its own.
        #expect(bench.seen.map { $0.prefix(8) } == ["00040201", "00040301", "00040401"])
    }
}
