import CCIDDevice
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing
import USBDevice

/// The reader on messages written by hand from CCID 1.1.
@Suite struct CCIDTests {
    static let answerToReset = "3B E0 00 FF 81 31 FE 45 14"

    /// A card that answers every command with `answer` after a time.
    func card(_ answer: [UInt8] = [0x90, 0x00], after computing: Duration = .milliseconds(1)) -> ScriptedCard {
        ScriptedCard(answerToReset: hex(Self.answerToReset), computing: computing) { _, _ in answer }
    }

    func bench(
        _ model: CCIDReaderModel = .genericExtended, card: ScriptedCard? = nil
    ) -> (bus: Bus, reader: CCIDFunction, card: ScriptedCard) {
        let (bus, reader) = Bus.with(model)
        let card = card ?? self.card()
        reader.place(card, at: bus.now)
        bus.pass(.milliseconds(1))
        return (bus, reader, card)
    }

    @Test func aDialogue() {
        let (bus, reader, card) = bench(card: card(hex("6F 00 90 00")))
        #expect(bus.read(endpoint: 0x83).map { hex($0) } == "5003")
        #expect(bus.ask("65 00000000 00 01 000000") == digits("81 00000000 00 01 01 00 01"))
        #expect(bus.ask("62 00000000 00 02 000000") == digits("80 09000000 00 02 00 00 00") + digits(Self.answerToReset))
        #expect(card.isPowered)
        // T=1: Fi/Di 11, LRC, BWI and CWI 45 from TB3, IFSC FE from TA3.
        #expect(bus.ask("6C 00000000 00 03 000000") == digits("82 07000000 00 03 00 00 01 11 10 FF 45 00 FE 00"))
        #expect(bus.ask("6F 05000000 00 04 00 0000 00A4040C00") == digits("80 04000000 00 04 00 00 00 6F009000"))
        #expect(card.commands == [hex("00 A4 04 0C 00")])
        #expect(bus.ask("63 00000000 00 05 000000") == digits("81 00000000 00 05 01 00 01"))
        #expect(!card.isPowered)
        #expect(reader.complaints == [])
    }

    @Test func slotChangesAreToldOnce() {
        let (bus, reader, card) = bench()
        #expect(bus.read(endpoint: 0x83).map { hex($0) } == "5003")
        #expect(bus.read(endpoint: 0x83, atMost: .seconds(1)) == nil)
        reader.remove(at: bus.now)
        #expect(bus.read(endpoint: 0x83).map { hex($0) } == "5002")
        // Two changes between two looks: one message, changed and present.
        reader.place(card, at: bus.now)
        reader.remove(at: bus.now)
        reader.place(card, at: bus.now)
        bus.pass(.milliseconds(1))
        #expect(bus.read(endpoint: 0x83).map { hex($0) } == "5003")
        #expect(bus.read(endpoint: 0x83, atMost: .seconds(1)) == nil)
    }

    @Test func slotsHaveTwoBitsEach() {
        var model = CCIDDescriptor(level: .extendedAPDU)
        model.maxSlotIndex = 4
        let reader = CCIDFunction(model, timing: CCIDTiming(link: .contact))
        let bus = Bus(USBDevice(CCIDReaderModel.genericExtended.identity, functions: [reader]))
        _ = bus.control(hex("00 09 01 00 00 00 00 00"))
        reader.place(card(), slot: 4, at: bus.now)
        #expect(bus.read(endpoint: 0x83).map { hex($0) } == "500003")
        reader.place(card(), slot: 1, at: bus.now)
        #expect(bus.read(endpoint: 0x83).map { hex($0) } == "500C01")
        #expect(bus.ask("65 00000000 04 01 000000") == digits("81 00000000 04 01 01 00 01"))
        #expect(bus.ask("65 00000000 05 02 000000") == digits("81 00000000 05 02 42 05 00"))
    }

    // MARK: What is refused

