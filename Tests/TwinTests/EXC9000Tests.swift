import AtlasEXC9000Simulator
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// Frames of the bulk pair, written by hand from the document; CRC-32C by Python.
@Suite struct EXC9000Tests {
    private static let open = hex("00 04 0201 0000 00 0100 01 A3F54390")
    private static let opened = hex("00 05 0201 0000 00 1300 0000 0000 0404 030100 45584330303030303031 4410C99D")
    private static let noCard = hex("01 01 0201 0000 03 0200 8100 216C6E4D")
    private static let noCardTaken = hex("01 02 0201 0100 08 0000 4527D5E2")
    private static let showMethods = hex("02 01 0201 0000 03 0700 10 11000000 02 03 90CED244")
    private static let methodsTaken = hex("02 02 0201 0100 04 0000 B3B1F55D")
    private static let answerFace = hex("02 01 0201 0000 03 0600 90 11000000 20 EDAC8179")
    private static let answerTaken = hex("02 02 0201 0100 08 0000 6C2B7AFB")

    /// A reader of which session 0102 is open and that has told that there is no card.
    private func opened(_ stage: [StagedEvent] = []) -> (Bench, AtlasEXC9000Simulator) {
        let twin = AtlasEXC9000Simulator(stage: stage)
        let bench = Bench(twin)
        #expect(bench.write(Self.open) == .completed)
        #expect(bench.read() == Self.opened)
        #expect(bench.read() == Self.noCard)
        return (bench, twin)
    }

    private func exchange(_ bench: Bench, _ bytes: [UInt8]) -> [UInt8]? {
        #expect(bench.write(bytes) == .completed)
        return bench.read(atMost: .milliseconds(100))
    }

    @Test func theGoldenDialogue() {
        let (bench, twin) = opened([StagedEvent(.shown(.chooseMethod, after: .seconds(1)), .choose(.face))])
        #expect(exchange(bench, Self.noCardTaken) == nil)
        #expect(exchange(bench, Self.showMethods) == Self.methodsTaken)
        #expect(bench.read() == Self.answerFace)
        #expect(exchange(bench, Self.answerTaken) == nil)
        #expect(bench.read(atMost: .seconds(5)) == nil)
        #expect(twin.complaints == [])
    }

