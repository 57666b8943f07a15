import AuthoritySimulator
import Cards
import Certificates
import TestSupport
import Testing

/// Whether an authority has revoked a certificate, asked of our simulated authority with every fault it has.
struct RevocationTests {
    let hanako: Certificate
    let verdict: CertificateVerdict
    let nonce: Challenge

    init() throws {
        hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        verdict = try Synthetic.authenticationChecker().check(hanako, at: Moment.today)
        nonce = try Challenge(bytes: [UInt8](repeating: 0x11, count: Challenge.count))
    }

    typealias Method = RevocationChecker<SimulatedSource>.Method

    // MARK: what a sound answer says

    @Test(arguments: Method.allCases) func aCertificateAboutWhichNothingWasSaidIsGood(method: Method) {
        let result = check(SimulatedSource(), method)
        #expect(result.status == .good(thisUpdate: Moment.today))
        #expect(result.verdict == verdict)
        #expect(result.verdict.isValid)
    }

    @Test(arguments: Method.allCases, [nil, RevocationReason.keyCompromise, .affiliationChanged])
    func aRevokedCertificateIsInvalidWhateverThePolicy(method: Method, reason: RevocationReason?) {
        var source = SimulatedSource()
        let since = Moment.today - 3600
        source.authority.states[hanako.serial.bytes] = .revoked(since: since, reason: reason.map { Int32($0.rawValue) })
        for policy in [RevocationPolicy.softFail, .hardFail] {
            let result = check(source, method, policy)
            #expect(result.status == .revoked(since: since, reason: reason))
            #expect(result.verdict == .invalid([.revoked(since: since)]))
        }
        #expect(check(source, method, .off).verdict == verdict)
        #expect(check(source, method, .off).status == .notAsked)
    }

    @Test(arguments: Method.allCases) func theRevocationOfAnotherCertificateIsNoMatter(method: Method) throws {
        var source = SimulatedSource()
        let taro = try Certificate(der: SyntheticHolder.taro.authenticationCertificate)
        source.authority.states[taro.serial.bytes] = .revoked(since: Moment.today, reason: nil)
        source.authority.states[hanako.serial.bytes + [0]] = .revoked(since: Moment.today, reason: nil)
        source.authority.states[Array(hanako.serial.bytes.dropFirst())] = .revoked(since: Moment.today, reason: nil)
        #expect(check(source, method).status == .good(thisUpdate: Moment.today))
    }

    @Test func aCertificateThatItsAuthorityDoesNotKnowIsInvalid() {
        var source = SimulatedSource()
        source.authority.states[hanako.serial.bytes] = .unknown
        for policy in [RevocationPolicy.softFail, .hardFail] {
            let result = check(source, .ocsp, policy)
            #expect(result.status == .unknown)
            #expect(result.verdict == .invalid([.unknownToAuthority]))
        }
    }

    @Test func anAppointedResponderMayAnswer() {
        var source = SimulatedSource()
        source.authority.appointsResponder = true
        #expect(check(source, .ocsp).status == .good(thisUpdate: Moment.today))
    }

