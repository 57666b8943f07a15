import ACR1255U
import ACR1255USimulator
import Diagnosis
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing

@Suite struct ACR1255UTests {
    private let select = ACR1255UVectors.select

    private func bench(_ twin: ACR1255USimulator, key: Secret = ACR1255UDriver.factoryKey) -> BluetoothBench {
        BluetoothBench(twin, ACR1255UDriver(masterKey: key, random: seeded(7)))
    }

    @Test(arguments: [true, false])
    func apdusOfEveryLengthAreCarried(_ echoes: Bool) throws {
        var firmware = ACR1255USimulator.Firmware()
        firmware.echoesSequence = echoes
        let twin = ACR1255USimulator(firmware: firmware)
        let card = ScriptedCard { command, _ in Array(command.reversed()) + hex("9000") }
        twin.place(card, at: .zero)
        let bench = bench(twin)
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        for count in [4, 5, 255, 256, 257, 511, 512, 513, 4_000] {
            let command = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(try channel.ask(command, until: bench.soon) == Array(command.reversed()) + hex("9000"))
        }
        channel.close()
        #expect(!twin.isPowered)
        #expect(twin.isPolling)
        reader.close()
        #expect(!twin.isPolling)
        #expect(twin.complaints == [])
        #expect(twin.counts.sessions == 1)
    }

    // MARK: The key

    @Test func aSitesOwnKeyIsUsed() throws {
        let twin = ACR1255USimulator(masterKey: Array("a site's own key".utf8))
        twin.place(countingCard(), at: .zero)
        #expect(try bench(twin, key: Secret(Array("a site's own key".utf8))).askOnce(select).suffix(2) == hex("9000"))
    }

    @Test func aWrongKeyIsTriedOnce() throws {
        let twin = ACR1255USimulator(masterKey: Array("a site's own key".utf8))
        let bench = bench(twin)
        let error = failure { () throws(ReaderError) in _ = try bench.open() }
        #expect(error?.reason == .readerUnusable)
        #expect(twin.counts.wrongKeys == 1)
        // No byte of a key is in what people read.
        #expect(error?.cause == "the reader has another key; it is not tried again")
    }

    @Test func aReaderThatHasSeenTooManyWrongKeysSaysSo() throws {
        let twin = ACR1255USimulator(masterKey: Array("a site's own key".utf8))
        let wrong = bench(twin)
        for _ in 0..<ACR1255USimulator.mostWrongKeys { _ = failure { () throws(ReaderError) in _ = try wrong.open() } }
        let right = bench(twin, key: Secret(Array("a site's own key".utf8)))
        let error = failure { () throws(ReaderError) in _ = try right.open() }
        #expect(error?.reason == .readerUnusable)
        #expect(error?.cause == "the reader refuses the authentication: too many authentications have failed")
    }

    @Test func aKeyOfAnotherLengthIsRefusedBeforeAnythingIsSent() throws {
        let twin = ACR1255USimulator()
        let bench = bench(twin, key: Secret(Array("short".utf8)))
        #expect(failure { () throws(ReaderError) in _ = try bench.open() }?.reason == .readerUnusable)
        #expect(bench.notified == 0)
    }

    @Test func aKeyThatIsNotAnsweredIsNotTriedAgain() throws {
        let twin = ACR1255USimulator()
        let bench = bench(twin)
        // The answer to the key is in the third and fourth notification.
        bench.alter = { $0 >= 3 ? [] : $1 }
        let error = failure { () throws(ReaderError) in _ = try bench.open() }
        #expect(error?.reason == .readerUnusable)
        #expect(twin.counts.sessions == 1)
    }

