import Eligibility
import ReaderKit
import Staging
import Station
import TestSupport
import Testing

/// The three identities at both certified readers, when nothing goes wrong.
@Suite struct IdentityTests {
    @Test(.holds("R032", "R060", "R061"), arguments: models)
    func face(_ model: String) throws {
        let counter = try Counter(model, .face)
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .face)
        #expect(report.card == .valid(.synthetic))
        #expect(report.consent == .toAll)
        #expect(report.shown == ["place-card", "choose-method", "look-into-camera", "choose-consent", "done"])
        #expect(
            report.stages.map(\.name) == [
                .place, .select, .counter, .certificate, .chain, .choose, .cardFace, .photograph, .compare, .genuine, .consent,
                .eligibility, .take,
            ])
        #expect(!report.isCardLeft)
        #expect(!counter.cardHasPower)
        #expect(counter.twin.complaints.isEmpty)
    }

    @Test(.holds("R032", "R060"), arguments: models)
    func pin(_ model: String) throws {
        let counter = try Counter(model, .pin)
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .pin)
        #expect(report.card == nil)
        #expect(report.shown == ["place-card", "choose-method", "enter-pin", "choose-consent", "done"])
        #expect(counter.twin.exchanges == report.tally.apdus + 1, "the keypad's VERIFY is the reader's own")
        #expect(!counter.cardHasPower)
        #expect(counter.twin.complaints.isEmpty)
    }

    @Test(.holds("R032", "R071", "R156"), arguments: models)
    func visual(_ model: String) throws {
        let counter = try Counter(model, .visual)
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .visual)
        #expect(report.card == .valid(.synthetic))
        #expect(report.shown == ["place-card", "passcode", "visual-check", "choose-consent", "done"])
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 3)
        #expect(!counter.cardHasPower)
        #expect(counter.twin.complaints.isEmpty)
    }
}
