import CCIDDevice
import SimulationKit
import Station
import TestSupport
import Testing
import USBDevice

/// The reader that takes TPDUs and the card's side of T=1 and T=0, on messages and blocks written by hand.
@Suite struct CCIDUnitTests {
    private static let blocks = "3B E0 00 FF 81 31 FE 45 14"

    private func bench(
        _ answerToReset: String = blocks, _ model: CCIDReaderModel = .genericTPDU, after computing: Duration = .milliseconds(1),
        _ answer: @escaping (_ command: [UInt8]) -> [UInt8]? = { _ in hex("90 00") }
    ) -> (bus: Bus, reader: CCIDFunction, card: ScriptedCard) {
        let (bus, reader) = Bus.with(model)
        let card = ScriptedCard(answerToReset: hex(answerToReset), computing: computing) { command, _ in answer(command) }
        reader.place(card, at: bus.now)
        bus.pass(.milliseconds(1))
        _ = bus.ask("62 00000000 00 01 010000")
        return (bus, reader, card)
    }

    /// A block to the card, with bBWI, and what comes back: the block, or bStatus and bError.
    private func cross(_ bus: Bus, _ block: String, waiting: UInt8 = 0) -> String? {
        let bytes = hex(block)
        let head = [0x6F, UInt8(bytes.count), 0, 0, 0, 0, 0, waiting, 0, 0]
        guard let answer = bus.ask(hex(head + bytes)).map({ hex($0) }) else { return nil }
        return answer[7] == 0 ? hex(Array(answer[10...])) : hex(Array(answer[7...8]))
    }

