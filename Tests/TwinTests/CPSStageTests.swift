import AlmexCPS100WSimulator
import Cards
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// What people do at a CPS-100W, and what the polls bring of it.
@Suite struct CPSStageTests {
    static let quiet = ["r 322E3103", "t 30"]

    func reader(_ stage: [StagedEvent] = []) -> CPS {
        let cps = CPS(stage)
        #expect(cps.begin() == Self.quiet)
        return cps
    }

    @Test(arguments: [
        ("35", .end, "65"), ("36 02", .end, "65"), ("39 41 00 42", .end, "65"), ("32 03", StagedButton.face, "66"), ("32 02", .pin, "70"),
        ("32 01", .end, "65"), ("33", .end, "65"), ("35", .consentToAll, "61"),
        ("35", .consentIndividually, "69"), ("36 01", .agree, "79"), ("36 03", .disagree, "6E"), ("36 04", .agree, "79"),
        ("36 05", .disagree, "6E"), ("41", .end, "65"), ("42", .end, "65"),
    ])
    func aButtonAnswers(_ screen: String, _ button: StagedButton, _ answer: String) {
        let cps = reader([StagedEvent(.at(.zero + .seconds(5)), .choose(button)), StagedEvent(.at(.zero + .seconds(6)), .choose(button))])
        #expect(cps.send("S", "0011" + screen))
        #expect(cps.next() == "a 0011" + answer)
        // A prompt has at most one answer; after it the panel is merely touched.
        #expect(cps.next() == "u 0000")
        #expect(cps.next() == nil)
        #expect(cps.twin.complaints == [])
    }

    @Test(arguments: ["31", "32 03", "33", "35", "36 01", "37", "37 E8A9A6", "38", "39 41 00 42", "41", "42"])
    func everyScreenTimesOut(_ screen: String) {
        let cps = reader()
        #expect(cps.send("S", "0011" + screen))
        let shown = cps.bench.now
        #expect(cps.next() == "a 001174")
        #expect(cps.bench.now - shown > .seconds(59) && cps.bench.now - shown < .seconds(61))
    }

    @Test func aScreenThatIsReplacedOrTakenBackAnswersNoMore() {
        let cps = reader()
        #expect(cps.send("S", "0011 35"))
        #expect(cps.send("S", "0012 3602"))
        #expect(cps.send("W", "0011"))
        #expect(cps.twin.terminal.screen == .consent(group: 2))
        #expect(cps.send("W", "0012"))
        #expect(cps.next() == nil)
    }

    // MARK: The tray

    @Test func aCardWithAChipBeepsAndTheOthersDoNot() {
        let dead = ScriptedCard(answerToReset: []) { _, _ in nil }
        let cps = reader([
            StagedEvent(.at(.zero + .seconds(10)), .place(StagedCard(chip()))), StagedEvent(.at(.zero + .seconds(20)), .remove),
            StagedEvent(.at(.zero + .seconds(30)), .place(StagedCard(nil, face: .insuranceCard))),
            StagedEvent(.at(.zero + .seconds(40)), .remove), StagedEvent(.at(.zero + .seconds(50)), .place(StagedCard(dead))),
        ])
        let told = (0..<7).map { _ in cps.next() }
        #expect(told == ["t 31", "t 30", "t 32", "c 000030", "t 30", "t 32", "c 000031"])
        #expect(cps.twin.beeps == [.zero + .milliseconds(10_150)])
    }

    @Test func aSwapIsTwoChangesAndTwoBeeps() {
        let cps = reader([
            StagedEvent(.at(.zero + .seconds(10)), .place(StagedCard(chip()))),
            StagedEvent(.at(.zero + .seconds(20)), .swap(StagedCard(chip()))),
        ])
        #expect((0..<3).map { _ in cps.next() } == ["t 31", "t 30", "t 31"])
        #expect(cps.twin.beeps.count == 2)
    }

    @Test func aCardThatIsTakenAwayAtOnceIsNotTold() {
        let cps = reader([
            StagedEvent(.at(.zero + .seconds(10)), .place(StagedCard(chip()))), StagedEvent(.at(.zero + .milliseconds(10_100)), .remove),
        ])
        #expect(cps.next(atMost: .seconds(30)) == nil)
        #expect(cps.twin.beeps == [])
    }

