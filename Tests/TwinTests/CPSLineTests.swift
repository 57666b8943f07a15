import AlmexCPS100WSimulator
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// Frames of the line, written by hand from the document; CRC by Python's zlib.
@Suite struct CPSLineTests {
    @Test func theGoldenDialogue() {
        let cps = CPS([StagedEvent(.shown(.chooseMethod, after: .seconds(1)), .choose(.face))])
        #expect(cps.exchange(hex("02 0002 00 52 03 7DAF51FA")) == hex("06 00"))
        #expect(cps.exchange([5]) == hex("02 0006 00 72 322E31 03 03 6A0D0FD6"))
        #expect(cps.exchange(hex("06 00")) == [])
        #expect(cps.exchange([5]) == hex("02 0003 01 74 30 03 5B691BD3"))
        #expect(cps.exchange(hex("06 01")) == [])
        #expect(cps.exchange([5]) == [4])
        #expect(cps.exchange(hex("02 0006 00 53 0011 32 03 03 D712640D")) == hex("06 00"))
        cps.bench.pass(.seconds(1))
        #expect(cps.exchange([5]) == hex("02 0005 02 61 0011 66 03 69CA5BE4"))
        #expect(cps.twin.complaints == [])
    }

    @Test func bytesTakeTheirTime() {
        let bench = Bench(AlmexCPS100WSimulator())
        let frame = hex("02 0002 00 52 03 7DAF51FA")
        // Eleven bits a character at 115,200 bit/s.
        let character = 11.0 / 115.2
        let write = bench.wait(bench.submit(.write, frame))
        #expect(abs((write?.at ?? .zero).nanoseconds - Int64(10 * character * 1_000_000)) < 10)
        #expect(bench.read() == hex("06 00"))
        #expect(abs((bench.now - .zero).milliseconds - (12 * character + 2)) < 0.001)
        // Two writes go out one after the other.
        let start = bench.now
        let first = bench.submit(.write, [UInt8](repeating: 0xFF, count: 100))
        let second = bench.submit(.write, [UInt8](repeating: 0xFF, count: 100))
        #expect(bench.wait(first)?.status == .completed)
        #expect(bench.wait(second)?.status == .completed)
        #expect(abs((bench.now - start).milliseconds - 200 * character) < 0.001)
    }

    @Test func answersGoOutOneAfterTheOther() {
        let bench = Bench(AlmexCPS100WSimulator())
        let frame = hex("02 0002 00 52 03 7DAF51FA")
        _ = bench.write(frame + frame)
        #expect(bench.read() == hex("06 00"))
        let first = bench.now
        #expect(bench.read() == hex("06 00"))
        #expect(abs((bench.now - first).milliseconds - 22 / 115.2) < 0.001)
    }

    @Test func aPowerDipCutsWhatIsBeingSent() {
        // The answer to a poll begins after 2.1 ms and takes 1.3 ms.
        let cps = CPS([StagedEvent(.at(.zero + .microseconds(2_500)), .powerDip)])
        #expect(cps.exchange([5]) == [])
    }

    @Test func readsTakeWhatIsThere() {
        let cps = CPS()
        _ = cps.bench.write([5])
        cps.bench.pass(.seconds(1))
        #expect(cps.bench.read(3) == hex("02 0006"))
        #expect(cps.bench.read(100) == hex("00 72 322E31 03 03 6A0D0FD6"))
        #expect(cps.bench.read(atMost: .milliseconds(100)) == nil)
        #expect(cps.bench.wait(cps.bench.submit(.exchange))?.status == .failed(0))
        #expect(cps.bench.wait(cps.bench.submit(.read(atMost: 0)))?.status == .failed(0))
    }

    // MARK: Numbers and repeats

