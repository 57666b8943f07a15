import CCIDDevice
import Cards
import FujitsuCaoraSimulator
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// The card reader of a Caora: cards of the stage, and PC_to_RDR_Secure from CCID 1.1 clause 6.1.11.
@Suite struct CaoraCardTests {
    /// Four ASCII digits, ended by the last, within 60 s; then `00 20 00 80`.
    static let secure = "69 13000000 00 05 00 0000 00 3C 82 04 00 0404 01 00 1104 00 000000 00200080"

    let card = chip()

    /// A reader with a card that has power, at which `action` happens a second after the keypad is shown.
    func bench(_ actions: [StagedAction], card: (any SimulatedCard)? = nil) -> Caora {
        let caora = Caora(
            [StagedEvent(.at(.zero), .place(StagedCard(card ?? self.card)))]
                + actions.map { StagedEvent(.shown(.keypad, after: .seconds(1)), $0) })
        caora.bench.pass(.milliseconds(1))
        _ = ask(caora, "62 00000000 00 01 000000")
        return caora
    }

    func ask(_ caora: Caora, _ message: String) -> String? {
        guard caora.bench.write(hex(message)) == .completed else { return nil }
        return caora.bench.read().map { hex($0) }
    }

    @Test func cardsOfTheStageAreInTheSlot() {
        let other = chip(after: .milliseconds(1), hex("6A82"))
        let caora = Caora([
            StagedEvent(.at(.zero + .seconds(1)), .place(StagedCard(card))),
            StagedEvent(.at(.zero + .seconds(2)), .swap(StagedCard(other))),
            StagedEvent(.at(.zero + .seconds(3)), .place(StagedCard(nil, face: .insuranceCard))),
        ])
        func change() -> String? { caora.bench.wait(caora.bench.submit(.readInterrupt(atMost: 8))).map { hex($0.bytes) } }
        #expect(change() == "5003")
        #expect(caora.bench.now >= .zero + .seconds(1) && caora.bench.now < .zero + .milliseconds(1_017))
        #expect(ask(caora, "62 00000000 00 01 000000")?.hasPrefix("8009000000000100") == true)
        #expect(change() == "5003")
        #expect(ask(caora, "6F 04000000 00 02 00 0000 00A40400") == digits("80 00000000 00 02 41 FE 00"))
        #expect(change() == "5002")
        #expect(!caora.twin.reader.hasCard())
    }

    @Test(.holds("R070")) func thePINIsTypedAtTheReaderAndTheCardAsked() {
        let caora = bench([.typePIN(secret("12")), .typePIN(secret("34"))])
        #expect(caora.show("04", "22 0001 03") == Caora.done)
        #expect(ask(caora, Self.secure) == digits("80 02000000 00 05 00 00 00 9000"))
        #expect(card.commands == [hex("00200080 04 31323334")])
        // The digits before the last are touches; neither the end nor the time-out of the keypad is told again.
        #expect(caora.event() == digits("03 0001 04 04 0004 00000000"))
        #expect(caora.event() == nil)
        #expect(caora.twin.complaints == [])
    }

    /// The table of the document, byte by byte.
    @Test func theStructureOfTheDocumentIsTaken() {
        let caora = bench([.typePIN(secret("1234"))])
        #expect(caora.show("04") == Caora.done)
        let documented = "69 18000000 00 05 00 0000 00 3C 82 04 00 0404 01 FF 1104 00 000000 00200080 04 FFFFFFFF"
        #expect(ask(caora, documented) == digits("80 02000000 00 05 00 00 00 9000"))
        #expect(card.commands == [hex("00200080 04 31323334")])
        #expect(caora.twin.complaints == [])
    }

    @Test func aMyNumberCardTakesThePIN() {
        let card = VirtualCard(holder: .hanako)
        let caora = bench([.typePIN(secret("1234"))], card: card)
        let select = "6F 0F000000 00 03 00 0000 00A4040C0A D392F000260100000001"
        #expect(ask(caora, select) == digits("80 02000000 00 03 00 00 00 9000"))
        #expect(ask(caora, "6F 07000000 00 04 00 0000 00A4020C02 0018") == digits("80 02000000 00 04 00 00 00 9000"))
        #expect(caora.show("04") == Caora.done)
        #expect(ask(caora, Self.secure) == digits("80 02000000 00 05 00 00 00 9000"))
        #expect(card.isVerified(.authenticationPIN))
    }

    @Test func theEndIsCancelled() {
        let caora = bench([.choose(.end)])
        #expect(caora.show("04") == Caora.done)
        #expect(ask(caora, Self.secure) == digits("80 00000000 00 05 40 EF 00"))
        #expect(card.commands.isEmpty)
        #expect(caora.event() == nil)
    }

