import FaceTerminal
import PanasonicXCSTFR2Simulator
import ReaderTransport
import Staging
import Station
import TestSupport
import Testing
import USBDevice

/// A host of the reports that numbers its commands by the book.
final class XCSTFR2 {
    let twin: PanasonicXCSTFR2Simulator
    let bench: Bench
    private var events: [String] = []
    private var number: UInt8 = 0

    init(_ stage: [StagedEvent] = [], firmware: StagedFirmware = StagedFirmware()) {
        twin = PanasonicXCSTFR2Simulator(stage: stage, firmware: firmware)
        bench = Bench(twin)
    }

    /// A report of the bytes that stand in it.
    static func report(_ text: String) -> [UInt8] { report(hex(text)) }
    static func report(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 64 - bytes.count) }

    /// CRC-32C by the division of a text book: the bits of each byte from the lowest on, the polynomial as it is written.
    static func crc(_ bytes: [UInt8]) -> [UInt8] {
        var rest: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in 0..<8 {
                let top = rest >> 31 ^ UInt32(byte >> UInt8(bit) & 1)
                rest = rest << 1 ^ (top == 1 ? 0x1EDC_6F41 : 0)
            }
        }
        var turned: UInt32 = 0
        for bit in 0..<32 where rest & 1 << UInt32(bit) == 0 { turned |= 1 << UInt32(31 - bit) }
        return (0..<4).map { UInt8(truncatingIfNeeded: turned >> (8 * $0)) }
    }

    /// A command in reports.
    static func reports(_ number: UInt8, _ body: [UInt8], kind: UInt8 = 1) -> [[UInt8]] {
        let message = body + crc([kind, number] + body)
        let count = (message.count + 59) / 60
        return (0..<count).map { index in
            let part = Array(message[(index * 60)..<min(message.count, index * 60 + 60)])
            return report(
                [kind, number, (index == 0 ? 0x80 : 0) | (index == count - 1 ? 0x40 : 0) | UInt8(index & 0x3F), UInt8(part.count)] + part)
        }
    }

    /// Sends a command; status and results in hexadecimal.
    func ask(_ body: String) -> String? { ask(hex(body)) }

    func ask(_ body: [UInt8]) -> String? {
        defer { number &+= 1 }
        for report in Self.reports(number, body) { guard bench.write(report, lane: 1) == .completed else { return nil } }
        while let report = bench.read(64, lane: 1, atMost: .seconds(2)) {
            let body = hex(report[4..<(Int(report[3]) + 4 - 4)])
            if report[0] == 2, report[1] == number { return body }
            if report[0] == 3 { events.append(body) }
        }
        return nil
    }

    /// The body of the next event.
    func event(atMost limit: Duration = .seconds(100)) -> String? {
        if !events.isEmpty { return events.removeFirst() }
        guard let report = bench.read(64, lane: 1, atMost: limit), report[0] == 3 else { return nil }
        return hex(report[4..<(Int(report[3]) + 4 - 4)])
    }

    /// The device was away: numbers begin anew.
    func begin() { (number, events) = (0, []) }
}

/// Reports of the control lane, written by hand from the document; their CRC-32C by the Python package crccheck.
@Suite struct XCSTFR2TwinTests {
    static let hello = XCSTFR2.report("01 00 C0 05 01 07 B2 4E 37")
    static let helloAnswer = XCSTFR2.report("02 00 C0 12 00 03 02 01 00 58 43 30 30 30 30 30 30 31 42 84 8D 87")
    static let nak = XCSTFR2.report("02 00 C0 05 01 74 72 60 DD")

    @Test func theGoldenDialogue() {
        let twin = PanasonicXCSTFR2Simulator(stage: [StagedEvent(.shown(.chooseMethod, after: .seconds(2)), .choose(.face))])
        let bench = Bench(twin)
        #expect(bench.write(Self.hello, lane: 1) == .completed)
        #expect(bench.read(64, lane: 1) == Self.helloAnswer)
        #expect(bench.write(XCSTFR2.report("01 01 C0 0B 02 11 00 00 00 11 03 79 5B EA C6"), lane: 1) == .completed)
        let shown = bench.now
        #expect(bench.read(64, lane: 1) == XCSTFR2.report("02 01 C0 05 00 00 69 A9 3C"))
        #expect(bench.now - shown < .milliseconds(6))
        #expect(bench.read(64, lane: 1) == XCSTFR2.report("03 00 C0 0A 81 11 00 00 00 11 3F A3 52 F1"))
        #expect(bench.now - shown >= .seconds(2) && bench.now - shown < .milliseconds(2_003))
        #expect(twin.complaints == [])
    }

