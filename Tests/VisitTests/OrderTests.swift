import Cards
import Diagnosis
import Eligibility
import ReaderKit
import Station
import TestSupport
import Testing

/// What comes when: the photograph of the card before the camera, the eligibility after the consent.
@Suite struct OrderTests {
    @Test("The camera gets the photograph that was read out of the card", .holds("R063"), arguments: models)
    func photograph(_ model: String) throws {
        let counter = try Counter(model, .face)
        let camera = WitnessCamera(try #require(counter.reader.face))
        counter.setting.reader = NarrowReader(counter.reader, offering: counter.offered, camera: camera)
        #expect(counter.visit().identity == .face)
        #expect(camera.photographs == [SyntheticHolder.hanako.card.pictures.photo])
    }

    @Test(
        "The centre is asked once the patient has answered, and what it says is there at completion", .holds("R060", "R067"),
        arguments: models)
    func eligibility(_ model: String) throws {
        let counter = try Counter(model, .pin)
        let centre = ScriptedCentre(on: counter.station) { _, _ in [(.seconds(1), ScriptedCentre.insured)] }
        counter.setting.centre = centre
        var asked: [String: Int] = [:]
        counter.setting.screenShown = { [unowned centre] screen in asked[screen.code] = centre.messages.count }
        let report = counter.visit()
        #expect(asked == ["place-card": 0, "choose-method": 0, "enter-pin": 0, "choose-consent": 0, "done": 1])
        #expect(report.outcome.eligibility != nil)
        let done = try #require(report.screens.last)
        let stage = try #require(report.stages.first { $0.name == .eligibility })
        #expect(done.code == "done" && done.moment == stage.began + stage.duration)
    }
}

/// A test double: a camera that remembers with what it was to compare.
private final class WitnessCamera: FaceCamera {
    private let inner: any FaceCamera
    private(set) var photographs: [[UInt8]] = []

    init(_ inner: any FaceCamera) { self.inner = inner }

    func readCardFace() throws(ReaderError) -> PromptID { try inner.readCardFace() }
    func visualCode(_ prompt: PromptID) throws(ReaderError) -> Secret { try inner.visualCode(prompt) }
    func match(photograph: [UInt8]) throws(ReaderError) -> PromptID {
        photographs.append(photograph)
        return try inner.match(photograph: photograph)
    }
    func verdict(_ prompt: PromptID) throws(ReaderError) -> FaceVerdict { try inner.verdict(prompt) }
    func cancel(_ prompt: PromptID) { inner.cancel(prompt) }
}
