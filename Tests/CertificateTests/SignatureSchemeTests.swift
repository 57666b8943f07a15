import COpenSSL
import Cards
import TestSupport
import Testing

@testable import Certificates

/// Signatures that the openssl program makes, as our scheme sees them; and what a card is handed to sign.
struct SignatureSchemeTests {
    static let message = Array("試験 challenge".utf8)

    @Test func digestInfoIsThatOfTheDocument() throws {
        // The prefix is that of RFC 8017 clause 9.2 note 1, the digest of "abc" that of FIPS 180-4's examples.
        let digestInfo = try SignatureScheme.rsaPKCS1SHA256.digestInfo(of: Array("abc".utf8))
        #expect(
            hex(digestInfo)
                == "3031300D060960864801650304020105000420" + "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")
        let empty = try SignatureScheme.rsaPKCS1SHA256.digestInfo(of: [])
        #expect(hex(Array(empty.suffix(32))) == "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")
    }

    @Test(arguments: SyntheticHolder.all) func aSignatureOfTheOpenSSLProgramVerifies(holder: SyntheticHolder) throws {
        let certificate = try Certificate(der: holder.authenticationCertificate)
        let signature = try signature(over: Self.message, by: holder.authenticationKey)
        let scheme = SignatureScheme.rsaPKCS1SHA256
        #expect(scheme.verifies(signature, of: Self.message, by: certificate))
        #expect(!scheme.verifies(signature, of: Self.message + [0], by: certificate))
        #expect(!scheme.verifies(signature, of: [], by: certificate))
        let other = try Certificate(der: holder.signatureCertificate)
        #expect(!scheme.verifies(signature, of: Self.message, by: other))
    }

    @Test func aSignatureOverTheDigestInfoVerifiesAsThatOfACard() throws {
        // A card only pads what it is handed: so does `openssl pkeyutl` without a digest.
        let openssl = OpenSSLProgram()
        try openssl.folder.write("key.der", SyntheticHolder.hanako.authenticationKey)
        try openssl.folder.write("input", try SignatureScheme.rsaPKCS1SHA256.digestInfo(of: Self.message))
        let signature = try openssl.run([
            "pkeyutl", "-sign", "-inkey", "key.der", "-keyform", "DER", "-pkeyopt", "rsa_padding_mode:pkcs1", "-in", "input",
        ])
        let certificate = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        #expect(SignatureScheme.rsaPKCS1SHA256.verifies(signature, of: Self.message, by: certificate))
    }

    @Test func noOtherPaddingOrDigestVerifies() throws {
        let certificate = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        let key = SyntheticHolder.hanako.authenticationKey
        let pss = try signature(over: Self.message, by: key, options: ["-sigopt", "rsa_padding_mode:pss"])
        #expect(!SignatureScheme.rsaPKCS1SHA256.verifies(pss, of: Self.message, by: certificate))
        let sha1 = try signature(over: Self.message, by: key, digest: "-sha1")
        #expect(!SignatureScheme.rsaPKCS1SHA256.verifies(sha1, of: Self.message, by: certificate))
    }

    @Test func noDamagedSignatureVerifies() throws {
        let certificate = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        let signature = try signature(over: Self.message, by: SyntheticHolder.hanako.authenticationKey)
        let scheme = SignatureScheme.rsaPKCS1SHA256
        #expect(signature.count == 256)
        for position in signature.indices {
            for bit in 0..<8 {
                var damaged = signature
                damaged[position] ^= 1 << bit
                #expect(!scheme.verifies(damaged, of: Self.message, by: certificate), "bit \(bit) of byte \(position)")
            }
            #expect(!scheme.verifies(Array(signature.prefix(position)), of: Self.message, by: certificate), "\(position) bytes")
            #expect(ERR_peek_error() == 0)
        }
        #expect(!scheme.verifies(signature + [0], of: Self.message, by: certificate))
        #expect(!scheme.verifies([0] + signature, of: Self.message, by: certificate))
    }

    private func signature(
        over message: [UInt8], by key: [UInt8], digest: String = "-sha256", options: [String] = []
    ) throws -> [UInt8] {
        let openssl = OpenSSLProgram()
        try openssl.folder.write("key.der", key)
        try openssl.folder.write("message", message)
        return try openssl.run(["dgst", digest, "-keyform", "DER", "-sign", "key.der"] + options + ["message"])
    }
}

struct ChallengeTests {
    @Test func everyChallengeIsFresh() throws {
        let challenges = try (0..<100).map { _ in try Challenge() }
        #expect(Set(challenges).count == 100)
        #expect(challenges.allSatisfy { $0.bytes.count == 32 })
    }

    @Test func aGivenChallengeIsKept() throws {
        #expect(try Challenge(bytes: Array(0..<32)).bytes == Array(0..<32))
        #expect(throws: CertificateError.self) { try Challenge(bytes: Array(0..<31)) }
        #expect(throws: CertificateError.self) { try Challenge(bytes: []) }
    }

    @Test(arguments: [0, -1] as [Int32]) func withoutEntropyThereIsNoChallenge(result: Int32) {
        do {
            _ = try Challenge { _, _ in result }
            Issue.record("a weak challenge")
        } catch {
            #expect(error.code == "cryptography-failed" && error.category == .internalFault)
        }
    }
}
