import AuthoritySimulator
import Cards
import Certificates
import TestSupport
import Testing

/// One table of what must not pass, each row judged by `openssl verify` too.
struct NegativeTests {
    /// A certificate that must not serve for authentication, and what each side says of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// The one reason; `nil` where the certificate is not even read.
        let flaw: CertificateFlaw?
        /// Whether `openssl verify` takes it; where it does we are the stricter side, and `why` says in what.
        var opensslAccepts = false
        var why = ""
        var time = Moment.today
        let make: @Sendable () throws -> [UInt8]

        var testDescription: String { name }
    }

    static func issued(_ change: (inout Issuing) throws -> Void) throws -> [UInt8] {
        var issuing = Issuing()
        try change(&issuing)
        return try issuing.certificate()
    }

    static let authorityName =
        "/C=JP/O=KAZASU SYNTHETIC JPKI/OU=JPKI for user authentication (synthetic)/OU=Kazasu Synthetic Agency"

    static let rows: [Row] = [
        // MARK: who issued it
        Row(name: "authority of the same name", flaw: .untrusted) {
            try issued { $0.authority = try Issuing.authority(authorityName) }
        },
        Row(name: "authority of the same name, with the key identifier of the real one", flaw: .badSignature) {
            try issued {
                // With a key of the same kind, for OpenSSL sees another kind of key without looking at the signature.
                $0.authority = try Issuing.authority(authorityName, key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
                let real = try Certificate(der: SyntheticPKI.authenticationAuthorities[2])
                $0.extensions["authorityKeyIdentifier"] = nil
                $0.extensions["2.5.29.35"] = "DER:30168014" + hex(try #require(real.subjectKeyIdentifier))
            }
        },
        Row(name: "authority of another name", flaw: .untrusted) { try issued { $0.authority = try Issuing.authority() } },
        Row(name: "authority for signatures", flaw: .untrusted) {
            try issued { $0.authority = Issuing.Identity(SyntheticPKI.signatureAuthority(.of2023)) }
        },
        Row(name: "signed by itself", flaw: .untrusted) {
            try issued {
                $0.isSelfSigned = true
                $0.extensions["authorityKeyIdentifier"] = "none"
            }
        },
        Row(name: "issued by another holder", flaw: .untrusted) {
            try issued { $0.authority = Issuing.Identity(SyntheticHolder.taro.authentication) }
        },
        Row(name: "no key identifier of the authority", flaw: .untrusted) {
            try issued { $0.extensions["authorityKeyIdentifier"] = "none" }
        },
        Row(name: "key identifier of another generation", flaw: .badSignature) {
            try issued {
                let other = try Certificate(der: SyntheticPKI.authenticationAuthorities[1])
                $0.extensions["authorityKeyIdentifier"] = nil
                $0.extensions["2.5.29.35"] = "DER:30168014" + hex(try #require(other.subjectKeyIdentifier))
            }
        },

        // MARK: what it is for
        Row(name: "for signatures of documents", flaw: .wrongKeyUsage) {
            try issued { $0.extensions["keyUsage"] = "critical, nonRepudiation" }
        },
        Row(
            name: "for more than authentication", flaw: .wrongKeyUsage, opensslAccepts: true, why: "the usage is exact"
        ) { try issued { $0.extensions["keyUsage"] = "critical, digitalSignature, nonRepudiation" } },
        Row(name: "for encryption", flaw: .wrongKeyUsage) {
            try issued { $0.extensions["keyUsage"] = "critical, keyEncipherment" }
        },
        Row(name: "for servers", flaw: .wrongExtendedKeyUsage) { try issued { $0.extensions["extendedKeyUsage"] = "serverAuth" } },
        Row(name: "for OCSP", flaw: .wrongExtendedKeyUsage) { try issued { $0.extensions["extendedKeyUsage"] = "OCSPSigning" } },
        Row(
            name: "for any purpose", flaw: .wrongExtendedKeyUsage, why: "anyExtendedKeyUsage is not the one that is asked for"
        ) { try issued { $0.extensions["extendedKeyUsage"] = "anyExtendedKeyUsage" } },
        Row(
            name: "for no purpose", flaw: .wrongExtendedKeyUsage, opensslAccepts: true, why: "the purpose must be named"
        ) { try issued { $0.extensions["extendedKeyUsage"] = nil } },
        Row(name: "no policy", flaw: .wrongPolicy) { try issued { $0.extensions["certificatePolicies"] = nil } },
        Row(name: "the policy of signatures", flaw: .wrongPolicy) {
            try issued { $0.extensions["certificatePolicies"] = "critical, \(SyntheticPKI.signaturePolicy)" }
        },
        Row(
            name: "any policy", flaw: .wrongPolicy, opensslAccepts: true, why: "anyPolicy is for authorities"
        ) { try issued { $0.extensions["certificatePolicies"] = "critical, 2.5.29.32.0" } },
        Row(name: "a policy that begins like the right one", flaw: .wrongPolicy) {
            try issued { $0.extensions["certificatePolicies"] = "critical, \(SyntheticPKI.authenticationPolicy).1" }
        },

        // MARK: extensions
        Row(name: "an unknown critical extension", flaw: .unknownCriticalExtension("2.25.7")) {
            try issued { $0.extensions["2.25.7"] = "critical, ASN1:NULL" }
        },
        Row(
            name: "critical nameConstraints", flaw: .unknownCriticalExtension("2.5.29.30"), opensslAccepts: true,
            why: "only what means something for a holder is understood"
        ) { try issued { $0.extensions["nameConstraints"] = "critical, permitted;dirName:name" } },
        Row(name: "keyUsage without any bit", flaw: nil) { try issued { $0.extensions["keyUsage"] = "DER:03020700" } },

        // MARK: strength
        Row(name: "MD5", flaw: .weakAlgorithm) { try issued { $0.digest = "md5" } },
        Row(name: "SHA-1", flaw: .weakAlgorithm) { try issued { $0.digest = "sha1" } },
        Row(name: "SHA-224", flaw: .weakAlgorithm, opensslAccepts: true, why: "112 bits are its level 2") {
            try issued { $0.digest = "sha224" }
        },
        Row(name: "SHA-1 under PSS", flaw: .weakAlgorithm) {
            try issued {
                $0.digest = "sha1"
                $0.signing = ["-sigopt", "rsa_padding_mode:pss"]
            }
        },
        Row(name: "RSA with 1024 bits", flaw: .weakAlgorithm) {
            try issued { $0.key = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"] }
        },
        Row(name: "RSA with 2040 bits", flaw: .weakAlgorithm, opensslAccepts: true, why: "its level 2 reckons it as 112 bits") {
            try issued { $0.key = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2040"] }
        },
        Row(name: "P-192", flaw: .weakAlgorithm) {
            try issued { $0.key = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-192"] }
        },
        Row(name: "Ed25519", flaw: .weakAlgorithm, opensslAccepts: true, why: "no card signs with it") {
            try issued { $0.key = ["-algorithm", "ED25519"] }
        },
        Row(name: "an RSA key for PSS only", flaw: .weakAlgorithm, opensslAccepts: true, why: "a card pads as PKCS #1 v1.5 does") {
            try issued { $0.key = ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"] }
        },

        // MARK: dates
        Row(name: "expired", flaw: .expired(since: Moment.today - 1)) { try issued { $0.end = "20261120235959Z" } },
        Row(name: "not yet valid", flaw: .notYetValid(until: Moment.today + 1)) { try issued { $0.begin = "20261121000001Z" } },
        Row(
            name: "under an authority that has expired", flaw: .anchorExpired(since: Moment.generation2015Ended)
        ) { try issued { $0.authority = Issuing.Identity(SyntheticPKI.authenticationAuthority(.of2015)) } },

        // MARK: what it is
        Row(
            name: "an authority below the authority", flaw: .authority, opensslAccepts: true, why: "it would be a holder that issues"
        ) { try issued { $0.extensions["basicConstraints"] = "critical, CA:TRUE" } },
        Row(name: "version 1", flaw: .wrongKeyUsage) { try version1() },
        Row(name: "a serial number of zero", flaw: nil, opensslAccepts: true, why: "the serial is the key to a person") {
            try issued { $0.serial = "00" }
        },
        Row(name: "a serial number of 21 octets", flaw: nil, opensslAccepts: true, why: "RFC 5280 clause 4.1.2.2") {
            try issued { $0.serial = "7E57" + String(repeating: "00", count: 18) + "01" }
        },

        // MARK: bytes
        Row(name: "a byte behind", flaw: nil, opensslAccepts: true, why: "the program reads one and looks no further") {
            SyntheticHolder.hanako.authenticationCertificate + [0x00]
        },
        Row(name: "indefinite length", flaw: nil, opensslAccepts: true, why: "BER is not DER") {
            [0x30, 0x80] + SyntheticHolder.hanako.authenticationCertificate.dropFirst(4) + [0x00, 0x00]
        },
        Row(name: "length in three octets", flaw: nil, opensslAccepts: true, why: "BER is not DER") {
            [0x30, 0x83, 0x00] + SyntheticHolder.hanako.authenticationCertificate.dropFirst(2)
        },
        Row(name: "the last byte missing", flaw: nil) { Array(SyntheticHolder.hanako.authenticationCertificate.dropLast()) },
        Row(name: "the last bit of the signature", flaw: .badSignature) {
            var der = SyntheticHolder.hanako.authenticationCertificate
            der[der.count - 1] ^= 1
            return der
        },
        Row(name: "the first bit of the signature", flaw: .badSignature) {
            var der = SyntheticHolder.hanako.authenticationCertificate
            der[der.count - 256] ^= 0x80
            return der
        },
    ]

    @Test(arguments: rows) func nothingOfThisPasses(row: Row) throws {
        let der = try row.make()
        let openssl = try Self.opensslAccepts(der, at: row.time)
        #expect(openssl == row.opensslAccepts, "openssl verify; \(row.why)")
        #expect(row.opensslAccepts == false || !row.why.isEmpty)
        let certificate: Certificate
        do { certificate = try Certificate(der: der) } catch {
            #expect(row.flaw == nil, "\(error.cause ?? "")")
            return
        }
        let verdict = try Synthetic.authenticationChecker().check(certificate, at: row.time)
        #expect(row.flaw.map { verdict.flaws.contains($0) } == true, "\(verdict)")
        #expect(!verdict.isValid)
    }

    @Test func whatIsSoundPassesBoth() throws {
        let der = try Issuing().certificate()
        #expect(try Self.opensslAccepts(der, at: Moment.today))
        #expect(try Synthetic.authenticationChecker().check(Certificate(der: der), at: Moment.today).isValid)
    }

    @Test func everyBitOfTheSignatureCounts() throws {
        let checker = try Synthetic.authenticationChecker()
        let der = SyntheticHolder.hanako.authenticationCertificate
        for bit in 0..<256 * 8 {
            var spoilt = der
            spoilt[der.count - 256 + bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try checker.check(Certificate(der: spoilt), at: Moment.today) == .invalid([.badSignature]))
        }
    }

    @Test func aCertificateForOneUseDoesNotServeTheOther() throws {
        let checkers = [try Synthetic.authenticationChecker(), try Synthetic.signatureChecker()]
        let both = try CertificateChecker(
            use: .signature(policy: SyntheticPKI.signaturePolicy),
            anchors: Synthetic.anchors(SyntheticPKI.authenticationAuthorities + SyntheticPKI.signatureAuthorities))
        for holder in [SyntheticHolder.hanako, .taro] {
            let authentication = try Certificate(der: holder.authenticationCertificate)
            let signature = try Certificate(der: holder.signatureCertificate)
            #expect(checkers[0].check(authentication, at: Moment.today).isValid && checkers[1].check(signature, at: Moment.today).isValid)
            #expect(!checkers[1].check(authentication, at: Moment.today).isValid && !checkers[0].check(signature, at: Moment.today).isValid)
            #expect(!both.check(authentication, at: Moment.today).isValid && both.check(signature, at: Moment.today).isValid)
        }
    }

    // MARK: the other judge

    /// Whether `openssl verify` takes the certificate for the same use under the same authorities.
    private static func opensslAccepts(_ der: [UInt8], at time: Int64) throws -> Bool {
        let openssl = OpenSSLProgram()
        var anchors: [UInt8] = []
        for (index, authority) in SyntheticPKI.authenticationAuthorities.enumerated() {
            try openssl.folder.write("\(index).der", authority)
            anchors += try openssl.run(["x509", "-inform", "DER", "-in", "\(index).der"])
        }
        try openssl.folder.write("authorities.pem", anchors)
        try openssl.folder.write("holder.der", der)
        let pem = try runProgram(["openssl", "x509", "-inform", "DER", "-in", "holder.der"], in: openssl.folder.path)
        guard pem.status == 0 else { return false }
        try openssl.folder.write("holder.pem", pem.bytes)
        return try runProgram(
            [
                "openssl", "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", "authorities.pem", "-purpose", "sslclient",
                "-policy",
                SyntheticPKI.authenticationPolicy, "-explicit_policy", "-auth_level", "2", "-attime", "\(time)", "holder.pem",
            ], in: openssl.folder.path
        ).status == 0
    }

    private static func version1() throws -> [UInt8] {
        let openssl = OpenSSLProgram()
        let authority = SyntheticPKI.authenticationAuthority(.of2023)
        try openssl.folder.write("ca.der", authority.certificate)
        try openssl.folder.write("ca.key", authority.key)
        try openssl.folder.write("key.der", SyntheticHolder.hanako.authenticationKey)
        try openssl.run(["x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem"])
        try openssl.run(["req", "-new", "-key", "key.der", "-keyform", "DER", "-subj", "/CN=x", "-out", "request.pem"])
        return try openssl.run([
            "x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAkeyform", "DER", "-set_serial", "1", "-days",
            "1",
            "-outform", "DER",
        ])
    }
}