    // MARK: The card path

    func readerWithCard(_ card: any SimulatedCard, _ more: [StagedEvent] = []) -> CPS {
        let cps = reader([StagedEvent(.at(.zero + .seconds(5)), .place(StagedCard(card, face: .visualCode(secret(code)))))] + more)
        #expect(cps.next() == "t 31")
        return cps
    }

    @Test func powerAndAnExchange() {
        let card = chip(after: .milliseconds(300), hex("6F00 9000"))
        let cps = readerWithCard(card)
        #expect(cps.send("P", "31"))
        #expect(cps.next() == "p 30" + digits("3B E0 00 FF 81 31 FE 45 14"))
        #expect(card.isPowered)
        #expect(cps.send("X", "00 00A4040C00"))
        let start = cps.bench.now
        #expect(cps.next() == "x 30006F009000")
        #expect(cps.bench.now - start > .milliseconds(200))
        #expect(card.commands == [hex("00A4040C00")])
        #expect(cps.send("P", "30"))
        #expect(cps.next() == "p 30")
        #expect(!card.isPowered)
        #expect(cps.send("X", "00 00A4040C00"))
        #expect(cps.next() == "x 3300")
    }

    @Test func longAPDUsGoInParts() {
        let response = [UInt8](repeating: 7, count: 9_000) + [0x90, 0x00]
        let card = chip(after: .milliseconds(1), response)
        let cps = readerWithCard(card)
        cps.send("P", "31")
        _ = cps.next()
        let command = hex("00 D6 00 00 00 1388") + [UInt8](repeating: 9, count: 5_000)
        #expect(cps.send("X", [1] + command[..<4_000]))
        #expect(cps.send("X", [0] + command[4_000...]))
        var got: [UInt8] = []
        var flags: [UInt8] = []
        while flags.last != 0, let body = cps.next().map({ hex(String($0.dropFirst(2))) }), body.count > 2 {
            #expect(body[0] == 0x30)
            flags.append(body[1])
            got += body[2...]
        }
        #expect(got == response)
        #expect(flags == [1, 1, 0])
        #expect(card.commands == [command])
    }

    @Test func statusOfTheCardPath() {
        let cps = reader()
        cps.send("P", "31")
        #expect(cps.next() == "p 31")
        cps.send("X", "00 00A40400")
        #expect(cps.next() == "x 3100")
        cps.send("P", "33")
        #expect(cps.next() == "p 34")
        cps.send("X", "02 00A40400")
        #expect(cps.next() == "x 3400")
    }

    @Test func oneExchangeAtATime() {
        let cps = readerWithCard(chip(after: .seconds(2)))
        cps.send("P", "31")
        _ = cps.next()
        #expect(cps.send("X", "00 00A40400"))
        #expect(cps.send("X", "00 00A40400"))
        #expect(cps.next() == "x 3300")
        #expect(cps.next() == "x 30009000")
    }

    @Test func aMuteCardAndACardThatLeaves() {
        let mute = ScriptedCard(answerToReset: hex("3B 80 80 01 01")) { _, _ in nil }
        let cps = readerWithCard(mute, [StagedEvent(.at(.zero + .seconds(30)), .remove)])
        cps.send("P", "31")
        #expect(cps.next() == "p 303B80800101")
        cps.send("X", "00 00A40400")
        #expect(cps.next() == "x 3200")
        cps.bench.pass(.zero + .seconds(28) - (cps.bench.now - .zero))
        cps.send("X", "00 00A40400")
        #expect(cps.next() == "x 3100")
        #expect(cps.next() == "t 30")
    }

    // MARK: The keypad

    @Test func theReaderSendsVERIFYItself() {
        let card = chip()
        let cps = readerWithCard(card, [StagedEvent(.shown(.keypad, after: .seconds(3)), .typePIN(secret("1234")))])
        cps.send("P", "31")
        _ = cps.next()
        #expect(cps.send("V", "0011 00200080 04"))
        #expect(cps.twin.terminal.screen == .keypad(triesLeft: nil))
        #expect(cps.next() == "v 0011309000")
        #expect(card.commands == [hex("00200080 04 31323334")])
        #expect(cps.twin.complaints == [])
    }