    @Test func withoutADigitForAMinuteItTimesOut() {
        let caora = bench([])
        #expect(caora.show("04") == Caora.done)
        let start = caora.bench.now
        #expect(caora.bench.write(hex(Self.secure)) == .completed)
        var answers: [String] = []
        while let answer = caora.bench.read(atMost: .seconds(5)) { answers.append(hex(answer)) }
        #expect(answers.last == digits("80 00000000 00 05 40 F0 00"))
        // Time extensions of 1.43 s until then.
        #expect(answers.dropLast().allSatisfy { $0 == digits("80 00000000 00 05 80 01 00") })
        #expect(answers.count == 42)
        #expect(caora.bench.now - start > .seconds(60))
        #expect(caora.event() == nil)
    }

    @Test func eachDigitMakesTheKeypadWaitAnew() {
        let caora = bench([])
        caora.twin.stage(StagedEvent(.shown(.keypad, after: .seconds(50)), .typePIN(secret("12"))))
        caora.twin.stage(StagedEvent(.shown(.keypad, after: .seconds(100)), .typePIN(secret("34"))))
        #expect(caora.show("04") == Caora.done)
        var answer = ask(caora, Self.secure)
        while answer == digits("80 00000000 00 05 80 01 00") { answer = caora.bench.read().map { hex($0) } }
        #expect(answer == digits("80 02000000 00 05 00 00 00 9000"))
        #expect(card.commands == [hex("00200080 04 31323334")])
    }

    @Test(arguments: ["01 0001 03 04 0004 00000011", "01 0001 02 04 0004 00000012 20 0001 08"])
    func takingTheKeypadBackCancels(_ command: String) {
        let caora = bench([])
        #expect(caora.show("04") == Caora.done)
        #expect(caora.bench.write(hex(Self.secure)) == .completed)
        #expect(caora.ask(command) == Caora.done)
        #expect(caora.bench.read().map { hex($0) } == digits("80 00000000 00 05 40 EF 00"))
    }

    @Test func withoutTheKeypadOnTheScreenItIsCancelledAndComplainedOf() {
        let caora = bench([])
        #expect(ask(caora, Self.secure) == digits("80 00000000 00 05 40 EF 00"))
        #expect(caora.twin.complaints == ["a PIN is asked for while the keypad is not shown"])
    }

    @Test func aCardThatLeavesEndsTheQuestion() {
        let caora = bench([.remove])
        #expect(caora.show("04") == Caora.done)
        #expect(ask(caora, Self.secure) == digits("80 00000000 00 05 42 FE 00"))
        #expect(card.commands.isEmpty)
    }

    @Test func anAbortOnBothPipesEndsTheQuestion() {
        let caora = bench([.typePIN(secret("1234"))])
        #expect(caora.show("04") == Caora.done)
        let bench = caora.bench
        #expect(bench.write(hex(Self.secure)) == .completed)
        let request = ControlRequest(requestType: 0x21, request: 1, value: 0x0600, length: 0)
        #expect(bench.wait(bench.submit(.control(request)))?.status == .completed)
        #expect(bench.write(hex("72 00000000 00 06 000000")) == .completed)
        #expect(bench.read().map { hex($0) } == digits("80 00000000 00 05 40 FF 00"))
        #expect(bench.read().map { hex($0) } == digits("81 00000000 00 06 00 00 00"))
        // The keypad asks no more: what is typed is a touch.
        #expect(caora.event() == digits("03 0001 04 04 0004 00000000"))
        #expect(card.commands.isEmpty)
        #expect(ask(caora, "6F 04000000 00 07 00 0000 00A40400") == digits("80 02000000 00 07 00 00 00 9000"))
    }

    /// The byte that is changed in the golden message, its new value and the place that is refused.
    @Test(
        arguments: [
            (8, 1, "08"), (10, 1, "0A"), (12, 0x81, "0C"), (12, 0x8A, "0C"), (12, 0x86, "0C"), (13, 0x14, "0D"), (13, 8, "0D"),
            (15, 8, "0F"), (16, 3, "10"),
            (17, 2, "11"), (26, 0xD6, "1A"),
        ] as [(Int, UInt8, String)])
    func whatIsNoVerificationOfFourDigitsIsRefused(_ place: Int, _ value: UInt8, _ error: String) {
        let caora = bench([.typePIN(secret("1234"))])
        #expect(caora.show("04") == Caora.done)
        var message = hex(Self.secure)
        message[place] = value
        if place == 15, value == 8 { message[13] = 8 }
        #expect(ask(caora, hex(message)) == digits("80 00000000 00 05 40 \(error) 00"))
        #expect(card.commands.isEmpty)
        #expect(caora.twin.complaints.count == 1)
    }

    /// Whether Lc and the place of the digits stand in the message or not, the card gets the same.
    @Test(arguments: [("13", ""), ("14", "00"), ("14", "04"), ("18", "04 FFFFFFFF")])
    func lcMayStandInTheMessage(_ length: String, _ rest: String) {
        let caora = bench([.typePIN(secret("1234"))])
        #expect(caora.show("04") == Caora.done)
        let message = "69 \(length)000000 00 05 00 0000 00 3C 82 04 00 0404 01 00 1104 00 000000 00200080" + rest
        #expect(ask(caora, message) == digits("80 02000000 00 05 00 00 00 9000"))
        #expect(card.commands == [hex("00200080 04 31323334")])
    }
}