    /// A message to a card with power, and the answer's last ten bytes of header.
    @Test(arguments: [
        ("62 00000000 00 09 040000", "80 00000000 00 09 40 07 00"),  // no such voltage
        ("62 01000000 00 09 000000 00", "80 00000000 00 09 40 01 00"),
        ("63 01000000 00 09 000000 00", "81 00000000 00 09 40 01 00"),
        ("65 05000000 00 09 000000 00", "81 00000000 00 09 40 01 00"),  // dwLength is not what came
        ("65 FFFFFFFF 00 09 000000 00", "81 00000000 00 09 40 01 00"),
        ("6F 00000000 00 09 00 0000", "80 00000000 00 09 40 01 00"),  // no APDU
        ("6F 03000000 00 09 00 0000 00A404", "80 00000000 00 09 40 01 00"),
        ("6F 04000000 00 09 00 0400 00A40400", "80 00000000 00 09 40 08 00"),  // no such level parameter
        ("6F 04000000 00 09 00 0200 00A40400", "80 00000000 00 09 40 08 00"),  // ends what has not begun
        ("6F 00000000 00 09 00 1000", "80 00000000 00 09 40 08 00"),  // no response goes on
        ("61 05000000 00 09 010000 1100000A00", "82 00000000 00 09 40 01 00"),
        ("61 05000000 00 09 020000 1100000A00", "82 00000000 00 09 40 07 00"),
        ("6B 01000000 00 09 000000 00", "83 00000000 00 09 40 00 00"),  // not supported, all of them
        ("6E 00000000 00 09 000000", "81 00000000 00 09 40 00 00"),
        ("69 01000000 00 09 000000 00", "80 00000000 00 09 40 00 00"),
        ("71 00000000 00 09 010000", "81 00000000 00 09 40 00 00"),
        ("73 08000000 00 09 000000 A00F0000 002A0000", "84 08000000 00 09 40 00 00 A00F0000 002A0000"),
        ("7F 00000000 00 09 000000", "81 00000000 00 09 40 00 00"),  // no such message
        ("65 00000000 07 09 000000", "81 00000000 07 09 42 05 00"),  // no such slot
    ])
    func aWrongMessageIsAnsweredByTheBook(_ message: String, _ answer: String) {
        let (bus, _, card) = bench()
        _ = bus.ask("62 00000000 00 02 000000")
        #expect(bus.ask(message) == digits(answer))
        #expect(card.commands.isEmpty)
        #expect(bus.ask("6F 04000000 00 0A 00 0000 00A40400") == digits("80 02000000 00 0A 00 00 00 9000"))
    }

    @Test func withoutPowerOrCardTheSlotIsMute() {
        let (bus, reader, _) = bench()
        #expect(bus.ask("6F 04000000 00 01 00 0000 00A40400") == digits("80 00000000 00 01 41 FE 00"))
        reader.remove(at: bus.now)
        bus.pass(.milliseconds(1))
        #expect(bus.ask("6F 04000000 00 02 00 0000 00A40400") == digits("80 00000000 00 02 42 FE 00"))
        #expect(bus.ask("62 00000000 00 03 000000") == digits("80 00000000 00 03 42 FE 00"))
    }

    @Test(arguments: [
        ("", "FE"), ("3C 00", "F8"), ("3B 80 81 01 01", "F7"), ("3B 80 02 82", "F6"), ("3B E0 00 FF 81 31 FE 45 15", "F7"), ("3B 80", "F7"),
    ])
    func aWrongAnswerToResetFails(_ answer: String, _ error: String) {
        let (bus, _, card) = bench(card: ScriptedCard(answerToReset: hex(answer)) { _, _ in nil })
        #expect(bus.ask("62 00000000 00 01 000000") == digits("80 00000000 00 01 41 \(error) 00"))
        #expect(!card.isPowered)
    }

    @Test func aMessageWithoutHeaderHaltsThePipe() {
        let (bus, reader, _) = bench()
        #expect(bus.write(hex("65 00 00")) == .completed)
        #expect(bus.write(hex("65 00000000 00 01 000000")) == .stalled)
        _ = bus.control(hex("02 01 00 00 01 00 00 00"))
        #expect(bus.ask("65 00000000 00 01 000000") == digits("81 00000000 00 01 01 00 01"))
        #expect(reader.complaints == ["a message of 3 bytes is shorter than a header"])
    }

    // MARK: Long APDUs and long answers

