import Cards
import Certificates
import TestSupport
import Testing

/// Synthetic anchors count for simulated cards only, configured ones for real cards only.
struct CertificateTrustTests {
    /// What stands for a real card here: a certificate of an authority that is not one of the synthetic ones, made for the test.
    let real: Certificate
    let realAuthority: Certificate
    let hanako: Certificate

    init() throws {
        (realAuthority, real) = try Self.realCertificate()
        hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
    }

    @Test func aSimulatedCardIsValidAndNamedSynthetic() throws {
        let issuer = try Certificate(der: SyntheticHolder.hanako.authenticationAuthority)
        for configured in [[], [realAuthority]] {
            let trust = try trust(configured: configured, accepting: [.synthetic, .configured])
            #expect(trust.check(hanako, at: Moment.today) == .valid(issuedBy: issuer, domain: .synthetic))
        }
    }

    @Test func aRealCardWithoutAnchorsIsNotChecked() throws {
        #expect(try trust(configured: [], accepting: [.synthetic, .configured]).check(real, at: Moment.today) == .notChecked)
        #expect(try trust(configured: [], accepting: [.configured]).check(real, at: Moment.today) == .notChecked)
    }

    @Test func aRealCardIsValidByConfiguredAnchorsOnly() throws {
        let trust = try trust(configured: [realAuthority], accepting: [.configured])
        #expect(trust.check(real, at: Moment.today) == .valid(issuedBy: realAuthority, domain: .configured))
        #expect(trust.check(hanako, at: Moment.today) == .invalid([.synthetic]))
    }

    @Test func whereOnlySimulatedCardsCountARealOneIsUntrusted() throws {
        let verdict = try trust(configured: [realAuthority], accepting: [.synthetic]).check(real, at: Moment.today)
        #expect(verdict.flaws.contains(.untrusted))
    }

    @Test func aForgedSyntheticCertificateIsNotNamedSynthetic() throws {
        // The key identifier of a synthetic authority, but not its signature.
        var der = hanako.der
        der[der.count - 1] ^= 1
        let forged = try Certificate(der: der)
        #expect(try trust(configured: [], accepting: [.configured]).check(forged, at: Moment.today) == .notChecked)
        #expect(try !trust(configured: [realAuthority], accepting: [.synthetic, .configured]).check(forged, at: Moment.today).isValid)
    }

    @Test func manyThreadsCheckByTheSameAnchors() async throws {
        let trust = try trust(configured: [realAuthority], accepting: [.synthetic, .configured])
        let verdicts = await withTaskGroup(of: [TrustDomain?].self) { [real, hanako] group in
            for _ in 0..<8 {
                group.addTask { [real, hanako].map { trust.check($0, at: Moment.today).issuer?.domain } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts == Array(repeating: [.configured, .synthetic], count: 8))
    }

    @Test func inGraceThePathStillCounts() throws {
        let checker = try CertificateChecker(
            use: .authentication(), anchors: TrustAnchors([realAuthority], domain: .configured),
            validity: ValidityPolicy(months: 3, from: .dayOfExpiry))
        #expect(checker.check(real, at: real.notAfter + 1).issuer?.certificate == realAuthority)
        var der = real.der
        der[der.count - 1] ^= 1
        #expect(checker.check(try Certificate(der: der), at: real.notAfter + 1).flaws.contains(.badSignature))
    }

    @Test func aPublishedKeyCannotBeConfigured() throws {
        let synthetic = try Certificate(der: SyntheticPKI.authenticationAuthorities[1])
        #expect(throws: CertificateError.self) { try trust(configured: [synthetic], accepting: [.configured]) }
        #expect(throws: CertificateError.self, "domains the wrong way round") {
            let anchors = try TrustAnchors([realAuthority], domain: .configured)
            let checker = CertificateChecker(use: .authentication(), anchors: anchors)
            _ = try CertificateTrust(configured: checker, synthetic: checker, accepting: [.configured])
        }
    }

    @Test func aPublishedRootKeyCannotBeConfiguredUnderAnyName() throws {
        let root = try #require(SyntheticPKI.cardRoots.first)
        let key = try RSAPublicKey(modulus: root.modulus, exponent: root.exponent)
        let synthetic = try CVTrustAnchors([CVKeyID(root.keyIdentifier): key], domain: .synthetic)
        var other = root.keyIdentifier
        other[0] = UInt8(ascii: "5")
        let configured = try CVTrustAnchors([CVKeyID(other): key], domain: .configured)
        #expect(throws: CertificateError.self) { try configured.mustDiffer(from: synthetic) }
        try CVTrustAnchors.none.mustDiffer(from: synthetic)
    }

    private func trust(configured: [Certificate], accepting: Set<TrustDomain>) throws -> CertificateTrust {
        try CertificateTrust(
            configured: CertificateChecker(use: .authentication(), anchors: TrustAnchors(configured, domain: .configured)),
            synthetic: Synthetic.authenticationChecker(), accepting: accepting)
    }

    /// An authority and a holder with the policy of real cards, by the openssl program.
    static func realCertificate() throws -> (authority: Certificate, holder: Certificate) {
        let authority = try Issuing.authority()
        var issuing = Issuing(authority: authority)
        issuing.extensions["certificatePolicies"] = "critical, \(CertificateUse.productionAuthenticationPolicy)"
        return (try Certificate(der: authority.certificate), try Certificate(der: issuing.certificate()))
    }
}
