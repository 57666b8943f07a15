import Cards
import Certificates
import Diagnosis
import ISO7816
import MyNumberCard
import TestSupport
import Testing

/// A card of another generation is another layout and no other code: two applications, two secrets, ECDSA on P-384. All of it is made up.
@Suite struct NextGenerationTests {
    private func bench() throws -> (bench: Bench, card: MyNumberCard) {
        let kind = try #require(CardKind.all.first { $0.profile.applications.first?.identifier == hex("F00000000201") })
        var profile = kind.profile
        profile.computingTimes = .none
        let bench = try Bench(VirtualCard(profile, contents: kind.contents(for: .hanako)))
        return (bench, MyNumberCard(bench.session, layout: .nextGeneration, on: bench.station))
    }

    @Test func identity() throws {
        let (bench, card) = try bench()
        let certificate = try Certificate(der: card.readCertificate(.authentication))
        #expect(certificate.keyAlgorithm == .ellipticCurve(bits: 384))
        let scheme = try card.signatureScheme(of: .authentication)
        let challenge = try Challenge()
        let digest = try scheme.digestInfo(of: challenge.bytes)
        #expect(digest.count == 48)
        let signature = try #require(try card.sign(digestInfo: digest, with: .authentication, secret: Secret("1234".utf8)).content)
        #expect(scheme.verifies(signature, of: challenge.bytes, by: certificate))
        #expect(!scheme.verifies(signature, of: challenge.bytes + [0], by: certificate))
        #expect(!SignatureScheme.rsaPKCS1SHA256.verifies(signature, of: challenge.bytes, by: certificate))
        #expect(bench.commands.count == 1 + 1 + 3)
    }

    @Test func personalData() throws {
        let (bench, card) = try bench()
        let items = try #require(try card.readFourItems(visualCode: Hanako.visualCode, lastTry: .spend).content)
        let face = try #require(try card.readCardFace(visualCode: Hanako.visualCode, lastTry: .spend).content)
        #expect(items.birth == face.birth && items.name == "試験　花子")
        #expect(bench.commands.first == hex("00A4040C06F00000000202"))
    }

    @Test func whatItLacksIsSaidWithoutACommand() throws {
        let (bench, card) = try bench()
        let errors = [
            #expect(throws: CardError.self) { try card.readIssueRecord() },
            #expect(throws: CardError.self) { try card.readTokenInformation() },
            #expect(throws: CardError.self) { try card.readFourItems(pin: Hanako.textPIN) },
            #expect(throws: CardError.self) { try card.sign(digestInfo: digestInfo, with: .signature) },
        ]
        #expect(errors.allSatisfy { $0?.code == "not-on-this-card" })
        #expect(bench.commands.isEmpty)
        #expect(try card.counters().map(\.reference) == [.authenticationPIN, .textVisualCode, .faceVisualCode])
    }
}
