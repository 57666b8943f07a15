import FujitsuCaoraSimulator
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing
import USBDevice

/// Frames of the control lane, written by hand from the document; their CRC by Python's binascii.crc_hqx with initial FFFF, which is
/// CRC-16/IBM-3740.
@Suite struct CaoraFrameTests {
    static let hello = hex("4B46 01 01 00 000004 01 0001 01 B9FD")
    static let helloAnswer = hex("4B46 01 02 00 00001C 02 0001 00 10 0005 322E312E30 11 0001 07 12 0009 434130303030303031 B1AC")
    static let nak = hex("4B46 01 02 00 000004 02 0001 01 0F65")

    @Test func theGoldenDialogue() {
        let twin = FujitsuCaoraSimulator(stage: [StagedEvent(.shown(.chooseMethod, after: .seconds(2)), .choose(.face))])
        let bench = Bench(twin)
        #expect(bench.write(Self.hello, lane: 1) == .completed)
        #expect(bench.read(lane: 1) == Self.helloAnswer)
        #expect(bench.write(hex("4B46 01 01 01 000013 01 0001 02 04 0004 00000011 20 0001 02 21 0001 03 344E"), lane: 1) == .completed)
        let shown = bench.now
        #expect(bench.read(lane: 1) == hex("4B46 01 02 01 000004 02 0001 00 5897"))
        #expect(bench.now - shown < .milliseconds(5))
        #expect(bench.read(lane: 1) == hex("4B46 01 03 00 00000F 03 0001 01 04 0004 00000011 50 0001 01 555B"))
        #expect(bench.now - shown >= .seconds(2) && bench.now - shown < .milliseconds(2_002))
        #expect(twin.complaints == [])
    }

    @Test func aTouchIsGolden() {
        let bench = Bench(FujitsuCaoraSimulator(stage: [StagedEvent(.at(.zero + .seconds(1)), .touch)]))
        #expect(bench.read(lane: 1) == hex("4B46 01 03 00 00000B 03 0001 04 04 0004 00000000 F500"))
    }

    @Test func theDescriptorsAreThoseOfTheDocument() {
        let device = FujitsuCaoraSimulator().device
        #expect(Array(device.deviceDescriptor[8..<12]) == hex("C504 C0FF"))
        let configuration = device.configurationDescriptor
        #expect(Array(configuration[9..<18]) == hex("09 04 00 00 03 0B 00 00 00"))
        #expect(configuration[18 + 52] == 1)  // bPINSupport
        #expect(Array(configuration[72..<93]) == hex("07 05 01 02 4000 00  07 05 81 02 4000 00  07 05 82 03 0800 10"))
        #expect(Array(configuration[93...]) == hex("09 04 01 00 02 FF 00 00 00  07 05 02 02 4000 00  07 05 83 02 4000 00"))
    }

    // MARK: Wrong frames

    @Test(arguments: [
        "4B47 01 01 00 000004 01 0001 01 B9FD", "4B46 02 01 00 000004 01 0001 01 B9FD", "4B46 01 01 00 000005 01 0001 01 B9FD",
        "4B46 01 01 00 000004 01 0001 01 B9FC", "4B46 01 01 00 000004 01 0001 01", "4B46", "4B46 01 01 00 FFFFFF 01 0001 01 B9FD",
    ])
    func aWrongFrameIsRefused(_ frame: String) {
        let twin = FujitsuCaoraSimulator()
        let bench = Bench(twin)
        #expect(bench.write(hex(frame), lane: 1) == .completed)
        #expect(bench.read(lane: 1) == Self.nak)
        #expect(twin.complaints.count == 1)
        // It may be sent again.
        #expect(bench.write(Self.hello, lane: 1) == .completed)
        #expect(bench.read(lane: 1) == Self.helloAnswer)
    }

    @Test func aFrameThatIsTooLongIsRefusedAndNotKept() {
        let bench = Bench(FujitsuCaoraSimulator())
        #expect(bench.write([UInt8](repeating: 0x4B, count: 200_000), lane: 1) == .completed)
        #expect(bench.read(lane: 1) == Self.nak)
    }

    @Test func aRepeatedNumberIsAnsweredAgainAndDoneOnce() {
        let caora = Caora([StagedEvent(.shown(.placeCard, time: 2), .touch)])
        let frame = Caora.frame(7, hex("01 0001 02 04 0004 00000011 20 0001 01"))
        for _ in 0..<2 {
            #expect(caora.bench.write(frame, lane: 1) == .completed)
            #expect(caora.bench.read(lane: 1).map { hex($0) } == hex(Caora.frame(7, hex("02 0001 00"), kind: 2)))
        }
        // The second would have shown the screen a second time.
        #expect(caora.bench.read(lane: 1, atMost: .seconds(1)) == nil)
    }

    @Test func anotherHostIsGreetedWhateverTheNumber() {
        let caora = Caora()
        #expect(caora.show("01") == Caora.done)
        caora.begin()
        #expect(caora.ask("01 0001 01") == hex(Self.helloAnswer[8..<36]))
    }

    @Test func aCommandBeforeTheResponseIsNotNow() {
        let caora = Caora()
        let bench = caora.bench
        let first = bench.submit(.write, lane: 1, Caora.frame(0, hex("01 0001 06 40 0001 01")))
        let second = bench.submit(.write, lane: 1, Caora.frame(1, hex("01 0001 06 40 0001 01")))
        #expect(bench.wait(first)?.status == .completed)
        #expect(bench.wait(second)?.status == .completed)
        #expect(bench.read(lane: 1) == Caora.frame(0, hex("02 0001 00"), kind: 2))
        #expect(bench.read(lane: 1) == Caora.frame(1, hex("02 0001 04"), kind: 2))
        #expect(caora.twin.complaints.count == 1)
    }

