import CanonHiCARA
import Diagnosis
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// CRC-16/X-25 as a division of polynomials whose coefficients stand in a row; golden escapes hold it to the Python package crccheck.
private func x25(_ bytes: [UInt8]) -> [UInt8] {
    let divisor = (0...16).map { $0 == 0 || 0x1021 >> (16 - $0) & 1 == 1 }
    var row = bytes.flatMap { byte in (0..<8).map { byte >> $0 & 1 == 1 } } + [Bool](repeating: false, count: 16)
    for index in 0..<16 { row[index].toggle() }
    for start in 0..<(bytes.count * 8) where row[start] {
        for index in 0...16 { row[start + index] = row[start + index] != divisor[index] }
    }
    let rest = row.suffix(16).map { !$0 }
    return (0..<2).map { byte in (0..<8).reduce(0) { $0 | (rest[byte * 8 + $1] ? 1 << UInt8($1) : 0) } }
}

/// A Hi-CARA by script, opened by the driver.
final class HiCARABench {
    static let lane = LaneID(rawValue: 0)

    /// A command that the device got.
    struct Command {
        let number: UInt8
        let code: UInt8
        let parameters: [UInt8]
        var prompt: [UInt8] { Array(parameters.prefix(4)) }

        /// A response to it.
        func status(_ status: UInt8, _ results: [UInt8] = []) -> [UInt8] { HiCARABench.frame([number, status] + results) }
    }

    let station = Station(.virtual, startUnixTime: 1_800_000_000)
    let device: ScriptedDevice
    /// Those that are no POLL.
    private(set) var commands: [Command] = []
    private(set) var polls: [Command] = []
    /// The events that wait for POLL.
    var events: [[UInt8]] = []
    /// What answers a command, after HELLO and where it is no POLL.
    var answer: (_ command: Command) -> [UInt8]? = { $0.status(0) }
    var hello: (_ command: Command) -> [UInt8]? = { $0.status(0, [2, 0] + Array("HC-1".utf8)) }
    var poll: (_ bench: HiCARABench, _ command: Command) -> [UInt8]? = { $1.status(0, $0.events.isEmpty ? [] : $0.events.removeFirst()) }
    /// How many escapes are still refused because the slot is busy.
    var refusals = 0
    /// What answers a message to the card.
    var answerCard: (_ command: [UInt8]) -> [[UInt8]] = { [CaoraBench.obey($0)] }

    /// The class descriptor of the document: short APDUs, one slot, messages of 271, PIN verification.
    static let descriptor = hex(
        """
        36 21 10 01 00 07 03 00 00 00  A0 0F 00 00  A0 0F 00 00  00  00 2A 00 00  16 40 05 00  00
        FE 00 00 00  00 00 00 00  00 00 00 00  BA 00 02 00  0F 01 00 00  FF FF 00 00 01 01
        """)

    init() {
        device = ScriptedDevice([Lane(id: Self.lane, kind: .ccid, slots: 1, descriptor: Self.descriptor, packetSize: 64)], on: station)
        device.script = { [unowned self] lane, bytes in
            guard bytes[0] == 0x6B else {
                for message in answerCard(bytes) { device.reply(message, on: lane) }
                return
            }
            if refusals > 0 {
                refusals -= 1
                return device.reply(CaoraBench.card(0x83, bytes, status: 0x40, error: 0xE0), on: lane)
            }
            guard let response = take(Array(bytes[10...])) else { return }
            device.reply(CaoraBench.card(0x83, bytes, response), on: lane)
        }
    }

    static func frame(_ bytes: [UInt8]) -> [UInt8] { bytes + x25(bytes) }

    private func take(_ bytes: [UInt8]) -> [UInt8]? {
        let command = Command(number: bytes[0], code: bytes[1], parameters: Array(bytes[2..<(bytes.count - 2)]))
        if command.code == 0xA1 {
            polls.append(command)
            return poll(self, command)
        }
        commands.append(command)
        return command.code == 0xA0 ? hello(command) : answer(command)
    }

    func open(by driver: CanonHiCARADriver = CanonHiCARADriver()) throws -> any FacetedReader {
        guard let reader = try driver.open(device, name: "sim:hicara", on: station) as? any FacetedReader else {
            throw BenchError("no facets")
        }
        return reader
    }