    @Test func aMyNumberCardTakesThePIN() {
        let card = VirtualCard(holder: .hanako)
        let cps = readerWithCard(card, [StagedEvent(.shown(.keypad, after: .seconds(3)), .typePIN(secret("9999")))])
        cps.send("P", "31")
        _ = cps.next()
        for message in ["00 00A4040C0A D392F000260100000001", "00 00A4020C02 0018"] {
            cps.send("X", message)
            #expect(cps.next() == "x 30009000")
        }
        cps.send("V", "0011 00200080 04")
        #expect(cps.next() == "v 00113063C2")
        #expect(card.triesLeft(of: .authenticationPIN) == 2)
    }

    @Test func theKeypadEnds() {
        let card = chip()
        let cps = readerWithCard(card, [StagedEvent(.shown(.keypad, after: .seconds(3)), .choose(.end))])
        cps.send("P", "31")
        _ = cps.next()
        cps.send("V", "0011 00200080 04")
        #expect(cps.next() == "v 001131")
        cps.send("V", "0012 00200080 04")
        let start = cps.bench.now
        #expect(cps.next() == "v 001232")
        #expect(cps.bench.now - start > .seconds(59))
        cps.send("V", "0013 00200080 04")
        cps.send("W", "0013")
        cps.send("V", "0014 00200080 04")
        cps.send("S", "0015 38")
        // Neither the one that was taken back nor the one that was replaced is told of.
        #expect(cps.next() == "a 001574")
        #expect(card.commands.isEmpty)
    }

    @Test func noPINGoesToANonVERIFYOrWithoutPower() {
        let card = chip()
        let cps = readerWithCard(card, [StagedEvent(.shown(.keypad), .typePIN(secret("1234")))])
        cps.send("V", "0011 00200080 04")
        #expect(cps.next() == "n 001133")
        cps.send("P", "31")
        _ = cps.next()
        cps.send("V", "0012 00D60000 04")
        #expect(cps.next() == "n 001234")
        #expect(card.commands.isEmpty)
        #expect(cps.twin.complaints.count == 2)
        let empty = reader()
        empty.send("V", "0013 00200080 04")
        #expect(empty.next() == "v 001333")
        #expect(empty.twin.complaints == [])
    }

    @Test func aCardThatLeavesEndsTheKeypad() {
        let cps = readerWithCard(chip(), [StagedEvent(.shown(.keypad, after: .seconds(3)), .remove)])
        cps.send("P", "31")
        _ = cps.next()
        cps.send("V", "0011 00200080 04")
        #expect(cps.next() == "v 001133")
        #expect(cps.next() == "t 30")
    }

    @Test func aCardThatIsMuteAfterThePINLeavesTheTryUnknown() {
        let mute = ScriptedCard(answerToReset: hex("3B 80 80 01 01")) { _, _ in nil }
        let cps = readerWithCard(mute, [StagedEvent(.shown(.keypad, after: .seconds(3)), .typePIN(secret("1234")))])
        cps.send("P", "31")
        _ = cps.next()
        cps.send("V", "0011 00200080 04")
        #expect(cps.next() == "v 001134")
    }

    // MARK: The camera

    @Test func theCameraReadsTheCardsFace() {
        let cps = readerWithCard(chip())
        cps.send("O", "0021")
        #expect(cps.next() == "o 0021" + hex(Array(code.utf8)))
        let empty = reader()
        empty.send("O", "0022")
        #expect(empty.next() == "o 0022")
    }

    @Test(arguments: [
        (CameraView.ownFace, "30"), (.otherFace, "31"), (.mask, "32"), (.photograph, "33"), (.nobody, "38"),
    ])
    func theVerdictFollowsWhoStandsThere(_ view: CameraView, _ verdict: String) {
        let cps = reader([StagedEvent(.at(.zero), .stand(view))])
        #expect(cps.send("S", "0030 33"))
        #expect(cps.send("M", hex("0031 01") + photograph))
        #expect(cps.send("M", hex("0031 00") + [UInt8](repeating: 0, count: 4_000)))
        let start = cps.bench.now
        #expect(cps.next() == "m 0031" + verdict)
        #expect(view != .nobody || cps.bench.now - start > .seconds(19))
        #expect(cps.twin.complaints == [])
    }

