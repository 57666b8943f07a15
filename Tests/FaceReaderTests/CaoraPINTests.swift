import Diagnosis
import FujitsuCaora
import ISO7816
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// The keypad of a CCID reader (USB CCID 1.1 clause 6.1.11).
@Suite struct CaoraPINTests {
    private let verify = CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80)

    /// A reader with a card that has power, on which PC_to_RDR_Secure is answered by `secure`.
    private func bench(
        _ secure: @escaping (_ command: [UInt8]) -> [[UInt8]]
    ) throws -> (bench: CaoraBench, reader: any FacetedReader, pad: any PINPad, channel: any CardChannel) {
        let bench = CaoraBench()
        bench.answerCard = { $0[0] == 0x69 ? secure($0) : [CaoraBench.obey($0)] }
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        return (bench, reader, try #require(reader.pinPad), channel)
    }

    private func types(_ bench: CaoraBench) -> [String] { (bench.device.seen[CaoraBench.cards] ?? []).map { hex([$0[0]]) } }

    @Test func thePINGoesFromTheKeypadToTheCard() throws {
        let (bench, reader, pad, channel) = try bench { command in
            // Two time extensions while somebody types.
            (0..<2).map { _ in CaoraBench.card(0x80, command, status: 0x80, error: 1) } + [CaoraBench.card(0x80, command, hex("63C2"))]
        }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        // By hand: header; verification, 60 s, ASCII at byte 0, 4 bytes, no length, 4 to 4, last digit, messages, language, none, prologue; APDU.
        #expect(
            hex(bench.device.seen[CaoraBench.cards]?.last ?? [])
                == "6918000000" + "0002000000" + "003C8204000404" + "01FF110400000000" + "0020008004FFFFFFFF")
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(try pad.result(prompt) == .answered(StatusWord(rawValue: 0x63C2)))
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
    }

    @Test func theKeypadIsShownFirstAndOverAfterwards() throws {
        let (bench, reader, pad, _) = try bench { [CaoraBench.card(0x80, $0, hex("9000"))] }
        // The device takes its time to show it.
        bench.answer = { bench, command in
            bench.device.reply(command.done(), on: CaoraBench.control, after: .milliseconds(500))
            return []
        }
        let asked = bench.station.now
        let first = try pad.verify(verify, digits: 4, slot: 0)
        #expect(bench.station.now - asked >= .milliseconds(500))
        #expect(reader.waitFor(first, on: bench.station))
        _ = try pad.result(first)
        let screen = try #require(try reader.patientScreen?.show(.enterPIN(triesLeft: 3)))
        let second = try pad.verify(verify, digits: 4, slot: 0)
        #expect(reader.waitFor(second, on: bench.station))
        _ = try pad.result(second)
        #expect(pass(.seconds(100), on: bench.station).isEmpty)
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: screen) } == .cancelled)
        #expect(bench.commands.map(\.code) == [1, 2, 3, 2, 3])
        #expect(bench.commands.filter { $0.code == 2 }.map { $0.elements[0x22] } == [nil, [3]])
    }

    @Test func aScreenInPlaceOfTheKeypadEndsTheQuestionWithoutAWord() throws {
        let (bench, reader, pad, channel) = try bench { _ in [] }
        let question = try pad.verify(verify, digits: 4, slot: 0)
        let screen = try #require(try reader.patientScreen?.show(.message(Sentence(ja: "日", en: "e"))))
        #expect(types(bench).last == "72")
        #expect(!reader.waitFor(question, on: bench.station, within: .seconds(80)))
        #expect(reason { () throws(ReaderError) in _ = try pad.result(question) } == .cancelled)
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
        reader.patientScreen?.withdraw(screen)
    }

    @Test func aKeypadThatIsNotShownAsksNobody() throws {
        let (bench, _, pad, _) = try bench { _ in [] }
        bench.answer = { [$1.status(5)] }
        #expect(reason { () throws(ReaderError) in _ = try pad.verify(self.verify, digits: 4, slot: 0) } == .notSupported)
        #expect(types(bench) == ["65", "62"])
    }

    @Test(arguments: [(UInt8(0xEF), PINPadResult.ended), (0xF0, .timedOut)])
    func whoeverGivesUpHasAskedNoCard(_ error: UInt8, _ expected: PINPadResult) throws {
        let (bench, reader, pad, channel) = try bench { [CaoraBench.card(0x80, $0, status: 0x40, error: error)] }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(try pad.result(prompt) == expected)
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
    }

    @Test func aCardThatLeavesEndsIt() throws {
        let (bench, reader, pad, _) = try bench { [CaoraBench.card(0x80, $0, status: 0x42, error: 0xFE)] }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(reason { () throws(ReaderError) in _ = try pad.result(prompt) } == .cardRemoved)
    }

    @Test func theAnswerOfAnotherCardIsNone() throws {
        var answers: [[UInt8]] = []
        let (bench, reader, pad, channel) = try bench { command in
            answers = [CaoraBench.card(0x80, command, hex("9000"))]
            return []
        }
        // The notification of the card that was there from the beginning, then that of another.
        bench.device.notify(hex("50 03"))
        pass(.seconds(1), on: bench.station)
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        bench.device.notify(hex("50 03"))
        for answer in answers { bench.device.reply(answer, on: CaoraBench.cards) }
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(reason { () throws(ReaderError) in _ = try pad.result(prompt) } == .cardRemoved)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .cardRemoved)
    }

    @Test(arguments: ["", "90", "900000"])
    func anAnswerIsTwoBytes(_ answer: String) throws {
        let (bench, reader, pad, _) = try bench { [CaoraBench.card(0x80, $0, hex(answer))] }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(reason { () throws(ReaderError) in _ = try pad.result(prompt) } == .answerMalformed)
    }

    @Test func nothingElseGoesToTheCardMeanwhile() throws {
        let (bench, reader, pad, channel) = try bench { _ in [] }
        _ = try pad.verify(verify, digits: 4, slot: 0)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .readerBusy)
        #expect(reason { () throws(ReaderError) in _ = try pad.verify(self.verify, digits: 4, slot: 0) } == .readerBusy)
        #expect(types(bench) == ["65", "62", "69"])
        // Power-off ends the question: on both pipes, then the card.
        channel.close()
        #expect(types(bench) == ["65", "62", "69", "72", "63"])
        reader.close()
    }

    @Test func cancellingEndsItAtTheReader() throws {
        let (bench, _, pad, channel) = try bench { _ in [] }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        pad.cancel(prompt)
        #expect(types(bench) == ["65", "62", "69", "72"])
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
        #expect(reason { () throws(ReaderError) in _ = try pad.result(prompt) } == .cancelled)
    }

    @Test func aSilentKeypadEndsByItself() throws {
        let (bench, reader, pad, channel) = try bench { _ in [] }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        #expect(!reader.waitFor(prompt, on: bench.station, within: .seconds(299)))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try pad.result(prompt) } == .timedOut)
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
    }

    @Test func theCableEndsIt() throws {
        let (bench, reader, pad, _) = try bench { _ in [] }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        pass(.seconds(1), on: bench.station)
        bench.device.unplug()
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(1)))
        #expect(reason { () throws(ReaderError) in _ = try pad.result(prompt) } == .readerGone)
    }

    @Test func aPINOfOtherDigitsIsNotAskedFor() throws {
        let (bench, _, pad, _) = try bench { _ in [] }
        for digits in [Int.min, 0, 3, 5, 16, Int.max] {
            #expect(reason { () throws(ReaderError) in _ = try pad.verify(self.verify, digits: digits, slot: 0) } == .notSupported)
        }
        #expect(reason { () throws(ReaderError) in _ = try pad.verify(self.verify, digits: 4, slot: 1) } == .readerUnusable)
        let update = CommandHeader(cla: 0x00, ins: 0xD6, p1: 0x00, p2: 0x00)
        #expect(reason { () throws(ReaderError) in _ = try pad.verify(update, digits: 4, slot: 0) } == .notSupported)
        #expect(types(bench) == ["65", "62"])
    }

    @Test(arguments: 0..<96)
    func oneBitOfTheAnswerIsWrong(_ bit: Int) throws {
        let (bench, reader, pad, _) = try bench { command in
            var wrong = CaoraBench.card(0x80, command, hex("9000"))
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            return [wrong]
        }
        let prompt = try pad.verify(verify, digits: 4, slot: 0)
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(301)))
        var got: PINPadResult?
        let why = reason { () throws(ReaderError) in got = try pad.result(prompt) }
        // A bit of the status word is the card's affair; bError without an error and reserved bits mean nothing.
        if bit / 8 < 10, got != nil { #expect(got == .answered(.success) && (bit / 8 == 8 || bit / 8 == 7 || bit / 8 == 9)) }
        #expect(got != nil || why != nil)
        reader.close()
    }
}