    @Test func anotherGenerationOfTheAuthorityDoesNotAnswer() throws {
        let other = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2019))
        #expect(check(SimulatedSource(authority: other), .ocsp).status == .undetermined(.unauthorized))
        #expect(check(SimulatedSource(authority: other), .list).status == .undetermined(.wrongSigner), "the same name, another key")
    }

    @Test func aListAboutAllCertificatesServesToo() throws {
        let der = try #require(try SimulatedSource().authority.revocationList(forPartOf: nil, at: Moment.today))
        let issuer = try #require(verdict.issuer?.certificate)
        let list = RevocationList(der: der)
        #expect(list.status(of: hanako, issuedBy: issuer, at: Moment.today) == .good(thisUpdate: Moment.today))
    }

    @Test(arguments: Method.allCases) func graceDoesNotForgiveARevocation(method: Method) throws {
        let expired = try Certificate(der: SyntheticHolder.expired.authenticationCertificate)
        let checker = try CertificateChecker(
            use: .authentication(policy: SyntheticPKI.authenticationPolicy),
            anchors: Synthetic.anchors(SyntheticPKI.authenticationAuthorities), validity: .eligibilityByPlasticCard)
        let time = Moment.expiredEnded + 86_400
        let inGrace = checker.check(expired, at: time)
        var source = SimulatedSource(authority: SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2015)), time: time)
        let revocation = RevocationChecker(source: source, method: method, policy: .hardFail)
        #expect(revocation.check(expired, after: inGrace, at: time, nonce: nonce).verdict == inGrace)
        source.authority.states[expired.serial.bytes] = .revoked(since: time, reason: nil)
        let revoked = RevocationChecker(source: source, method: method, policy: .softFail)
        #expect(revoked.check(expired, after: inGrace, at: time, nonce: nonce).verdict == .invalid([.revoked(since: time)]))
    }

    @Test func nobodyIsAskedAboutWhatIsInvalidOrNotChecked() throws {
        var source = SimulatedSource()
        source.authority.states[hanako.serial.bytes] = .unknown
        let checker = RevocationChecker(source: source, policy: .hardFail)
        for verdict in [CertificateVerdict.notChecked, .invalid([.untrusted])] {
            let result = checker.check(hanako, after: verdict, at: Moment.today, nonce: nonce)
            #expect(result.verdict == verdict)
            #expect(result.status == .notAsked)
        }
    }

    // MARK: every fault

    /// What a verifier makes of an OCSP answer with a fault; `nil` where it does no harm.
    private static func gapOfOCSP(_ fault: AuthorityFault) -> RevocationGap? {
        switch fault {
        case .silent: .unavailable
        case .huge: .tooLong
        case .truncated, .trailingByte: .malformed
        case .spoiltSignature, .wrongSigner, .responderWithoutPurpose, .responderWithoutUsage, .responderIsAuthority, .expiredResponder,
            .responderOfAnother:
            .wrongSigner
        case .weakDigest: .weakAlgorithm
        case .stale, .staleWithoutNextUpdate: .outdated
        case .future: .notYetValid
        case .unknownExtension: .unknownExtension
        case .otherCertificate: .otherCertificate
        case .contradictory: .contradictory
        case .wrongNonce, .withoutNonce: .wrongNonce
        case .malformedRequest: .requestRefused
        case .internalError: .responderFault
        case .tryLater: .tryLater
        case .signatureRequired: .signatureRequired
        case .unauthorized: .unauthorized
        case .withoutNextUpdate, .deltaList, .otherPart: nil
        }
    }

    /// The same for a list.
    private static func gapOfList(_ fault: AuthorityFault) -> RevocationGap? {
        switch fault {
        case .silent: .unavailable
        case .huge: .tooLong
        case .truncated, .trailingByte: .malformed
        case .spoiltSignature, .wrongSigner: .wrongSigner
        case .weakDigest: .weakAlgorithm
        case .stale: .outdated
        case .future: .notYetValid
        case .withoutNextUpdate, .staleWithoutNextUpdate: .withoutEnd
        case .unknownExtension: .unknownExtension
        case .deltaList: .deltaList
        case .otherPart: .otherScope
        default: nil
        }
    }

    @Test(arguments: AuthorityFault.ofOCSP, [false, true])
    func noFaultOfAResponderIsBelieved(fault: AuthorityFault, isRevoked: Bool) {
        expect(fault, .ocsp, isRevoked: isRevoked, gap: Self.gapOfOCSP(fault))
    }

    @Test(arguments: AuthorityFault.ofLists, [false, true])
    func noFaultOfAListIsBelieved(fault: AuthorityFault, isRevoked: Bool) {
        expect(fault, .list, isRevoked: isRevoked, gap: Self.gapOfList(fault))
    }

    private func expect(_ fault: AuthorityFault, _ method: Method, isRevoked: Bool, gap: RevocationGap?) {
        var source = SimulatedSource()
        source.authority.fault = fault
        if isRevoked { source.authority.states[hanako.serial.bytes] = .revoked(since: Moment.today, reason: nil) }
        let hard = check(source, method, .hardFail)
        let soft = check(source, method, .softFail)
        guard let gap else {
            #expect(hard.verdict.isValid == !isRevoked, "\(fault)")
            return
        }
        #expect(hard.status == .undetermined(gap), "\(fault)")
        #expect(hard.verdict == .invalid([.revocationUndetermined(gap)]))
        #expect(soft.verdict == verdict)
        #expect(!gap.rawValue.isEmpty)
    }

    @Test func anAnswerWithoutNonceCountsWhereTheRulesAllowIt() {
        var source = SimulatedSource()
        source.authority.fault = .withoutNonce
        let rules = RevocationRules(requiresNonce: false)
        #expect(check(source, .ocsp, rules: rules).status == .good(thisUpdate: Moment.today))
        source.authority.fault = .wrongNonce
        #expect(check(source, .ocsp, rules: rules).status == .undetermined(.wrongNonce))
    }

    // MARK: time

    @Test(arguments: Method.allCases) func theWindowHasTheSkewOnBothSides(method: Method) {
        let source = SimulatedSource()
        func status(_ time: Int64) -> RevocationStatus {
            RevocationChecker(source: source, method: method, policy: .hardFail).check(hanako, after: verdict, at: time, nonce: nonce)
                .status
        }
        let good = RevocationStatus.good(thisUpdate: Moment.today)
        #expect(status(Moment.today - 300) == good)
        #expect(status(Moment.today - 301) == .undetermined(.notYetValid))
        #expect(status(Moment.today + 86_400 + 300) == good)
        #expect(status(Moment.today + 86_400 + 301) == .undetermined(.outdated))
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max]) func anyTimeMayBeAsked(time: Int64) {
        for method in Method.allCases {
            let result = RevocationChecker(
                source: SimulatedSource(), method: method, rules: RevocationRules(skew: .max, maximumAge: .max), policy: .hardFail
            ).check(hanako, after: verdict, at: time, nonce: nonce)
            if method == .list, time >= 0 { #expect(result.verdict.isValid, "a skew that covers everything") }
        }
    }

    // MARK: nothing is shown

    @Test func noStatusShowsADate() {
        for status in [RevocationStatus.good(thisUpdate: 1_234_567), .revoked(since: 1_234_567, reason: nil)] {
            #expect(!"\(status) \(String(reflecting: status))".contains("1234567"))
        }
        #expect(!"\(CertificateFlaw.revoked(since: 1_234_567))".contains("1234567"))
        #expect(Set(RevocationGap.allCases.map(\.rawValue)).count == RevocationGap.allCases.count)
    }

    private func check(
        _ source: SimulatedSource, _ method: Method, _ policy: RevocationPolicy = .hardFail, rules: RevocationRules = RevocationRules()
    ) -> (verdict: CertificateVerdict, status: RevocationStatus) {
        RevocationChecker(source: source, method: method, rules: rules, policy: policy)
            .check(hanako, after: verdict, at: Moment.today, nonce: nonce)
    }
}
