import ISODEP
import TestSupport
import Testing

/// The scenarios of ISO/IEC 14443-4 annex B, and what a card may do wrong.
@Suite struct ReaderProtocolTests {
    private func send(_ text: String, _ waiting: UInt8 = 1) -> ReaderProtocol.Step { .send(hex(text), waiting: waiting) }

    @Test func iBlocksWithoutErrors() {
        var card = ReaderProtocol(frameSize: 256)
        #expect(card.begin(hex("00A40000")) == send("02 00A40000"))
        #expect(card.receive(hex("02 9000")) == .done(hex("9000")))
        #expect(card.begin(hex("00B00000")) == send("03 00B00000"))
        #expect(card.receive(hex("03 6A82")) == .done(hex("6A82")))
        #expect(card.begin(hex("00B00001")) == send("02 00B00001"))
    }

    @Test func moreTime() {
        var card = ReaderProtocol(frameSize: 256)
        _ = card.begin(hex("00A40000"))
        #expect(card.receive(hex("F2 81")) == .send(hex("F2 01"), waiting: 1))
        #expect(card.receive(hex("F2 3B")) == .send(hex("F2 3B"), waiting: 59))
        #expect(card.receive(hex("02 9000")) == .done(hex("9000")))
    }

    @Test("An answer that does not come, or cannot be read, is asked for by R(NAK)")
    func lostAnswer() {
        var card = ReaderProtocol(frameSize: 256)
        _ = card.begin(hex("00A40000"))
        #expect(card.receive(nil) == send("B2"))
        // The card has not got the command: R(ACK) with the other number.
        #expect(card.receive(hex("A3")) == send("02 00A40000"))
        #expect(card.receive(nil) == send("B2"))
        #expect(card.receive(hex("02 9000")) == .done(hex("9000")))
    }

    @Test func theReadersChain() {
        var card = ReaderProtocol(frameSize: 16)
        let command = (0..<30).map { UInt8($0) }
        #expect(card.begin(command) == .send([0x12] + command[..<13], waiting: 1))
        #expect(card.receive(hex("A2")) == .send([0x13] + command[13..<26], waiting: 1))
        // Lost: asked for; the card says again what it awaits.
        #expect(card.receive(nil) == send("B3"))
        #expect(card.receive(hex("A2")) == .send([0x13] + command[13..<26], waiting: 1))
        #expect(card.receive(hex("A3")) == .send([0x02] + command[26...], waiting: 1))
        #expect(card.receive(hex("02 9000")) == .done(hex("9000")))
    }

    @Test func theCardsChain() {
        var card = ReaderProtocol(frameSize: 256)
        _ = card.begin(hex("00B00000"))
        #expect(card.receive(hex("12 0102")) == send("A3"))
        #expect(card.receive(nil) == send("A3"))
        // The block before once more: it is acknowledged again, and counts once.
        #expect(card.receive(hex("12 0102")) == send("A3"))
        #expect(card.receive(hex("13 0304")) == send("A2"))
        #expect(card.receive(hex("02 9000")) == .done(hex("01020304 9000")))
    }

    @Test(
        "Whoever says nothing that can be used is given up",
        arguments: ["", "FF", "02", "B2", "F2 00", "F2 3C", "F2 0101", "0A 00", "12", "A3 00"])
    func nonsense(_ answer: String) {
        var card = ReaderProtocol(frameSize: 256)
        _ = card.begin(hex("00B00000"))
        // An I-block without a field is one, with nothing in it.
        if answer == "02" { return #expect(card.receive(hex(answer)) == .done([])) }
        var steps: [ReaderProtocol.Step] = []
        for _ in 0..<4 { steps.append(card.receive(hex(answer))) }
        #expect(steps == [send("B2"), send("B2"), send("B2"), .failed(.mute)])
    }

    @Test func aCardThatLeavesUnaskedIsGone() {
        var card = ReaderProtocol(frameSize: 256)
        _ = card.begin(hex("00B00000"))
        #expect(card.receive(hex("C2")) == .failed(.protocolError))
    }

    @Test func aResponseWithoutEndEnds() {
        var card = ReaderProtocol(frameSize: 256)
        _ = card.begin(hex("00B00000"))
        var step = ReaderProtocol.Step.done([])
        for index in 0..<400 {
            step = card.receive([0x12 | UInt8(index & 1)] + [UInt8](repeating: 0xA5, count: 250))
            if case .failed = step { break }
        }
        #expect(step == .failed(.tooLong))
    }

    @Test func requestAndAttribute() throws {
        // PUPI 11223344, application data of the example in PC/SC part 3, 106 kbit/s, 256 bytes, FWI 10.
        let answer = try #require(TypeBRequestAnswer(hex("50 11223344 00000000 0081A1")))
        #expect(answer.frameSize == 256 && answer.waitingInteger == 10)
        // 256 × 16 / 13.56 MHz × 2^10.
        #expect(answer.frameWaitingTime == 309_314_454)
        #expect(hex(answer.attribute) == "1D1122334400080100")
        #expect(TypeBRequestAnswer.bufferLengthIndex(hex("30")) == 3)
        #expect(TypeBRequestAnswer.bufferLengthIndex(hex("31")) == nil && TypeBRequestAnswer.bufferLengthIndex([]) == nil)
        #expect(hex(answer.answerToReset(bufferLengthIndex: 3)) == "3B888001" + "00000000" + "0081A1" + "30" + "19")
        for wrong in ["", "50", "51 11223344 00000000 0081A1", "50 11223344 00000000 0080A1"] {
            #expect(TypeBRequestAnswer(hex(wrong)) == nil)
        }
    }
}