    /// The escapes that were sent, without their CCID headers.
    var escapes: [[UInt8]] { (device.seen[Self.lane] ?? []).filter { $0[0] == 0x6B }.map { Array($0[10...]) } }
    var soon: Instant { station.now + .seconds(10) }
}

@Suite struct HiCARATests {
    // The CRCs are those of the Python package crccheck.
    @Test func theBytesAreThoseOfTheDocument() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        #expect(HiCARABench.frame(hex("00 00 0201") + Array("HC-1".utf8)) == hex("00 00 02 01 48 43 2D 31 5D 29"))
        _ = try reader.patientScreen?.show(.message(Sentence(ja: "電文", en: "hi")))
        #expect(bench.escapes[0] == hex("00 A0 4D AA"))
        #expect(HiCARABench.frame(hex("01 A2 00000011 54 06 E99BBBE69687 02 6869")).suffix(2) == hex("24 CA")[...])
        #expect(bench.escapes[1] == HiCARABench.frame([1, 0xA2] + bench.commands[1].prompt + hex("54 06 E99BBBE69687 02 6869")))
        pass(.milliseconds(150), on: bench.station)
        #expect(bench.escapes[2] == hex("02 A1 74 88"))
        // Before all of it the slot is asked, which ends what an earlier program has left.
        #expect(bench.device.seen[HiCARABench.lane]?.first?.first == 0x65)
    }

    @Test func whatStandsOnAScreenIsAsTheDocumentSays() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        let screens: [Screen] = [
            .placeCard, .chooseMethod([.face]), .lookIntoCamera, .enterPIN(triesLeft: 3), .enterPIN(triesLeft: nil), .chooseConsent,
            .consent(.treatment), .consent(.limit), .consent(.insuranceCard), .done(name: "名"), .done(name: nil), .removeCard,
            .message(Sentence(ja: String(repeating: "あ", count: 200), en: "e")),
        ]
        for screen in screens {
            _ = try reader.patientScreen?.show(screen)
            pass(.milliseconds(50), on: bench.station)
        }
        _ = try reader.staffPanel?.askPasscode()
        _ = try reader.staffPanel?.waitForVisualCheck()
        pass(.milliseconds(50), on: bench.station)
        let shown = bench.commands.dropFirst().map { hex($0.parameters.dropFirst(4).prefix(5)) }
        #expect(
            shown == [
                "49", "4D01", "46", "5003", "50FF", "43", "4702", "4704", "4705", "4403E5908D", "4400", "52", "5478E38182", "4B", "56",
            ])
        #expect(bench.commands.allSatisfy { $0.parameters.count + 4 <= 261 })
    }

    @Test func answersAndVerdictsComeByPolling() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        bench.answer = { [unowned bench] command in
            switch command.code {
            case 0xA2: bench.events.append([0x61] + command.prompt + [0x70])
            case 0xA4: bench.events.append([0x6F] + command.prompt + Array("12345678901234".utf8))
            case 0xA5: if command.parameters.count == 12 + 160 { bench.events.append([0x76] + command.prompt + [0x33]) }
            default: break
            }
            return command.status(0)
        }
        let choice = try #require(try reader.patientScreen?.show(.chooseMethod([.pin])))
        #expect(reader.waitFor(choice, on: bench.station, within: .milliseconds(150)))
        #expect(try reader.patientScreen?.answer(to: choice) == .method(.pin))
        let face = try #require(try reader.face?.readCardFace())
        #expect(reader.waitFor(face, on: bench.station))
        #expect(shown(try reader.face?.visualCode(face)) == "12345678901234")
        let photograph = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(1_000 % 240 == 40)
        let match = try #require(try reader.face?.match(photograph: photograph + [UInt8](repeating: 1, count: 120)))
        #expect(reader.waitFor(match, on: bench.station))
        #expect(try reader.face?.verdict(match) == .rejected(.notAlive))
        let parts = bench.commands.filter { $0.code == 0xA5 }
        #expect(parts.map { $0.parameters.count - 12 } == [240, 240, 240, 240, 160])
        #expect(parts.flatMap { $0.parameters.dropFirst(12) }.prefix(1_000) == photograph[...])
        #expect(hex(parts[4].parameters[4..<12]) == "000003C000000460")
    }

    /// Nobody polls for nothing: only while something is shown or asked.
    @Test func thePanelIsAskedOnlyWhileSomebodyWaits() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        pass(.seconds(10), on: bench.station)
        #expect(bench.polls.isEmpty)
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        pass(.seconds(10), on: bench.station)
        #expect((90...100).contains(bench.polls.count))
        reader.patientScreen?.withdraw(prompt)
        pass(.seconds(1), on: bench.station)
        let count = bench.polls.count
        pass(.seconds(10), on: bench.station)
        #expect(bench.polls.count == count && bench.commands.last?.code == 0xA3)
    }

    @Test(arguments: [(UInt8(1), UInt8(9), false), (2, 0, true), (2, 1, true), (3, 0, true)])
    func theFirmwareDecidesWhatThereIs(_ major: UInt8, _ minor: UInt8, _ hasPanel: Bool) throws {
        let bench = HiCARABench()
        bench.hello = { $0.status(0, [major, minor]) }
        #expect((try bench.open().staffPanel != nil) == hasPanel)
    }

    // MARK: Beside the card

    /// What is shown while the card computes goes out when it has answered, and is not late by that.
    @Test func thePanelWaitsForTheCard() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        bench.answerCard = { [unowned bench] command in
            guard command[0] == 0x6F else { return [CaoraBench.obey(command)] }
            bench.device.reply(CaoraBench.obey(command), on: HiCARABench.lane, after: .seconds(8))
            return []
        }
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
        #expect(bench.polls.isEmpty)
        bench.events.append([0x61] + bench.commands[1].prompt + [0x61])
        #expect(reader.waitFor(prompt, on: bench.station, within: .milliseconds(200)))
        #expect(try reader.patientScreen?.answer(to: prompt) == .consentToAll)
    }

    /// PC_to_RDR_Secure holds the lane; another screen ends it by an abort, and only then goes out.
    @Test func aScreenInPlaceOfTheKeypadAbortsTheQuestion() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        _ = try reader.connect(slot: 0, until: bench.soon)
        bench.answerCard = { command in
            switch command[0] {
            case 0x69: []
            case 0x72: [CaoraBench.card(0x81, command)]
            default: [CaoraBench.obey(command)]
            }
        }
        let pad = try #require(reader.pinPad)
        let question = try pad.verify(.init(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4, slot: 0)
        pass(.seconds(5), on: bench.station)
        #expect(bench.commands.map(\.code) == [0xA0, 0xA2] && bench.commands[1].parameters.dropFirst(4) == hex("50FF")[...])
        _ = try reader.patientScreen?.show(.placeCard)
        pass(.milliseconds(50), on: bench.station)
        let types = (bench.device.seen[HiCARABench.lane] ?? []).map { $0[0] }
        #expect(types.drop { $0 != 0x69 }.prefix(3) == [0x69, 0x72, 0x6B])
        #expect(bench.commands.last?.parameters.dropFirst(4) == hex("49")[...])
        #expect(reason { () throws(ReaderError) in _ = try pad.result(question) } == .cancelled)
    }

    /// The keypad is over with its screen, for whoever waits for the PIN too; a comparison that was asked for meanwhile has all its time.
    @Test func theScreenOfTheKeypadTakesTheQuestionWithIt() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        _ = try reader.connect(slot: 0, until: bench.soon)
        bench.answerCard = { command in
            switch command[0] {
            case 0x69: []
            case 0x72: [CaoraBench.card(0x81, command)]
            default: [CaoraBench.obey(command)]
            }
        }
        let screen = try #require(try reader.patientScreen?.show(.enterPIN(triesLeft: 3)))
        let pad = try #require(reader.pinPad)
        let question = try pad.verify(.init(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4, slot: 0)
        let match = try #require(try reader.face?.match(photograph: [1]))
        // Longer than the patience of any of them, in which the panel hears nothing.
        #expect(pass(.seconds(200), on: bench.station).isEmpty)
        #expect(bench.commands.map(\.code) == [0xA0, 0xA2])
        reader.patientScreen?.withdraw(screen)
        #expect(reader.waitFor(question, on: bench.station, within: .seconds(1)))
        #expect(try pad.result(question) == .ended)
        #expect(!reader.waitFor(match, on: bench.station, within: .seconds(29)))
        #expect(bench.commands.map(\.code) == [0xA0, 0xA2, 0xA5, 0xA3])
    }

    @Test func closingEndsTheQuestionAndTakesBackTheScreen() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        _ = try reader.connect(slot: 0, until: bench.soon)
        bench.answerCard = { command in
            switch command[0] {
            case 0x69: []
            case 0x72: [CaoraBench.card(0x81, command)]
            default: [CaoraBench.obey(command)]
            }
        }
        _ = try reader.pinPad?.verify(.init(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4, slot: 0)
        pass(.seconds(1), on: bench.station)
        reader.close()
        #expect(bench.commands.last?.code == 0xA3 && bench.device.isClosed)
    }

    /// The slot is busy with what came twice, or was given up: the panel has not looked at the command, which is tried again for a while.
    @Test(arguments: [3, 1_000])
    func aBusySlotIsTriedAgain(_ refusals: Int) throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        bench.refusals = refusals
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        let isRefused = reader.waitFor(prompt, on: bench.station, within: .seconds(10))
        #expect(isRefused == (refusals > 3))
        if isRefused {
            #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .readerBusy)
        } else {
            #expect(bench.commands.map(\.code) == [0xA0, 0xA2])
        }
    }

    // MARK: A device that loses, repeats or lies

    /// A halt that only the next write finds: what it has refused goes out once more, and the command is sent twice; not for ever.
    @Test(arguments: [1, 3, 4])
    func whatAHaltedEndpointRefusesGoesOnceMore(_ halts: Int) throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        bench.device.halts = halts
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(reader.waitFor(prompt, on: bench.station, within: .milliseconds(200)) == (halts == 4))
        #expect(bench.commands.map(\.code) == (halts == 4 ? [0xA0, 0xA3] : [0xA0, 0xA2]))
        if halts == 4 { #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .inputOutput) }
    }

    @Test func anEventWhoseResponseWasLostComesAgain() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        pass(.milliseconds(50), on: bench.station)
        let event: [UInt8] = [0x61] + bench.commands[1].prompt + [0x61]
        var times = 0
        bench.poll = { _, command in
            times += 1
            return times == 1 ? nil : command.status(0, times == 2 ? event : [])
        }
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(3)))
        #expect(try reader.patientScreen?.answer(to: prompt) == .consentToAll)
        #expect(bench.polls[0].number == bench.polls[1].number)
    }

    /// Whatever is no response to the command: it is sent once more, with its number, and then the prompt ends clearly.
    @Test(arguments: ["none", "empty", "check", "number", "nak", "status", "refused"])
    func aWrongResponseEndsAPromptClearly(_ kind: String) throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        bench.answer = { command in
            switch kind {
            case "none": nil
            case "empty": []
            case "check": command.status(0).dropLast() + [0x00]
            case "number": HiCARABench.frame([command.number &+ 1, 0])
            case "nak": HiCARABench.frame([0, 1])
            case "status": command.status(0x77)
            default: command.status(3)
            }
        }
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(5)))
        #expect(
            reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) }
                == (kind == "none" ? .timedOut : .inputOutput))
        let shows = bench.commands.filter { $0.code == 0xA2 }
        #expect(shows.count == (kind == "status" || kind == "refused" ? 1 : 2) && Set(shows.map(\.number)).count == 1)
        // The card is reached all the same.
        bench.answer = { $0.status(0) }
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
    }

    @Test func eventsWithoutEndAreGivenUp() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        bench.poll = { $1.status(0, hex("75 00000000")) }
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .inputOutput)
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
        reader.close()
    }

    @Test(arguments: [[UInt8]]([[], [2]]))
    func aDeviceThatDoesNotSayWhatItIsIsRefused(_ results: [UInt8]) {
        let bench = HiCARABench()
        bench.hello = { $0.status(0, results) }
        #expect(throws: ReaderError.self) { try bench.open() }
    }

    @Test func aReaderThatLeavesIsGone() throws {
        let bench = HiCARABench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        pass(.milliseconds(50), on: bench.station)
        bench.device.unplug()
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(1)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .readerGone)
    }
}