    @Test func whatIsNotAcknowledgedComesAgainSixTimes() {
        let (bench, _) = opened()
        let begin = bench.now
        for _ in 0..<5 { #expect(bench.read(atMost: .milliseconds(400)) == Self.noCard) }
        #expect(bench.now - begin > .milliseconds(1_490) && bench.now - begin < .milliseconds(1_600))
        #expect(bench.read(atMost: .seconds(10)) == nil)
        // The session is over: CLOSED.
        #expect(exchange(bench, Self.noCardTaken) == frame([0, 6, 2, 1, 0, 0, 0, 0, 0]))
    }

    @Test func aFrameThatIsAskedForComesAgainAtOnce() {
        let (bench, twin) = opened()
        #expect(exchange(bench, hex("01 03 0201 0000 08 0000 CE35F893")) == Self.noCard)
        #expect(twin.complaints == [])
    }

    @Test func aFrameThatComesTwiceCountsOnce() {
        let (bench, _) = opened([StagedEvent(.shown(.chooseMethod, after: .milliseconds(50)), .choose(.face))])
        _ = exchange(bench, Self.noCardTaken)
        #expect(exchange(bench, Self.showMethods) == Self.methodsTaken)
        // Were it shown again, it would be answered again.
        #expect(exchange(bench, Self.showMethods) == Self.methodsTaken)
        #expect(bench.read(atMost: .milliseconds(100)) == Self.answerFace)
        #expect(exchange(bench, Self.answerTaken) == nil)
        #expect(bench.read(atMost: .seconds(5)) == nil)
    }

    @Test func aFrameThatIsMissingIsAskedForOnce() {
        let (bench, _) = opened()
        _ = exchange(bench, Self.noCardTaken)
        // Number 1 on channel 2, before number 0.
        let later = frame([2, 1, 2, 1, 1, 0, 3, 1, 0, 0x15])
        #expect(exchange(bench, later) == frame([2, 3, 2, 1, 0, 0, 4, 0, 0]))
        #expect(exchange(bench, later) == nil)
        #expect(exchange(bench, Self.showMethods) == Self.methodsTaken)
        #expect(exchange(bench, later) == frame([2, 2, 2, 1, 2, 0, 4, 0, 0]))
    }

    @Test func aFrameThatCannotBeReadIsAskedForOnBothChannels() {
        let (bench, twin) = opened()
        _ = exchange(bench, Self.noCardTaken)
        var wrong = Self.showMethods
        wrong[9] ^= 0x40
        #expect(exchange(bench, wrong) == frame([1, 3, 2, 1, 0, 0, 4, 0, 0]))
        #expect(bench.read(atMost: .milliseconds(100)) == frame([2, 3, 2, 1, 0, 0, 4, 0, 0]))
        #expect(exchange(bench, Self.showMethods) == Self.methodsTaken)
        #expect(twin.complaints.count == 1)
    }

    @Test func anotherSessionIsNoneOfOurs() {
        let (bench, twin) = opened()
        _ = exchange(bench, Self.noCardTaken)
        #expect(exchange(bench, hex("02 01 5505 0000 03 0100 15 79BBDB5D")) == hex("00 06 5505 0000 00 0000 2B584A7E"))
        #expect(twin.complaints.count == 1)
        // OPEN of the session that is open begins nothing anew, and tells what has come.
        _ = exchange(bench, Self.showMethods)
        let again = exchange(bench, Self.open)
        #expect(again.map { Array($0[9..<13]) } == [0, 0, 1, 0])
        #expect(twin.terminal.screen?.kind == .chooseMethod)
    }

    @Test func anApduGoesInParts() {
        let (bench, twin) = opened()
        _ = exchange(bench, Self.noCardTaken)
        twin.stage(
            StagedEvent(
                .at(bench.now), .place(StagedCard(chip(after: .milliseconds(1), [UInt8](repeating: 0xA5, count: 1_000) + [0x90, 0])))))
        #expect(bench.read() == frame([1, 1, 2, 1, 1, 0, 3, 2, 0, 0x81, 1]))
        _ = exchange(bench, frame([1, 2, 2, 1, 2, 0, 8, 0, 0]))
        #expect(exchange(bench, frame([1, 1, 2, 1, 0, 0, 3, 2, 0, 1, 1])) == frame([1, 2, 2, 1, 1, 0, 4, 0, 0]))
        #expect(bench.read()?[9...10] == [0x82, 0x00])
        // The host takes one frame, then two.
        _ = exchange(bench, frame([1, 2, 2, 1, 3, 0, 1, 0, 0]))
        #expect(exchange(bench, frame([1, 1, 2, 1, 1, 0, 1, 3, 0, 2, 0, 0xB0])) == frame([1, 2, 2, 1, 2, 0, 4, 0, 0]))
        #expect(exchange(bench, frame([1, 1, 2, 1, 2, 0, 2, 3, 0, 0, 0, 0])) == frame([1, 2, 2, 1, 3, 0, 4, 0, 0]))
        let first = bench.read()
        #expect(first?.count == 493 && first?[6] == 1 && first?[9...11] == [0x83, 0x00, 0xA5])
        #expect(bench.read(atMost: .milliseconds(200)) == nil)
        #expect(exchange(bench, frame([1, 2, 2, 1, 4, 0, 2, 0, 0]))?.count == 493)
        let last = bench.read()
        #expect(last?[6] == 2 && last?.dropLast(4).suffix(2) == [0x90, 0x00])
    }
}

private func frame(_ body: [UInt8]) -> [UInt8] { body + crc(body) }

/// CRC-32C, bit by bit, least significant byte first.
private func crc(_ bytes: [UInt8]) -> [UInt8] {
    var crc = UInt32.max
    for bit in bytes.flatMap({ byte in (0..<8).map { UInt32(byte >> UInt8($0)) & 1 } }) {
        crc = (crc ^ bit) & 1 != 0 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (8 * $0)) }
}
