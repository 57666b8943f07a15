import AlmexCPS100W
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// Lines that lose, break and invent bytes: a right answer or a clear error, in time.
@Suite struct TrayHostileTests {
    /// Asks for a consent; the right answer is "not agreed". What comes of it when `spoil` is in force from SHOW on.
    private func ask(_ begin: (TrayBench) -> Void) throws -> (answer: ScreenAnswer?, reason: ReaderError.Reason?, bench: TrayBench) {
        let bench = TrayBench()
        bench.answer = { $0[0] == 0x53 ? [Array("a".utf8) + $0[1...2] + Array("n".utf8)] : [] }
        let reader = try bench.open()
        pass(.seconds(1), on: bench.station)
        begin(bench)
        var answer: ScreenAnswer?
        let why = reason { () throws(ReaderError) in
            guard let prompt = try reader.patientScreen?.show(.consent(.treatment)) else { return }
            guard reader.waitFor(prompt, on: bench.station, within: .seconds(100)) else { throw ReaderError(.inputOutput, cause: "hangs") }
            answer = try reader.patientScreen?.answer(to: prompt)
        }
        reader.close()
        #expect(bench.device.isClosed)
        return (answer, why, bench)
    }

    /// Spoils the message with the answer, the first time.
    private func spoilMessage(_ spoil: @escaping ([UInt8]) -> [[UInt8]]) throws -> (answer: ScreenAnswer?, bench: TrayBench) {
        let (answer, why, bench) = try ask { bench in
            var isSpoilt = false
            bench.spoil = { bytes in
                guard bytes[0] == 0x02, bytes[4] == 0x61, !isSpoilt else { return [bytes] }
                isSpoilt = true
                return spoil(bytes)
            }
        }
        #expect(why == nil)
        return (answer, bench)
    }

    @Test func everyBitOfAMessage() throws {
        for bit in 0..<13 * 8 {
            let (answer, bench) = try spoilMessage { bytes in
                var bytes = bytes
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                return [bytes]
            }
            #expect(answer == .consent(false), "bit \(bit)")
            #expect(bench.codes == "RS")
        }
    }

