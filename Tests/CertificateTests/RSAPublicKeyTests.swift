import Cards
import Certificates
import TestSupport
import Testing

/// Keys as plain numbers, and signatures whose padding somebody has tampered with; the openssl program and Python make them.
struct RSAPublicKeyTests {
    static let message = Array("challenge".utf8)

    @Test(arguments: SyntheticHolder.all) func theNumbersAreThoseThatOpenSSLPrints(holder: SyntheticHolder) throws {
        let key = try RSAPublicKey(of: Certificate(der: holder.authenticationCertificate))
        #expect(try key.modulus == modulus(of: holder.authentication))
        #expect(key.exponent == [1, 0, 1])
    }

    @Test func aSignatureOfTheOpenSSLProgramVerifies() throws {
        let key = try Self.key()
        let signature = try Self.signed(Self.message, ["dgst", "-sha256", "-sign", "key.der", "-keyform", "DER", "input"])
        #expect(key.verifies(signature: signature, sha256Of: Self.message))
        #expect(!key.verifies(signature: signature, sha256Of: Self.message + [0]))
        let other = try RSAPublicKey(of: Certificate(der: SyntheticHolder.taro.authenticationCertificate))
        #expect(!other.verifies(signature: signature, sha256Of: Self.message))
        #expect(!key.verifies(signature: [0] + signature, sha256Of: Self.message))
        #expect(!key.verifies(signature: Array(signature.dropLast()), sha256Of: Self.message))
        #expect(!key.verifies(signature: [], sha256Of: Self.message))
        for bit in 0..<signature.count * 8 {
            var spoilt = signature
            spoilt[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifies(signature: spoilt, sha256Of: Self.message), "bit \(bit)")
        }
    }

    @Test func threeDigestsInOneVerify() throws {
        // The form of a card face: an OCTET STRING of 96 bytes, so the SEQUENCE has 113 (30 71).
        let digestInfo = hex("3071 300D 0609 608648016503040201 0500 0460") + (0..<96).map { UInt8($0) }
        let signature = try Self.signedRaw([0, 1] + Self.ff(253 - digestInfo.count) + [0] + digestInfo)
        let key = try Self.key()
        #expect(key.verifies(signature: signature, digestInfo: digestInfo))
        for position in digestInfo.indices {
            var other = digestInfo
            other[position] ^= 1
            #expect(!key.verifies(signature: signature, digestInfo: other))
        }
        #expect(!key.verifies(signature: signature, digestInfo: Array(digestInfo.dropLast())))
        #expect(!key.verifies(signature: signature, digestInfo: Array(digestInfo.dropFirst())))
    }

    @Test func aNumberNotBelowTheModulusIsNoSignature() throws {
        let key = try Self.key()
        #expect(!key.verifies(signature: key.modulus, sha256Of: Self.message))
        #expect(!key.verifies(signature: [UInt8](repeating: 0xFF, count: 256), sha256Of: Self.message))
        #expect(!key.verifies(signature: [UInt8](repeating: 0, count: 256), sha256Of: Self.message))
    }

    /// Encoded messages that a lax parser takes, signed without padding by the key itself, so that the padding is all there is to judge.
    static let paddings: [(name: String, message: @Sendable (_ digestInfo: [UInt8]) -> [UInt8])] = [
        ("garbage behind a short padding", { [0, 1] + ff(8) + [0] + $0 + filled(256 - 11 - $0.count) }),
        ("garbage in the digest algorithm (BERserk)", { berserk($0) }),
        ("block type 2", { [0, 2] + ff(253 - $0.count) + [0] + $0 }),
        ("block type 0", { [0, 0] + ff(253 - $0.count) + [0] + $0 }),
        ("one byte of the padding is not FF", { [0, 1, 0xFF, 0xFE] + ff(251 - $0.count) + [0] + $0 }),
        ("no separator", { [0, 1] + ff(254 - $0.count) + $0 }),
        ("separator early", { [0, 1] + ff(100) + [0] + ff(152 - $0.count) + [0] + $0 }),
        ("no NULL in the algorithm", { [0, 1] + ff(255 - $0.count) + [0] + hex("302F300B0609608648016503040201") + $0.dropFirst(17) }),
        ("no padding", { [UInt8](repeating: 0, count: 256 - $0.count) + $0 }),
        ("data at the front", { [0, 1] + $0 + [0] + ff(253 - $0.count) }),
        ("length in two bytes", { [0, 1] + ff(252 - $0.count) + [0, 0x30, 0x81] + $0.dropFirst() }),
    ]

    @Test(arguments: paddings.indices) func aForgedPaddingIsRefused(index: Int) throws {
        let digestInfo = Self.digestInfo
        let message = Self.paddings[index].message(digestInfo)
        try #require(message.count == 256, "\(Self.paddings[index].name)")
        let signature = try Self.signedRaw(message)
        #expect(try !Self.key().verifies(signature: signature, digestInfo: digestInfo), "\(Self.paddings[index].name)")
    }

    @Test func theRightPaddingIsAccepted() throws {
        let signature = try Self.signedRaw([0, 1] + Self.ff(253 - Self.digestInfo.count) + [0] + Self.digestInfo)
        #expect(try Self.key().verifies(signature: signature, digestInfo: Self.digestInfo))
        #expect(try Self.key().verifies(signature: signature, sha256Of: Array("abc".utf8)))
    }

