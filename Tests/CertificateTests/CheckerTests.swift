import Cards
import Certificates
import TestSupport
import Testing

/// Which certificates serve which use, and the reasons for which others do not.
struct CheckerTests {
    // MARK: the chain

    @Test(arguments: zip([SyntheticHolder.hanako, .taro, .expired], [2, 1, 0]))
    func chainsToTheGenerationThatIssuedIt(holder: SyntheticHolder, generation: Int) throws {
        let time = holder == .expired ? Moment.early2024 : Moment.today
        let authentication = try Certificate(der: holder.authenticationCertificate)
        let signature = try Certificate(der: holder.signatureCertificate)
        let authenticationAuthority = try Certificate(der: SyntheticPKI.authenticationAuthorities[generation])
        let signatureAuthority = try Certificate(der: SyntheticPKI.signatureAuthorities[generation])
        #expect(
            try Synthetic.authenticationChecker().check(authentication, at: time)
                == .valid(issuedBy: authenticationAuthority, domain: .synthetic))
        #expect(try Synthetic.signatureChecker().check(signature, at: time) == .valid(issuedBy: signatureAuthority, domain: .synthetic))
        #expect(holder.authenticationAuthority == authenticationAuthority.der)
        #expect(holder.signatureAuthority == signatureAuthority.der)
    }

    @Test(arguments: SyntheticHolder.all, SyntheticGeneration.allCases)
    func agreesWithOpenSSLVerify(holder: SyntheticHolder, generation: SyntheticGeneration) throws {
        let openssl = OpenSSLProgram()
        let authority = SyntheticPKI.authenticationAuthority(generation).certificate
        try openssl.folder.write("authority.der", authority)
        try openssl.folder.write("holder.der", holder.authenticationCertificate)
        for name in ["authority", "holder"] { try openssl.run(["x509", "-inform", "DER", "-in", name + ".der", "-out", name + ".pem"]) }
        let accepted =
            (try? openssl.run([
                "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", "authority.pem", "-purpose", "sslclient",
                "-policy", SyntheticPKI.authenticationPolicy, "-explicit_policy", "-auth_level", "2",
                "-attime", "\(Moment.today)", "holder.pem",
            ])) != nil
        let verdict = try Synthetic.authenticationChecker([authority]).check(
            Certificate(der: holder.authenticationCertificate), at: Moment.today)
        #expect(verdict.isValid == accepted)
        #expect(accepted == (holder.generation == generation && holder != .expired))
    }

    @Test func anotherGenerationOfTheSameNameIsNotTrusted() throws {
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        let older = Array(SyntheticPKI.authenticationAuthorities.prefix(2))
        #expect(try Synthetic.authenticationChecker(older).check(hanako, at: Moment.today) == .invalid([.untrusted]))
    }

    @Test func aKeyIdentifierAloneProvesNothing() throws {
        // An authority made up by somebody: the name and the key identifier of the real one, but another key.
        var issuing = Issuing(isSelfSigned: true)
        let real = try Certificate(der: SyntheticPKI.authenticationAuthorities[2])
        issuing.subject = "/C=JP/O=KAZASU SYNTHETIC JPKI/OU=JPKI for user authentication (synthetic)/OU=Kazasu Synthetic Agency"
        issuing.extensions = [
            "keyUsage": "critical, keyCertSign, cRLSign", "basicConstraints": "critical, CA:TRUE",
            "subjectKeyIdentifier": hex(try #require(real.subjectKeyIdentifier)),
        ]
        let forged = try issuing.certificate()
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        #expect(try Synthetic.authenticationChecker([forged]).check(hanako, at: Moment.today) == .invalid([.badSignature]))
        issuing.subject = "/C=JP/O=SOMEBODY ELSE"
        let renamed = try issuing.certificate()
        #expect(try Synthetic.authenticationChecker([renamed]).check(hanako, at: Moment.today) == .invalid([.untrusted]))
    }

    @Test func withoutKeyIdentifierItIsNotTrusted() throws {
        var issuing = Issuing()
        issuing.extensions["authorityKeyIdentifier"] = "none"
        #expect(try verdict(issuing) == .invalid([.untrusted]))
    }

    @Test func withoutAnchorsNothingIsChecked() throws {
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        let checker = CertificateChecker(use: .authentication(), anchors: .none)
        #expect(checker.check(hanako, at: Moment.today) == .notChecked)
    }

    // MARK: dates

    @Test func bothBordersAreInside() throws {
        let checker = try Synthetic.authenticationChecker()
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        #expect(checker.check(hanako, at: Moment.hanakoBegins).isValid)
        #expect(checker.check(hanako, at: Moment.hanakoEnds).isValid)
        #expect(checker.check(hanako, at: Moment.hanakoBegins - 1) == .invalid([.notYetValid(until: Moment.hanakoBegins)]))
        #expect(checker.check(hanako, at: Moment.hanakoEnds + 1) == .invalid([.expired(since: Moment.hanakoEnds)]))
    }

    @Test(arguments: [Int64.min, Int64.max]) func anyTimeMayBeAsked(time: Int64) throws {
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        #expect(try Synthetic.authenticationChecker().check(hanako, at: time).flaws.count == 2)
    }

    @Test func anAnchorThatHasRunOutIsAReasonOfItsOwn() throws {
        let checker = try Synthetic.authenticationChecker()
        let expired = try Certificate(der: SyntheticHolder.expired.authenticationCertificate)
        #expect(checker.check(expired, at: Moment.generation2015Ended) == .invalid([.expired(since: Moment.expiredEnded)]))
        #expect(
            checker.check(expired, at: Moment.generation2015Ended + 1)
                == .invalid([.expired(since: Moment.expiredEnded), .anchorExpired(since: Moment.generation2015Ended)]))
        let anchor = try Certificate(der: SyntheticPKI.authenticationAuthorities[0])
        #expect(checker.check(expired, at: anchor.notBefore - 1).flaws.contains(.anchorNotYetValid(until: anchor.notBefore)))
        #expect(!checker.check(expired, at: anchor.notBefore).flaws.contains(.anchorNotYetValid(until: anchor.notBefore)))
    }

    // MARK: use

    @Test func aCertificateServesItsOwnUseOnly() throws {
        let signature = try Certificate(der: SyntheticHolder.hanako.signatureCertificate)
        let authentication = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        #expect(
            try Synthetic.authenticationChecker(SyntheticPKI.signatureAuthorities).check(signature, at: Moment.today)
                == .invalid([.wrongKeyUsage, .wrongExtendedKeyUsage, .wrongPolicy]))
        #expect(
            try Synthetic.signatureChecker(SyntheticPKI.authenticationAuthorities).check(authentication, at: Moment.today)
                == .invalid([.wrongKeyUsage, .wrongExtendedKeyUsage, .wrongPolicy]))
    }

    @Test func anAuthorityIsNoHolder() throws {
        let authority = try Certificate(der: SyntheticPKI.authenticationAuthorities[2])
        let flaws = try Synthetic.authenticationChecker().check(authority, at: Moment.today).flaws
        #expect(flaws == [.authority, .wrongKeyUsage, .wrongExtendedKeyUsage, .wrongPolicy, .untrusted])
    }

    @Test func aSyntheticCertificateIsNotAProductionOne() throws {
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        let anchors = try Synthetic.anchors(SyntheticPKI.authenticationAuthorities)
        let checker = CertificateChecker(use: .authentication(), anchors: anchors)
        #expect(checker.check(hanako, at: Moment.today) == .invalid([.wrongPolicy]))
    }

    // MARK: one wrong thing each, made by the openssl program

    @Test func theMadeCertificateIsGoodBeforeItIsSpoilt() throws {
        #expect(try verdict(Issuing()).isValid)
    }

    @Test(arguments: [
        ("keyUsage", "critical, digitalSignature, nonRepudiation", CertificateFlaw.wrongKeyUsage),
        ("keyUsage", "critical, nonRepudiation", .wrongKeyUsage),
        ("extendedKeyUsage", "serverAuth", .wrongExtendedKeyUsage),
        ("extendedKeyUsage", "2.5.29.37.0", .wrongExtendedKeyUsage),
        ("certificatePolicies", "critical, 1.2.392.200149.8.5.1.3.30", .wrongPolicy),
        ("certificatePolicies", "critical, 2.5.29.32.0", .wrongPolicy),
        ("certificatePolicies", "critical, \(SyntheticPKI.signaturePolicy)", .wrongPolicy),
        ("basicConstraints", "critical, CA:TRUE", .authority),
        ("2.25.1", "critical, ASN1:UTF8String:unknown", .unknownCriticalExtension("2.25.1")),
        ("subjectAltName", "critical, URI:http://kazasu.invalid/", .unknownCriticalExtension("2.5.29.17")),
    ]) func oneWrongExtensionIsTheOneReason(name: String, value: String, flaw: CertificateFlaw) throws {
        var issuing = Issuing()
        issuing.extensions[name] = value
        #expect(try verdict(issuing) == .invalid([flaw]))
    }

    @Test(arguments: [
        ("keyUsage", CertificateFlaw.wrongKeyUsage), ("extendedKeyUsage", .wrongExtendedKeyUsage), ("certificatePolicies", .wrongPolicy),
    ]) func oneMissingExtensionIsTheOneReason(name: String, flaw: CertificateFlaw) throws {
        var issuing = Issuing()
        issuing.extensions[name] = nil
        #expect(try verdict(issuing) == .invalid([flaw]))
    }

    @Test func anUnknownExtensionThatIsNotCriticalIsNoMatter() throws {
        var issuing = Issuing()
        issuing.extensions["2.25.1"] = "ASN1:UTF8String:unknown"
        #expect(try verdict(issuing).isValid)
    }

    @Test(arguments: ["md5", "sha1", "sha224"]) func aWeakDigestIsRefused(digest: String) throws {
        #expect(try verdict(Issuing(digest: digest)) == .invalid([.weakAlgorithm]))
    }

    @Test func theDigestsAreData() throws {
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        var use = CertificateUse.authentication(policy: SyntheticPKI.authenticationPolicy)
        use.signatureDigests = [.sha384]
        let checker = CertificateChecker(use: use, anchors: try Synthetic.anchors(SyntheticPKI.authenticationAuthorities))
        #expect(checker.check(hanako, at: Moment.today) == .invalid([.weakAlgorithm]))
    }

    @Test(arguments: ["sha384", "sha512"]) func aStrongDigestIsGood(digest: String) throws {
        #expect(try verdict(Issuing(digest: digest)).isValid)
    }

    @Test(arguments: [
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2040"],
        ["-algorithm", "ED25519"],
    ]) func aWeakOrUnknownKeyIsRefused(key: [String]) throws {
        #expect(try verdict(Issuing(key: key)) == .invalid([.weakAlgorithm]))
    }

    @Test func theKeyOfANextGenerationIsGood() throws {
        let certificate = try Certificate(der: Issuing(key: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]).certificate())
        #expect(certificate.keyAlgorithm == .ellipticCurve(bits: 384))
        #expect(try Synthetic.authenticationChecker().check(certificate, at: Moment.today).isValid)
        #expect(!SignatureScheme.rsaPKCS1SHA256.verifies([UInt8](repeating: 1, count: 96), of: [1], by: certificate))
    }

    @Test func pssIsReadTooAndItsDigestCounts() throws {
        let salt = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
        #expect(try verdict(Issuing(signing: salt)).isValid)
        #expect(try verdict(Issuing(digest: "sha1", signing: salt)) == .invalid([.weakAlgorithm]))
    }

    @Test func severalFlawsAreAllNamed() throws {
        var issuing = Issuing(digest: "sha1")
        issuing.extensions["keyUsage"] = "critical, keyAgreement"
        issuing.extensions["2.25.1"] = "critical, ASN1:NULL"
        let certificate = try Certificate(der: issuing.certificate())
        #expect(
            try Synthetic.authenticationChecker().check(certificate, at: Moment.hanakoEnds + 1)
                == .invalid([.wrongKeyUsage, .weakAlgorithm, .unknownCriticalExtension("2.25.1"), .expired(since: Moment.hanakoEnds)]))
    }

    // MARK: anchors

    @Test func onlySelfSignedAuthoritiesCanBeAnchors() throws {
        #expect(throws: CertificateError.self) { try Synthetic.anchors([SyntheticHolder.hanako.authenticationCertificate]) }
        var issuing = Issuing()
        issuing.extensions = ["keyUsage": "critical, keyCertSign", "basicConstraints": "critical, CA:TRUE", "subjectKeyIdentifier": "hash"]
        #expect(throws: CertificateError.self, "issued by somebody else") { try Synthetic.anchors([issuing.certificate()]) }
        issuing.isSelfSigned = true
        #expect(try Synthetic.anchors([issuing.certificate()]).authorities.count == 1)
        issuing.extensions["subjectKeyIdentifier"] = "none"
        #expect(throws: CertificateError.self, "no key identifier") { try Synthetic.anchors([issuing.certificate()]) }
        issuing.extensions["subjectKeyIdentifier"] = "hash"
        issuing.extensions["keyUsage"] = "critical, cRLSign"
        #expect(throws: CertificateError.self, "may not sign") { try Synthetic.anchors([issuing.certificate()]) }
        issuing.extensions["keyUsage"] = "critical, keyCertSign"
        issuing.extensions["basicConstraints"] = "critical, CA:FALSE"
        #expect(throws: CertificateError.self, "no authority") { try Synthetic.anchors([issuing.certificate()]) }
        var spoilt = SyntheticPKI.authenticationAuthorities[0]
        spoilt[spoilt.count - 1] ^= 1
        #expect(throws: CertificateError.self, "signature spoilt") { try Synthetic.anchors([spoilt]) }
    }

    private func verdict(_ issuing: Issuing) throws -> CertificateVerdict {
        try Synthetic.authenticationChecker().check(Certificate(der: issuing.certificate()), at: Moment.today)
    }
}
