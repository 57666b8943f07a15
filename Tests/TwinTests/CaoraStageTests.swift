import FaceTerminal
import FujitsuCaoraSimulator
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// What people do at a Caora, and what the control lane tells of it.
@Suite struct CaoraStageTests {
    @Test(arguments: [
        ("02", "21 0001 03", StagedButton.face, "01"), ("02", "21 0001 02", .pin, "02"), ("02", "21 0001 01", .end, "07"),
        ("03", "", .end, "07"), ("04", "22 0001 03", .end, "07"), ("05", "", .consentToAll, "03"), ("05", "", .consentIndividually, "04"),
        ("05", "", .end, "07"), ("06", "23 0001 02", .end, "07"), ("09", "25 0001 41 26 0001 42", .end, "07"),
        ("06", "23 0001 01", .agree, "05"), ("06", "23 0001 03", .disagree, "06"), ("06", "23 0001 04", .agree, "05"),
        ("06", "23 0001 05", .disagree, "06"), ("0A", "", .end, "07"), ("0B", "", .end, "07"),
    ])
    func aButtonAnswers(_ screen: String, _ parameters: String, _ button: StagedButton, _ answer: String) {
        let caora = Caora([StagedEvent(.at(.zero + .seconds(5)), .choose(button)), StagedEvent(.at(.zero + .seconds(6)), .choose(button))])
        #expect(caora.show(screen, parameters) == Caora.done)
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001") + answer)
        // A prompt has at most one answer; after it the panel is merely touched.
        #expect(caora.event() == digits("03 0001 04 04 0004 00000000"))
        #expect(caora.event(atMost: .seconds(100)) == nil)
    }

    @Test(arguments: [
        ("01", "", StagedButton.end), ("02", "21 0001 02", .face), ("05", "", .agree), ("06", "23 0001 02", .consentToAll),
        ("07", "", .end), ("08", "", .end), ("02", "21 0001 03", .agree), ("09", "25 0001 41 26 0001 42", .agree),
    ])
    func aButtonThatIsNotThereIsATouch(_ screen: String, _ parameters: String, _ button: StagedButton) {
        let caora = Caora([StagedEvent(.at(.zero + .seconds(5)), .choose(button))])
        #expect(caora.show(screen, parameters) == Caora.done)
        #expect(caora.event() == digits("03 0001 04 04 0004 00000000"))
    }

    @Test(arguments: ["01", "02 21 0001 03", "03", "04", "05", "06 23 0001 01", "07", "08", "09 25 0001 41 26 0001 42", "0A", "0B"])
    func everyScreenTimesOut(_ screen: String) {
        let caora = Caora()
        #expect(caora.show(screen) == Caora.done)
        let shown = caora.bench.now
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001 09"))
        #expect(caora.bench.now - shown > .milliseconds(59_990) && caora.bench.now - shown < .milliseconds(60_002))
        #expect(caora.twin.terminal.screen == nil)
    }

    @Test func aTouchMakesTheScreenWaitAnew() {
        let caora = Caora([StagedEvent(.shown(.placeCard, after: .seconds(50)), .touch)])
        #expect(caora.show("01") == Caora.done)
        let shown = caora.bench.now
        #expect(caora.event() == digits("03 0001 04 04 0004 00000000"))
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001 09"))
        #expect(caora.bench.now - shown > .milliseconds(109_990))
    }

    @Test func touchesAreToldOnceASecond() {
        let touches = [1_000, 1_400, 1_999, 2_000, 2_500].map { StagedEvent(.at(.zero + .milliseconds($0)), .touch) }
        let caora = Caora(touches + [StagedEvent(.at(.zero + .seconds(10)), .typePasscode(secret("98")))])
        #expect(caora.show("0A") == Caora.done)
        for moment in [1, 2, 10] {
            #expect(caora.event() == digits("03 0001 04 04 0004 00000000"))
            #expect(caora.bench.now - (.zero + .seconds(moment)) < .milliseconds(2))
        }
        // The digits made the minute begin anew.
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001 09"))
        #expect(caora.bench.now >= .zero + .seconds(70))
    }