    @Test func everyTruncation() throws {
        for count in 0..<13 { #expect(try spoilMessage { [Array($0.prefix(count))] }.answer == .consent(false)) }
    }

    /// An XOR over the bytes would take it for right, and the answer for one to another prompt.
    @Test func theSameBytesInAnotherOrder() throws {
        let (answer, bench) = try spoilMessage { bytes in
            var bytes = bytes
            bytes.swapAt(5, 6)
            return [bytes]
        }
        #expect(answer == .consent(false))
        #expect(bench.refusals == 1)
    }

    @Test func messagesInPieces() throws {
        #expect(try spoilMessage { bytes in bytes.map { [$0] } }.answer == .consent(false))
        #expect(try spoilMessage { bytes in [[], Array(bytes.prefix(3)), [], Array(bytes.dropFirst(3))] }.answer == .consent(false))
        #expect(try spoilMessage { [hex("00FFAA77") + $0 + hex("AA03")] }.answer == .consent(false))
    }

    @Test func anACKThatIsLostIsMadeGood() throws {
        let (answer, _, bench) = try ask { bench in
            var lost = 0
            bench.spoil = { bytes in
                lost += bytes[0] == 0x06 ? 1 : 0
                return bytes[0] == 0x06 && lost < 4 ? [] : [bytes]
            }
        }
        #expect(answer == .consent(false))
        // The number is the same, and it was carried out once.
        #expect(bench.numbers == [0xFF, 0, 0, 0, 0] && bench.codes == "RS")
    }

    @Test func aMessageThatDoesNotArriveIsSentFourTimes() throws {
        let (answer, _, bench) = try ask { bench in bench.arrives = { $0 >= 5 } }
        #expect(answer == .consent(false) && bench.numbers == [0xFF, 0])
        let (none, why, other) = try ask { bench in bench.arrives = { $0 >= 6 } }
        #expect(none == nil && why == .readerGone && other.codes == "R")
    }

    @Test func anACKOfAnotherNumberIsNone() throws {
        let (answer, why, _) = try ask { bench in bench.spoil = { $0[0] == 0x06 ? [[0x06, $0[1] &+ 1]] : [$0] } }
        #expect(answer == nil && why == .readerGone)
    }

    @Test func aMessageThatIsRefusedIsSentAgain() throws {
        let (answer, _, bench) = try ask { bench in
            var isRefused = false
            bench.spoil = { bytes in
                defer { isRefused = true }
                return bytes[0] == 0x06 && !isRefused ? [[0x15]] : [bytes]
            }
        }
        #expect(answer == .consent(false) && bench.codes == "RS")
        let (none, why, _) = try ask { bench in bench.spoil = { $0[0] == 0x06 ? [[0x15]] : [$0] } }
        #expect(none == nil && why == .readerGone)
    }

    @Test func pollsWithoutAnswerAreRepeatedTenTimes() throws {
        let (answer, _, _) = try ask { bench in
            var silent = 0
            bench.spoil = { bytes in
                silent += bytes[0] == 0x06 ? 0 : 1
                return bytes[0] != 0x06 && silent < 10 ? [] : [bytes]
            }
        }
        #expect(answer == .consent(false))
        let (none, why, bench) = try ask { bench in bench.spoil = { $0[0] == 0x06 ? [$0] : [] } }
        #expect(none == nil && why == .readerGone)
        #expect(bench.station.now < .zero + .seconds(5))
    }

    @Test func aFloodEnds() throws {
        for flood: [UInt8] in [[0x04], [0x06], message([9, 0x61, 0, 9, 0x79]), [UInt8](repeating: 0x02, count: 500), []] {
            let (answer, why, _) = try ask { bench in
                bench.spoil = { bytes in
                    // The answer never comes; all the rest comes at one moment.
                    Array(repeating: flood, count: bytes[0] == 0x02 ? 70_000 : 1)
                }
            }
            #expect(answer == nil && (why == .inputOutput || why == .readerGone), "\(flood.prefix(3))")
        }
    }

    @Test func theLineIsGone() throws {
        let bench = TrayBench(tray: "1")
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        let watch = reader.watchPresence(slot: 0, known: CardPresence(isPresent: true, changes: 1))
        pass(.seconds(1), on: bench.station)
        bench.device.unplug()
        #expect(Set(pass(.seconds(1), on: bench.station)) == [prompt.rawValue, watch.rawValue])
        #expect(reason { () throws(ReaderError) in _ = try reader.presence(watch) } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.soon) } == .readerGone)
        reader.close()
        #expect(bench.device.isClosed)
    }

    @Test func aLineThatTakesNothingIsNotOpened() throws {
        for status in [TransferStatus?.none, .failed(5), .unplugged] {
            let bench = TrayBench()
            bench.device.writeStatus = status
            let why = reason { () throws(ReaderError) in
                _ = try AlmexCPS100WDriver().open(bench.device, name: "x", on: bench.station)
            }
            #expect(why == .readerGone || why == .inputOutput)
            #expect(bench.station.now < .zero + .seconds(10))
        }
    }

    @Test func aThousandRandomLinesAreSurvived() throws {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        var right = 0
        for _ in 0..<1_000 {
            let (answer, why, _) = try ask { bench in
                bench.spoil = { bytes in
                    guard random() < 64 else { return [bytes] }
                    var spoilt = bytes
                    switch random() % 4 {
                    case 0: return []
                    case 1: spoilt[Int(random()) % spoilt.count] ^= 1 << (random() % 8)
                    case 2: spoilt.removeLast(Int(random()) % spoilt.count)
                    default: spoilt = (0..<Int(random() % 12)).map { _ in random() } + spoilt
                    }
                    return [spoilt]
                }
            }
            right += answer == .consent(false) ? 1 : 0
            #expect(answer == .consent(false) || (answer == nil && (why == .readerGone || why == .timedOut || why == .inputOutput)))
        }
        print("a quarter of all that the device sends spoilt: \(right) of 1000 answers right, the others errors")
        #expect(right > 900)
    }
}
