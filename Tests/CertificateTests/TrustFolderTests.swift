import Cards
import Certificates
import Glibc
import TestSupport
import Testing

/// Trust anchors from a folder: every file must be fit, and an error names the file.
struct TrustFolderTests {
    let folder = TemporaryFolder()
    let openssl = OpenSSLProgram()

    private func make(_ name: String) { mkdir(folder / name, 0o700) }

    /// The same certificate in PEM, by the openssl program.
    private func pem(_ der: [UInt8]) throws -> [UInt8] {
        try openssl.folder.write("one.der", der)
        return try openssl.run(["x509", "-inform", "DER", "-in", "one.der"])
    }

    private func publicKey(_ identity: SyntheticIdentity, form: String) throws -> [UInt8] {
        try openssl.folder.write("key.der", identity.key)
        return try openssl.run(["pkey", "-inform", "DER", "-in", "key.der", "-pubout", "-outform", form])
    }

    /// The code and the cause of the error; `nil` where there is none.
    private func failure() -> (code: String, cause: String)? {
        do {
            _ = try TrustFolder(path: folder.path)
            return nil
        } catch {
            return (error.code, error.cause ?? "")
        }
    }

    @Test func everyKindIsReadIntoItsOwnSet() throws {
        for name in ["authentication", "signature", "cv"] { make(name) }
        let authorities = SyntheticPKI.authenticationAuthorities
        try folder.write("authentication/a.pem", Array("text before\n".utf8) + pem(authorities[0]) + pem(authorities[1]))
        try folder.write("authentication/b", authorities[2])
        try folder.write("authentication/again.der", authorities[2])
        try folder.write("authentication/.hidden", "nothing of use")
        try folder.write("signature/c.crt", pem(SyntheticPKI.signatureAuthorities[2]))
        let root = SyntheticPKI.authenticationAuthority(.of2023)
        try folder.write("cv/6000023-001-00000000.pem", publicKey(root, form: "PEM"))
        try folder.write("cv/6000020-001-000000A8.der", publicKey(root, form: "DER"))
        let trust = try TrustFolder(path: folder.path)
        #expect(trust.authentication.authorities.map(\.der) == authorities)
        #expect(trust.signature.authorities.map(\.der) == [SyntheticPKI.signatureAuthorities[2]])
        #expect(trust.authentication.domain == .configured && trust.signature.domain == .configured)
        #expect(trust.cardVerifiable.domain == .configured)
        let key = try RSAPublicKey(of: Certificate(der: root.certificate))
        #expect(
            try trust.cardVerifiable.keys == [
                CVKeyID(CVIssuing.keyID("6000023")): key, CVKeyID(CVIssuing.keyID("6000020", last: 0xA8)): key,
            ])
    }

    @Test func whatIsAbsentIsNotTrusted() throws {
        make("signature")
        try folder.write("signature/c", SyntheticPKI.signatureAuthorities[2])
        let trust = try TrustFolder(path: folder.path)
        #expect(trust.authentication == .none && trust.cardVerifiable == .none)
        let hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        let checker = CertificateChecker(use: .authentication(), anchors: trust.authentication)
        #expect(checker.check(hanako, at: Moment.today) == .notChecked)
    }

    @Test func anEmptyFolderIsAnError() {
        #expect(failure()?.code == "trust-folder-unusable")
        make("cv")
        #expect(failure()?.cause == folder / "cv: empty")
        rmdir(folder / "cv")
        make("authentication")
        #expect(failure()?.cause == folder / "authentication: empty")
        rmdir(folder / "authentication")
        rmdir(folder.path)
        #expect(failure()?.cause.hasSuffix("No such file or directory") == true)
    }

    @Test func anotherNameAtTheTopIsAnError() throws {
        make("authentification")
        #expect(failure()?.cause.hasPrefix(folder / "authentification: ") == true)
    }

    @Test func whatIsNoFileIsAnErrorAndNothingWaits() throws {
        make("authentication")
        mkfifo(folder / "authentication/pipe", 0o600)
        #expect(failure()?.cause == folder / "authentication/pipe: not a file")
        unlink(folder / "authentication/pipe")
        make("authentication/folder")
        #expect(failure()?.cause == folder / "authentication/folder: not a file")
        rmdir(folder / "authentication/folder")
        symlink("nowhere", folder / "authentication/link")
        #expect(failure()?.cause == folder / "authentication/link: No such file or directory")
        try folder.write("signature", "a file")
        unlink(folder / "authentication/link")
        rmdir(folder / "authentication")
        #expect(failure()?.cause == folder / "signature: Not a directory")
    }

    /// Contents of a file that must not be passed over, each beside a good one.
    @Test(arguments: [
        "empty", "text", "holder", "holder in PEM", "private key", "public key", "broken base64", "unfinished", "DER with a byte behind",
        "too large", "second block wrong", "spoilt signature", "short key",
    ]) func anUnfitFileIsAnErrorThatNamesIt(kind: String) throws {
        make("authentication")
        let good = try pem(SyntheticPKI.authenticationAuthorities[2])
        try folder.write("authentication/good.pem", good)
        let holder = SyntheticHolder.hanako.authenticationCertificate
        var spoilt = SyntheticPKI.authenticationAuthorities[1]
        spoilt[spoilt.count - 1] ^= 1
        let contents: [UInt8] =
            switch kind {
            case "empty": []
            case "text": Array("this is no certificate\n".utf8)
            case "holder": holder
            case "holder in PEM": try pem(holder)
            case "private key": Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8)
            case "public key": try publicKey(SyntheticPKI.authenticationAuthority(.of2023), form: "PEM")
            case "broken base64": Array("-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----\n".utf8)
            case "unfinished": Array(good.prefix(good.count - 40))
            case "DER with a byte behind": SyntheticPKI.authenticationAuthorities[1] + [0]
            case "too large": [UInt8](repeating: 0x30, count: 1 << 20 + 1)
            case "second block wrong": good + Array("-----BEGIN X-----\nAAAA\n-----END X-----\n".utf8)
            case "spoilt signature": spoilt
            default: try Self.shortAuthority()
            }
        try folder.write("authentication/wrong", contents)
        let failure = try #require(self.failure())
        #expect(failure.cause.hasPrefix(folder / "authentication/wrong: "), "\(failure.cause)")
        #expect(["trust-folder-unusable", "trust-anchor-unfit"].contains(failure.code))
        // Nothing of the certificate: no serial, no name.
        #expect(!failure.cause.contains("7E57") && !failure.cause.contains("KAZASU SYNTHETIC"))
        unlink(folder / "authentication/wrong")
        #expect(self.failure() == nil)
    }

    @Test(arguments: [
        "6000023.pem", "6000023-001-0000000.pem", "6000023-001-0000000G.pem", "600002A-001-00000000.pem", "6000023-001-00000000",
        "6000023-01-00000000.pem", "６０００-001-00000000.pem", "-6000023-001-00000000.pem",
    ]) func aRootKeyIsNamedAfterItsIdentifier(name: String) throws {
        make("cv")
        try folder.write("cv/\(name)", publicKey(SyntheticPKI.authenticationAuthority(.of2023), form: "PEM"))
        #expect(failure()?.cause.hasPrefix(folder / "cv/\(name): ") == true)
    }

    @Test func aRootKeyIsOneRSAKey() throws {
        make("cv")
        let key = try publicKey(SyntheticPKI.authenticationAuthority(.of2023), form: "PEM")
        let name = "cv/6000023-001-00000000.pem"
        try openssl.run(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ec.pem"])
        let wrong = [
            key + key, try pem(SyntheticPKI.authenticationAuthorities[0]), try openssl.run(["pkey", "-in", "ec.pem", "-pubout"]),
            [0x30, 0x00],
        ]
        for contents in wrong {
            try folder.write(name, contents)
            #expect(failure()?.cause.hasPrefix(folder / name) == true)
        }
        try folder.write(name, key)
        #expect(failure() == nil)
        try folder.write("cv/6000023-001-00000000.der", key)
        #expect(failure()?.cause.hasSuffix("pem: not one key") == true, "the same key twice")
    }

    /// An authority with a key of 1024 bits.
    private static func shortAuthority() throws -> [UInt8] {
        var issuing = Issuing(key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], isSelfSigned: true)
        issuing.extensions = ["keyUsage": "critical, keyCertSign", "basicConstraints": "critical, CA:TRUE", "subjectKeyIdentifier": "hash"]
        return try issuing.certificate()
    }
}