    @Test func aTouchIsGolden() {
        let bench = Bench(PanasonicXCSTFR2Simulator(stage: [StagedEvent(.at(.zero + .seconds(1)), .touch)]))
        #expect(bench.read(64, lane: 1) == XCSTFR2.report("03 00 C0 09 84 00 00 00 00 D9 74 DC 8D"))
    }

    @Test func aCommandOfTwoReportsIsGolden() {
        let twin = PanasonicXCSTFR2Simulator(stage: [StagedEvent(.at(.zero), .walkAway)])
        let bench = Bench(twin)
        #expect(bench.write(Self.hello, lane: 1) == .completed)
        #expect(bench.read(64, lane: 1) == Self.helloAnswer)
        let first = XCSTFR2.report(hex("01 01 80 3C 05 11 00 00 00 00 00 00 00 3D 00 00 00") + Array(0...0x2E))
        #expect(bench.write(first, lane: 1) == .completed)
        #expect(bench.write(XCSTFR2.report(hex("01 01 41 12") + Array(0x2F...0x3C) + hex("D0 23 69 BF")), lane: 1) == .completed)
        #expect(bench.read(64, lane: 1) == XCSTFR2.report("02 01 C0 05 00 00 69 A9 3C"))
        #expect(twin.terminal.isMatching && twin.complaints == [])
    }