    @Test func aHostThatBeginsFindsNothingShownOrAsked() {
        let caora = Caora([StagedEvent(.at(.zero), .walkAway)])
        #expect(caora.show("03") == Caora.done)
        #expect(match(caora, photograph) == Caora.done)
        #expect(caora.ask("01 0001 04 04 0004 00000021") == Caora.done)
        caora.begin()
        #expect(caora.ask("01 0001 01") != nil)
        #expect(caora.twin.terminal.screen == nil)
        #expect(caora.event() == nil)
        // Parts that came before are forgotten too.
        #expect(caora.ask("01 0001 05 04 0004 00000031 30 0004 00000000 31 0004 00000004 32 0002 FF4F") == Caora.done)
        #expect(caora.ask("01 0001 01") != nil)
        #expect(caora.ask("01 0001 05 04 0004 00000031 30 0004 00000002 31 0004 00000004 32 0002 FF51") == "02000103")
    }

    @Test func aComparisonGoesOnWhileTheScreenChanges() {
        let caora = Caora([StagedEvent(.at(.zero), .walkAway), StagedEvent(.shown(.message, after: .seconds(3)), .stand(.ownFace))])
        #expect(caora.show("03") == Caora.done)
        #expect(match(caora, photograph) == Caora.done)
        #expect(caora.show("09", "25 0001 41 26 0001 42", prompt: "00000012") == Caora.done)
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001 00"))
    }

    @Test func aTouchAtOnceIsToldAfterTheResponse() {
        let caora = Caora([StagedEvent(.shown(.chooseConsent), .choose(.consentToAll))])
        #expect(caora.bench.write(Caora.frame(0, hex("01 0001 02 04 0004 00000011 20 0001 05")), lane: 1) == .completed)
        #expect(caora.bench.read(lane: 1) == Caora.frame(0, hex("02 0001 00"), kind: 2))
        #expect(caora.bench.read(lane: 1)?[3] == 3)
    }

    @Test func aScreenThatIsReplacedOrTakenBackAnswersNoMore() {
        let caora = Caora()
        #expect(caora.show("05") == Caora.done)
        #expect(caora.show("06", "23 0001 02", prompt: "00000012") == Caora.done)
        #expect(caora.twin.terminal.screen == .consent(group: 2))
        #expect(caora.ask("01 0001 03 04 0004 00000011") == Caora.done)
        #expect(caora.twin.terminal.screen == .consent(group: 2))
        #expect(caora.ask("01 0001 03 04 0004 00000012") == Caora.done)
        #expect(caora.twin.terminal.screen == nil)
        #expect(caora.event() == nil)
    }

    @Test func aPatientWhoWalkedAwayTouchesNothing() {
        let caora = Caora([
            StagedEvent(.at(.zero + .seconds(1)), .walkAway), StagedEvent(.at(.zero + .seconds(2)), .choose(.consentToAll)),
            StagedEvent(.at(.zero + .seconds(3)), .stand(.otherFace)), StagedEvent(.at(.zero + .seconds(4)), .choose(.consentIndividually)),
        ])
        #expect(caora.show("05") == Caora.done)
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001 04"))
    }

    // MARK: The card's face

    @Test func theCameraReadsTheCardsFace() {
        let caora = Caora([StagedEvent(.at(.zero), .place(StagedCard(chip(), face: .visualCode(secret(code)))))])
        caora.bench.pass(.seconds(1))
        #expect(caora.ask("01 0001 04 04 0004 00000021") == Caora.done)
        #expect(caora.event() == digits("03 0001 02 04 0004 00000021 52 000E") + hex(Array(code.utf8)))
    }

