import Cards
import Eligibility
import ReaderKit
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// Visits at a certified reader in which people do not do the usual.
@Suite struct JourneyTests {
    // MARK: PIN

    @Test(arguments: models)
    func aWrongPINIsToldAndAnotherIsThePatientsOwnWish(_ model: String) throws {
        let counter = try Counter(model, .pin, ["keypad:type-wrong-pin"])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(
            report.shown == [
                "place-card", "choose-method", "enter-pin", "message", "choose-method", "enter-pin", "choose-consent", "done",
            ])
        #expect(report.screens[2].content == .patient(.enterPIN(triesLeft: 3)))
        #expect(report.screens[3].text.heading.japanese == "暗証番号が違います。残り2回です。")
        #expect(report.screens[5].content == .patient(.enterPIN(triesLeft: 2)))
    }

    @Test("The last try is kept: the PIN is not offered any more", arguments: models)
    func theLastTry(_ model: String) throws {
        let counter = try Counter(model, .pin, ["keypad:type-wrong-pin", "keypad#2:type-wrong-pin"])
        let report = counter.visit()
        #expect(report.outcome.code == "pin-rejected")
        #expect(report.screens.dropLast().last?.content == .patient(.chooseMethod([.face])))
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 1)
    }

    @Test("The PIN is not among the ways without a word why", arguments: models)
    func aCardWithOneTry(_ model: String) throws {
        let counter = try Counter(model, .face)
        counter.card.preset(triesLeft: 1, of: .authenticationPIN)
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.shown.prefix(3) == ["place-card", "message", "choose-method"])
        #expect(report.screens[1].text.heading.japanese == "暗証番号は使えません（残り1回です）。顔認証を選んでください。")
        #expect(report.screens[2].content == .patient(.chooseMethod([.face])))
        let again = try Counter(model, .face, ["+0s:stand mask", "message#2:stand own-face"])
        again.card.preset(triesLeft: 1, of: .authenticationPIN)
        #expect(again.visit().shown.prefix(6).suffix(4) == ["choose-method", "look-into-camera", "message", "choose-method"], "told once")
    }

    @Test(.holds("R158", "N16"), arguments: models)
    func aPINLockedByTheThirdLeavesTheFace(_ model: String) throws {
        let wrong = (1...3).map { "keypad#\($0):type-wrong-pin" }
        let counter = try Counter(model, .pin, wrong + ["choose-method#4:choose face"])
        let report = counter.visit(allowsLastTry: true)
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .face)
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 0)
        #expect(report.screens.map(\.content).contains(.patient(.chooseMethod([.face]))))
        #expect(report.shown.count { $0 == "message" } == 3, "that it is blocked is told once")
    }

    @Test("A PIN that is locked, then the visual check at the same reader (R157)", .holds("R157", "N16"), arguments: models)
    func lockedThenVisual(_ model: String) throws {
        let counter = try Counter(model, .pin)
        counter.card.preset(triesLeft: 0, of: .authenticationPIN)
        let report = counter.visit()
        #expect(report.outcome.code == "pin-blocked")
        #expect(
            report.shown == ["place-card", "message", "choose-method", "remove-card"], "the face is offered, and nobody chooses it")
        #expect(report.screens[1].text.heading.japanese == "暗証番号は使えません（ロックされています）。顔認証を選んでください。")
        counter.twin.stage(StagedEvent(.at(counter.station.now), .remove))
        counter.pass(.seconds(2))
        try counter.stage("place-card#2+1s:staff-button", "passcode+1s:type-passcode", "visual-check+3s:place")
        let second = Visit(counter.setting, expecting: .visual, on: counter.station).run()
        #expect(second.outcome.code == "confirmed")
        #expect(second.identity == .visual)
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 0)
    }

    // MARK: Face

    @Test("A face that is not found, then the PIN", .holds("R063"), arguments: models, ["other-face", "mask", "photograph"])
    func rejectedThenPIN(_ model: String, _ view: String) throws {
        let counter = try Counter(
            model, .face, ["+0s:stand \(view)", "choose-method#2+1s:choose pin", "keypad+1s:type-pin"])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .pin)
        #expect(report.card == nil, "genuineness is the face's matter")
        #expect(
            report.shown == [
                "place-card", "choose-method", "look-into-camera", "message", "choose-method", "enter-pin", "choose-consent", "done",
            ])
    }

    @Test("A second look needs no second reading of the photograph", arguments: models)
    func maskOff(_ model: String) throws {
        let counter = try Counter(model, .face, ["+0s:stand mask", "message:stand own-face"])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.stages.count { $0.name == .photograph } == 1)
        #expect(report.stages.count { $0.name == .compare } == 2)
        #expect(report.screens[3].text.heading.japanese == "マスクや帽子を外して、もう一度選んでください。")
    }

    @Test(arguments: models)
    func afterTheLastRejectionTheOutcomeSaysWhy(_ model: String) throws {
        let report = try Counter(model, .face, ["+0s:stand other-face", "choose-method#2:end"]).visit()
        guard case .faceRejected(.otherPerson) = report.outcome else {
            Issue.record("ended with \(report.outcome.code)")
            return
        }
        #expect(report.outcome.category == .notPermitted)
    }

    @Test("A camera that sees nobody gives up, and so does the screen that nobody touches", arguments: models)
    func nobodyThere(_ model: String) throws {
        let report = try Counter(model, .face, ["+0s:stand nobody", "choose-method#2:nothing"]).visit()
        #expect(report.outcome.code == "timed-out")
        #expect(report.shown == ["place-card", "choose-method", "look-into-camera", "choose-method", "remove-card"])
    }

    @Test("A copy that has not the key that its record names is not accepted, by camera or by eye", arguments: models, ["face", "visual"])
    func copy(_ model: String, _ way: String) throws {
        let counter = try Counter(model, try #require(StagedPatient.Way(rawValue: way)), chip: { CopiedChip($0) })
        let report = counter.visit()
        #expect(report.outcome.code == "card-not-genuine")
        #expect(report.card == .invalid(.challenge))
        #expect(report.identity == nil && report.consent == nil)
        #expect(report.shown.suffix(2) == ["message", "remove-card"])
    }

    @Test("A card whose 照合番号B is not what the camera reads opens nothing", arguments: models)
    func otherVisualCode(_ model: String) throws {
        var contents = CardContents(.hanako)
        contents.personal = CardContents(.taro).personal
        let counter = try Counter(model, .face, card: VirtualCard(contents: contents))
        let tries = try #require(counter.visualCodeTries)
        let report = counter.visit()
        #expect(report.outcome.code == "card-face-unreadable")
        #expect(report.identity == nil)
        #expect(report.stages.count { $0.name == .cardFace } == 5, "the patient chooses the face each time")
        #expect(counter.visualCodeTries == tries - 1, "a code that was refused is not sent again")
    }

    @Test(arguments: models)
    func withoutARootKeyNoCardIsGenuine(_ model: String) throws {
        let counter = try Counter(model, .face)
        counter.setting.cardChecker = .init(anchors: .none)
        let report = counter.visit()
        #expect(report.outcome.code == "chain-not-checked")
        #expect(report.identity == nil)
        #expect(report.shown.suffix(2) == ["message", "remove-card"])
    }

    // MARK: Consent

    @Test(.holds("R033", "R065"), arguments: models)
    func consentOneByOneInTheOrderOfTheGuidance(_ model: String) throws {
        let counter = try Counter(
            model, .face, ["choose-consent+1s:choose consent-individually", "consent#2+1s:choose disagree"])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed", "eligibility does not depend on consent (R033)")
        #expect(report.consent?.answers == [.surgery: true, .treatment: false, .checkup: true])
        let asked = report.screens.compactMap { if case .patient(.consent(let group)) = $0.content { group } else { nil } }
        #expect(asked == [.surgery, .treatment, .checkup])
    }

    @Test("A visit that is left in the middle of the consent has none", arguments: models, 1...3)
    func consentLeft(_ model: String, _ number: Int) throws {
        let report = try Counter(
            model, .face, ["choose-consent+1s:choose consent-individually", "consent#\(number)+1s:end"]
        ).visit()
        #expect(report.outcome.code == "cancelled")
        #expect(report.consent == nil)
        #expect(report.outcome.eligibility == nil)
    }

    // MARK: Cards

    @Test("Another card in the place of the first is another visit", arguments: models)
    func swapped(_ model: String) throws {
        let report = try Counter(model, .face, ["choose-method+300ms:swap"]).visit()
        #expect(report.outcome.code == "card-removed")
    }

    @Test("A card that is only held to the reader is waited for again", arguments: models)
    func touched(_ model: String) throws {
        let report = try Counter(model, .face, ["place-card+1s:place", "place-card+1001ms:remove", "place-card+5s:place"]).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.shown.prefix(2) == ["place-card", "choose-method"])
    }

    @Test("A card that is left behind is announced, then the visit is over without it (R066)", .holds("R066", "N24"), arguments: models)
    func leftBehind(_ model: String) throws {
        let report = try Counter(model, .face, ["done:nothing"] + Self.leaving).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.isCardLeft)
        #expect(report.shown.suffix(4) == ["done", "remove-card", "remove-card", "remove-card"])
        #expect(report.stages.last?.name == .take)
        #expect(report.stages.last?.duration == .seconds(60))
    }

    /// Nobody takes the card, however often they are told.
    private static let leaving = (1...4).map { "remove-card#\($0):nothing" }

    @Test(
        "So it is after every visit that ends otherwise: nothing is lost by it but the card (R066, N24)", .holds("N24"), arguments: models)
    func leftBehindWithoutSuccess(_ model: String) throws {
        let ways: [(way: StagedPatient.Way, lines: [String], outcome: String, last: String)] = [
            (.pin, ["choose-method:nothing"], "timed-out", "choose-method"), (.pin, ["choose-method:end"], "cancelled", "choose-method"),
            (.pin, ["keypad:nothing"], "timed-out", "enter-pin"), (.face, ["choose-consent:end"], "cancelled", "choose-consent"),
            (.face, ["+0s:stand other-face", "choose-method#2:end"], "face-rejected", "choose-method"),
        ]
        for (way, lines, outcome, last) in ways {
            let counter = try Counter(model, way, lines + Self.leaving)
            var powered = false
            counter.setting.screenShown = { if $0.code == "remove-card" { powered = powered || counter.cardHasPower } }
            let report = counter.visit()
            #expect(report.outcome.code == outcome, "\(lines)")
            #expect(report.isCardLeft, "\(lines)")
            #expect(report.shown.suffix(5) == [last] + [String](repeating: "remove-card", count: 4), "\(lines)")
            #expect(report.stages.last.map { $0.name == .take && $0.duration == .seconds(60) } == true, "\(lines)")
            #expect(!powered, "\(lines): the card has no power while it waits to be taken")
        }
    }

    @Test("A card that was refused is announced after the words that say why, and is soon taken", arguments: models, [false, true])
    func refusedAndTaken(_ model: String, _ isLeft: Bool) throws {
        let report = try Counter(model, .pin, isLeft ? Self.leaving : [], card: VirtualCard(holder: .expired)).visit()
        #expect(report.outcome.code == "certificate-expired")
        #expect(report.isCardLeft == isLeft)
        #expect(report.shown == ["place-card", "message"] + [String](repeating: "remove-card", count: isLeft ? 4 : 1))
    }

    @Test("While a card is to be taken, a cancelled program and a reader that is gone end at once", arguments: models)
    func endsAtOnce(_ model: String) throws {
        let cancelled = try Counter(model, .pin, ["choose-method:end"] + Self.leaving)
        cancelled.setting.screenShown = { [inbox = cancelled.station.inbox] in if $0.code == "remove-card" { inbox.cancel() } }
        let unplugged = try Counter(model, .pin, ["choose-method:end", "remove-card+300ms:unplug"] + Self.leaving.dropFirst())
        for counter in [cancelled, unplugged] {
            let report = counter.visit()
            #expect(report.outcome.code == "cancelled", "what was decided stays")
            #expect(report.isCardLeft)
            #expect(report.stages.last.map { $0.name == .take && $0.duration < .seconds(3) } == true)
        }
    }

    /// Only a reader that counts changes tells a swap from a card that has left.
    @Test("A card in the place of the first is to be taken too")
    func swappedAndLeft() throws {
        let report = try Counter("fujitsu-caora", .face, ["choose-method+300ms:swap"] + Self.leaving).visit()
        #expect(report.outcome.code == "card-removed")
        #expect(report.isCardLeft)
        #expect(report.shown.suffix(2) == ["remove-card", "remove-card"])
    }

    @Test(.holds("N24"), arguments: models)
    func aReminderHelps(_ model: String) throws {
        let report = try Counter(model, .face, ["done:nothing", "remove-card:nothing", "remove-card#2+1s:remove"]).visit()
        #expect(!report.isCardLeft)
        #expect(report.shown.count { $0 == "remove-card" } == 2)
    }

    @Test("A card without a chip goes to the camera, without a beep, and the visit goes on waiting")
    func plainCard() throws {
        let report = try Counter("almex-cps100w", .face, ["place-card:place-plain", "place-card+4s:remove", "place-card+6s:place"]).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.shown.prefix(2) == ["place-card", "choose-method"])
        #expect(report.stages[0].name == .place && report.stages[0].duration > .seconds(6))
    }

    @Test(arguments: models)
    func anExpiredCertificateIsToldBeforeAnythingIsChosen(_ model: String) throws {
        let report = try Counter(model, .face, card: VirtualCard(holder: .expired)).visit()
        #expect(report.outcome.code == "certificate-expired")
        #expect(report.shown == ["place-card", "message", "remove-card"])
    }

    /// A contactless card that does not answer at all is no card to a reader that polls for cards.
    @Test(
        "Whoever has placed a card that does not answer is told so",
        arguments: [("fujitsu-caora", false), ("fujitsu-caora", true), ("almex-cps100w", true)])
    func silentCard(_ model: String, _ answersReset: Bool) throws {
        let report = try Counter(model, .pin, chip: { SilentChip($0, answersReset: answersReset) }).visit()
        guard case .failed(let error) = report.outcome else {
            Issue.record("ended with \(report.outcome.code)")
            return
        }
        #expect(report.shown == ["place-card", "message", "remove-card"])
        #expect(report.screens[1].text.heading == error.sentence)
        #expect(!report.isCardLeft)
    }

    @Test(arguments: models)
    func anotherCard(_ model: String) throws {
        var profile = CardProfile.myNumberCard
        profile.applications = []
        let report = try Counter(model, .face, card: VirtualCard(profile, holder: .hanako)).visit()
        #expect(report.outcome.code == "not-my-number-card")
        #expect(report.shown == ["place-card", "message", "remove-card"])
    }
}

/// A chip that does not answer: no command, or not even the reset.
private final class SilentChip: SimulatedCard {
    let answerToReset: [UInt8]

    init(_ original: VirtualCard, answersReset: Bool) { answerToReset = answersReset ? original.answerToReset : [] }

    func powerOn(at now: Instant) {}
    func powerOff() {}
    func warmReset(at now: Instant) {}
    func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? { nil }
}

/// A chip with all the files of another one and without its keys: its signatures are wrong.
private final class CopiedChip: SimulatedCard {
    private let original: VirtualCard

    init(_ original: VirtualCard) { self.original = original }

    var answerToReset: [UInt8] { original.answerToReset }
    func powerOn(at now: Instant) { original.powerOn(at: now) }
    func powerOff() { original.powerOff() }
    func warmReset(at now: Instant) { original.warmReset(at: now) }

    func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? {
        let duration = original.process(command, into: &response, at: now)
        if command.count > 1, command[1] == 0x2A, response.count > 2 { response[0] ^= 1 }
        return duration
    }
}
