import Cards
import Eligibility
import ReaderKit
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// Visits that the staff begin: 職員用ボタン, the passcode (パスコード) and the visual check (目視確認).
@Suite struct StaffTests {
    @Test(.holds("R166", "N15"), arguments: models)
    func aWrongPasscodeLeadsNowhereAndCostsNoTry(_ model: String) throws {
        let counter = try Counter(model, .visual, ["passcode:type-wrong-passcode"])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.shown.prefix(5) == ["place-card", "passcode", "message", "passcode", "visual-check"])
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 3)
    }

    private static let fiveWrong = (1...5).map { "passcode#\($0)+1s:type-wrong-passcode" }

    @Test("After five wrong passcodes a visit takes none any more, not even the right one", arguments: models)
    func passcodeRefused(_ model: String) throws {
        let counter = try Counter(model, .visual, Self.fiveWrong + ["place-card#2+1s:staff-button", "passcode#6+1s:type-passcode"])
        let report = counter.visit()
        #expect(report.outcome.code == "timed-out")
        #expect(report.identity == nil)
        let tries = (1...5).flatMap { _ in ["passcode", "message"] }
        #expect(report.shown == ["place-card"] + tries + ["place-card", "message", "place-card"])
        let messages = report.screens.filter { $0.code == "message" }.map(\.text.heading.japanese)
        let refused = "パスコードを何度も間違えたため、この受付では目視確認を始められません。"
        #expect(messages == [String](repeating: "パスコードが違います。", count: 4) + [refused, refused])
    }

    @Test("中止 between them gives no try back", arguments: models)
    func passcodeLeftBetween(_ model: String) throws {
        let report = try Counter(
            model, .visual,
            [1, 2, 4, 5, 6].map { "passcode#\($0)+1s:type-wrong-passcode" } + ["passcode#3+1s:end", "place-card#2+1s:staff-button"]
        ).visit()
        #expect(report.shown.count { $0 == "passcode" } == 6)
        #expect(report.outcome.code == "timed-out" && report.identity == nil)
    }

    @Test("The patient's card serves all the same, and the next visit takes the passcode", arguments: models)
    func afterPasscodesWereRefused(_ model: String) throws {
        let counter = try Counter(model, .visual, Self.fiveWrong + ["place-card#2+1s:place", "choose-method+1s:choose face"])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .face)
        counter.pass(.seconds(2))
        try counter.stage("place-card#3+1s:staff-button", "passcode#6+1s:type-passcode", "done#2+1s:remove")
        let next = counter.visit()
        #expect(next.outcome.code == "confirmed")
        #expect(next.identity == .visual)
    }

    @Test("中止 leads back to the idle screen", .holds("R069"), arguments: models, ["passcode", "visual-check"])
    func staffLeave(_ model: String, _ screen: String) throws {
        let report = try Counter(model, .visual, ["\(screen):end", "place-card#2+1s:place", "choose-method+1s:choose face"]).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .face, "the check that was left is over")
        #expect(report.shown.count { $0 == "place-card" } == 2)
    }

    /// The card lies there while the passcode is typed, when nobody was asked to look.
    private static let laidEarly = ["passcode+500ms:place", "passcode+2500ms:type-passcode"]

    @Test("A card that lay there before the staff were asked to look proves nothing", .holds("R156"), arguments: models)
    func laidBeforeTheLook(_ model: String) throws {
        let counter = try Counter(model, .visual, Self.laidEarly + ["visual-check:nothing"])
        let report = counter.visit()
        #expect(report.outcome.code == "timed-out")
        #expect(report.identity == nil && report.card == nil)
        // After the check nobody has made, the card that lies there begins a usual visit.
        #expect(report.shown == ["place-card", "passcode", "visual-check", "place-card", "choose-method", "remove-card"])
        #expect(!counter.cardHasPower)
    }

    @Test("It is lifted and placed again", arguments: models)
    func laidAgainAfterTheLook(_ model: String) throws {
        let script = Self.laidEarly + ["visual-check+3s:remove", "visual-check+5s:place"]
        let report = try Counter(model, .visual, script).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .visual)
        #expect(report.stages.first { $0.name == .visualCheck }.map { $0.duration >= .seconds(5) } == true)
    }

    @Test("Before a passcode was issued there is no staff button (R165)", .holds("R165", "N14"), arguments: models)
    func noButton(_ model: String) throws {
        let report = try Counter(model, .visual, hasPasscode: false).visit()
        #expect(report.outcome.code == "timed-out")
        #expect(report.shown == ["place-card"])
    }

    @Test("A restart brings the button after the first passcode, and not before", .holds("R165", "N30"), arguments: models)
    func restart(_ model: String) throws {
        let counter = try Counter(model, .visual, hasPasscode: false)
        counter.twin.terminal?.start()
        #expect(counter.twin.terminal?.showsStaffButton == false)
        #expect(counter.visit().shown == ["place-card"])
        counter.twin.terminal?.issuePasscode()
        #expect(counter.twin.terminal?.showsStaffButton == false, "issued, and not restarted since")
        counter.twin.terminal?.start()
        #expect(counter.twin.terminal?.showsStaffButton == true)
    }
}
