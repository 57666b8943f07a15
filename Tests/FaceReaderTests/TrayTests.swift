import AlmexCPS100W
import Diagnosis
import ISO7816
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct TrayTests {
    private static let absent = CardPresence(isPresent: false, changes: 0)

    /// A card that answers 9000, in the tray.
    private func bench(_ answer: @escaping ([UInt8]) -> [[UInt8]] = { _ in [hex("78 30 00 9000")] }) -> TrayBench {
        let bench = TrayBench(tray: "1")
        bench.answer = { body in
            switch body[0] {
            case 0x50: body[1] == 0x30 ? [hex("70 30")] : [hex("70 30 3B80800101")]
            case 0x58: body[1] == 0 ? answer(body) : []
            default: []
            }
        }
        return bench
    }

    private func next(
        _ bench: TrayBench, _ reader: any Reader, from known: CardPresence, within: Duration = .seconds(10)
    ) throws(ReaderError) -> CardPresence? {
        let watch = reader.watchPresence(slot: 0, known: known)
        guard case .event = bench.station.next(from: reader.source, token: watch.rawValue, until: bench.station.now + within) else {
            reader.abandon(watch)
            return nil
        }
        return try reader.presence(watch)
    }

    @Test func theBytesAreThoseOfTheDocument() throws {
        let bench = TrayBench()
        let reader = try bench.open()
        _ = try reader.patientScreen?.show(.chooseMethod([.pin]))
        pass(.milliseconds(500), on: bench.station)
        let seen = try #require(bench.device.seen[TrayBench.line])
        // STX 0002 FF R ETX CRC, by Python's zlib.
        #expect(hex(seen[0]) == "020002FF5203C3376517")
        #expect(hex(seen[1]) == "05" && hex(seen[2]) == "0600")
        // 0006 00 S 0001 '2' 02 ETX. The length is that of number, code and the four bytes of the screen.
        #expect(seen.contains(hex("02 0006 00 53 0001 32 02 03 9E1002D3")))
    }

    @Test(
        "The two questions beside the groups, by the document and Python's zlib",
        arguments: [(ScreenConsentGroup.limit, "04 03 CF430D89"), (.insuranceCard, "05 03 D6583CC8")])
    func questions(_ group: ScreenConsentGroup, _ end: String) throws {
        let bench = TrayBench()
        let reader = try bench.open()
        _ = try reader.patientScreen?.show(.consent(group))
        pass(.milliseconds(500), on: bench.station)
        #expect(bench.device.seen[TrayBench.line]?.contains(hex("02 0006 00 53 0001 36 \(end)")) == true)
    }

    @Test func theTrayTellsOfCards() throws {
        let bench = TrayBench()
        let reader = try bench.open()
        #expect(try next(bench, reader, from: Self.absent, within: .seconds(1)) == nil)
        bench.say("t1")
        let there = try #require(try next(bench, reader, from: Self.absent))
        #expect(there == CardPresence(isPresent: true, changes: 1))
        // Out and in, another card in its place, then one that is none.
        bench.say("t0")
        bench.say("t1")
        bench.say("t1")
        bench.say("t2")
        bench.say("c", [0, 0, 0x30])
        var last = there
        while let presence = try next(bench, reader, from: last, within: .seconds(1)) { last = presence }
        #expect(last == CardPresence(isPresent: false, changes: 6))
    }

    @Test func aMessageThatComesTwiceCountsOnce() throws {
        let bench = TrayBench(tray: "1")
        bench.spoil = { $0[0] == 0x02 ? [$0, $0] : [$0] }
        let reader = try bench.open()
        let there = try #require(try next(bench, reader, from: Self.absent))
        #expect(there == CardPresence(isPresent: true, changes: 1))
        #expect(try next(bench, reader, from: there, within: .seconds(1)) == nil)
        #expect(bench.acknowledged == [0, 0, 1, 1])
    }

    @Test func aCardWithoutICIsNoCard() throws {
        let bench = TrayBench(tray: "2")
        let reader = try bench.open()
        bench.say("c", [0, 0, 0x30])
        #expect(try next(bench, reader, from: Self.absent, within: .seconds(5)) == nil)
        #expect(reason { () throws(ReaderError) in try reader.waitForCard(on: bench.station, until: bench.soon) } == .timedOut)
    }

    @Test func nobodyIsAskedWhenNothingIsAwaited() throws {
        let bench = TrayBench()
        let reader = try bench.open()
        pass(.seconds(1), on: bench.station)
        let before = bench.polls
        pass(.seconds(60), on: bench.station)
        #expect(bench.polls == before)
        let watch = reader.watchPresence(slot: 0, known: Self.absent)
        pass(.seconds(10), on: bench.station)
        #expect((190...201).contains(bench.polls - before))
        reader.abandon(watch)
    }

    @Test func apdusGoThroughTheSameLine() throws {
        let bench = bench { body in
            // What was sent comes back, in two parts.
            [hex("78 30 01") + body[2...].reversed(), hex("78 30 00 9000")]
        }
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(channel.answerToReset == hex("3B80800101"))
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("0C04A400 9000"))
        try channel.warmReset(until: bench.soon)
        channel.close()
        #expect(bench.codes == "RPPXPP")
        #expect(bench.bodies.filter { $0[0] == 0x50 }.map { $0[1] } == Array("0120".utf8))
    }

    @Test func noCommandStaysInMemory() throws {
        let bench = bench()
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(try channel.ask("00200080 04 31323334", until: bench.soon) == hex("9000"))
        let place = try #require(bench.device.place)
        // STX, length, number, code, whether more follows, the APDU, ETX, CRC.
        #expect(place.count == 6 + 9 + 5 && place.allSatisfy { $0 == 0 })
    }

    @Test func aLongAPDUGoesInParts() throws {
        let command = hex("00D6000000") + [0x09, 0xC4] + [UInt8](repeating: 0xA5, count: 2_500)
        let bench = bench()
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(try channel.ask(hex(command), until: bench.soon) == hex("9000"))
        let parts = bench.bodies.filter { $0[0] == 0x58 }
        #expect(parts.map { $0[1] } == [1, 1, 0])
        #expect(parts.flatMap { $0[2...] } == command)
    }

    @Test(arguments: [
        ("31", ReaderError.Reason.cardRemoved), ("32", .cardMute), ("33", .readerBusy), ("34", .inputOutput), ("39", .inputOutput),
        ("", .inputOutput), ("30", .inputOutput), ("3002", .inputOutput), ("3000", .answerMalformed), ("300090", .answerMalformed),
    ])
    func whatIsNoResponseIsAnError(_ response: String, _ expected: ReaderError.Reason) throws {
        let bench = bench { _ in [[0x78] + hex(response)] }
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == expected)
    }

    @Test(arguments: [false, true])
    func anAnswerThatIsLateIsNotThatOfTheNext(_ comesMeanwhile: Bool) throws {
        var count = 0
        let bench = bench { _ in
            count += 1
            return count == 1 ? [] : [hex("78 30 00 9000")]
        }
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .timedOut)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .readerBusy)
        #expect(count == 1)
        bench.say(hex("78 30 00 6A82"))
        if comesMeanwhile { pass(.seconds(1), on: bench.station) }
        #expect(try channel.ask("00A4040C", until: bench.soon) == hex("9000"))
    }

    @Test func aResponseWithoutEndIsNone() throws {
        let bench = bench { _ in (0..<20).map { hex("78 30") + [$0 == 19 ? 0 : 1] + [UInt8](repeating: 0x5A, count: 4_000) } }
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        #expect(
            reason { () throws(ReaderError) in _ = try channel.ask("00B0000000", until: bench.station.now + .seconds(100)) }
                == .answerMalformed)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.soon) } == nil)
    }

    @Test func anotherCardIsNotTheSame() throws {
        let bench = bench()
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        bench.say("t0")
        bench.say("t1")
        let gone = try #require(try next(bench, reader, from: CardPresence(isPresent: true, changes: 1)))
        #expect(try next(bench, reader, from: gone) == CardPresence(isPresent: true, changes: 3))
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .cardRemoved)
        #expect(reason { () throws(ReaderError) in try channel.warmReset(until: bench.soon) } == .cardRemoved)
        _ = try reader.connect(slot: 0, until: bench.soon)
    }

    @Test(arguments: [
        (Screen.placeCard, "s", ScreenAnswer?.some(.staffButton)), (.placeCard, "y", nil), (.chooseMethod([.face]), "f", .method(.face)),
        (.chooseMethod([.face]), "p", nil), (.chooseConsent, "a", .consentToAll), (.chooseConsent, "i", .consentIndividually),
        (.consent(.checkup), "y", .consent(true)), (.consent(.checkup), "n", .consent(false)), (.consent(.checkup), "a", nil),
        (.removeCard, "e", nil), (.message(Sentence(ja: "x", en: "y")), "e", .ended), (.done(name: "x"), "e", nil),
        (.done(name: "x"), "t", .timedOut), (.chooseConsent, "yy", nil), (.chooseConsent, "", nil),
        (.chooseConsent, "z", nil), (.chooseConsent, "d1234", nil),
    ])
    func onlyWhatWasAskedIsAnAnswer(_ screen: Screen, _ letters: String, _ expected: ScreenAnswer?) throws {
        let bench = TrayBench()
        bench.answer = { $0[0] == 0x53 ? [Array("a".utf8) + $0[1...2] + Array(letters.utf8)] : [] }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(screen))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        var got: ScreenAnswer?
        let why = reason { () throws(ReaderError) in got = try reader.patientScreen?.answer(to: prompt) }
        #expect(got == expected && why == (expected == nil ? .inputOutput : nil))
    }

    @Test func theKeypadIsNoScreen() throws {
        let bench = TrayBench()
        let reader = try bench.open()
        #expect(reader.patientScreen?.offered.contains(.enterPIN) == false)
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.show(.enterPIN(triesLeft: 3)) } == .notSupported)
    }

    @Test(arguments: [
        ("0\u{63}\u{42}", PINPadResult?.some(.answered(StatusWord(rawValue: 0x6342)))), ("1", .ended), ("2", .timedOut), ("0", nil),
        ("5", nil), ("33", nil),
    ])
    func aPINIsVerifiedInTheReader(_ outcome: String, _ expected: PINPadResult?) throws {
        let bench = TrayBench(tray: "1")
        bench.answer = { $0[0] == 0x56 ? [Array("v".utf8) + $0[1...2] + Array(outcome.utf8)] : [] }
        let reader = try bench.open()
        let pad = try #require(reader.pinPad)
        let prompt = try pad.verify(CommandHeader(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4, slot: 0)
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        var got: PINPadResult?
        let why = reason { () throws(ReaderError) in got = try pad.result(prompt) }
        #expect(got == expected && why == (expected == nil ? .inputOutput : nil))
        #expect(bench.bodies.last.map { hex($0) } == "56" + "0001" + "00200080" + "04")
    }

    @Test(arguments: [
        ("v", "3", "1", ReaderError.Reason.cardRemoved), ("v", "3", "0", .noCard), ("v", "4", "1", .cardMute), ("n", "3", "1", .readerBusy),
        ("n", "4", "1", .inputOutput), ("n", "5", "1", .notSupported), ("n", "0", "1", .inputOutput), ("n", "", "1", .inputOutput),
    ])
    func aPINThatIsNotVerifiedSaysWhy(_ code: String, _ outcome: String, _ tray: String, _ expected: ReaderError.Reason) throws {
        let bench = TrayBench(tray: tray)
        bench.answer = { $0[0] == 0x56 ? [Array(code.utf8) + $0[1...2] + Array(outcome.utf8)] : [] }
        let reader = try bench.open()
        pass(.seconds(1), on: bench.station)
        let prompt = try #require(try reader.pinPad?.verify(CommandHeader(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4, slot: 0))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try reader.pinPad?.result(prompt) } == expected)
    }

    @Test func noPINIsAskedForAnythingElse() throws {
        let bench = TrayBench(tray: "1")
        let reader = try bench.open()
        for (ins, digits) in [(UInt8(0xD6), 4), (0x20, 0), (0x20, 13)] {
            let header = CommandHeader(cla: 0x00, ins: ins, p1: 0x00, p2: 0x80)
            #expect(reason { () throws(ReaderError) in _ = try reader.pinPad?.verify(header, digits: digits, slot: 0) } == .notSupported)
        }
        pass(.seconds(1), on: bench.station)
        #expect(bench.codes == "R")
    }

    @Test func aClosedReaderAsksNothingMoreAndSaysSo() throws {
        let bench = bench()
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        reader.close()
        let (codes, before) = (bench.codes, bench.station.now)
        #expect(reason { () throws(ReaderError) in _ = try channel.ask("00A4040C", until: bench.soon) } == .cancelled)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.soon) } == .cancelled)
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.show(.placeCard) } == .cancelled)
        #expect(reason { () throws(ReaderError) in _ = try self.next(bench, reader, from: Self.absent) } == .cancelled)
        #expect(bench.codes == codes && bench.station.now == before)
    }

    @Test(arguments: [("3", ReaderError.Reason.readerBusy), ("4", .inputOutput), ("5", .notSupported)])
    func aScreenThatIsRefusedEnds(_ status: String, _ expected: ReaderError.Reason) throws {
        let bench = TrayBench()
        bench.answer = { $0[0] == 0x53 ? [Array("n".utf8) + $0[1...2] + Array(status.utf8)] : [] }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == expected)
    }

    @Test func aTouchProlongsTheScreen() throws {
        let bench = TrayBench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        pass(.seconds(60), on: bench.station)
        bench.say("u", [0, 0])
        #expect(!reader.waitFor(prompt, on: bench.station, within: .seconds(89)))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .timedOut)
    }

    @Test(arguments: [("8", false), ("9", false), ("1", true)])
    func theCamerasScreenIsOverWithNobodyBeforeIt(_ verdict: String, _ staysOpen: Bool) throws {
        let bench = TrayBench()
        bench.answer = { $0[0] == 0x4D ? [Array("m".utf8) + $0[1...2] + Array(verdict.utf8)] : [] }
        let reader = try bench.open()
        let screen = try #require(try reader.patientScreen?.show(.lookIntoCamera))
        let match = try #require(try reader.face?.match(photograph: [1]))
        #expect(reader.waitFor(match, on: bench.station))
        #expect(reader.waitFor(screen, on: bench.station) == staysOpen)
    }

    @Test func aPINForACardThatHasLeftIsForNone() throws {
        let bench = TrayBench(tray: "1")
        let reader = try bench.open()
        let prompt = try #require(try reader.pinPad?.verify(CommandHeader(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4, slot: 0))
        pass(.seconds(1), on: bench.station)
        bench.say("t0")
        bench.say("v", [0, 1, 0x30, 0x90, 0])
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try reader.pinPad?.result(prompt) } == .cardRemoved)
    }

    @Test func cameraAndCardFace() throws {
        let bench = TrayBench(tray: "1")
        bench.answer = { body in
            switch body[0] {
            case 0x4F: [Array("o".utf8) + body[1...2] + Array("12345678901234".utf8)]
            case 0x4D: body[3] == 0 ? [Array("m".utf8) + body[1...2] + Array("2".utf8)] : []
            default: []
            }
        }
        let reader = try bench.open()
        let face = try #require(reader.face)
        let code = try face.readCardFace()
        #expect(reader.waitFor(code, on: bench.station, within: .seconds(2)))
        #expect(shown(try face.visualCode(code)) == "12345678901234")
        let photograph = (0..<3_000).map { UInt8(truncatingIfNeeded: $0) }
        let match = try face.match(photograph: photograph)
        #expect(reader.waitFor(match, on: bench.station, within: .seconds(5)))
        #expect(try face.verdict(match) == .rejected(.covered))
        #expect(bench.bodies.filter { $0[0] == 0x4D }.flatMap { $0[4...] } == photograph)
        bench.answer = { [Array("o".utf8) + $0[1...2]] }
        let unreadable = try face.readCardFace()
        #expect(reader.waitFor(unreadable, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try face.visualCode(unreadable) } == .cardFaceUnreadable)
    }

    @Test func staff() throws {
        let driver = AlmexCPS100WDriver()
        let bench = TrayBench()
        bench.answer = { $0[0] == 0x53 ? [Array("a".utf8) + $0[1...2] + Array("d0417".utf8)] : [] }
        let reader = try bench.open(by: driver)
        let panel = try #require(reader.staffPanel)
        let prompt = try panel.askPasscode()
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(shown(try panel.passcode(prompt)) == "0417")
        try panel.announcePasscode()
        #expect(!panel.showsStaffButton)
        try panel.restart()
        #expect(reason { () throws(ReaderError) in _ = try panel.waitForVisualCheck() } == .readerGone)
        reader.close()
        #expect(bench.codes == "RSIB" && bench.device.isClosed)
        #expect(try TrayBench().open(by: driver).staffPanel?.showsStaffButton == true)
        #expect(try TrayBench(features: 0x01).open(by: driver).staffPanel == nil)
    }

    @Test func aDeviceThatStartsAnewIsAwaited() throws {
        let bench = TrayBench()
        bench.isSilent = true
        AtMoment(.zero + .seconds(5), on: bench.station) { bench.isSilent = false }
        _ = try bench.open()
        #expect(bench.station.now < .zero + .seconds(7))
    }

    @Test func aDeviceThatHasForgottenEverythingIsGone() throws {
        let bench = TrayBench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        pass(.seconds(1), on: bench.station)
        bench.say("r1.4", [3])
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(1)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .readerGone)
    }

    @Test func closingTakesBackWhatIsShown() throws {
        let bench = TrayBench()
        let reader = try bench.open()
        _ = try reader.patientScreen?.show(.message(Sentence(ja: "日", en: "e")))
        bench.station.inbox.cancel()
        reader.close()
        #expect(bench.codes == "RSW" && bench.device.isClosed)
        #expect(bench.bodies[1] == Array("S".utf8) + [0, 1] + Array("9日\0e".utf8))
    }
}