    @Test(arguments: [nil, StagedCard.Face.insuranceCard, .unreadable])
    func whatTheCameraCannotReadIsToldSo(_ face: StagedCard.Face?) {
        let caora = Caora(face.map { [StagedEvent(.at(.zero), .place(StagedCard(nil, face: $0)))] } ?? [])
        caora.bench.pass(.seconds(1))
        #expect(caora.ask("01 0001 04 04 0004 00000021") == Caora.done)
        #expect(caora.ask("01 0001 04 04 0004 00000022") == "02000104")
        #expect(caora.event() == digits("03 0001 02 04 0004 00000021"))
    }

    @Test func aReadingThatIsTakenBackTellsNothing() {
        let caora = Caora()
        #expect(caora.ask("01 0001 04 04 0004 00000021") == Caora.done)
        #expect(caora.ask("01 0001 03 04 0004 00000021") == Caora.done)
        #expect(caora.event(atMost: .seconds(5)) == nil)
    }

    // MARK: Faces

    /// MATCH with the whole photograph in parts of `size`; the status of the last.
    func match(_ caora: Caora, _ photograph: [UInt8], parts size: Int = 4_096) -> String? {
        var status: String?
        for offset in stride(from: 0, to: photograph.count, by: size) {
            let part = Array(photograph[offset..<min(offset + size, photograph.count)])
            func number(_ value: Int) -> [UInt8] {
                [UInt8(value >> 24 & 0xFF), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
            }
            status = caora.ask(
                hex("01 0001 05 04 0004 00000031") + Caora.element(0x30, number(offset)) + Caora.element(0x31, number(photograph.count))
                    + Caora.element(0x32, part))
        }
        return status
    }

    @Test(arguments: [
        (CameraView.ownFace, "00"), (.otherFace, "01"), (.mask, "02"), (.photograph, "03"),
    ])
    func theVerdictFollowsWhoStandsThere(_ view: CameraView, _ verdict: String) {
        let caora = Caora([StagedEvent(.at(.zero), .stand(view))])
        caora.bench.pass(.seconds(1))
        #expect(match(caora, photograph + [UInt8](repeating: 0, count: 9_000)) == Caora.done)
        let start = caora.bench.now
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001") + verdict)
        #expect(caora.bench.now - start < .milliseconds(901))
        #expect(caora.twin.complaints == [])
    }

    @Test func aPhotographThatIsNoneIsABadReference() {
        let caora = Caora()
        #expect(caora.ask("01 0001 05 04 0004 00000031 30 0004 00000000 31 0004 00000000 32 0000") == Caora.done)
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001 05"))
        #expect(match(caora, [UInt8](repeating: 0x42, count: 100)) == Caora.done)
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001 05"))
    }

    @Test func theMatcherCanBeReplaced() {
        final class Never: FaceMatcher {
            let provenance = ScriptedFaceMatcher().provenance
            var seen: [UInt8] = []
            func compare(_ photograph: [UInt8], with view: CameraView) -> MatchVerdict? {
                seen = photograph
                return .unclear
            }
        }
        let matcher = Never()
        let bench = Bench(FujitsuCaoraSimulator(matcher: matcher))
        let command = hex("01 0001 05 04 0004 00000031 30 0004 00000000 31 0004 00000003 32 0003 010203")
        #expect(bench.write(Caora.frame(0, command), lane: 1) == .completed)
        #expect(bench.read(lane: 1) != nil)
        #expect(bench.read(lane: 1).map { hex($0[8..<($0.count - 2)]) } == digits("03 0001 03 04 0004 00000031 53 0001 04"))
        #expect(matcher.seen == [1, 2, 3])
    }

    @Test func nobodyBeforeTheCameraTimesOutAfterTwentySeconds() {
        let caora = Caora([StagedEvent(.at(.zero), .walkAway)])
        #expect(caora.show("03") == Caora.done)
        #expect(match(caora, photograph) == Caora.done)
        let start = caora.bench.now
        #expect(match(caora, photograph) == "02000104")
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001 10"))
        #expect(caora.bench.now - start > .milliseconds(19_990) && caora.bench.now - start < .milliseconds(20_002))
        // The camera's screen is over with it.
        #expect(caora.event() == nil)
    }

    @Test func aComparisonThatBeginsLateEndsBeforeItsScreen() {
        let caora = Caora([StagedEvent(.at(.zero), .walkAway)])
        #expect(caora.show("03") == Caora.done)
        caora.bench.pass(.seconds(50))
        #expect(match(caora, photograph) == Caora.done)
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001 10"))
        #expect(caora.event() == nil)
    }

    @Test func whoeverStepsBeforeTheCameraIsLookedAt() {
        let caora = Caora([StagedEvent(.at(.zero), .walkAway), StagedEvent(.shown(.camera, after: .seconds(15)), .stand(.ownFace))])
        #expect(caora.show("03") == Caora.done)
        #expect(match(caora, photograph) == Caora.done)
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001 00"))
    }

    @Test func theComparisonCanBeEndedByEither() {
        let caora = Caora([
            StagedEvent(.at(.zero), .walkAway), StagedEvent(.shown(.camera, after: .seconds(5)), .stand(.ownFace)),
            StagedEvent(.shown(.camera, after: .seconds(5)), .choose(.end)),
        ])
        #expect(caora.show("03") == Caora.done)
        #expect(match(caora, photograph) == Caora.done)
        #expect(caora.event() == digits("03 0001 03 04 0004 00000031 53 0001 11"))
        #expect(match(caora, photograph) == Caora.done)
        #expect(caora.ask("01 0001 03 04 0004 00000031") == Caora.done)
        #expect(caora.event() == nil)
    }

    @Test func partsMustComeInOrder() {
        let caora = Caora()
        func part(_ offset: String, _ prompt: String = "00000031") -> String? {
            caora.ask("01 0001 05 04 0004 \(prompt) 30 0004 \(offset) 31 0004 00000006 32 0002 FF4F")
        }
        #expect(part("00000000") == Caora.done)
        #expect(part("00000004") == "02000103")
        #expect(part("00000002") == "02000103")  // what came is forgotten
        #expect(part("00000000") == Caora.done)
        #expect(part("00000002", "00000032") == "02000103")
        #expect(caora.event(atMost: .seconds(30)) == nil)
    }

    @Test func aPartHasAtMost4096Bytes() {
        let caora = Caora()
        func first(_ count: Int) -> String? {
            caora.ask(
                hex("01 0001 05 04 0004 00000031 30 0004 00000000 31 0004 00002000")
                    + Caora.element(0x32, [UInt8](repeating: 0, count: count)))
        }
        #expect(first(4_097) == "02000103")
        #expect(first(4_096) == Caora.done)
    }

    // MARK: Staff

    @Test func theStaffButtonAppearsAfterTheFirstPasscodeAndARestart() {
        let caora = Caora([
            StagedEvent(.shown(.placeCard, time: 1, after: .seconds(1)), .pressStaffButton),
            StagedEvent(.shown(.placeCard, time: 2, after: .seconds(1)), .pressStaffButton),
        ])
        #expect(caora.ask("01 0001 06 40 0001 01") == Caora.done)
        #expect(caora.show("01") == Caora.done)
        #expect(caora.event() == digits("03 0001 04 04 0004 00000000"))
        #expect(caora.ask("01 0001 07") == Caora.done)
        let gone = caora.bench.wait(caora.bench.submit(.read(atMost: 512), lane: 1), atMost: .seconds(1))
        #expect(gone?.status == .unplugged)
        #expect(caora.twin.terminal.screen == nil)
        #expect(caora.bench.wait(caora.bench.submit(.write, lane: 1, [0]))?.status == .unplugged)
        caora.bench.pass(.seconds(10))
        #expect(caora.twin.device.isPlugged)
        caora.begin()
        #expect(caora.show("01") == Caora.done)
        #expect(caora.twin.terminal.showsStaffButton)
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001 08"))
    }

    @Test func aRestartBeforeTheFirstPasscodeBringsNoStaffButton() {
        let caora = Caora()
        #expect(caora.ask("01 0001 07") == Caora.done)
        caora.bench.pass(.seconds(11))
        caora.begin()
        #expect(caora.ask("01 0001 06 40 0001 01") == Caora.done)
        #expect(caora.show("01") == Caora.done)
        #expect(!caora.twin.terminal.showsStaffButton)
    }

    @Test func anotherConfigurationIsNoRestart() {
        let caora = Caora()
        #expect(caora.ask("01 0001 06 40 0001 01") == Caora.done)
        for configuration in [UInt16(0), 1] {
            let request = ControlRequest(requestType: 0, request: 9, value: configuration, length: 0)
            #expect(caora.bench.wait(caora.bench.submit(.control(request)))?.status == .completed)
        }
        caora.begin()
        #expect(caora.show("01") == Caora.done)
        #expect(!caora.twin.terminal.showsStaffButton)
    }

    /// The keypad has ten digits.
    @Test(.holds("R070"), arguments: [("9876", "39383736"), ("5432", "35343332"), ("1000", "31303030")])
    func thePasscodeComesWithItsDigits(_ typed: String, _ code: String) {
        let caora = Caora([StagedEvent(.shown(.passcode, after: .seconds(1)), .typePasscode(secret(typed)))])
        #expect(caora.show("0A") == Caora.done)
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001 0A 51 0004 \(code)"))
    }

    @Test func firmwareWithoutVisualCheckHasNeitherScreen() {
        let caora = Caora(firmware: StagedFirmware(version: "1.0.3", hasStaffButton: false, hasVisualCheck: false))
        #expect(caora.ask("01 0001 01") == digits("02 0001 00 10 0005 312E302E33 11 0001 04 12 0009 434130303030303031"))
        #expect(caora.show("0A") == "02000105")
        #expect(caora.show("0B") == "02000105")
        #expect(caora.ask("01 0001 06 40 0001 01") == "02000105")
    }

    // MARK: Cable and power

    @Test func otherFirmwareComesWithARestart() {
        let caora = Caora([StagedEvent(.at(.zero + .seconds(3)), .install(StagedFirmware(version: "3.0.0")))])
        #expect(caora.show("01") == Caora.done)
        caora.bench.pass(.seconds(4))
        #expect(!caora.twin.device.isPlugged)
        caora.bench.pass(.seconds(9))
        caora.begin()
        #expect(caora.ask("01 0001 01")?.hasPrefix(digits("02 0001 00 10 0005 332E302E30")) == true)
    }

    @Test func anUnpluggedReaderComesBackWhenItIsPluggedIn() {
        let caora = Caora([StagedEvent(.at(.zero + .seconds(3)), .unplug), StagedEvent(.at(.zero + .seconds(90)), .plug)])
        #expect(caora.show("05") == Caora.done)
        #expect(caora.bench.wait(caora.bench.submit(.read(atMost: 512), lane: 1))?.status == .unplugged)
        #expect(caora.bench.now < .zero + .milliseconds(3_002))
        caora.bench.pass(.seconds(80))
        #expect(!caora.twin.device.isPlugged)
        caora.bench.pass(.seconds(20))
        caora.begin()
        #expect(caora.show("05") == Caora.done)
    }

    @Test func aPowerDipForgetsWhatWasShown() {
        let caora = Caora([StagedEvent(.at(.zero + .seconds(3)), .powerDip)])
        #expect(caora.show("05") == Caora.done)
        caora.bench.pass(.seconds(20))
        caora.begin()
        #expect(caora.twin.terminal.screen == nil)
        #expect(caora.ask("01 0001 01") != nil)
        #expect(caora.event() == nil)
    }
}
