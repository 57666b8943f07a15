import Cards
import Certificates
import SimulationKit
import TestSupport
import Testing

/// Card-verifiable certificates: their form, their signature and the way up to a root key.
struct CVCertificateTests {
    // MARK: form

    @Test(arguments: ["", "FFFFFFFF", "00", "FF00FF"]) func aFileIsReadUpToItsFiller(filler: String) throws {
        let file = try CVIssuing().file()
        #expect(file.count == 568)
        let certificate = try CVCertificate(fileContents: file + hex(filler))
        #expect(certificate.issuer.number == "6000023")
        #expect(certificate.subject.number == "6000024")
        #expect(certificate.subject.bytes == CVIssuing.keyID("6000024"))
        #expect(try certificate.publicKey.modulus == modulus(of: SyntheticHolder.hanako.authentication))
        #expect(try certificate.body == CVIssuing().body())
        #expect(try certificate.isSigned(by: Self.root(.of2023)))
        #expect(try !certificate.isSigned(by: Self.root(.of2019)))
        #expect(try CVCertificate(templateContents: Array(file.dropFirst(5))) == certificate)
    }

    @Test func anotherFormIsRefused() throws {
        let file = try CVIssuing().file()
        let body = Array(file[10..<307])
        let signature = Array(file[307...])
        let wrong: [(String, [UInt8])] = [
            ("bytes behind", file + [0x01]), ("a second certificate", file + file), ("template twice", hex("7F21 82 0238") + file),
            ("no template", Array(file.dropFirst(5))), ("longer length", hex("7F21 83 000233") + file.dropFirst(5)),
            ("indefinite length", hex("7F21 80") + file.dropFirst(5) + [0, 0]),
            ("no signature", hex("7F21 82 012E 5F4E 82 0129") + body),
            ("order", hex("7F21 82 0233") + signature + hex("5F4E 82 0129") + body),
            ("an object more", hex("7F21 82 0235") + file.dropFirst(5) + [0x42, 0x00]),
            ("body twice", hex("7F21 82 025C 5F4E 82 0129") + body + file.dropFirst(5)),
            ("empty body", hex("7F21 82 0108 5F4E 00") + signature),
            ("body of identifiers only", hex("7F21 82 0129 5F4E 20") + body.prefix(32) + signature),
            ("short signature", hex("7F21 82 0133 5F4E 82 0129") + body + hex("5F37 03 010203")),
            ("filler inside", hex("7F21 82 0234") + file.dropFirst(5) + [0xFF]),
            ("filler in front", [0xFF] + file), ("nothing", []), ("too large", file + [UInt8](repeating: 0xFF, count: 2048)),
        ]
        for (name, bytes) in wrong { #expect(throws: CertificateError.self, "\(name)") { try CVCertificate(fileContents: bytes) } }
    }

    @Test func everyShorterFileIsRefused() throws {
        let file = try CVIssuing().file()
        for count in 0..<file.count {
            #expect(throws: CertificateError.self) { try CVCertificate(fileContents: Array(file.prefix(count))) }
        }
    }

    @Test func everyTamperedByteIsNoticed() throws {
        let file = try CVIssuing().file()
        let checker = CVChecker(anchors: try Self.anchors())
        #expect(checker.check(try CVCertificate(fileContents: file)).isValid)
        for position in file.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var spoilt = file
                spoilt[position] ^= mask
                guard let certificate = try? CVCertificate(fileContents: spoilt) else { continue }
                #expect(!checker.check(certificate).isValid, "byte \(position)")
            }
        }
    }

    @Test func randomBytesAreNeverACertificate() throws {
        var generator = SeededGenerator(seed: 20_261_121)
        let file = try CVIssuing().file()
        for _ in 0..<2_000 {
            #expect(throws: CertificateError.self) {
                try CVCertificate(fileContents: generator.bytes(Int.random(in: 0...600, using: &generator)))
            }
            var damaged = file
            for _ in 0..<3 { damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            let certificate = try? CVCertificate(fileContents: damaged)
            #expect(try damaged == file || certificate?.isSigned(by: Self.root(.of2023)) != true)
        }
    }

    @Test func aKeyIdentifierHasOneForm() throws {
        #expect(try CVKeyID(CVIssuing.keyID("6000020", last: 0xA8)).isTest)
        #expect(try !CVKeyID(CVIssuing.keyID("5000020", last: 0xA8)).isTest)
        #expect(try !CVKeyID(CVIssuing.keyID("7000020")).isTest)
        #expect(try CVKeyID(CVIssuing.keyID("6000020", last: 0xA8)) != CVKeyID(CVIssuing.keyID("6000020")))
        for bytes in [
            [], CVIssuing.keyID("600002"), CVIssuing.keyID("60000200"), CVIssuing.keyID("600002A"),
            hex("36303030303230 0805 30303A 00000000"),
            hex("36303030303230 0806 303031 00000000"), CVIssuing.keyID("6000020") + [0],
        ] {
            #expect(throws: CertificateError.self) { try CVKeyID(bytes) }
        }
    }

    @Test func nothingOfItIsShown() throws {
        let certificate = try CVCertificate(fileContents: CVIssuing().file())
        #expect("\(certificate)" == "card-verifiable certificate")
        #expect("\(certificate.subject)" == "test key")
        #expect(!String(reflecting: (certificate, certificate.subject)).contains("6000"))
    }

    // MARK: the way up

    @Test func aRootKeySignsIt() throws {
        let certificate = try CVCertificate(fileContents: CVIssuing().file())
        let checker = CVChecker(anchors: try Self.anchors())
        #expect(try checker.check(certificate) == .valid(issuedBy: CVKeyID(CVIssuing.keyID("6000023")), domain: .synthetic))
    }

    @Test func withoutRootKeysNothingIsChecked() throws {
        #expect(try CVChecker(anchors: .none).check(CVCertificate(fileContents: CVIssuing().file())) == .notChecked)
    }

    @Test func theReasonIsNamed() throws {
        let checker = CVChecker(anchors: try Self.anchors())
        func verdict(_ issuing: CVIssuing) throws -> CVVerdict { checker.check(try CVCertificate(fileContents: issuing.file())) }
        #expect(try verdict(CVIssuing(issuer: "6000033")) == .invalid(.untrusted))
        #expect(try verdict(CVIssuing(signer: SyntheticPKI.authenticationAuthority(.of2019))) == .invalid(.badSignature))
        #expect(try verdict(CVIssuing(signer: SyntheticHolder.hanako.authentication)) == .invalid(.badSignature), "signed by itself")
        #expect(try verdict(CVIssuing(signing: ["-sha1"])) == .invalid(.badSignature))
        #expect(try verdict(CVIssuing(signing: ["-sha256", "-sigopt", "rsa_padding_mode:pss"])) == .invalid(.badSignature))
        #expect(try verdict(CVIssuing(subject: "5000024")) == .invalid(.mixedHierarchies))
        #expect(try verdict(CVIssuing(issuer: "5000023")) == .invalid(.mixedHierarchies))
    }

    @Test func certificatesInBetweenAreFollowed() throws {
        let checker = CVChecker(anchors: try Self.anchors())
        let upper = try CVCertificate(
            fileContents: CVIssuing(subject: "6000100", certified: SyntheticHolder.taro.authentication).file())
        let lower = try CVCertificate(
            fileContents: CVIssuing(issuer: "6000100", subject: "6000101", signer: SyntheticHolder.taro.authentication).file())
        #expect(checker.check(lower) == .invalid(.untrusted))
        #expect(checker.check(lower, through: [upper]).isValid)
        #expect(checker.check(lower, through: [lower, upper]).isValid)
        let forged = try CVCertificate(fileContents: CVIssuing(subject: "6000100").file())
        #expect(checker.check(lower, through: [forged]) == .invalid(.badSignature))
        #expect(checker.check(lower, through: [forged, upper]).isValid)
        let circle = try CVCertificate(
            fileContents: CVIssuing(
                issuer: "6000100", subject: "6000100", certified: SyntheticHolder.taro.authentication,
                signer: SyntheticHolder.taro.authentication
            ).file())
        #expect(checker.check(lower, through: [circle]) == .invalid(.tooLong))
    }

    @Test func aSyntheticRootKeyHasATestIdentifier() throws {
        let real = try CVKeyID(CVIssuing.keyID("5000023"))
        #expect(throws: CertificateError.self) { try CVTrustAnchors([real: Self.root(.of2023)], domain: .synthetic) }
        let configured = try CVTrustAnchors([real: Self.root(.of2023)], domain: .configured)
        let certificate = try CVCertificate(fileContents: CVIssuing(issuer: "5000023", subject: "5000024").file())
        #expect(CVChecker(anchors: configured).check(certificate) == .valid(issuedBy: real, domain: .configured))
    }

    static func root(_ generation: SyntheticGeneration) throws -> RSAPublicKey {
        try RSAPublicKey(of: Certificate(der: SyntheticPKI.authenticationAuthority(generation).certificate))
    }

    static func anchors() throws -> CVTrustAnchors {
        try CVTrustAnchors([CVKeyID(CVIssuing.keyID("6000023")): root(.of2023)], domain: .synthetic)
    }
}

extension CVVerdict {
    var isValid: Bool {
        if case .valid = self { true } else { false }
    }
}
