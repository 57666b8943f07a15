import Diagnosis
import FujitsuCaora
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct CaoraTests {
    /// A bench on which every prompt ends by `event`.
    private func bench(_ event: UInt8, _ results: [(tag: UInt8, value: [UInt8])]) -> CaoraBench {
        let bench = CaoraBench()
        bench.answer = { [2, 4, 5].contains($1.code) ? [$1.done(), $1.event(event, results)] : [$1.done()] }
        return bench
    }

    // The CRCs are those of Python's binascii.crc_hqx with the initial value FFFF.
    @Test func theBytesAreThoseOfTheDocument() throws {
        #expect(
            frame(2, 0, [(2, [0]), (0x10, Array("1.2.3".utf8)), (0x11, [7]), (0x12, Array("CA-0001".utf8))])
                == hex(
                    "4B4601020000001A02000100100005312E322E331100010712000743412D30303031BF06"))
        let bench = CaoraBench()
        let reader = try bench.open()
        _ = try reader.patientScreen?.show(.chooseMethod([.face, .pin]))
        let seen = try #require(bench.device.seen[CaoraBench.control])
        #expect(hex(seen[0]) == "4B4601010000000401000101B9FD")
        let prompt = try #require(bench.commands.last?.elements[4])
        #expect(seen[1] == frame(1, 1, [(1, [2]), (4, prompt), (0x20, [2]), (0x21, [3])]))
        #expect(
            hex(frame(1, 1, [(1, [2]), (4, [0, 0, 0, 1]), (0x20, [2]), (0x21, [3])]))
                == "4B460101010000130100010204000400000001200001022100010367B0")
    }

    @Test func anAnswerIsAnEventOfItsPrompt() throws {
        let bench = bench(1, [(0x50, [2])])
        let reader = try bench.open()
        let screen = try #require(reader.patientScreen)
        let prompt = try screen.show(.chooseMethod([.face, .pin]))
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(try screen.answer(to: prompt) == .method(.pin))
        #expect(reason { () throws(ReaderError) in _ = try screen.answer(to: prompt) } == .cancelled)
    }

    @Test(arguments: [
        (Screen.placeCard, UInt8(8), ScreenAnswer?.some(.staffButton)), (.placeCard, 9, .timedOut), (.placeCard, 5, nil),
        (.chooseMethod([.pin]), 2, .method(.pin)), (.chooseMethod([.pin]), 1, nil), (.chooseMethod([.pin]), 7, .ended),
        (.chooseConsent, 3, .consentToAll), (.chooseConsent, 4, .consentIndividually), (.chooseConsent, 5, nil),
        (.consent(.surgery), 5, .consent(true)), (.consent(.surgery), 6, .consent(false)), (.consent(.surgery), 3, nil),
        (.done(name: nil), 3, nil), (.done(name: nil), 7, nil), (.removeCard, 7, nil), (.chooseConsent, 7, .ended),
        (.message(Sentence(ja: "x", en: "y")), 7, .ended), (.message(Sentence(ja: "x", en: "y")), 0x20, nil), (.lookIntoCamera, 0x0A, nil),
    ])
    func onlyWhatWasAskedIsAnAnswer(_ screen: Screen, _ code: UInt8, _ expected: ScreenAnswer?) throws {
        let bench = bench(1, [(0x50, [code])])
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(screen))
        #expect(reader.waitFor(prompt, on: bench.station))
        var got: ScreenAnswer?
        let why = reason { () throws(ReaderError) in got = try reader.patientScreen?.answer(to: prompt) }
        #expect(got == expected && why == (expected == nil ? .inputOutput : nil))
    }

    @Test func whatStandsOnAScreenIsAsTheDocumentSays() throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        let screens: [Screen] = [
            .placeCard, .lookIntoCamera, .enterPIN(triesLeft: 3), .enterPIN(triesLeft: nil), .consent(.checkup),
            .consent(.limit), .consent(.insuranceCard), .done(name: "名"),
            .removeCard, .message(Sentence(ja: String(repeating: "あ", count: 200), en: "e")),
        ]
        for screen in screens {
            _ = try reader.patientScreen?.show(screen)
            pass(.milliseconds(10), on: bench.station)
        }
        let shown = bench.commands.dropFirst().map(\.elements)
        #expect(shown.map { $0[0x20]?.first } == [1, 3, 4, 4, 6, 6, 6, 7, 8, 9])
        #expect(shown.filter { $0[0x20] == [4] }.map { $0[0x22] } == [[3], nil])
        #expect(shown.filter { $0[0x20] == [6] }.map { $0[0x23] } == [[3], [4], [5]])
        #expect(shown.first { $0[0x20] == [7] }?[0x24] == Array("名".utf8))
        // 400 bytes at most, and no character in two.
        #expect(shown.first { $0[0x20] == [9] }?[0x25]?.count == 399)
        #expect(Set(shown.map { $0[4] ?? [] }).count == screens.count)
    }

    @Test func theNextScreenEndsTheOneBefore() throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        let first = try #require(try reader.patientScreen?.show(.placeCard))
        let second = try #require(try reader.patientScreen?.show(.removeCard))
        pass(.milliseconds(10), on: bench.station)
        bench.device.reply(bench.commands[1].event(1, [(0x50, [8])]), on: CaoraBench.control)
        bench.device.reply(bench.commands[2].event(1, [(0x50, [9])]), on: CaoraBench.control)
        #expect(pass(.seconds(1), on: bench.station) == [second.rawValue])
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: first) } == .cancelled)
        reader.patientScreen?.withdraw(second)
        pass(.seconds(1), on: bench.station)
        // It is over already: nothing is left to withdraw.
        #expect(bench.commands.count == 3)
    }

    @Test func aPromptThatIsTakenBackIsForNobody() throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        reader.patientScreen?.withdraw(prompt)
        bench.device.reply(bench.commands[1].event(1, [(0x50, [3])]), on: CaoraBench.control, after: .milliseconds(20))
        #expect(pass(.seconds(100), on: bench.station).isEmpty)
        #expect(bench.commands.map(\.code) == [1, 2, 3] && bench.commands[2].elements[4] == bench.commands[1].elements[4])
    }

    @Test func theCardFaceIsASecret() throws {
        let bench = bench(2, [(0x52, Array("12345678901234".utf8))])
        let reader = try bench.open()
        let prompt = try #require(try reader.face?.readCardFace())
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(shown(try reader.face?.visualCode(prompt)) == "12345678901234")
        for (results, expected): ([(tag: UInt8, value: [UInt8])], ReaderError.Reason) in [
            ([], .cardFaceUnreadable), ([(0x52, [])], .inputOutput), ([(0x52, Array("1234567890123X".utf8))], .inputOutput),
        ] {
            let bench = self.bench(2, results)
            let reader = try bench.open()
            let prompt = try #require(try reader.face?.readCardFace())
            #expect(reader.waitFor(prompt, on: bench.station))
            #expect(reason { () throws(ReaderError) in _ = try reader.face?.visualCode(prompt) } == expected)
        }
    }

    @Test func aPhotographGoesInParts() throws {
        let photograph = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let bench = CaoraBench()
        bench.answer = { $1.elements[0x30] == hex("00002000") ? [$1.done(), $1.event(3, [(0x53, [3])])] : [$1.done()] }
        let reader = try bench.open()
        let prompt = try #require(try reader.face?.match(photograph: photograph))
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(try reader.face?.verdict(prompt) == .rejected(.notAlive))
        let parts = bench.commands.dropFirst()
        #expect(parts.map { $0.elements[0x32]?.count } == [4_096, 4_096, 1_808])
        #expect(parts.flatMap { $0.elements[0x32] ?? [] } == photograph)
        #expect(parts.allSatisfy { $0.elements[0x31] == hex("00002710") })
    }

    @Test(arguments: [
        (UInt8(0), FaceVerdict.accepted), (1, .rejected(.otherPerson)), (2, .rejected(.covered)), (0x10, .timedOut), (0x11, .ended),
    ])
    func aVerdictIsTheDevices(_ code: UInt8, _ expected: FaceVerdict) throws {
        let bench = bench(3, [(0x53, [code])])
        let reader = try bench.open()
        let prompt = try #require(try reader.face?.match(photograph: [1]))
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(try reader.face?.verdict(prompt) == expected)
    }

    @Test(arguments: [(UInt8(0x10), false), (0x11, false), (1, true)])
    func theCamerasScreenIsOverWithNobodyBeforeIt(_ verdict: UInt8, _ staysOpen: Bool) throws {
        let bench = CaoraBench()
        bench.answer = { $1.code == 5 ? [$1.done(), $1.event(3, [(0x53, [verdict])])] : [$1.done()] }
        let reader = try bench.open()
        let screen = try #require(try reader.patientScreen?.show(.lookIntoCamera))
        let match = try #require(try reader.face?.match(photograph: [1]))
        #expect(reader.waitFor(match, on: bench.station))
        #expect(reader.waitFor(screen, on: bench.station) == staysOpen)
    }

    @Test func thePasscodeIsTyped() throws {
        let bench = bench(1, [(0x50, [0x0A]), (0x51, Array("0417".utf8))])
        let reader = try bench.open()
        let prompt = try #require(try reader.staffPanel?.askPasscode())
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(shown(try reader.staffPanel?.passcode(prompt)) == "0417")
        #expect(bench.commands[1].elements[0x20] == [0x0A])
    }

    @Test("The name of the facility is told to the reader, cut at 120 bytes and never within a character (R068)")
    func theFacility() throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        try reader.facilitySign?.show(facility: "架空クリニック")
        try reader.facilitySign?.show(facility: "a" + String(repeating: "医", count: 60))
        #expect(bench.commands.map(\.code) == [1, 8, 8])
        #expect(bench.commands[1].elements[0x41] == Array("架空クリニック".utf8))
        #expect(bench.commands[2].elements[0x41] == Array(("a" + String(repeating: "医", count: 39)).utf8))
    }

    @Test func theStaffButtonComesWithTheRestart() throws {
        let driver = FujitsuCaoraDriver()
        let bench = CaoraBench()
        let reader = try bench.open(by: driver)
        #expect(reader.staffPanel?.showsStaffButton == false)
        try reader.staffPanel?.announcePasscode()
        #expect(reader.staffPanel?.showsStaffButton == false)
        try reader.staffPanel?.restart()
        reader.close()
        #expect(bench.commands.map(\.code) == [1, 6, 7] && bench.device.isClosed)
        #expect(try CaoraBench().open(by: driver).staffPanel?.showsStaffButton == true)
        #expect(try CaoraBench(features: 0x02).open(by: driver).staffPanel?.showsStaffButton == false)
        #expect(try CaoraBench(features: 0x01).open(by: driver).staffPanel == nil)
    }

    @Test(arguments: [true, false])
    func aRestartWaitsUntilTheReaderHasLeft(_ leaves: Bool) throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        if leaves { AtMoment(.zero + .milliseconds(700), on: bench.station) { bench.device.unplug() } }
        try reader.staffPanel?.restart()
        // One that stays is given up all the same: it has forgotten everything.
        let left = bench.station.now - .zero
        #expect(leaves ? left == .milliseconds(700) : left > .seconds(2) && left < .milliseconds(2_010))
        #expect(reader.waitFor(prompt, on: bench.station, within: .zero))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.show(.placeCard) } == .readerGone)
        reader.close()
    }

    @Test func closingTakesBackWhatIsShown() throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        _ = try reader.patientScreen?.show(.placeCard)
        bench.station.inbox.cancel()
        reader.close()
        #expect(bench.commands.map(\.code) == [1, 2, 3] && bench.device.isClosed)
    }

    @Test func aTouchProlongsTheScreen() throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        bench.device.reply(frame(3, 0, [(3, [4]), (4, [0, 0, 0, 0])]), on: CaoraBench.control, after: .seconds(60))
        #expect(!reader.waitFor(prompt, on: bench.station, within: .seconds(149)))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .timedOut)
    }

    @Test func anAnswerToAnEarlierProgramIsNotOurs() throws {
        let early = CaoraBench()
        _ = try early.open().patientScreen?.show(.chooseConsent)
        pass(.seconds(1), on: early.station)
        let late = CaoraBench()
        pass(.seconds(1), on: late.station)
        _ = try late.open().patientScreen?.show(.chooseConsent)
        #expect(early.commands[1].elements[4] != late.commands[1].elements[4])
    }
}