    @Test func itAnnouncesAnACR39U() {
        let bytes = CCIDReaderModel.genericTPDU.descriptor.bytes
        #expect(
            hex(bytes)
                == digits(
                    "36 21 1001 00 07 03000000 C0120000 803E0000 00 67320000 909A0C00 00 F7000000 00000000 00000000 B2000100 0F010000 FFFF 0000 00 01"
                ))
    }

    @Test func aDialogue() {
        let (bus, reader, card) = bench { $0 == hex("00 84 00 00 08") ? hex("01 02 90 00") : nil }
        #expect(bus.ask("61 07000000 00 02 010000 1110FF4500FE00") == digits("82 07000000 00 02 00 00 01 1110FF4500FE00"))
        #expect(cross(bus, "00 C1 01 F7 37") == "00E101F717")
        #expect(cross(bus, "00 00 05 00 84 00 00 08 89") == digits("00 00 04 01 02 90 00 97"))
        #expect(card.commands == [hex("00 84 00 00 08")] && reader.counts.commands == 1)
        #expect(reader.complaints == [])
    }

    @Test func bothSidesChain() {
        // IFSC 4.
        let (bus, _, card) = bench("3B 80 81 11 04 14") { _ in hex("01 02 03 04 05 90 00") }
        #expect(cross(bus, "00 C1 01 03 C3") == "00E10103E3")
        #expect(cross(bus, "00 20 04 00 2A 00 BE B0") == "00900090")
        // Again: it has that one already, and says what it awaits.
        #expect(cross(bus, "00 20 04 00 2A 00 BE B0") == "00920092")
        #expect(cross(bus, "00 40 01 00 41") == "00200301020323")
        #expect(cross(bus, "00 81 00 81") == "00200301020323")
        #expect(cross(bus, "00 90 00 90") == "006003040590F2")
        #expect(cross(bus, "00 80 00 80") == "0000010001")
        #expect(card.commands == [hex("00 2A 00 BE 00")])
    }

    @Test(arguments: [
        ("00 00 03 00 A4 00 A6", "00810081"),  // wrong code
        ("00 00 04 00 A4 00 A0", "00820082"),  // wrong length
        ("21 00 03 00 A4 00 86", "00820082"),  // an address
        ("00 40 03 00 A4 00 E7", "00820082"),  // N(S)
        ("00 01 03 00 A4 00 A6", "00820082"), ("00 C1 01 00 C0", "00820082"), ("00 C1 01 FF 3F", "00820082"),
        ("00 C3 01 01 C3", "00820082"),  // only a card asks for time
        ("00 E3 01 01 E3", "00820082"),  // that was not asked
        ("00 90 00 90", "00820082"),  // nothing was sent that could come again
        ("00 80 00 80", "00800080"), ("00 C0 00 C0", "00E000E0"), ("00 C2 00 C2", "00E200E2"),
    ])
    func whatTheCardSaysOfOtherBlocks(_ block: String, _ answer: String) {
        let (bus, _, card) = bench()
        #expect(cross(bus, block) == answer)
        #expect(card.commands.isEmpty)
        #expect(cross(bus, "00 00 03 00 A4 00 A7") == "000002900092")
    }

    @Test func afterThreeMistakesItIsSilentUntilItUnderstands() {
        let (bus, _, _) = bench()
        for answer in ["00810081", "00810081", "00810081", "40FE", "40FE"] { #expect(cross(bus, "00 C0 00 C1") == answer) }
        #expect(cross(bus, "00 C0 00 C0") == "00E000E0")
        #expect(cross(bus, "00 00 03 00 A4 00 A7") == "000002900092")
    }

    /// The card computes 5 s, its BWT is 1.43 s.
    @Test func aSlowCardAsksForTime() {
        let (bus, reader, _) = bench(after: .seconds(5))
        let began = bus.now
        #expect(cross(bus, "00 00 03 00 A4 00 A7") == "00C30104C6")
        #expect(bus.now - began < .seconds(1))
        #expect(cross(bus, "00 E3 01 04 E6", waiting: 4) == "000002900092")
        #expect(bus.now - began > .seconds(5) && reader.counts.timeExtensions == 0)
        // A reader that was not told takes it for mute.
        #expect(cross(bus, "00 40 03 00 A4 00 E7") == "00C30104C6")
        #expect(cross(bus, "00 E3 01 04 E6") == "40FE")
    }

    @Test func resynchronizationTakesTheCardBack() {
        let (bus, _, card) = bench()
        #expect(cross(bus, "00 00 03 00 A4 00 A7") == "000002900092")
        #expect(cross(bus, "00 60 03 00 A4 00 C7") == "00800080")
        #expect(cross(bus, "00 C0 00 C0") == "00E000E0")
        #expect(cross(bus, "00 00 03 00 A4 00 A7") == "000002900092")
        #expect(card.commands == [hex("00 A4 00"), hex("00 A4 00")])
    }

    @Test func aCardWithCRC() {
        let (bus, _, _) = bench("3B 80 81 51 FE 01 AF")
        #expect(cross(bus, "00 C1 01 F7 C9 8F") == "00E101F7CAB4")
        #expect(cross(bus, "00 C1 01 F7 37") == "008100AC27")
    }

    @Test func whimsComeAsTheyAreMeant() {
        let card = ScriptedCard(answerToReset: hex(Self.blocks)) { _, _ in hex("90 00") }
        let blocks = BlockCard(card, waiting: .seconds(1))
        blocks.whims = [1: .fieldSize(16), 3: .abort]
        func cross(_ block: String) -> String? { blocks.answer(hex(block), at: .zero).map { hex($0.block) } }
        #expect(cross("00 00 03 00 A4 00 A7") == "00C10110D0")
        #expect(cross("00 E1 01 10 F0") == "000002900092")
        #expect(cross("00 60 03 00 A4 00 C7") == "00C200C2")
        #expect(cross("00 E2 00 E2") == "00800080")
        #expect(blocks.executed == 1 && blocks.takeComplaints().isEmpty)
    }

    @Test func muteCardsStayMute() {
        let (bus, _, _) = bench { _ in nil }
        for block in ["00 00 03 00 A4 00 A7", "00 80 00 80", "00 C0 00 C0"] { #expect(cross(bus, block) == "40FE") }
    }

    // MARK: T=0 and the choice

    @Test func aCardWithT0() {
        let (bus, reader, card) = bench("3B 00") { $0.count > 4 && $0[1] != 0x20 ? hex("01 02 90 00") : hex("63 C3") }
        #expect(bus.ask("6C 00000000 00 02 000000") == digits("82 05000000 00 02 00 00 00 1100000A00"))
        #expect(cross(bus, "00 A4 04 00 02 3F 00") == "6102")
        #expect(cross(bus, "00 C0 00 00 03") == "6C02")
        #expect(cross(bus, "00 C0 00 00 01") == "016101")
        #expect(cross(bus, "00 C0 00 00 01") == "029000")
        #expect(cross(bus, "00 C0 00 00 01") == "6985")
        #expect(cross(bus, "00 B0 00 00 00") == "6C02")
        #expect(cross(bus, "00 B0 00 00 02") == "01029000")
        #expect(cross(bus, "00 20 00 80 00") == "63C3")
        #expect(cross(bus, "00 20 00 80 02 31") == "40FE")
        #expect(card.commands.last == hex("00 20 00 80") && reader.counts.commands == 4)
    }

    @Test func theCardSpeaksWhatItOffersFirst() {
        let (bus, reader, _) = bench("3B 80 80 01 01")
        #expect(bus.ask("6C 00000000 00 02 000000") == digits("82 05000000 00 02 00 00 00 1100000A00"))
        #expect(bus.ask("61 07000000 00 03 010000 11100045002000") == digits("82 07000000 00 03 00 00 01 11100045002000"))
        #expect(cross(bus, "00 00 03 00 A4 00 A7") == "000002900092")
        #expect(reader.complaints == [])
        // T=0 is not what it speaks now, and T=1 alone has no T=0.
        _ = bus.ask("61 05000000 00 04 000000 1100000A00")
        #expect(reader.complaints == ["another protocol than the one that is spoken"])
        let (other, _, _) = bench()
        #expect(other.ask("61 05000000 00 02 000000 1100000A00") == digits("82 00000000 00 02 40 07 00"))
    }

    @Test func aHostMayDoPPS() {
        var descriptor = CCIDDescriptor(level: .tpdu)
        descriptor.features = 0x0001_0032
        let model = CCIDReaderModel(name: "no-pps", identity: CCIDReaderModel.genericTPDU.identity, descriptor: descriptor)
        let (bus, _, _) = bench("3B 90 96 81 11 FE 68", model)
        #expect(cross(bus, "FF 11 96 78") == "FF119678")
        #expect(cross(bus, "00 00 03 00 A4 00 A7") == "000002900092")
        // Not any more.
        #expect(cross(bus, "FF 11 96 78") == "00920092")
    }

    /// ISO/IEC 7816-3 clause 9.3: no faster than TA1, no other Fi, neither PPS2 nor PPS3; nothing at all to what is damaged.
    @Test(arguments: [
        ("FF 11 95 7B", "FF11957B"), ("FF 11 11 FF", "FF1111FF"), ("FF 11 97 79", "FF01FE"), ("FF 11 A6 48", "FF01FE"),
        ("FF 71 96 01 08 11", "FF119678"), ("FF 01 FE", "FF01FE"), ("FF 11 96 77", "40FE"), ("FF 11 96 78 00", "40FE"),
        ("FF 00 FF", "40FE"), ("FF 11 EE", "40FE"),
    ])
    func theCardGrantsWhatItHas(_ request: String, _ answer: String) {
        var descriptor = CCIDDescriptor(level: .tpdu)
        descriptor.features = 0x0001_0032
        let model = CCIDReaderModel(name: "no-pps", identity: CCIDReaderModel.genericTPDU.identity, descriptor: descriptor)
        let (bus, _, _) = bench("3B 90 96 81 11 FE 68", model)
        #expect(cross(bus, request) == answer)
    }

    @Test func whatIsNoTPDUIsRefused() {
        let (bus, _, _) = bench()
        #expect(bus.ask("6F 00000000 00 02 00 0000") == digits("80 00000000 00 02 40 01 00"))
        #expect(bus.ask("6F 04000000 00 03 00 0100 00800080") == digits("80 00000000 00 03 40 08 00"))
    }
}
