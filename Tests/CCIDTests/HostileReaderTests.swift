import CCID
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// Readers that do not follow the standard: never a trap, never a hang, never a wrong answer.
@Suite struct HostileReaderTests {
    private let answer = hex("0102030405060708 9000")

    /// What one APDU brings when the reader's answer to it is what `spoil` makes of the right one; and whether the next APDU works.
    private func ask(
        features: UInt32 = 0x4_04BE, _ spoil: @escaping ([UInt8]) -> [[UInt8]]
    ) throws -> (answer: [UInt8]?, reason: ReaderError.Reason?) {
        var isSpoilt = false
        let bench = try Bench([descriptor(features: features)]) { reader, command in
            let right = Obedient(answer: { _ in self.answer }).respond(to: command)
            guard command[0] == 0x6F, !isSpoilt else { return reader.reply(right) }
            isSpoilt = true
            for message in spoil(right) { reader.reply(message) }
        }
        let channel = try bench.connect()
        var got: [UInt8]?
        let why = reason { () throws(ReaderError) in got = try channel.ask("00B0000008", until: bench.soon) }
        // Whatever it was, the reader serves the next one, unless it says that the card has left.
        if why != .cardRemoved { #expect(try channel.ask("00B0000008", until: bench.soon) == answer) }
        channel.close()
        bench.reader.close()
        return (got, why)
    }

    @Test(arguments: 0..<160)
    func oneBitOfTheAnswerIsWrong(_ bit: Int) throws {
        let (got, why) = try ask { right in
            var wrong = right
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            return [wrong]
        }
        // A bit of the card's own data is the card's affair; bError without an error and reserved bits mean nothing.
        let offset = bit / 8
        if let got {
            let isMeaningless = offset == 8 || (offset == 7 && (0b0011_1101 >> (bit % 8)) & 1 == 1)
            #expect(offset >= 10 ? got.count == answer.count : isMeaningless && got == answer)
        } else {
            #expect(offset < 10 && why != nil)
        }
    }

    @Test(arguments: 0..<20)
    func theAnswerIsCutShort(_ count: Int) throws {
        // Nothing at all is an empty packet, which ends no message.
        #expect(try ask { [Array($0.prefix(count))] }.reason == (count == 0 ? .timedOut : .inputOutput))
    }

    @Test func theAnswerIsTooLong() throws {
        #expect(try ask { [$0 + [0]] }.reason == .inputOutput)
        #expect(try ask { [$0 + [UInt8](repeating: 0, count: 70_000)] }.reason == .inputOutput)
    }

    @Test func theAnswerIsThatOfAnother() throws {
        func changed(_ offset: Int, _ change: @escaping (UInt8) -> UInt8) throws -> ReaderError.Reason? {
            try ask { right in
                var wrong = right
                wrong[offset] = change(right[offset])
                wrong[10] = 0xBA
                return [wrong, wrong]
            }.reason
        }
        #expect(try changed(5) { $0 + 1 } == .timedOut)
        #expect(try changed(6) { $0 &- 1 } == .timedOut)
        #expect(try changed(0) { $0 + 2 } == .inputOutput)
        #expect(try changed(7) { _ in 0x02 } == .cardRemoved)
    }

    @Test func theRightAnswerComesAfterWrongOnes() throws {
        let (got, _) = try ask { right in
            var other = right
            other[6] &+= 100
            other[10] = 0xBA
            return [[], other, other, right]
        }
        #expect(got == answer)
    }

    @Test func aFloodOfWrongAnswersEnds() throws {
        let (_, why) = try ask { right in
            var other = right
            other[6] &+= 100
            return Array(repeating: other, count: 64)
        }
        #expect(why == .inputOutput)
    }

    @Test func anAnswerOfOneByteIsNone() throws {
        for features: UInt32 in [0x4_04BE, 0x2_04BE] {
            #expect(try ask(features: features) { [Array($0.prefix(1)) + hex("01000000") + $0[5..<11]] }.reason == .answerMalformed)
            #expect(try ask(features: features) { [Array($0.prefix(1)) + hex("00000000") + $0[5..<10]] }.reason == .answerMalformed)
        }
    }

    @Test(arguments: [0, 1, 34, 261])
    func anAnswerToResetIsOfTwoToThirtyThreeBytes(_ count: Int) throws {
        let bench = try Bench { $0.reply(Obedient(answerToReset: [UInt8](repeating: 0x3B, count: count)).respond(to: $1)) }
        #expect(reason { () throws(ReaderError) in _ = try bench.connect() } == .cardMute)
        #expect(bench.types == ["65", "62", "63"])
    }

    @Test(arguments: 0..<256)
    func everyMessageTypeIsSurvived(_ type: Int) throws {
        let (got, why) = try ask { [[UInt8(type)] + $0.dropFirst()] }
        #expect(type == 0x80 ? got == answer : why == .inputOutput)
    }

    @Test func aThousandRandomAnswersAreSurvived() throws {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for _ in 0..<1_000 {
            let noise = (0..<Int(random() % 40)).map { _ in random() }
            let (got, _) = try ask { [noise, $0] }
            #expect(got == nil || got == answer)
        }
    }
}