    @Test func theDescriptorsAreThoseOfTheDocument() {
        let device = PanasonicXCSTFR2Simulator().device
        #expect(Array(device.deviceDescriptor[8..<12]) == hex("DA04 C1FF"))
        let configuration = device.configurationDescriptor
        #expect(configuration[18 + 52] == 1)  // bPINSupport
        #expect(
            Array(configuration[93...])
                == hex("09 04 01 00 02 03 00 00 00  09 21 11 01 00 01 22 23 00  07 05 02 03 4000 01  07 05 83 03 4000 01"))
        #expect(device.lanes.map(\.kind) == [.ccid, .hid] && device.lanes[1].descriptor == [] && device.lanes[1].packetSize == 64)
    }

    /// What Linux asks of an interface of this class, and the rest of HID 1.11 clause 7.
    @Test(arguments: [
        (UInt8(0x81), UInt8(6), UInt16(0x2100), "09 21 11 01 00 01 22 23 00"),
        (
            0x81, 6, 0x2200,
            "0600FF 0901 A101 8501 0902 1500 26FF00 7508 953F 9102 8502 0903 8102 8503 0904 8102 C0"
        ), (0x21, 0x0A, 0x0000, ""), (0xA1, 0x02, 0x0000, "00"), (0xA1, 0x01, 0x0103, "03" + String(repeating: "00", count: 63)),
        (0x21, 0x0A, 0x0500, nil), (0xA1, 0x01, 0x0101, nil), (0xA1, 0x01, 0x0303, nil), (0x21, 0x0B, 0x0000, nil), (0x81, 6, 0x2300, nil),
    ])
    func theRequestsOfTheClassAreAnswered(_ type: UInt8, _ request: UInt8, _ value: UInt16, _ expected: String?) {
        let bench = Bench(PanasonicXCSTFR2Simulator())
        let id = bench.submit(
            .control(ControlRequest(requestType: type, request: request, value: value, length: type & 0x80 == 0 ? 0 : 255)), lane: 1)
        let completion = bench.wait(id)
        #expect(completion?.status == (expected == nil ? .stalled : .completed))
        if let expected { #expect(completion?.bytes == hex(expected)) }
    }

    @Test func aReportMayComeByRequest() {
        let bench = Bench(PanasonicXCSTFR2Simulator())
        let request = ControlRequest(requestType: 0x21, request: 0x09, value: 0x0201, length: 64)
        #expect(bench.wait(bench.submit(.control(request), lane: 1, Self.hello))?.status == .completed)
        #expect(bench.read(64, lane: 1) == Self.helloAnswer)
    }

    // MARK: Wrong reports

    @Test(arguments: [
        "01 00 C0 05 01 07 B2 4E 36", "01 01 C0 05 01 07 B2 4E 37", "01 00 C0 04 07 B2 4E 37", "01 00 C0 03 01 07 B2",
        "01 00 C1 05 01 07 B2 4E 37",
        "01 00 40 05 01 07 B2 4E 37", "02 00 C0 05 01 07 B2 4E 37", "01 00 C0 3D 01 07 B2 4E 37",
    ])
    func aWrongReportIsRefused(_ report: String) {
        let twin = PanasonicXCSTFR2Simulator()
        let bench = Bench(twin)
        #expect(bench.write(XCSTFR2.report(report), lane: 1) == .completed)
        #expect(bench.read(64, lane: 1) == Self.nak)
        #expect(twin.complaints.count == 1)
        // It may be sent again.
        #expect(bench.write(Self.hello, lane: 1) == .completed)
        #expect(bench.read(64, lane: 1) == Self.helloAnswer)
    }

    @Test func aReportOfAnotherLengthIsNone() {
        let bench = Bench(PanasonicXCSTFR2Simulator())
        #expect(bench.write(Array(Self.hello.prefix(9)), lane: 1) == .completed)
        #expect(bench.read(64, lane: 1) == Self.nak)
    }

    /// Reports that are lost, doubled or swapped, and what is answered to the command.
    @Test(arguments: [
        ([0, 1, 2], "00"), ([0, 1, 1, 2], "00"), ([0, 0, 1, 2], "00"), ([0, 1, 0, 1, 2], "00"), ([0, 2], "01"), ([1, 2], "01"),
        ([0, 2, 1], "01"),
        ([2], "01"), ([0, 1], nil),
    ])
    func lossAndRepetitionOfReportsAreNoticed(_ order: [Int], _ status: String?) {
        let bench = Bench(PanasonicXCSTFR2Simulator(stage: [StagedEvent(.at(.zero), .walkAway)]))
        let reports = XCSTFR2.reports(9, hex("05 11000000 00000000 78000000") + [UInt8](repeating: 0x55, count: 120))
        #expect(reports.count == 3)
        for index in order { #expect(bench.write(reports[index], lane: 1) == .completed) }
        let answer = bench.read(64, lane: 1, atMost: .seconds(2))
        #expect(answer.map { hex($0[4..<5]) } == status)
        if let answer { #expect(answer[1] == (status == "00" ? 9 : 0)) }
    }

    @Test func aRepeatedNumberIsAnsweredAgainAndDoneOnce() {
        let xc = XCSTFR2([StagedEvent(.shown(.placeCard, time: 2), .touch)])
        let report = XCSTFR2.reports(7, hex("02 11000000 10"))[0]
        for _ in 0..<2 {
            #expect(xc.bench.write(report, lane: 1) == .completed)
            #expect(xc.bench.read(64, lane: 1) == XCSTFR2.reports(7, [0], kind: 2)[0])
        }
        // The second would have shown the screen a second time.
        #expect(xc.bench.read(64, lane: 1, atMost: .seconds(1)) == nil)
    }

    @Test func aCommandWithoutEndIsNotKept() {
        let bench = Bench(PanasonicXCSTFR2Simulator())
        for index in 0..<200 {
            let flags: UInt8 = (index == 0 ? 0x80 : 0) | (index == 199 ? 0x40 : 0) | UInt8(index & 0x3F)
            #expect(bench.write(XCSTFR2.report([1, 0, flags, 60] + [UInt8](repeating: 0x42, count: 60)), lane: 1) == .completed)
        }
        #expect(bench.read(64, lane: 1) == Self.nak)
    }

    @Test func aNewHostBeginsAnew() {
        let xc = XCSTFR2()
        #expect(xc.ask("02 11000000 14") == "00" && xc.twin.terminal.screen == .chooseConsent)
        xc.begin()
        // The number is that of the SHOW before.
        #expect(xc.ask("01") == "00" + "03020100" + hex(Array("XC0000001".utf8)))
        #expect(xc.twin.terminal.screen == nil)
    }

    // MARK: Commands

    @Test(arguments: [
        ("10", PanelScreen.placeCard), ("11 01", .chooseMethod(face: true, pin: false)), ("12", .camera),
        ("13 FF", .keypad(triesLeft: nil)),
        ("13 02", .keypad(triesLeft: 2)), ("14", .chooseConsent), ("15 03", .consent(group: 3)), ("15 04", .consent(group: 4)),
        ("15 05", .consent(group: 5)), ("16 0000", .done(name: nil)),
        ("16 0300 E5908D", .done(name: "名")), ("17", .removeCard), ("18 0300 E5908D 0200 6869", .message("名", "hi")), ("20", .passcode),
        ("21", .visualCheck),
    ])
    func screensAreShown(_ screen: String, _ expected: PanelScreen) {
        let xc = XCSTFR2()
        #expect(xc.ask("02 11000000 \(screen)") == "00")
        #expect(xc.twin.terminal.screen == expected && xc.twin.complaints == [])
    }

    @Test(arguments: [
        "02 00000000 10", "02 11000000", "02 11000000 10 00", "02 11000000 11 00", "02 11000000 11 04", "02 11000000 11",
        "02 11000000 15 00", "02 11000000 15 06",
        "02 11000000 16 0200 41", "02 11000000 16 0100 FF", "02 11000000 16 7900" + String(repeating: "41", count: 121), "02 11000000 19",
        "02 11000000 18 0000", "03 11", "04 00000000", "05 11000000 00000000 01000000", "05 11000000 01000000 02000000 41",
        "05 11000000 00000000 01001000 41", "05 11000000 00000000 01000000 4141", "06 00", "07 00", "01 00",
    ])
    func wrongParametersAreRefused(_ body: String) {
        let xc = XCSTFR2()
        #expect(xc.ask(body) == "03")
        #expect(xc.twin.complaints.count == 1 && xc.twin.terminal.screen == nil && xc.twin.device.isPlugged)
        #expect(xc.ask("08") == "02")
    }

    @Test func whatTheFirmwareLacksIsRefused() {
        let xc = XCSTFR2(firmware: StagedFirmware(version: "1.0.3", hasStaffButton: false, hasVisualCheck: false))
        #expect(xc.ask("01") == "00" + "00010003" + hex(Array("XC0000001".utf8)))
        for body in ["02 11000000 20", "02 11000000 21", "06"] { #expect(xc.ask(body) == "05") }
    }

    @Test(arguments: [
        (StagedButton?.some(.pin), "11 03", "12"), (.consentToAll, "14", "21"), (.consentIndividually, "14", "22"), (.agree, "15 01", "31"),
        (.disagree, "15 01", "32"), (.end, "18 0000 0000", "41"), (nil, "20", "51" + "30343137"),
    ])
    func answersAreEvents(_ button: StagedButton?, _ screen: String, _ results: String) {
        let xc = XCSTFR2()
        #expect(xc.ask("02 11000000 \(screen)") == "00")
        let action: StagedAction = if let button { .choose(button) } else { .typePasscode(secret("0417")) }
        xc.twin.stage(StagedEvent(.at(xc.bench.now + .seconds(1)), action))
        #expect(xc.event() == "8111000000" + results)
        #expect(xc.twin.terminal.screen == nil)
    }

    @Test func theCameraReadsAndCompares() {
        let xc = XCSTFR2([StagedEvent(.at(.zero), .place(StagedCard(chip(), face: .visualCode(secret(code)))))])
        #expect(xc.ask("04 11000000") == "00")
        #expect(xc.ask("04 12000000") == "04")
        #expect(xc.event() == "8211000000" + hex(Array(code.utf8)))
        #expect(xc.ask(hex("05 13000000 00000000 10000000") + photograph) == "00")
        #expect(xc.event() == "8313000000" + "00")
        #expect(xc.ask("05 14000000 00000000 00000000") == "00")
        #expect(xc.event() == "8314000000" + "05")
    }

    @Test func theStaffButtonComesWithTheRestart() {
        let xc = XCSTFR2()
        #expect(xc.ask("06") == "00")
        #expect(xc.ask("07") == "00")
        xc.bench.pass(.milliseconds(900))
        #expect(!xc.twin.device.isPlugged)
        xc.bench.pass(.seconds(9))
        #expect(xc.twin.device.isPlugged)
        xc.begin()
        #expect(xc.ask("02 11000000 10") == "00")
        xc.twin.stage(StagedEvent(.at(xc.bench.now + .seconds(1)), .pressStaffButton))
        #expect(xc.event() == "8111000000" + "43")
    }

    @Test func aHostThatDoesNotReadIsNotKeptFor() {
        let xc = XCSTFR2((0..<200).map { StagedEvent(.at(.zero + .seconds(1 + $0)), .touch) })
        #expect(xc.ask("02 11000000 10") == "00")
        xc.bench.pass(.seconds(210))
        var count = 0
        while xc.event(atMost: .seconds(1)) != nil { count += 1 }
        #expect(count == 64)
        #expect(xc.twin.complaints.count == 136)
    }
}
