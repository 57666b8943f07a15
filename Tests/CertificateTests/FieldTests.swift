import Cards
import TestSupport
import Testing

@testable import Certificates

/// What we read out of the fixtures, against what the openssl program reads out of them.
struct FieldTests {
    @Test(arguments: Synthetic.certificates) func agreesWithTheOpenSSLProgram(name: String, der: [UInt8]) throws {
        let openssl = OpenSSLProgram()
        try openssl.folder.write("certificate.der", der)
        let certificate = try Certificate(der: der)
        let show = ["x509", "-inform", "DER", "-in", "certificate.der", "-noout"]

        #expect(try openssl.text(show + ["-serial"]) == "serial=\(hex(certificate.serial.bytes))\n")
        let dates = try openssl.text(show + ["-dates", "-dateopt", "iso_8601"])
        #expect(dates == "notBefore=\(calendar(certificate.notBefore))\nnotAfter=\(calendar(certificate.notAfter))\n")
        let subjectKey = try openssl.text(show + ["-ext", "subjectKeyIdentifier"])
        #expect(subjectKey.contains(hex(try #require(certificate.subjectKeyIdentifier), separator: ":") + "\n"))
        if let identifier = certificate.authorityKeyIdentifier {
            #expect(try openssl.text(show + ["-ext", "authorityKeyIdentifier"]).contains(hex(identifier, separator: ":") + "\n"))
        }
        let text = try openssl.text(show + ["-text"])
        #expect(text.contains("X509v3 Authority Key Identifier") == (certificate.authorityKeyIdentifier != nil))
        #expect(text.contains("CA:TRUE") == certificate.isAuthority)
        #expect(certificate.isSelfIssued == certificate.isAuthority)
        #expect(text.contains("TLS Web Client Authentication") == (certificate.extendedKeyUsages == [CertificateUse.clientAuthentication]))
        #expect(certificate.policies.allSatisfy { text.contains("Policy: \($0)\n") })
        #expect(text.contains("Policy: ") == !certificate.policies.isEmpty)
        #expect(text.contains("Public-Key: (2048 bit)") && certificate.keyAlgorithm == .rsa(bits: 2048))
        #expect(text.contains("Signature Algorithm: sha256WithRSAEncryption") && certificate.signatureDigest == .sha256)
        try openssl.folder.write("public.pem", openssl.run(show + ["-pubkey"]))
        #expect(try openssl.run(["pkey", "-pubin", "-in", "public.pem", "-outform", "DER"]) == certificate.publicKey)
    }

    @Test func readsKeyUsageAndCriticalExtensions() throws {
        let authentication = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        #expect(authentication.keyUsage == .digitalSignature)
        #expect(authentication.criticalExtensions == ["2.5.29.15", "2.5.29.32"])
        let signature = try Certificate(der: SyntheticHolder.hanako.signatureCertificate)
        #expect(signature.keyUsage == [.digitalSignature, .nonRepudiation])
        #expect(signature.policies == [SyntheticPKI.signaturePolicy])
        let authority = try Certificate(der: SyntheticPKI.signatureAuthorities[0])
        #expect(authority.keyUsage == [.keyCertSign, .cRLSign])
        #expect(authority.criticalExtensions == ["2.5.29.15", "2.5.29.19"])
    }

    @Test func showsNothingOfThePerson() throws {
        let certificate = try Certificate(der: SyntheticHolder.hanako.signatureCertificate)
        #expect("\(certificate)" == "certificate")
        #expect(
            String(reflecting: CertificateVerdict.valid(issuedBy: certificate, domain: .synthetic)).contains("valid(issuedBy: certificate,")
        )
        var dumped = ""
        dump(certificate, to: &dumped)
        #expect(dumped == "- certificate\n")
        #expect("\([CertificateFlaw.expired(since: 1_904_223_599)])" == "[certificate-expired]")
    }

    /// The form of `openssl x509 -dateopt iso_8601`, counted here from the day number (proleptic Gregorian calendar).
    private func calendar(_ unixTime: Int64) -> String {
        var days = unixTime / 86_400
        let second = unixTime % 86_400
        var year: Int64 = 1970
        func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
        while days >= (isLeap(year) ? 366 : 365) {
            days -= isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 0
        let lengths: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        while days >= lengths[month] {
            days -= lengths[month]
            month += 1
        }
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(year)-\(two(Int64(month) + 1))-\(two(days + 1))"
        return "\(date) \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}