    @Test func aComparisonCanEndOtherwise() {
        let cps = reader([
            StagedEvent(.at(.zero), .walkAway), StagedEvent(.shown(.camera, time: 1, after: .seconds(2)), .stand(.ownFace)),
            StagedEvent(.shown(.camera, time: 1, after: .seconds(2)), .choose(.end)),
        ])
        cps.send("S", "0030 33")
        cps.send("M", hex("0031 00") + photograph)
        #expect(cps.next() == "m 003139")
        cps.send("M", hex("0032 00 42"))
        #expect(cps.next() == "m 003235")
    }

    // MARK: Staff, power and cable

    @Test func theStaffButtonAppearsAfterAPasscodeAndARestart() {
        let cps = reader([
            StagedEvent(.shown(.placeCard, time: 1, after: .seconds(1)), .pressStaffButton),
            StagedEvent(.shown(.placeCard, time: 2, after: .seconds(1)), .pressStaffButton),
            StagedEvent(.shown(.passcode, after: .seconds(1)), .typePasscode(secret("9876"))),
        ])
        cps.send("I")
        cps.send("S", "0011 31")
        #expect(cps.next(atMost: .seconds(5)) == "u 0000")
        #expect(cps.next(atMost: .seconds(5)) == nil)
        #expect(cps.send("B"))
        #expect(cps.exchange([5]) == [])
        cps.bench.pass(.milliseconds(4_500))
        #expect(cps.exchange([5]) == [])
        cps.bench.pass(.milliseconds(400))
        #expect(cps.begin() == Self.quiet)
        cps.send("S", "0012 31")
        #expect(cps.next() == "a 001273")
        cps.send("S", "0013 41")
        #expect(cps.next() == "a 00136439383736")
    }

    @Test func aRestartFindsTheCardAnew() {
        let card = chip()
        let cps = readerWithCard(card)
        cps.send("P", "31")
        _ = cps.next()
        cps.send("B")
        #expect(!card.isPowered)
        cps.bench.pass(.seconds(5))
        #expect(cps.begin() == Self.quiet)
        #expect(cps.next() == "t 31")
    }

    @Test func aResetForgetsWhatWasAskedAndTellsTheTray() {
        let cps = readerWithCard(chip())
        cps.send("S", "0011 35")
        cps.send("R")
        #expect(cps.twin.terminal.screen == nil)
        #expect(cps.begin() == ["r 322E3103", "t 31"])
        #expect(cps.send("W", "0001"))
        #expect(cps.twin.complaints == [])
    }

    @Test func aPowerDipIsARestart() {
        let cps = reader([StagedEvent(.at(.zero + .seconds(10)), .powerDip)])
        cps.send("S", "0011 35")
        cps.bench.pass(.seconds(16) - (cps.bench.now - .zero))
        #expect(cps.begin() == Self.quiet)
        #expect(cps.next() == nil)
    }

    @Test func otherFirmwareTellsItself() {
        let cps = reader([
            StagedEvent(.at(.zero + .seconds(10)), .install(StagedFirmware(version: "1.0.7", hasStaffButton: false, hasVisualCheck: false)))
        ])
        cps.bench.pass(.seconds(20))
        #expect(cps.begin() == ["r 312E3000", "t 30"])
        cps.send("S", "0011 41")
        cps.send("S", "0012 42")
        cps.send("I")
        #expect((0..<3).map { _ in cps.next() } == ["n 001135", "n 001235", "n 000035"])
        #expect(cps.twin.complaints.count == 3)
        #expect(cps.twin.terminal.screen == nil)
    }

    @Test func anUnpluggedLineEndsEveryTransfer() {
        let cps = reader([StagedEvent(.at(.zero + .seconds(10)), .unplug), StagedEvent(.at(.zero + .seconds(20)), .plug)])
        cps.send("S", "0011 35")
        #expect(cps.bench.wait(cps.bench.submit(.read(atMost: 10)))?.status == .unplugged)
        #expect(cps.bench.wait(cps.bench.submit(.write, [5]))?.status == .unplugged)
        cps.bench.pass(.seconds(11))
        // It stayed on.
        #expect(cps.twin.terminal.screen == .chooseConsent)
        #expect(cps.exchange([5]) == [4])
    }
}
