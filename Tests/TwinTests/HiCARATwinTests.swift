import CanonHiCARASimulator
import FaceTerminal
import ReaderTransport
import Staging
import Station
import TestSupport
import Testing

/// A host of the escapes that numbers its commands, and its CCID messages, by the book.
final class HiCARA {
    let twin: CanonHiCARASimulator
    let bench: Bench
    private var number: UInt8 = 0
    private var sequence: UInt8 = 0

    init(_ stage: [StagedEvent] = [], firmware: StagedFirmware = StagedFirmware()) {
        twin = CanonHiCARASimulator(stage: stage, firmware: firmware)
        bench = Bench(twin)
    }

    /// CRC-16/X-25 by the division of a text book: the bits of each byte from the lowest on, the polynomial as it is written.
    static func crc(_ bytes: [UInt8]) -> [UInt8] {
        var rest: UInt16 = 0xFFFF
        for byte in bytes {
            for bit in 0..<8 {
                let top = rest >> 15 ^ UInt16(byte >> UInt8(bit) & 1)
                rest = rest << 1 ^ (top == 1 ? 0x1021 : 0)
            }
        }
        var turned: UInt16 = 0
        for bit in 0..<16 where rest & 1 << UInt16(bit) == 0 { turned |= 1 << UInt16(15 - bit) }
        return [UInt8(truncatingIfNeeded: turned), UInt8(turned >> 8)]
    }

    /// A CCID message and the one that answers it.
    func message(_ type: UInt8, _ data: [UInt8] = []) -> [UInt8]? {
        defer { sequence &+= 1 }
        let count = [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: data.count >> $0) }
        guard bench.write([type] + count + [0, sequence, 0, 0, 0] + data) == .completed else { return nil }
        return bench.read(271)
    }

    /// The data of an escape's answer; `nil` where it was refused.
    func escape(_ data: [UInt8]) -> [UInt8]? {
        guard let answer = message(0x6B, data), answer[0] == 0x83, answer[7] & 0xC0 == 0 else { return nil }
        return Array(answer[10...])
    }

    /// Sends a command; status and results in hexadecimal.
    func ask(_ command: String) -> String? { ask(hex(command)) }

    func ask(_ command: [UInt8]) -> String? {
        defer { number &+= 1 }
        let bytes = [number] + command
        guard let answer = escape(bytes + Self.crc(bytes)), answer.count >= 4, answer[0] == number else { return nil }
        guard Array(answer.suffix(2)) == Self.crc(answer.dropLast(2)) else { return nil }
        return hex(answer[1..<(answer.count - 2)])
    }

    /// The results of the next POLL that has some, every 100 ms.
    func event(atMost limit: Duration = .seconds(100)) -> String? {
        let end = bench.now + limit
        while bench.now <= end {
            guard let answer = ask("A1"), answer.hasPrefix("00") else { return nil }
            if answer.count > 2 { return String(answer.dropFirst(2)) }
            bench.pass(.milliseconds(100))
        }
        return nil
    }

    /// The device was away: numbers begin anew.
    func begin() { (number, sequence) = (0, 0) }
}

/// Escapes written by hand from the document; their CRC-16/X-25 by the Python package crccheck.
@Suite struct HiCARATwinTests {
    @Test func theGoldenDialogue() {
        let hicara = HiCARA([StagedEvent(.shown(.chooseMethod, after: .milliseconds(30)), .choose(.face))])
        #expect(hicara.escape(hex("00 A0 4D AA")) == hex("00 00 02 01 48 43 30 30 30 30 30 30 31 D9 A7"))
        #expect(hicara.escape(hex("01 A2 00 00 00 11 4D 03 25 CB")) == hex("01 00 9F 16"))
        #expect(hicara.escape(hex("02 A1 74 88")) == hex("02 00 F7 3C"))
        hicara.bench.pass(.milliseconds(40))
        #expect(hicara.escape(hex("03 A1 AC 91")) == hex("03 00 61 00 00 00 11 66 40 00"))
        #expect(hicara.twin.complaints == [])
    }

    @Test func aTouchIsGolden() {
        let hicara = HiCARA([StagedEvent(.at(.zero + .seconds(1)), .touch)])
        #expect(hicara.escape(hex("00 A0 4D AA")) != nil)
        hicara.bench.pass(.seconds(2))
        #expect(hicara.escape(hex("01 A1 1C A2")) == hex("01 00 75 00 00 00 00 02 20"))
    }

    @Test func theDescriptorsAreThoseOfTheDocument() {
        let device = CanonHiCARASimulator().device
        #expect(Array(device.deviceDescriptor[8..<12]) == hex("A904 C2FF"))
        let configuration = device.configurationDescriptor
        #expect(configuration.count == 9 + 9 + 54 + 21 && configuration[4] == 1)
        #expect(Array(configuration[9..<18]) == hex("09 04 00 00 03 0B 00 00 00"))
        // dwFeatures: short APDUs; dwMaxCCIDMessageLength; bPINSupport.
        #expect(Array(configuration[(18 + 40)..<(18 + 48)]) == hex("BA000200 0F010000") && configuration[18 + 52] == 1)
        #expect(Array(configuration[72...]) == hex("07 05 01 02 4000 00  07 05 81 02 4000 00  07 05 82 03 0800 10"))
    }

