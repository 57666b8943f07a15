import Diagnosis
import PanasonicXCSTFR2
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// A report of the bytes that stand in it.
func report(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 64 - bytes.count) }

/// A message of the device, of any length, in reports.
func reports(_ kind: UInt8, _ number: UInt8, _ body: [UInt8]) -> [[UInt8]] {
    let message = body + castagnoli([kind, number] + body)
    let count = (message.count + 59) / 60
    return (0..<count).map { index in
        let part = Array(message.dropFirst(index * 60).prefix(60))
        let flags: UInt8 = (index == 0 ? 0x80 : 0) + (index == count - 1 ? 0x40 : 0) + UInt8(index % 64)
        return report([kind, number, flags, UInt8(part.count)] + part)
    }
}

/// CRC-32C as a division of polynomials whose coefficients stand in a row; golden reports hold it to the Python package crccheck.
private func castagnoli(_ bytes: [UInt8]) -> [UInt8] {
    let divisor = (0...32).map { $0 == 0 || 0x1EDC_6F41 >> (32 - $0) & 1 == 1 }
    var row = bytes.flatMap { byte in (0..<8).map { byte >> $0 & 1 == 1 } } + [Bool](repeating: false, count: 32)
    for index in 0..<32 { row[index].toggle() }
    for start in 0..<(bytes.count * 8) where row[start] {
        for index in 0...32 { row[start + index] = row[start + index] != divisor[index] }
    }
    let rest = row.suffix(32).map { !$0 }
    return (0..<4).map { byte in (0..<8).reduce(0) { $0 | (rest[byte * 8 + $1] ? 1 << UInt8($1) : 0) } }
}

/// An XC-STFR2JMN by script, opened by the driver.
final class XCSTFR2Bench {
    static let control = LaneID(rawValue: 1)

    /// A command that the device got.
    struct Command {
        let number: UInt8
        let body: [UInt8]
        var prompt: [UInt8] { Array(body.dropFirst().prefix(4)) }

        func status(_ status: UInt8, _ results: [UInt8] = []) -> [[UInt8]] { reports(2, number, [status] + results) }
        var done: [[UInt8]] { status(0) }
        /// An event about the prompt of this command.
        func event(_ code: UInt8, _ results: [UInt8] = []) -> [[UInt8]] { reports(3, 0, [code] + prompt + results) }
    }

    let station = Station(.virtual, startUnixTime: 1_800_000_000)
    let device: ScriptedDevice
    private(set) var commands: [Command] = []
    /// What answers a command, from the one after HELLO on.
    var answer: (_ command: Command) -> [[UInt8]] = { $0.done }
    /// What answers HELLO.
    var hello: (_ command: Command) -> [[UInt8]] = { $0.status(0, [3, 1, 2, 3] + Array("XC-1".utf8)) }
    private var coming: [UInt8] = []

    init() {
        device = ScriptedDevice(
            [
                Lane(id: LaneID(rawValue: 0), kind: .ccid, slots: 1, descriptor: CaoraBench.descriptor, packetSize: 64),
                Lane(id: Self.control, kind: .hid, slots: 0, packetSize: 64),
            ], on: station)
        device.script = { [unowned self] lane, bytes in
            guard lane == Self.control else { return device.reply(CaoraBench.obey(bytes), on: lane) }
            if bytes[2] & 0x80 != 0 { coming = [] }
            coming += bytes[4..<(4 + Int(bytes[3]))]
            guard bytes[2] & 0x40 != 0 else { return }
            let command = Command(number: bytes[1], body: coming.dropLast(4))
            commands.append(command)
            for report in command.body == [1] ? hello(command) : answer(command) { device.reply(report, on: lane) }
        }
    }

    func open() throws -> any FacetedReader {
        guard let reader = try PanasonicXCSTFR2Driver().open(device, name: "sim:xc", on: station) as? any FacetedReader else {
            throw BenchError("no facets")
        }
        return reader
    }

    func send(_ reports: [[UInt8]]) { for report in reports { device.reply(report, on: Self.control) } }
}