    @Test func aNumberThatDoesNotFollowIsComplainedOf() {
        let caora = Caora()
        for number in [UInt8(3), 5] {
            #expect(caora.bench.write(Caora.frame(number, hex("01 0001 06 40 0001 01")), lane: 1) == .completed)
            #expect(caora.bench.read(lane: 1) != nil)
        }
        #expect(caora.twin.complaints == ["command 5 follows command 3"])
    }

    // MARK: Wrong commands

    @Test(arguments: [
        ("", "03"), ("01 0001", "03"), ("02 0001 01", "03"), ("01 0002 0101", "03"), ("01 0001 01 01 0001 01", "03"),
        ("01 0001 00", "02"), ("01 0001 09", "02"), ("01 0001 02 20 0001 01", "03"),
        ("01 0001 02 04 0004 00000000 20 0001 01", "03"), ("01 0001 02 04 0003 000011 20 0001 01", "03"),
        ("01 0001 02 04 0004 00000011 20 0001 0C", "03"), ("01 0001 02 04 0004 00000011 20 0001 00", "03"),
        ("01 0001 02 04 0004 00000011 20 0001 02", "03"), ("01 0001 02 04 0004 00000011 20 0001 02 21 0001 04", "03"),
        ("01 0001 02 04 0004 00000011 20 0001 06 23 0001 00", "03"), ("01 0001 02 04 0004 00000011 20 0001 06 23 0001 06", "03"),
        ("01 0001 02 04 0004 00000011 20 0001 07 24 0001 FF", "03"),
        ("01 0001 02 04 0004 00000011 20 0001 09 25 0001 41", "03"), ("01 0001 03", "03"), ("01 0001 04", "03"), ("01 0001 06", "03"),
        ("01 0001 06 40 0001 00", "03"), ("01 0001 08", "03"),
        ("01 0001 05 04 0004 00000011 30 0004 00000000 31 0004 00000001 32 0000", "03"),
        ("01 0001 05 04 0004 00000011 30 0004 00000001 31 0004 00000010 32 0001 00", "03"),
        ("01 0001 05 04 0004 00000011 30 0004 00000000 31 0004 00000001 32 0002 0000", "03"),
        ("01 0001 05 04 0004 00000011 30 0004 00000000 31 0004 FFFFFFFF 32 0001 00", "03"),
    ])
    func aWrongCommandIsAnsweredByItsStatus(_ payload: String, _ status: String) {
        let caora = Caora()
        #expect(caora.ask(payload) == "020001" + status)
        #expect(caora.twin.complaints.count == 1)
        #expect(caora.twin.terminal.screen == nil)
    }

    @Test func unknownElementsArePassedOver() {
        let caora = Caora()
        #expect(caora.ask("7F 0003 010203 01 0001 06 40 0001 01") == Caora.done)
        #expect(caora.twin.complaints == [])
    }

    @Test func textsAreBounded() {
        let caora = Caora()
        let name = [UInt8](repeating: 0x41, count: 120)
        #expect(caora.ask(hex("01 0001 08") + Caora.element(0x41, name)) == Caora.done)
        #expect(caora.twin.facilityName == String(repeating: "A", count: 120))
        #expect(caora.ask(hex("01 0001 08") + Caora.element(0x41, name + [0x41])) == "02000103")
        let message = [UInt8](repeating: 0x42, count: 400)
        let screen = hex("01 0001 02 04 0004 00000011 20 0001 09")
        #expect(caora.ask(screen + Caora.element(0x25, message) + Caora.element(0x26, message)) == Caora.done)
        #expect(caora.ask(screen + Caora.element(0x25, message) + Caora.element(0x26, message + [0x42])) == "02000103")
    }

    // MARK: Hostile

    @Test func noRandomFrameTrapsAndEachIsAnswered() {
        var random = SeededGenerator(seed: 4)
        let caora = Caora([StagedEvent(.at(.zero), .place(StagedCard(chip(), face: .visualCode(secret(code)))))])
        let bench = caora.bench
        for round in 0..<2_000 {
            let number = UInt8(truncatingIfNeeded: round)
            var payload = hex("01 0001 02 04 0004 00000011 20 0001 02 21 0001 03")
            payload[3] = UInt8.random(in: 0...9, using: &random)
            payload[14] = UInt8.random(in: 0...12, using: &random)
            if payload[3] == 7 { payload[3] = 5 }  // RESTART has its own tests
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                payload[Int.random(in: payload.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if payload[0] == 1, payload[3] == 7 { payload[3] = 1 }
            var message = Caora.frame(number, payload)
            if round % 3 == 0 { message[Int.random(in: message.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            if round % 7 == 0 { message = random.bytes(Int.random(in: 0...200, using: &random)) }
            #expect(bench.write(message, lane: 1) == .completed)
            var isAnswered = false
            while !isAnswered, let frame = bench.read(lane: 1, atMost: .seconds(2)) {
                isAnswered = frame[3] == 2 && (frame[4] == number || frame[4] == 0 || message.count < 5 || frame[4] == message[4])
            }
            #expect(isAnswered)
        }
        #expect(caora.twin.complaints.count <= 1_000)
        bench.pass(.seconds(100))
        caora.begin()
        #expect(bench.write(Self.hello, lane: 1) == .completed)
    }
}