    @Test func anAPDULargerThanAMessageGoesInParts() {
        let (bus, reader, card) = bench()
        _ = bus.ask("62 00000000 00 01 000000")
        let command = hex("00 D6 00 00 00 02 58") + [UInt8](repeating: 7, count: 600)
        func part(_ sequence: UInt8, _ parameter: UInt8, _ bytes: ArraySlice<UInt8>) -> String {
            hex([0x6F, UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8), 0, 0, 0, sequence, 0, parameter, 0] + bytes)
        }
        #expect(bus.ask(part(2, 1, command[..<261])) == digits("80 00000000 00 02 00 00 10"))
        #expect(bus.ask(part(3, 3, command[261..<522])) == digits("80 00000000 00 03 00 00 10"))
        #expect(bus.ask(part(4, 2, command[522...])) == digits("80 02000000 00 04 00 00 00 9000"))
        #expect(card.commands == [command])
        #expect(reader.complaints == [])
    }

    @Test func anAnswerLargerThanAMessageComesInParts() throws {
        let answer = (0..<600).map { UInt8($0 & 0xFF) } + [0x90, 0x00]
        let (bus, reader, _) = bench(card: card(answer))
        _ = bus.ask("62 00000000 00 01 000000")
        let first = try #require(bus.ask("6F 07000000 00 02 00 0000 00B00000000000"))
        #expect(first == digits("80 05010000 00 02 00 00 01") + hex(answer[..<261]))
        #expect(bus.ask("6F 00000000 00 03 00 1000") == digits("80 05010000 00 03 00 00 03") + hex(answer[261..<522]))
        #expect(bus.ask("6F 00000000 00 04 00 1000") == digits("80 50000000 00 04 00 00 02") + hex(answer[522...]))
        #expect(bus.ask("6F 00000000 00 05 00 1000") == digits("80 00000000 00 05 40 08 00"))
        #expect(reader.complaints == ["a response is asked for that has ended"])
    }

    @Test func theShortLevelTakesShortAPDUsOnly() {
        let (bus, _, card) = bench(.genericShort)
        _ = bus.ask("62 00000000 00 01 000000")
        #expect(bus.ask("6F 07000000 00 02 00 0000 00B00000000000") == digits("80 00000000 00 02 40 0A 00"))
        #expect(bus.ask("6F 04000000 00 03 00 0100 00A40400") == digits("80 00000000 00 03 40 08 00"))
        #expect(card.commands.isEmpty)
        #expect(bus.ask("6F 05000000 00 04 00 0000 00B0000000") == digits("80 02000000 00 04 00 00 00 9000"))
    }

    @Test func theShortLevelBringsNoLongAnswer() {
        let (bus, _, _) = bench(.genericShort, card: card([UInt8](repeating: 0, count: 259)))
        _ = bus.ask("62 00000000 00 01 000000")
        #expect(bus.ask("6F 05000000 00 02 00 0000 00B0000000") == digits("80 00000000 00 02 40 FC 00"))
    }

    // MARK: Time

    @Test func theReaderAsksForTimeWhileTheCardComputes() {
        let (bus, reader, _) = bench(card: card(after: .seconds(4)))
        _ = bus.ask("62 00000000 00 01 000000")
        #expect(bus.ask("6F 04000000 00 02 00 0000 00A40400") == digits("80 00000000 00 02 80 01 00"))
        #expect(bus.read().map { hex($0) } == digits("80 00000000 00 02 80 01 00"))
        #expect(bus.read().map { hex($0) } == digits("80 02000000 00 02 00 00 00 9000"))
        #expect(reader.counts.timeExtensions == 2)
        #expect(bus.now > .zero + .seconds(4))
    }

    @Test func aMuteCardFailsAndIsBackAfterAReset() {
        var isMute = true
        let card = ScriptedCard(answerToReset: hex(Self.answerToReset)) { _, _ in isMute ? nil : [0x90, 0x00] }
        let (bus, _, _) = bench(card: card)
        _ = bus.ask("62 00000000 00 01 000000")
        let start = bus.now
        #expect(bus.ask("6F 04000000 00 02 00 0000 00A40400") == digits("80 00000000 00 02 40 FE 00"))
        #expect(bus.now - start >= .milliseconds(1_429))
        isMute = false
        #expect(bus.ask("6F 04000000 00 03 00 0000 00A40400") == digits("80 00000000 00 03 40 FE 00"))
        #expect(card.commands.count == 1)
        _ = bus.ask("62 00000000 00 04 000000")
        #expect(bus.ask("6F 04000000 00 05 00 0000 00A40400") == digits("80 02000000 00 05 00 00 00 9000"))
    }

    @Test func aCardPulledWhileItComputesEndsTheCommand() {
        let (bus, reader, _) = bench(card: card(after: .seconds(1)))
        _ = bus.ask("62 00000000 00 01 000000")
        reader.remove(at: bus.now + .milliseconds(500))
        let start = bus.now
        #expect(bus.ask("6F 04000000 00 02 00 0000 00A40400") == digits("80 00000000 00 02 42 FE 00"))
        #expect(bus.now - start < .milliseconds(510))
        // Whatever card is there now has no power.
        reader.place(card(), at: bus.now)
        bus.pass(.milliseconds(1))
        #expect(bus.ask("6F 04000000 00 03 00 0000 00A40400") == digits("80 00000000 00 03 41 FE 00"))
    }

    // MARK: Slots that are busy, and aborts

    @Test func aBusySlotTakesNoOtherCommand() {
        let (bus, reader, _) = bench(card: card(after: .seconds(1)))
        _ = bus.ask("62 00000000 00 01 000000")
        #expect(bus.write(hex("6F 04000000 00 02 00 0000 00A40400")) == .completed)
        #expect(bus.ask("65 00000000 00 03 000000") == digits("81 00000000 00 03 40 E0 00"))
        #expect(bus.read().map { hex($0) } == digits("80 02000000 00 02 00 00 00 9000"))
        #expect(reader.complaints == ["a command to slot 0 while it or another is busy"])
    }

    @Test(arguments: [true, false])
    func anAbortIsAskedForOnBothPipes(_ controlFirst: Bool) {
        let (bus, reader, card) = bench(card: card(after: .seconds(1)))
        _ = bus.ask("62 00000000 00 01 000000")
        #expect(bus.write(hex("6F 04000000 00 02 00 0000 00A40400")) == .completed)
        if controlFirst {
            #expect(bus.control(hex("21 01 00 03 00 00 00 00")) == [])
            #expect(bus.ask("65 00000000 00 09 000000") == digits("81 00000000 00 09 40 FF 00"))
            #expect(bus.write(hex("72 00000000 00 03 000000")) == .completed)
        } else {
            #expect(bus.write(hex("72 00000000 00 03 000000")) == .completed)
            #expect(bus.ask("65 00000000 00 09 000000") == digits("81 00000000 00 09 40 FF 00"))
            #expect(bus.control(hex("21 01 00 03 00 00 00 00")) == [])
        }
        #expect(bus.read().map { hex($0) } == digits("80 00000000 00 02 40 FF 00"))
        #expect(bus.read().map { hex($0) } == digits("81 00000000 00 03 00 00 00"))
        #expect(bus.read(atMost: .milliseconds(100)) == nil)
        // The card has to finish before it hears the next command.
        #expect(bus.ask("6F 04000000 00 04 00 0000 00A40400") == digits("80 00000000 00 04 80 01 00") || card.commands.count == 2)
        #expect(reader.counts.aborts == 1)
        #expect(reader.complaints == [])
    }

    @Test func anAbortOfAnotherNumberAbortsNothing() {
        let (bus, reader, _) = bench()
        #expect(bus.control(hex("21 01 00 05 00 00 00 00")) == [])
        #expect(bus.ask("72 00000000 00 06 000000") == digits("81 00000000 00 06 41 FF 00"))
        #expect(bus.ask("72 00000000 00 05 000000") == digits("81 00000000 00 05 01 00 01"))
        #expect(bus.control(hex("21 01 01 05 00 00 00 00")) == nil)  // slot 1
        #expect(reader.counts.aborts == 1)
    }

    // MARK: Hostile

    @Test func noRandomMessageTrapsOrFillsTheMemory() {
        var random = SeededGenerator(seed: 20)
        let (bus, reader, _) = bench()
        for round in 0..<3_000 {
            var message = hex("6F 04000000 00 01 00 0000 00A40400")
            if round % 3 == 0 { message = random.bytes(Int.random(in: 0...300, using: &random)) }
            for _ in 0..<Int.random(in: 0...3, using: &random) where !message.isEmpty {
                message[Int.random(in: message.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let id = bus.submit(USBRequest(endpoint: 0x01, addsEmptyPacket: Bool.random(using: &random)), message)
            if bus.wait(id)?.status == .stalled { _ = bus.control(hex("02 01 00 00 01 00 00 00")) }
            let setup = random.bytes(8)
            if round % 5 == 0, setup[1] != 9 { _ = bus.control(setup, random.bytes(Int.random(in: 0...8, using: &random))) }
            _ = bus.read(atMost: .milliseconds(1))
            if round % 7 == 0 { reader.place(card(), at: bus.now) }
        }
        #expect(reader.complaints.count == 1_000)
        #expect(bus.control(hex("00 09 01 00 00 00 00 00")) == [])
        #expect(bus.ask("65 00000000 00 01 000000") == digits("81 00000000 00 01 01 00 01"))
    }
}
