import Diagnosis
import Eligibility
import ReaderKit
import Testing

/// 照合番号B that the camera reads wrongly, now in this way and now in that.
@Suite struct MisreadCodeTests {
    private func visit(_ model: String, reading codes: [String]) throws -> (report: VisitReport, triesUsed: Int) {
        let counter = try Counter(model, .face)
        let before = try #require(counter.visualCodeTries)
        let camera = MisreadingCamera(try #require(counter.reader.face), reading: codes)
        counter.setting.reader = NarrowReader(counter.reader, offering: counter.offered, camera: camera)
        let report = counter.visit()
        return (report, before - (try #require(counter.visualCodeTries)))
    }

    @Test("Another reading is sent, and opens the photograph where it is right", arguments: models)
    func rightAtLast(_ model: String) throws {
        // A card that was right gives its tries back, so what was sent wrongly before does not show in the counter.
        let (report, _) = try visit(model, reading: ["00000000000001"])
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .face)
        #expect(report.stages.count { $0.name == .photograph } == 2)
    }

    @Test("Of two wrong readings in turn each is sent once", arguments: models)
    func inTurn(_ model: String) throws {
        let (one, other) = ("00000000000001", "00000000000002")
        let (report, triesUsed) = try visit(model, reading: [one, other, one, other, one])
        #expect(report.outcome.code == "card-face-unreadable")
        #expect(triesUsed == 2)
    }
}

/// A test double: a camera that reads other digits off the card, so many times.
final class MisreadingCamera: FaceCamera {
    private let inner: any FaceCamera
    private var codes: [String]

    init(_ inner: any FaceCamera, reading codes: [String]) {
        self.inner = inner
        self.codes = codes
    }

    func readCardFace() throws(ReaderError) -> PromptID { try inner.readCardFace() }
    func visualCode(_ prompt: PromptID) throws(ReaderError) -> Secret {
        let code = try inner.visualCode(prompt)
        return codes.isEmpty ? code : Secret(codes.removeFirst().utf8)
    }
    func match(photograph: [UInt8]) throws(ReaderError) -> PromptID { try inner.match(photograph: photograph) }
    func verdict(_ prompt: PromptID) throws(ReaderError) -> FaceVerdict { try inner.verdict(prompt) }
    func cancel(_ prompt: PromptID) { inner.cancel(prompt) }
}