    @Test func aReaderThatDoesNotProveItsKeyIsRefused() throws {
        let station = Station(.virtual)
        var received: [UInt8] = []
        let service = ScriptedService(service: hex("3C4AFFF047833DE5A983D348718EF133"), on: station) { service, value in
            received += value
            let dialogue = ACR1255UVectors.dialogue
            if received == hex(dialogue[0].host) { service.notify(hex(dialogue[0].reader[0])) }
            // The first bit of its answer to our number is another one, and so are the two checksums.
            if received == hex(dialogue[0].host + dialogue[1].host) {
                service.notify(hex("05 001C 83001500 5A0289 E100004600 C7D55054F349D417B16540219BDAC9B2 1C 0A"))
            }
        }
        let driver = ACR1255UDriver(random: { _ in ACR1255UVectors.ours })
        let error = failure { () throws(ReaderError) in _ = try driver.open(service, name: "sim:liar", on: station) }
        #expect(error?.cause == "the reader does not prove that it has the key")
    }

    @Test func anEarlierUseLeavesNothingBehind() throws {
        let twin = ACR1255USimulator()
        twin.place(countingCard(), at: .zero)
        let bench = bench(twin)
        // The first program ends without a word.
        _ = try bench.open().connect(slot: 0, until: bench.soon)
        bench.crash()
        #expect(try bench.askOnce(select).suffix(2) == hex("9000"))
        #expect(twin.counts.sessions == 2)
    }

    // MARK: The maker's own commands

    @Test func lightsPollingAndVersionAreReached() throws {
        let twin = ACR1255USimulator()
        let bench = bench(twin)
        let reader = try #require(try bench.open() as? ACR1255UReader)
        try reader.setIndicators([.charging, .operationBlink], until: bench.soon)
        #expect(twin.indicators == 0x81)
        try reader.setPolling(false, until: bench.soon)
        #expect(!twin.isPolling)
        let version = try reader.escape(hex("E000001800"), until: bench.soon)
        #expect(version.starts(with: hex("E1000000") + [UInt8(version.count - 5)]))
        #expect(failure { () throws(ReaderError) in _ = try reader.escape(hex("E00000FF00"), until: bench.soon) }?.reason == .inputOutput)
        reader.close()
    }

    @Test func anEscapeThatNoFrameCanHoldIsRefusedBeforeAnyOfItGoesOut() throws {
        let bench = bench(ACR1255USimulator())
        let reader = try #require(try bench.open() as? ACR1255UReader)
        for (count, isSent) in [(65_513, true), (65_514, false), (65_520, false), (65_535, false)] {
            let before = bench.notified
            let long = hex("E00000FF00") + [UInt8](repeating: 0, count: count - 5)
            let reason = failure { () throws(ReaderError) in _ = try reader.escape(long, until: bench.station.now + .seconds(600)) }?.reason
            #expect(reason == .inputOutput)
            #expect((bench.notified > before) == isSent, "\(count)")
        }
        reader.close()
    }

    // MARK: Hardware errors

    private static let errors: [(code: UInt8, reason: ReaderError.Reason)] = [
        (1, .inputOutput), (2, .cardMute), (3, .inputOutput), (4, .readerGone), (5, .inputOutput), (6, .inputOutput), (7, .inputOutput),
        (99, .inputOutput),
    ]

    @Test(arguments: errors)
    func aHardwareErrorEndsTheCommandUnderWay(_ code: UInt8, _ reason: ReaderError.Reason) throws {
        let twin = ACR1255USimulator()
        twin.place(countingCard(), at: .zero)
        let bench = bench(twin)
        let reader = try bench.open()
        try reader.waitForCard(on: bench.station, until: bench.soon)
        let channel = try reader.connect(slot: 0, until: bench.soon)
        let next = bench.notified + 1
        let body = [0x51, 0, 0, 0, 0, code, 0x51 ^ code]
        let frame = [0x05, 0, 7] + body + [body.reduce(7, ^), 0x0A]
        bench.alter = { $0 == next ? frame : $0 < next + 5 ? [] : $1 }
        let began = bench.station.now
        let error = failure { () throws(ReaderError) in _ = try channel.ask(self.select, until: bench.soon) }
        #expect(error?.reason == reason)
        #expect(bench.station.now - began < .seconds(2))
        reader.close()
    }

    // MARK: Range

