import Diagnosis
import ISO7816
import PluginReader
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// Screens, camera, keypad and staff behind the C interface.
@Suite struct PluginFacetTests {
    private static let verify = CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80)
    /// The signature box of a JP2 file (ISO/IEC 15444-1 annex I).
    private static let photograph = hex("0000000C6A5020200D0A870A")
    private let bench: PluginBench

    init() throws { bench = try PluginBench() }

    // MARK: Screens

    @Test(arguments: [
        (Screen.placeCard, "show 1 methods=0 tries=-1 group=0 name=- ja=- en=-"),
        (.chooseMethod([.face]), "show 2 methods=1 tries=-1 group=0 name=- ja=- en=-"),
        (.chooseMethod([.face, .pin]), "show 2 methods=3 tries=-1 group=0 name=- ja=- en=-"),
        (.lookIntoCamera, "show 3 methods=0 tries=-1 group=0 name=- ja=- en=-"),
        (.enterPIN(triesLeft: 2), "show 4 methods=0 tries=2 group=0 name=- ja=- en=-"),
        (.enterPIN(triesLeft: nil), "show 4 methods=0 tries=-1 group=0 name=- ja=- en=-"),
        (.chooseConsent, "show 5 methods=0 tries=-1 group=0 name=- ja=- en=-"),
        (.consent(.treatment), "show 6 methods=0 tries=-1 group=2 name=- ja=- en=-"),
        (.consent(.checkup), "show 6 methods=0 tries=-1 group=3 name=- ja=- en=-"),
        (.consent(.limit), "show 6 methods=0 tries=-1 group=4 name=- ja=- en=-"),
        (.consent(.insuranceCard), "show 6 methods=0 tries=-1 group=5 name=- ja=- en=-"),
        (.done(name: nil), "show 7 methods=0 tries=-1 group=0 name=- ja=- en=-"),
        (.done(name: ""), "show 7 methods=0 tries=-1 group=0 name= ja=- en=-"),
        (.done(name: "𠮷田 花子"), "show 7 methods=0 tries=-1 group=0 name=𠮷田 花子 ja=- en=-"),
        (.removeCard, "show 8 methods=0 tries=-1 group=0 name=- ja=- en=-"),
        (.message(Sentence(ja: "もう一度", en: "Again")), "show 9 methods=0 tries=-1 group=0 name=- ja=もう一度 en=Again"),
    ])
    func whatStandsOnAScreenReachesThePlugin(_ screen: Screen, _ line: String) throws {
        let reader = try bench.open()
        defer { reader.close() }
        _ = try reader.patientScreen?.show(screen)
        #expect(try bench.log() == [line])
    }

    @Test(arguments: [
        (Screen.chooseMethod([.face, .pin]), "choose face", ScreenAnswer.method(.face)),
        (.chooseMethod([.pin]), "choose pin", .method(.pin)),
        (.chooseConsent, "choose consent-to-all", .consentToAll), (.chooseConsent, "choose consent-individually", .consentIndividually),
        (.consent(.surgery), "choose agree", .consent(true)), (.consent(.surgery), "choose disagree", .consent(false)),
        (.chooseMethod([.pin]), "choose end", .ended), (.lookIntoCamera, "choose end", .ended),
        (.enterPIN(triesLeft: 3), "choose end", .ended),
        (.consent(.checkup), "choose end", .ended), (.message(Sentence(ja: "x", en: "y")), "choose end", .ended),
        (.placeCard, "time-out", .timedOut), (.chooseConsent, "time-out", .timedOut), (.removeCard, "time-out", .timedOut),
    ])
    func whatThePatientDoesComesBack(_ screen: Screen, _ words: String, _ expected: ScreenAnswer) throws {
        let reader = try bench.open()
        defer { reader.close() }
        let prompt = try reader.show(screen)
        try bench.act(words)
        #expect(bench.ends(prompt, of: reader))
        #expect(try reader.answer(to: prompt) == expected)
    }

    @Test func aScreenTakesThePlaceOfAnother() throws {
        let reader = try bench.open()
        defer { reader.close() }
        let first = try reader.show(.chooseMethod([.face]))
        let second = try reader.show(.chooseConsent)
        try bench.act("choose face")
        try bench.act("choose end")
        #expect(bench.ends(second, of: reader))
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: first) } == .cancelled)
        #expect(try reader.answer(to: second) == .ended)
        // What was on its way when it was taken back is for nobody.
        let third = try reader.show(.chooseConsent)
        try bench.act("choose end")
        reader.withdraw(third)
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: third) } == .cancelled)
        #expect(reader.prompts.open == [])
    }

    @Test func anUntouchedScreenEndsByItself() throws {
        try bench.act("patience 30")
        let reader = try bench.open()
        defer { reader.close() }
        #expect(reader.screenTimeout == .milliseconds(30))
        let prompt = try reader.show(.consent(.surgery))
        #expect(bench.ends(prompt, of: reader))
        #expect(try reader.answer(to: prompt) == .timedOut)
    }

    // MARK: Camera

    @Test(arguments: [
        ("own-face", FaceVerdict.accepted), ("other-face", .rejected(.otherPerson)), ("mask", .rejected(.covered)),
        ("photograph", .rejected(.notAlive)),
    ])
    func theVerdictIsTheDevices(_ view: String, _ expected: FaceVerdict) throws {
        let reader = try bench.open()
        defer { reader.close() }
        try bench.act("stand \(view)")
        let prompt = try #require(try reader.face?.match(photograph: Self.photograph))
        #expect(bench.ends(prompt, of: reader))
        #expect(try reader.face?.verdict(prompt) == expected)
        #expect(try bench.log() == ["match 12"])
    }

    @Test func theCameraWaitsForSomebody() throws {
        let reader = try bench.open()
        defer { reader.close() }
        try bench.act("stand nobody")
        let first = try reader.match(photograph: Self.photograph)
        try bench.act("stand own-face")
        #expect(bench.ends(first, of: reader))
        #expect(try reader.verdict(first) == .accepted)
        try bench.act("stand nobody")
        let second = try reader.match(photograph: Self.photograph)
        try bench.act("time-out")
        #expect(bench.ends(second, of: reader))
        #expect(try reader.verdict(second) == .timedOut)
        _ = try reader.show(.lookIntoCamera)
        let third = try reader.match(photograph: Self.photograph)
        try bench.act("choose end")
        #expect(bench.ends(third, of: reader))
        #expect(try reader.verdict(third) == .ended)
        let fourth = try reader.match(photograph: Self.photograph)
        reader.cancel(fourth)
        try bench.act("stand own-face")
        #expect(reader.prompts.open == [])
    }

    @Test func aPhotographOfNothingIsNoReference() throws {
        let reader = try bench.open()
        defer { reader.close() }
        let prompt = try reader.match(photograph: [])
        #expect(bench.ends(prompt, of: reader))
        #expect(try reader.verdict(prompt) == .rejected(.badReference))
    }

    @Test func theFaceOfTheCardIsASecret() throws {
        try bench.act("place card")
        try bench.act("surface 12345678901234")
        let reader = try bench.open()
        defer { reader.close() }
        let prompt = try reader.readCardFace()
        #expect(bench.ends(prompt, of: reader))
        let code = try reader.visualCode(prompt)
        #expect(code.withBytes { bytes in bytes.indices.map { bytes[$0] } } == Array("12345678901234".utf8))
        #expect("\(code)" == "secret")
        try bench.act("swap card")
        let blank = try reader.readCardFace()
        #expect(bench.ends(blank, of: reader))
        #expect(reason { () throws(ReaderError) in _ = try reader.visualCode(blank) } == .cardFaceUnreadable)
    }

    // MARK: Keypad

    private func asked(_ words: [String]) throws -> PINPadResult {
        try bench.act("place card")
        let reader = try bench.open()
        defer { reader.close() }
        _ = try reader.connect(slot: 0, until: bench.later)
        let prompt = try #require(try reader.pinPad?.verify(Self.verify, digits: 4, slot: 0))
        for words in words { try bench.act(words) }
        #expect(bench.ends(prompt, of: reader))
        return try reader.result(prompt)
    }

    @Test(arguments: [
        (["type 1234"], PINPadResult.answered(StatusWord(rawValue: 0x9000))),
        (["type 12", "type 34"], .answered(StatusWord(rawValue: 0x9000))),
        (["type 9999"], .answered(StatusWord(rawValue: 0x63C2))), (["type 12", "choose end"], .ended), (["time-out"], .timedOut),
    ])
    func theCardIsAskedForThePerson(_ words: [String], _ expected: PINPadResult) throws {
        #expect(try asked(words) == expected)
        let log = try bench.log()
        #expect(log.first == "verify 00200080 digits=4" && !log.contains { $0.contains("1234") || $0.contains("9999") })
    }

    @Test func aCardThatLeftWasNotAsked() throws {
        #expect(
            reason { () throws(ReaderError) in
                do { _ = try asked(["type 12", "swap card", "type 34"]) } catch let error as ReaderError { throw error } catch {}
            } == .cardRemoved)
    }

    @Test func aKeypadTakesThePlaceOfTheScreen() throws {
        let reader = try bench.open()
        defer { reader.close() }
        try bench.act("place card")
        _ = try reader.connect(slot: 0, until: bench.later)
        let screen = try reader.show(.enterPIN(triesLeft: 3))
        let prompt = try reader.verify(Self.verify, digits: 4, slot: 0)
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: screen) } == .cancelled)
        reader.cancel(prompt)
        #expect(reader.prompts.open == [])
        #expect(reason { () throws(ReaderError) in _ = try reader.verify(Self.verify, digits: 17, slot: 0) } == .notSupported)
        #expect(reason { () throws(ReaderError) in _ = try reader.verify(Self.verify, digits: -1, slot: 0) } == .notSupported)
        #expect(reason { () throws(ReaderError) in _ = try reader.verify(Self.verify, digits: 4, slot: 1) } == .readerUnusable)
    }

    // MARK: Staff

    @Test func theStaffButtonIsThereAfterARestart() throws {
        let reader = try bench.open()
        let panel = try #require(reader.staffPanel)
        #expect(!panel.showsStaffButton)
        try panel.announcePasscode()
        #expect(!panel.showsStaffButton)
        let idle = try reader.show(.placeCard)
        try bench.act("staff-button")
        try panel.restart()
        #expect(bench.ends(idle, of: reader))
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: idle) } == .readerGone)
        #expect(!panel.showsStaffButton)
        reader.close()

        let again = try bench.open()
        defer { again.close() }
        #expect(again.showsStaffButton)
        let prompt = try again.show(.placeCard)
        try bench.act("staff-button")
        #expect(bench.ends(prompt, of: again))
        #expect(try again.answer(to: prompt) == .staffButton)
    }

    @Test func aPasscodeIsFourDigitsOrNone() throws {
        let reader = try bench.open()
        defer { reader.close() }
        let typed = try reader.askPasscode()
        try bench.act("passcode 4321")
        #expect(bench.ends(typed, of: reader))
        let passcode = try #require(try reader.passcode(typed))
        #expect(passcode.withBytes { bytes in bytes.indices.map { bytes[$0] } } == Array("4321".utf8))
        for words in ["choose end", "time-out"] {
            let prompt = try reader.askPasscode()
            try bench.act(words)
            #expect(bench.ends(prompt, of: reader))
            #expect(try reader.passcode(prompt) == nil)
        }
    }

    @Test(arguments: [("choose end", true), ("time-out", false)])
    func aVisualCheckIsLeft(_ words: String, _ wasLeft: Bool) throws {
        let reader = try bench.open()
        defer { reader.close() }
        let prompt = try reader.waitForVisualCheck()
        try bench.act(words)
        #expect(bench.ends(prompt, of: reader))
        #expect(try reader.wasLeft(prompt) == wasLeft)
    }

    @Test func theVendorsOwnCommandsGoThrough() throws {
        let reader = try bench.open()
        defer { reader.close() }
        #expect(try reader.escape?.escape([1, 2, 3], until: bench.later) == [3, 2, 1])
        #expect(try reader.escape?.escape([], until: bench.later) == [])
        let long = [UInt8](repeating: 7, count: 70_000)
        #expect(reason { () throws(ReaderError) in _ = try reader.escape(long, until: bench.later) } == .commandTooLong)
    }
}
