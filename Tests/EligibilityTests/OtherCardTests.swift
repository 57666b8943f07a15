import Cards
import Certificates
import Eligibility
import MyNumberCard
import Testing

/// Visits with what is no ordinary plastic card, or at an unusual time.
@Suite struct OtherCardTests {
    /// 2027-02-01 09:00:00 in Japan, three weeks after the end of the certificate of `expiring`.
    private static let afterExpiry: Int64 = 1_801_440_000

    private func world(_ name: String, at time: Int64 = opening, authorities: [[UInt8]] = SyntheticPKI.authenticationAuthorities) throws
        -> World
    {
        try World(try #require(CardKind.named(name)).card(), at: time, authorities: authorities)
    }

    private func graceful(_ world: World) -> World {
        let checker = world.setting.trust.synthetic
        world.setting.trust = CertificateTrust(
            CertificateChecker(use: checker.use, anchors: checker.anchors, validity: .eligibilityByPlasticCard))
        return world
    }

    @Test("A phone opens its certificate after the PIN", arguments: ["android-token", "iphone-token"])
    func phones(_ name: String) throws {
        let world = try world(name)
        let report = world.visit()
        #expect(report.outcome.eligibility?.person?.name == "試験 花子")
        #expect(
            report.stages.map(\.name) == [
                .place, .select, .counter, .certificate, .pin, .verify, .certificate, .chain, .sign, .signature, .eligibility,
            ])
    }

    @Test func aPhoneWithoutAKnownAuthorityProvesNothing() throws {
        let report = try world("android-token", authorities: SyntheticPKI.signatureAuthorities).visit()
        #expect(report.outcome.code == "certificate-untrusted")
        #expect(report.stages.last?.name == .chain)
    }

    @Test("In grace a plastic card shows eligibility, and the report says so")
    func grace() throws {
        let report = try graceful(world("expiring", at: Self.afterExpiry)).visit()
        #expect(report.outcome.eligibility?.validity == .valid)
        guard case .validInGrace(_, .synthetic, let end) = report.certificate else {
            Issue.record("not in grace")
            return
        }
        // 2027-04-30 23:59:59 in Japan.
        #expect(end == 1_809_097_199)
        #expect(try graceful(world("expiring", at: end + 1)).visit().outcome.code == "certificate-expired")
        #expect(try world("expiring", at: Self.afterExpiry).visit().outcome.code == "certificate-expired")
    }

    @Test("A phone has no grace")
    func phoneWithoutGrace() throws {
        let kind = try #require(CardKind.named("android-token"))
        let world = graceful(try World(kind.card(holder: .expiring), at: Self.afterExpiry))
        let report = world.visit()
        #expect(report.outcome.code == "certificate-expired")
        #expect(report.certificate == .invalid([.expired(since: 1_799_593_199)]))
    }

    @Test("The next card is another layout, no other code")
    func nextGeneration() throws {
        let world = try world("next-generation", authorities: [SyntheticPKI.nextGenerationAuthority.certificate])
        world.setting.layout = .nextGeneration
        let report = world.visit()
        #expect(report.outcome.eligibility?.person?.name == "試験 花子")
        #expect(report.tally.apdus == 5)
    }
}