    @Test func aReaderThatIsCarriedAwayIsGoneAndComesBack() throws {
        let twin = ACR1255USimulator()
        twin.place(countingCard(), at: .zero)
        let bench = bench(twin)
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        twin.move(isInRange: false, at: bench.station.now + .milliseconds(40))
        #expect(failure { () throws(ReaderError) in _ = try channel.ask(self.select, until: bench.soon) }?.reason == .readerGone)
        #expect(failure { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.soon) }?.reason == .readerGone)
        #expect(!twin.isPowered)
        reader.close()
        #expect(failure { () throws(ReaderError) in _ = try bench.open() }?.reason == .readerGone)
        twin.move(isInRange: true, at: bench.station.now)
        bench.station.pass(.seconds(1))
        #expect(try bench.askOnce(select).suffix(2) == hex("9000"))
    }

    // MARK: Hostile readers

    /// Every bit of every notification of a use, one at a time: the right answer, or an error in time.
    @Test(arguments: 0..<8)
    func noBitIsTakenForAnother(_ bit: Int) throws {
        var wrong = 0
        for number in [1, 2, 3, 4, 5, 6, 8, 9, 11, 13, 16] {
            for offset in [0, 1, 2, 9, 19] {
                let twin = ACR1255USimulator()
                twin.place(countingCard(), at: .zero)
                let bench = bench(twin)
                bench.alter = { place, value in
                    guard place == number, offset < value.count else { return value }
                    var value = value
                    value[offset] ^= 1 << UInt8(bit)
                    return value
                }
                var answer: [UInt8]?
                let error = failure { () throws(ReaderError) in answer = try bench.askOnce(self.select) }
                if error == nil, answer != [UInt8](repeating: 1, count: 40) + hex("9000") { wrong += 1 }
                #expect(bench.station.now < .zero + .seconds(60))
            }
        }
        #expect(wrong == 0)
    }

    @Test func noiseIsSurvived() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<100 {
            let twin = ACR1255USimulator()
            twin.place(countingCard(), at: .zero)
            let bench = bench(twin)
            let first = Int(generator.next() % 20) + 1
            let noise = generator.bytes(20)
            let isFrame = generator.next() % 2 == 0
            bench.alter = { number, value in number == first ? (isFrame ? [0x05, 0x00, 0x0F] : []) + noise : value }
            var answer: [UInt8]?
            _ = failure { () throws(ReaderError) in answer = try bench.askOnce(self.select) }
            #expect(answer == nil || answer == [UInt8](repeating: 1, count: 40) + hex("9000"))
            #expect(bench.station.now < .zero + .seconds(60))
        }
    }

    @Test(arguments: [[], hex("05"), hex("05 FFFF"), hex("0A"), hex("05 0000 00 0A")])
    func aReaderThatNeverStopsTalkingIsGivenUp(_ value: [UInt8]) throws {
        let station = Station(.virtual)
        let service = ScriptedService(service: hex("3C4AFFF047833DE5A983D348718EF133"), on: station) { _, _ in }
        for _ in 0..<100_000 { service.end(next: value, .completed, after: .zero) }
        let error = failure { () throws(ReaderError) in _ = try ACR1255UDriver().open(service, name: "sim:flood", on: station) }
        #expect(error?.reason == .inputOutput)
        #expect(station.now < .zero + .seconds(30))
    }

    @Test func aReaderThatIsSilentOrFailsIsGivenUp() throws {
        for status in [TransferStatus.completed, .failed(-5), .stalled, .unplugged, nil] as [TransferStatus?] {
            let station = Station(.virtual)
            let service = ScriptedService(service: hex("3C4AFFF047833DE5A983D348718EF133"), on: station) { _, _ in }
            service.writeStatus = { _ in status }
            let error = failure { () throws(ReaderError) in _ = try ACR1255UDriver().open(service, name: "sim:silent", on: station) }
            #expect(error?.reason == (status == .unplugged ? .readerGone : .inputOutput))
            #expect(station.now <= .zero + .seconds(9))
        }
    }
}

extension Station {
    /// Lets time pass.
    func pass(_ duration: Duration) {
        let end = now + duration
        while case .event = next(until: end) {}
    }
}