    @Test func aCubeRootIsNoSignature() throws {
        // Bleichenbacher 2006: with exponent 3 anybody finds a number whose cube begins with a padded DigestInfo.
        let prefix = hex([0, 1] + Self.ff(8) + [0] + Self.digestInfo)
        let script = """
            target = int("\(prefix)" + "00" * (256 - len("\(prefix)") // 2), 16)
            low, high = 0, 1 << 700
            while low < high:
                middle = (low + high) // 2
                if middle ** 3 < target: low = middle + 1
                else: high = middle
            assert format(low ** 3, "0512x").upper().startswith("\(prefix)")
            print(format(low, "0512x"))
            """
        let forged = hex(try runProgram(["python3", "-c", script]).checked().output)
        let key = try RSAPublicKey(modulus: Self.key().modulus, exponent: [3])
        #expect(forged.count == 256)
        #expect(!key.verifies(signature: forged, digestInfo: Self.digestInfo))
        #expect(!key.verifies(signature: forged, sha256Of: Array("abc".utf8)))
    }

    @Test func dataThatLeavesNoRoomForThePaddingIsRefused() throws {
        let key = try Self.key()
        let signature = try Self.signedRaw([0, 1] + Self.ff(8) + [0] + [UInt8](repeating: 7, count: 245))
        #expect(key.verifies(signature: signature, digestInfo: [UInt8](repeating: 7, count: 245)))
        #expect(!key.verifies(signature: signature, digestInfo: []))
        for count in [246, 253, 254, 255, 256, 257, 10_000] {
            #expect(!key.verifies(signature: signature, digestInfo: [UInt8](repeating: 7, count: count)))
        }
    }

    @Test func onlySoundNumbersAreAKey() throws {
        func modulus(_ bytes: Int, first: UInt8 = 0x80, last: UInt8 = 1) -> [UInt8] {
            [first] + [UInt8](repeating: 0, count: bytes - 2) + [last]
        }
        let good: [([UInt8], [UInt8])] = [
            (modulus(256), [3]), (modulus(512), [1, 0, 1]), ([0, 0] + modulus(256), [0, 1, 0, 1]), (modulus(257, first: 1), [3]),
            (modulus(256), [UInt8](repeating: 0xFF, count: 8)),
        ]
        for (modulus, exponent) in good { _ = try RSAPublicKey(modulus: modulus, exponent: exponent) }
        let bad: [([UInt8], [UInt8])] = [
            ([], [3]), ([0], [3]), (modulus(255, first: 0xFF), [3]), (modulus(256, first: 0x7F), [3]), (modulus(513, first: 1), [3]),
            (modulus(256, last: 2), [3]), (modulus(256), []), (modulus(256), [0]), (modulus(256), [1]), (modulus(256), [4]),
            (modulus(256), [UInt8](repeating: 0xFF, count: 9)), (modulus(1_000_000), [3]),
        ]
        for (modulus, exponent) in bad {
            #expect(throws: CertificateError.self) { try RSAPublicKey(modulus: modulus, exponent: exponent) }
        }
    }

    @Test(arguments: [
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], ["-algorithm", "ED25519"],
    ]) func anotherKindOfKeyIsRefused(key: [String]) throws {
        let openssl = OpenSSLProgram()
        try openssl.run(["genpkey", "-out", "key.pem"] + key)
        let info = try openssl.run(["pkey", "-in", "key.pem", "-pubout", "-outform", "DER"])
        #expect(throws: CertificateError.self) { try RSAPublicKey(subjectPublicKeyInfo: info) }
    }

    // MARK: making them

    static func key() throws -> RSAPublicKey { try RSAPublicKey(of: Certificate(der: SyntheticHolder.hanako.authenticationCertificate)) }

    /// That of "abc" (RFC 8017 clause 9.2 note 1, FIPS 180-4).
    static let digestInfo = hex(
        "3031300D060960864801650304020105000420" + "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")

    static func ff(_ count: Int) -> [UInt8] { [UInt8](repeating: 0xFF, count: count) }
    static func filled(_ count: Int) -> [UInt8] { [UInt8](repeating: 0xA5, count: count) }

    /// The parameters of the digest algorithm say that they are long, and hold garbage.
    static func berserk(_ digestInfo: [UInt8]) -> [UInt8] {
        let digest = digestInfo.suffix(34)
        let oid = hex("0609608648016503040201")
        let garbage = 256 - 3 - 8 - (4 + 4 + oid.count + 4 + digest.count)
        let algorithm = oid + [0x04, 0x82, 0, UInt8(garbage)] + filled(garbage)
        let content = [0x30, 0x82, 0, UInt8(algorithm.count)] + algorithm + digest
        return [0, 1] + ff(8) + [0] + [0x30, 0x82, 0, UInt8(content.count)] + content
    }

    static func signed(_ input: [UInt8], _ arguments: [String]) throws -> [UInt8] {
        let openssl = OpenSSLProgram()
        try openssl.folder.write("key.der", SyntheticHolder.hanako.authenticationKey)
        try openssl.folder.write("input", input)
        return try openssl.run(arguments)
    }

    /// The private function of the key without any padding; 3.0's `pkeyutl -sign` takes nothing longer than a digest.
    static func signedRaw(_ message: [UInt8]) throws -> [UInt8] {
        try signed(
            message, ["pkeyutl", "-decrypt", "-inkey", "key.der", "-keyform", "DER", "-pkeyopt", "rsa_padding_mode:none", "-in", "input"])
    }
}