    @Test func aMessageIsRepeatedAtEveryPollUntilItIsAcknowledged() {
        let cps = CPS()
        let ready = hex("02 0006 00 72 322E31 03 03 6A0D0FD6")
        for _ in 0..<20 { #expect(cps.exchange([5]) == ready) }
        // Never between polls.
        #expect(cps.listen(.seconds(10)) == [])
        #expect(cps.exchange([6, 0]) == [])
        #expect(cps.exchange([5]) == hex("02 0003 01 74 30 03 5B691BD3"))
        #expect(cps.twin.complaints == [])
    }

    @Test func aRefusedMessageIsRepeatedAtOnce() {
        let cps = CPS()
        let ready = hex("02 0006 00 72 322E31 03 03 6A0D0FD6")
        #expect(cps.exchange([5]) == ready)
        for _ in 0..<20 { #expect(cps.exchange([0x15]) == ready) }
        #expect(cps.exchange([6, 0]) == [])
        #expect(cps.exchange([0x15]) == [])
        #expect(cps.exchange([5]) == hex("02 0003 01 74 30 03 5B691BD3"))
    }

    @Test func aResetIsCarriedOutWhateverItsNumber() {
        let cps = CPS()
        for _ in 0..<2 {
            #expect(cps.exchange(hex("02 0002 FF 52 03 C3376517")) == hex("06 FF"))
            #expect(cps.exchange([5]) == hex("02 0006 00 72 322E31 03 03 6A0D0FD6"))
        }
        #expect(cps.twin.complaints == [])
        #expect(cps.exchange(CPS.frame(hex("00 57 0001"))) == hex("06 00"))
        #expect(cps.twin.complaints == ["message 0 while one from here is not acknowledged"])
    }

    /// The refusal of SHOW 0001 of a screen that is not there, as bytes: 0005 02 'n' 0001 '4' ETX, and the CRC.
    @Test func aRefusalIsGolden() {
        let cps = CPS()
        #expect(cps.begin() == ["r 322E3103", "t 30"])
        #expect(cps.send("S", "0001 34"))
        let golden = hex("02 0005 02 6E 0001 34 03 7F315093")
        #expect(cps.exchange([5]) == golden)
    }

    @Test func aRepeatedNumberIsAcknowledgedAndDoneOnce() {
        let cps = CPS([
            StagedEvent(.shown(.placeCard, time: 2), .pressStaffButton), StagedEvent(.shown(.placeCard, time: 2), .choose(.end)),
        ])
        let show = CPS.frame(hex("00 53 0011 31"))
        for _ in 0..<3 { #expect(cps.exchange(show) == hex("06 00")) }
        #expect(cps.twin.terminal.screen == .placeCard)
        #expect(cps.twin.complaints == [])
        #expect(cps.exchange(CPS.frame(hex("01 57 0011"))) == hex("06 01"))
        #expect(cps.exchange(show) == hex("06 00"))  // 0 after 1 is another message, and out of order
        #expect(cps.twin.terminal.screen == .placeCard)
        #expect(cps.twin.complaints == ["message 0 is out of order"])
    }

    @Test func numbersGoRound() {
        let cps = CPS()
        for _ in 0..<300 { #expect(cps.send("W", "0001")) }
        #expect(cps.twin.complaints == [])
    }

    @Test func anAcknowledgementOfAnotherNumberEndsNothing() {
        let cps = CPS()
        let ready = hex("02 0006 00 72 322E31 03 03 6A0D0FD6")
        #expect(cps.exchange([5]) == ready)
        #expect(cps.exchange([6, 1]) == [])
        #expect(cps.exchange([5]) == ready)
        #expect(cps.twin.complaints == ["an acknowledgement of what was not sent"])
    }

    // MARK: Wrong frames

    @Test(arguments: [
        "02 0002 00 52 03 7DAF51FB", "02 0002 00 52 04 E3CBC459", "02 0003 00 52 03 7DAF51FA 00",  // CRC, ETX, length
        "02 0002 52 00 03 7DAF51FA",  // the order, which an XOR would not show
        "02 0001 00 03 02", "02 0000 03 03", "02 1001 00 52 03 00", "02 FFFF 00 52 03 00",  // lengths that cannot be
        "02 0002 00 52", "02 0002", "02", "06",  // cut short
    ])
    func aWrongFrameIsRefused(_ frame: String) {
        let cps = CPS()
        #expect(cps.exchange(hex(frame)) == [0x15])
        #expect(cps.twin.complaints.count == 1)
        #expect(cps.exchange(hex("02 0002 00 52 03 7DAF51FA")) == hex("06 00"))
    }

    @Test func aGapOfMoreThanFiftyMillisecondsEndsAFrame() {
        let cps = CPS()
        _ = cps.bench.write(hex("02 0002"))
        cps.bench.pass(.milliseconds(49))
        #expect(cps.exchange(hex("00 52 03 7DAF51FA")) == hex("06 00"))
        _ = cps.bench.write(hex("02 0002"))
        #expect(cps.listen(.milliseconds(60)) == [0x15])
        #expect(cps.exchange(hex("00 52 03 7DAF51FA")) == [])
    }

    @Test func aLongMessageOnTheLineIsNoGap() {
        let cps = CPS()
        let body = hex("00 58 01") + [UInt8](repeating: 7, count: 4_093)
        // The line is busy for 390 ms with it.
        let frame = CPS.frame(body)
        _ = cps.bench.write(Array(frame[..<10]))
        #expect(cps.exchange(Array(frame[10...])) == hex("06 00"))
    }

    @Test func bytesBetweenFramesArePassedOver() {
        let cps = CPS()
        #expect(cps.exchange(hex("FF 00 41 02 0002 00 52 03 7DAF51FA 42")) == hex("06 00"))
        #expect(cps.exchange([5, 0xFF]).prefix(3) == hex("02 0006")[...])
    }

    // MARK: Wrong messages

    @Test(
        arguments: [
            ("S", ""), ("S", "0011"), ("S", "0011 34"), ("S", "0011 30"), ("S", "0011 31 00"), ("S", "0011 32"), ("S", "0011 32 00"),
            ("S", "0011 36 00"), ("S", "0011 36 06"), ("S", "0011 37 FF"), ("S", "0011 39 41"), ("S", "0011 39 4100 42 0043"), ("W", "00"),
            ("O", ""),
            ("M", "0011"),
            ("M", "0011 02 00"), ("I", "00"), ("B", "00"), ("Z", ""), ("s", "0011 31"), ("S", "0000 31"), ("W", "0000"),
            ("V", "0011 00D60000 04"), ("V", "0011 00200080 00"), ("V", "0011 00200080 0D"), ("V", "0011"),
        ] as [(Character, String)])
    func aWrongMessageIsAcknowledgedAndRefused(_ code: Character, _ rest: String) {
        let cps = CPS()
        _ = cps.begin()
        #expect(cps.send(code, rest))
        #expect(cps.twin.complaints.count == 1)
        #expect(cps.twin.terminal.screen == nil)
        let hasPrompt = "SWVOM".contains(code) && rest.count >= 4
        #expect(cps.next() == "n " + (hasPrompt ? String(rest.prefix(4)) : "0000") + "34")
    }

    @Test func namesAndMessagesAreBounded() {
        let cps = CPS()
        _ = cps.begin()
        let most = [UInt8](repeating: 0x41, count: 400)
        #expect(cps.send("S", hex("0011 37") + most.prefix(120)))
        #expect(cps.send("S", hex("0011 39") + most + [0] + most))
        #expect(cps.twin.complaints == [])
        #expect(cps.send("S", hex("0011 37") + most.prefix(121)))
        #expect(cps.next() == "n 001134")
        #expect(cps.send("S", hex("0011 39") + most + [0x41, 0] + most))
        #expect(cps.next() == "n 001134")
    }

    // MARK: Hostile

    @Test func noRandomByteTraps() {
        var random = SeededGenerator(seed: 5)
        let cps = CPS([
            StagedEvent(.at(.zero), .place(StagedCard(chip(), face: .visualCode(secret(code))))),
            StagedEvent(.at(.zero + .seconds(60)), .typePIN(secret("1234"))),
        ])
        let codes = Array("RSWPXVOMI".utf8)
        for round in 0..<2_000 {
            var body =
                [UInt8(truncatingIfNeeded: round), codes[round % codes.count]] + random.bytes(Int.random(in: 0...12, using: &random))
            if round % 2 == 0 { body.replaceSubrange(2..., with: hex("0011 32 03")) }
            var frame = CPS.frame(body)
            if round % 5 == 0 { frame[Int.random(in: frame.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            if round % 11 == 0 { frame = random.bytes(Int.random(in: 0...100, using: &random)) }
            _ = cps.exchange(frame)
            if round % 3 == 0 { _ = cps.poll() }
        }
        #expect(cps.twin.complaints.count <= 1_000)
        _ = cps.listen(.milliseconds(200))
        #expect(cps.exchange(hex("02 0002 00 52 03 7DAF51FA")) == hex("06 00"))
        #expect(cps.begin() == ["r 322E3103", "t 31"])
    }
}
