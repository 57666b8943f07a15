import Cards
import Diagnosis
import Eligibility
import MyNumberCard
import ReaderKit
import TestSupport
import Testing

/// 照合番号B after ten failures: the face is locked, PIN and the staff's eye are left (N29).
@Suite struct FaceLockTests {
    private func locked(_ model: String, _ way: String, triesLeft: Int = 0, _ script: [String] = []) throws -> Counter {
        let counter = try Counter(model, try #require(.init(rawValue: way)), script)
        counter.card.preset(triesLeft: triesLeft, of: .verificationNumberB, in: CardApplication.surfaceIdentifier)
        return counter
    }

    /// The methods that were offered, screen by screen.
    private func offered(_ report: VisitReport) -> [Set<ScreenMethod>] {
        report.screens.compactMap { screen -> Set<ScreenMethod>? in
            if case .patient(.chooseMethod(let methods)) = screen.content { methods } else { nil }
        }
    }

    @Test("The PIN is left, and the face is not offered again", .holds("N29"), arguments: models, [0, 1])
    func pinIsLeft(_ model: String, _ triesLeft: Int) throws {
        let counter = try locked(model, "face", triesLeft: triesLeft, ["choose-method#2+1s:choose pin"])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed" && report.identity == .pin)
        #expect(offered(report) == [[.face, .pin], [.pin]])
        #expect(report.screens.contains { $0.text.heading.japanese == "このカードでは顔認証を使えません（ロックされています）。" })
        #expect(counter.visualCodeTries == triesLeft, "no try is used up by us")
    }

    @Test("The staff's eye is left, and the report says that the card was not proved", .holds("N29"), arguments: models)
    func sightIsLeft(_ model: String) throws {
        let counter = try locked(model, "visual")
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed" && report.identity == .visual && report.card == nil)
        let strict = try locked(model, "visual")
        strict.setting.policy.sightServesLockedCard = false
        #expect(strict.visit().outcome.code == "card-face-unreadable")
    }

    @Test("With the PIN locked too nothing is left at the screen", .holds("N29"))
    func nothingIsLeft() throws {
        let counter = try locked("fujitsu-caora", "face")
        counter.card.preset(triesLeft: 0, of: .authenticationPIN)
        let report = counter.visit()
        #expect(report.outcome.code == "card-face-unreadable" && report.identity == nil)
    }

    @Test("Ten wrong readings lock the card, and not one more is sent", .holds("N29"))
    func tenWrongReadings() throws {
        let codes = (1...12).map { "0000000000\(1000 + $0)" }
        let counter = try Counter("fujitsu-caora", .face, (1...14).map { "choose-method#\($0)+1s:choose face" })
        let camera = MisreadingCamera(try #require(counter.reader.face), reading: codes)
        counter.setting.reader = NarrowReader(counter.reader, offering: counter.offered, camera: camera)
        // The last try of a card is not used up unless somebody says so.
        let kept = counter.visit()
        #expect(kept.identity == nil && counter.visualCodeTries == 1)
        #expect(kept.screens.contains { $0.content == .patient(.chooseMethod([.pin])) })
    }
}