@Suite struct XCSTFR2Tests {
    // The CRCs are those of the Python package crccheck.
    @Test func theBytesAreThoseOfTheDocument() throws {
        let bench = XCSTFR2Bench()
        let reader = try bench.open()
        #expect(reports(2, 0, [0, 3, 1, 2, 3] + Array("XC-1".utf8)) == [report(hex("02 00 C0 0D 00 03 01 02 03 58 43 2D 31 28 4A D4 45"))])
        _ = try reader.patientScreen?.show(.chooseMethod([.face, .pin]))
        _ = try reader.patientScreen?.show(.message(Sentence(ja: "電文", en: "hi")))
        pass(.milliseconds(50), on: bench.station)
        let seen = try #require(bench.device.seen[XCSTFR2Bench.control])
        #expect(seen[0] == report(hex("01 00 C0 05 01 07 B2 4E 37")))
        let prompt = bench.commands[1].prompt
        #expect(
            seen[1] == reports(1, 1, [2] + prompt + [0x11, 3])[0]
                && bench.commands[2].body.dropFirst(5) == hex("18 0600 E99BBBE69687 0200 6869")[...])
        #expect(reports(1, 1, hex("02 01000000 11 03")) == [report(hex("01 01 C0 0B 02 01 00 00 00 11 03 47 6B E6 06"))])
    }

    @Test func whatStandsOnAScreenIsAsTheDocumentSays() throws {
        let bench = XCSTFR2Bench()
        let reader = try bench.open()
        let screens: [Screen] = [
            .placeCard, .lookIntoCamera, .enterPIN(triesLeft: 3), .enterPIN(triesLeft: nil), .chooseConsent, .consent(.checkup),
            .consent(.limit), .consent(.insuranceCard),
            .done(name: "名"), .done(name: nil), .removeCard, .message(Sentence(ja: String(repeating: "あ", count: 200), en: "e")),
        ]
        for screen in screens {
            _ = try reader.patientScreen?.show(screen)
            pass(.milliseconds(50), on: bench.station)
        }
        _ = try reader.staffPanel?.askPasscode()
        _ = try reader.staffPanel?.waitForVisualCheck()
        pass(.milliseconds(50), on: bench.station)
        let shown = bench.commands.dropFirst().map { hex($0.body.dropFirst(5).prefix(8)) }
        #expect(shown.prefix(11) == ["10", "12", "1303", "13FF", "14", "1503", "1504", "1505", "160300E5908D", "160000", "17"])
        // 399 bytes: 400 at most, and no character in two.
        #expect(shown.dropFirst(11) == ["188F01E38182E381", "20", "21"])
    }

    @Test func answersAndVerdictsAreEvents() throws {
        let bench = XCSTFR2Bench()
        bench.answer = { command in
            switch command.body[0] {
            case 2: command.done + command.event(0x81, [0x12])
            case 4: command.done + command.event(0x82, Array("12345678901234".utf8))
            case 5: command.done + (command.body.count == 13 + 1_808 ? command.event(0x83, [0x03]) : [])
            default: command.done
            }
        }
        let reader = try bench.open()
        let choice = try #require(try reader.patientScreen?.show(.chooseMethod([.pin])))
        #expect(reader.waitFor(choice, on: bench.station))
        #expect(try reader.patientScreen?.answer(to: choice) == .method(.pin))
        let face = try #require(try reader.face?.readCardFace())
        #expect(reader.waitFor(face, on: bench.station))
        #expect(shown(try reader.face?.visualCode(face)) == "12345678901234")
        let photograph = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let match = try #require(try reader.face?.match(photograph: photograph))
        #expect(reader.waitFor(match, on: bench.station))
        #expect(try reader.face?.verdict(match) == .rejected(.notAlive))
        let parts = bench.commands.filter { $0.body[0] == 5 }
        #expect(parts.flatMap { $0.body.dropFirst(13) } == photograph)
        #expect(parts.map { hex($0.body[5..<13]) } == ["0000000010270000", "0010000010270000", "0020000010270000"])
    }

    // MARK: A device that loses, repeats or lies

    /// An event of two reports: its second part is 照合番号B, padded by nothing that the protocol has, so it is answered as malformed; what
    /// matters is which reports bring it at all.
    @Test(arguments: [([0, 1], true), ([0, 0, 1], true), ([0, 1, 1], true), ([1], false), ([0], false), ([1, 0], false)])
    func aMessageIsWholeOrNone(_ order: [Int], _ arrives: Bool) throws {
        let bench = XCSTFR2Bench()
        bench.answer = { command in
            let parts = command.event(0x82, [UInt8](repeating: 0x30, count: 70))
            return command.done + (command.body[0] == 4 ? order.map { parts[$0] } : [])
        }
        let reader = try bench.open()
        let prompt = try #require(try reader.face?.readCardFace())
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(5)) == arrives)
    }

    @Test func aCommandIsSentOnceMoreAsAWhole() throws {
        let bench = XCSTFR2Bench()
        var times = 0
        bench.answer = { command in
            times += 1
            return times == 1 ? [report(hex("02 00 C0 05 01 74 72 60 DD"))] : times == 2 ? command.done : command.done
        }
        let reader = try bench.open()
        _ = try reader.face?.match(photograph: [UInt8](repeating: 7, count: 100))
        pass(.seconds(1), on: bench.station)
        #expect(bench.commands.count == 3 && bench.commands[1].number == bench.commands[2].number)
        #expect(bench.commands[1].body == bench.commands[2].body)
        // HELLO, then two reports twice.
        #expect(bench.device.seen[XCSTFR2Bench.control]?.count == 5)
    }

    @Test func silenceEndsAPromptClearly() throws {
        let bench = XCSTFR2Bench()
        bench.answer = { _ in [] }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(5)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .timedOut)
    }

    @Test(arguments: [[UInt8]]([[], [3], [3, 1, 2]]))
    func aDeviceThatDoesNotSayWhatItIsIsRefused(_ results: [UInt8]) {
        let bench = XCSTFR2Bench()
        bench.hello = { $0.status(0, results) }
        #expect(throws: ReaderError.self) { try bench.open() }
        #expect(bench.commands.count == 2 && bench.station.now - .zero < .seconds(10))
    }

    /// Reports without end: of a message that never ends, of nothing, of messages that answer nobody.
    @Test(arguments: ["first", "same", "empty", "event", "noise"])
    func aFloodIsGivenUp(_ kind: String) throws {
        let bench = XCSTFR2Bench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        pass(.milliseconds(50), on: bench.station)
        let flood: (Int) -> [UInt8] = { index in
            switch kind {
            case "first": report([3, 0, 0x80, 60] + [UInt8](repeating: 0x41, count: 60))
            case "same": report([3, 0, index == 0 ? 0x80 : 0x01, 60])
            case "empty": report([3, 0, 0xC0, 0])
            case "event": reports(3, UInt8(index & 0xFF), hex("84 00000000"))[0]
            default: [UInt8](repeating: 0xFF, count: index % 65)
            }
        }
        for index in 0..<2_000 { bench.device.reply(flood(index), on: XCSTFR2Bench.control, after: .zero) }
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(1)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .inputOutput)
        reader.close()
    }

    @Test(arguments: ["81 77", "81", "81 11 11", "81 51 303132", "81 31", "83 00", "82"])
    func whatNobodyAskedIsNoAnswer(_ event: String) throws {
        let (code, results) = (hex(event)[0], Array(hex(event).dropFirst()))
        let bench = XCSTFR2Bench()
        bench.answer = { $0.done + ($0.body[0] == 2 ? $0.event(code, results) : []) }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(5)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .inputOutput)
    }

    @Test func aReaderThatLeavesIsGone() throws {
        let bench = XCSTFR2Bench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        pass(.milliseconds(50), on: bench.station)
        bench.device.unplug()
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(1)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .readerGone)
    }
}
