import ReaderTransport
import SimulationKit
import SonyRCS380Simulator
import Station
import TestSupport
import Testing

/// Frames by hand from the document beside the driver, checksums by Python; blocks from ISO/IEC 14443-4 annex B.
@Suite struct RCS380Tests {
    private static let acknowledgement = hex("0000FF00FF00")

    /// A frame around D6 or D7 and what follows.
    private static func frame(_ text: String) -> [UInt8] {
        let body = hex(text)
        let length = [UInt8(body.count & 0xFF), UInt8(body.count >> 8)]
        return hex("0000FFFFFF") + length + [0 &- (length[0] &+ length[1])] + body + [0 &- body.reduce(0, &+), 0]
    }

    private func command(_ bench: Bench, _ frame: [UInt8]) -> [UInt8]? {
        #expect(bench.write(frame) == .completed)
        #expect(bench.read() == Self.acknowledgement)
        return bench.read()
    }

    /// A reader with its field on and set for type B, and a card on it.
    private func ready(_ card: any SimulatedCard) -> (Bench, SonyRCS380Simulator) {
        let twin = SonyRCS380Simulator()
        let bench = Bench(twin)
        #expect(command(bench, hex("0000FFFFFF0300FDD62A01FF00")) == hex("0000FFFFFF0300FDD72B00FE00"))
        #expect(command(bench, hex("0000FFFFFF0600FAD60003070F070A00")) == hex("0000FFFFFF0300FDD701002800"))
        let settings = hex("0000FFFFFF1000F0D60200140101020109010A010B010C01E100")
        #expect(command(bench, settings) == hex("0000FFFFFF0300FDD703002600"))
        #expect(command(bench, hex("0000FFFFFF0300FDD606012300")) == hex("0000FFFFFF0300FDD707002200"))
        twin.place(card, at: bench.now)
        return (bench, twin)
    }

    /// What the card says to bytes, with a timeout in units of 0.1 ms.
    private func say(_ bench: Bench, _ text: String, timeout: UInt16 = 20_000) -> String? {
        let time = String([UInt8(timeout & 0xFF), UInt8(timeout >> 8)].map { hex([$0]) }.joined())
        let answer = command(bench, Self.frame("D604" + time + text))
        return answer.map { hex($0[10..<$0.count - 2]) }
    }

    private let request = "050008"
    private let attribute = "1D0800015A00080100"

    @Test func theGoldenActivation() {
        let (bench, twin) = ready(chip())
        let answer = hex("0000FFFFFF1300EDD7050000000008500800015A000000000081A14700")
        #expect(command(bench, hex("0000FFFFFF0700F9D6043200050008E700")) == answer)
        #expect(command(bench, hex("0000FFFFFF0D00F3D60432001D0800015A000801006B00")) == hex("0000FFFFFF0800F8D7050000000008001C00"))
        #expect(say(bench, "0200A40000") == "0000000008" + "029000")
        #expect(twin.complaints == [])
    }

    @Test func whereNoCardIsThereIsNoAnswer() {
        let (bench, twin) = ready(chip())
        twin.remove(at: bench.now)
        let begin = bench.now
        #expect(command(bench, hex("0000FFFFFF0700F9D6043200050008E700")) == hex("0000FFFFFF0700F9D7058000000000A400"))
        #expect(bench.now - begin > .milliseconds(5) && bench.now - begin < .milliseconds(10))
    }

    @Test func theCardsSideOfTheBlockProtocol() {
        // A response of 300 bytes goes in two blocks.
        let (bench, _) = ready(chip(after: .milliseconds(1), [UInt8](repeating: 0xA5, count: 298) + [0x90, 0]))
        _ = say(bench, request)
        _ = say(bench, attribute)
        // The reader's chain: acknowledged; lost blocks are asked for (rules 2, 11 and 12).
        #expect(say(bench, "1200B0") == "0000000008A2")
        #expect(say(bench, "B2") == "0000000008A2")
        #expect(say(bench, "B3") == "0000000008A2")
        let first = say(bench, "030000")
        #expect(first?.hasPrefix("000000000813A5A5") == true && first?.count == 2 * (5 + 254))
        #expect(say(bench, "B3") == first)
        #expect(say(bench, "A2")?.hasPrefix("000000000802A5") == true)
        #expect(say(bench, "C2") == "0000000008C2")
        // Asleep: it hears WUPB only.
        #expect(say(bench, "050000", timeout: 50) == "8000000000")
        #expect(say(bench, request)?.hasPrefix("000000000850") == true)
    }

    @Test func aSlowCardAsksForTime() {
        let (bench, _) = ready(chip(after: .seconds(2)))
        _ = say(bench, request)
        _ = say(bench, attribute)
        let begin = bench.now
        // FWT is 309 ms: seven times that.
        #expect(say(bench, "0200B00000") == "0000000008F207")
        #expect(say(bench, "F207", timeout: 30_000) == "0000000008029000")
        #expect(bench.now - begin > .seconds(2))
    }

    @Test func withoutTheFieldEverythingIsForgotten() {
        let (bench, _) = ready(chip())
        _ = say(bench, request)
        _ = say(bench, attribute)
        _ = command(bench, hex("0000FFFFFF0300FDD606002400"))
        _ = command(bench, hex("0000FFFFFF0300FDD606012300"))
        #expect(say(bench, "0200A40000", timeout: 50) == "8000000000")
    }

    @Test func anAckEndsWhatIsUnderWay() {
        let (bench, twin) = ready(chip())
        #expect(bench.write(Self.frame("D604FFFF0200A40000")) == .completed)
        #expect(bench.read() == Self.acknowledgement)
        #expect(bench.write(Self.acknowledgement) == .completed)
        #expect(bench.read(atMost: .seconds(10)) == nil)
        // A frame that cannot be read is not answered.
        #expect(bench.write(hex("0000FFFFFF0300FDD606012400")) == .completed)
        #expect(bench.read(atMost: .seconds(1)) == nil)
        #expect(twin.complaints.count == 1)
    }
}