    @Test(arguments: ["", "00", "00 A0 4D", "00 A0 4D AB", "01 A0 4D AA", "00 A1 4D AA"])
    func aWrongCommandIsAnsweredSo(_ command: String) {
        let hicara = HiCARA()
        #expect(hicara.escape(hex(command)) == hex("00 01 CE 1E"))
        #expect(hicara.twin.complaints.count == 1)
        #expect(hicara.escape(hex("00 A0 4D AA")) == hex("00 00 02 01 48 43 30 30 30 30 30 30 31 D9 A7"))
    }

    /// The response may have been lost: the event is told again, and once only.
    @Test func aRepeatedPollBringsTheSameEvent() {
        let hicara = HiCARA([StagedEvent(.at(.zero + .seconds(1)), .touch)])
        #expect(hicara.escape(hex("00 A0 4D AA")) != nil)
        hicara.bench.pass(.seconds(2))
        for _ in 0..<3 { #expect(hicara.escape(hex("01 A1 1C A2")) == hex("01 00 75 00 00 00 00 02 20")) }
        #expect(hicara.escape(hex("02 A1 74 88")) == hex("02 00 F7 3C"))
        #expect(hicara.twin.complaints == [])
    }

    @Test func aNewHostBeginsAnew() {
        let hicara = HiCARA([StagedEvent(.at(.zero + .seconds(1)), .touch)])
        #expect(hicara.ask("A2 00000011 43") == "00")
        hicara.bench.pass(.seconds(2))
        hicara.begin()
        #expect(hicara.ask("A0") == "00" + "0201" + hex(Array("HC0000001".utf8)))
        #expect(hicara.twin.terminal.screen == nil)
        #expect(hicara.ask("A1") == "00")
    }

    // MARK: Commands

    @Test(arguments: [
        ("49", PanelScreen.placeCard), ("4D 02", .chooseMethod(face: false, pin: true)), ("46", .camera),
        ("50 FF", .keypad(triesLeft: nil)),
        ("50 03", .keypad(triesLeft: 3)), ("43", .chooseConsent), ("47 01", .consent(group: 1)), ("47 04", .consent(group: 4)),
        ("47 05", .consent(group: 5)), ("44 00", .done(name: nil)),
        ("44 03 E5908D", .done(name: "名")), ("52", .removeCard), ("54 03 E5908D 02 6869", .message("名", "hi")), ("4B", .passcode),
        ("56", .visualCheck),
    ])
    func screensAreShown(_ screen: String, _ expected: PanelScreen) {
        let hicara = HiCARA()
        #expect(hicara.ask("A2 00000011 \(screen)") == "00")
        #expect(hicara.twin.terminal.screen == expected && hicara.twin.complaints == [])
    }

    @Test(arguments: [
        "A2 00000000 49", "A2 00000011", "A2 00000011 49 00", "A2 00000011 4D 04", "A2 00000011 47 06", "A2 00000011 44 02 41",
        "A2 00000011 44 79" + String(repeating: "41", count: 121), "A2 00000011 58", "A3 11", "A4 00000000", "A0 00", "A1 00", "A6 00",
        "A7 00", "A5 00000011 00000000 00000001", "A5 00000011 00000001 00000002 41", "A5 00000011 00000000 00100001 41",
        "A5 00000011 00000000 000000FF" + String(repeating: "41", count: 241),
    ])
    func wrongParametersAreRefused(_ command: String) {
        let hicara = HiCARA()
        #expect(hicara.ask(command) == "03")
        #expect(hicara.twin.complaints.count == 1 && hicara.twin.terminal.screen == nil && hicara.twin.device.isPlugged)
        #expect(hicara.ask("A8") == "02")
    }

    /// What the version says counts, whatever else a firmware was staged with.
    @Test(arguments: [("1.9.9", "0109", "05"), ("2.0.0", "0200", "00"), ("12.3", "0C03", "00")])
    func theFirmwareDecides(_ version: String, _ told: String, _ status: String) {
        let hicara = HiCARA(firmware: StagedFirmware(version: version))
        #expect(hicara.ask("A0") == "00" + told + hex(Array("HC0000001".utf8)))
        for command in ["A2 00000011 4B", "A2 00000011 56", "A6"] { #expect(hicara.ask(command) == status) }
    }

    @Test func anInstalledFirmwareDecidesToo() {
        let hicara = HiCARA([StagedEvent(.at(.zero + .seconds(1)), .install(StagedFirmware(version: "1.4.0")))])
        hicara.bench.pass(.seconds(10))
        #expect(hicara.ask("A0") == "00" + "0104" + hex(Array("HC0000001".utf8)))
        #expect(hicara.ask("A2 00000011 56") == "05")
    }

    @Test(arguments: [
        (StagedButton?.some(.pin), "4D 03", "70"), (.consentToAll, "43", "61"), (.consentIndividually, "43", "69"), (.agree, "47 01", "79"),
        (.disagree, "47 01", "6E"), (.end, "54 00 00", "65"), (nil, "4B", "64" + "30343137"),
    ])
    func answersAreEvents(_ button: StagedButton?, _ screen: String, _ results: String) {
        let hicara = HiCARA()
        #expect(hicara.ask("A2 00000011 \(screen)") == "00")
        let action: StagedAction = if let button { .choose(button) } else { .typePasscode(secret("0417")) }
        hicara.twin.stage(StagedEvent(.at(hicara.bench.now + .seconds(1)), action))
        #expect(hicara.event() == "6100000011" + results)
        #expect(hicara.twin.terminal.screen == nil)
    }

    @Test func theCameraReadsAndCompares() {
        let hicara = HiCARA([StagedEvent(.at(.zero), .place(StagedCard(chip(), face: .visualCode(secret(code)))))])
        #expect(hicara.ask("A4 00000011") == "00")
        #expect(hicara.ask("A4 00000012") == "04")
        #expect(hicara.event() == "6F00000011" + hex(Array(code.utf8)))
        #expect(hicara.ask(hex("A5 00000013 00000000 00000010") + photograph) == "00")
        #expect(hicara.event() == "7600000013" + "30")
        #expect(hicara.ask("A5 00000014 00000000 00000000") == "00")
        #expect(hicara.event() == "7600000014" + "35")
    }

    @Test func theStaffButtonComesWithTheRestart() {
        let hicara = HiCARA()
        #expect(hicara.ask("A6") == "00")
        #expect(hicara.ask("A7") == "00")
        hicara.bench.pass(.seconds(1))
        #expect(!hicara.twin.device.isPlugged)
        hicara.bench.pass(.seconds(9))
        hicara.begin()
        #expect(hicara.ask("A2 00000011 49") == "00")
        hicara.twin.stage(StagedEvent(.at(hicara.bench.now + .seconds(1)), .pressStaffButton))
        #expect(hicara.event() == "6100000011" + "73")
    }

    @Test func aHostThatDoesNotPollIsNotKeptFor() {
        let hicara = HiCARA((0..<200).map { StagedEvent(.at(.zero + .seconds(1 + $0)), .touch) })
        #expect(hicara.ask("A2 00000011 49") == "00")
        hicara.bench.pass(.seconds(210))
        var count = 0
        while let answer = hicara.ask("A1"), answer != "00" { count += 1 }
        #expect(count == 64)
        #expect(hicara.twin.complaints.count == 136)
    }

    // MARK: Beside the card

    /// While somebody types, the slot is busy; an abort ends it, and the panel is heard again.
    @Test func thePanelWaitsWhileAPINIsTyped() {
        let hicara = HiCARA([StagedEvent(.at(.zero), .place(StagedCard(chip())))])
        #expect(hicara.message(0x62)?.first == 0x80)
        #expect(hicara.ask("A2 00000011 50 FF") == "00")
        let secure = hex("69 18000000 00 02 00 0000  00 3C 82 04 00 04 04 01 FF 11 04 00 000000  00200080 04 FFFFFFFF")
        #expect(hicara.bench.write(secure) == .completed)
        let poll = hex("01 A1 1C A2")
        #expect(hicara.bench.write(hex("6B 04000000 00 03 000000") + poll) == .completed)
        // CMD_SLOT_BUSY.
        #expect(hicara.bench.read(271).map { hex($0[0...8]) } == "830000000000" + "0340E0")
        let abort = ControlRequest(requestType: 0x21, request: 0x01, value: 0x0400, length: 0)
        #expect(hicara.bench.wait(hicara.bench.submit(.control(abort)))?.status == .completed)
        #expect(hicara.bench.write(hex("72 00000000 00 04 000000")) == .completed)
        // CMD_ABORTED ends the question, then the abort itself.
        #expect(hicara.bench.read(271).map { hex($0[0...8]) } == "800000000000" + "0240FF")
        #expect(hicara.bench.read(271)?.first == 0x81)
        #expect(hicara.twin.terminal.screen?.kind == .keypad)
        #expect(hicara.bench.write(hex("6B 04000000 00 05 000000") + poll) == .completed)
        #expect(hicara.bench.read(271).map { hex($0[10...]) } == "01009F16")
    }

    @Test func theCardTakesShortCommandsOnly() {
        let hicara = HiCARA([StagedEvent(.at(.zero), .place(StagedCard(chip())))])
        #expect(hicara.message(0x62)?.first == 0x80)
        #expect(hicara.message(0x6F, hex("00A4040C")).map { hex($0[10...]) } == "9000")
        #expect(hicara.message(0x6F, hex("00B0000000FFFF")).map { $0[7] & 0x40 } == 0x40)
    }
}
