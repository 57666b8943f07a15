import Cards
import Certificates
import TestSupport
import Testing

@testable import kazasu

/// What the doctor says of a certificate on different days. Authority and certificates are made by the openssl command.
@Suite struct DoctorCertificateTests {
    let folder = TemporaryFolder()

    private func openssl(_ words: String...) throws { _ = try runProgram(["openssl"] + words, in: folder.path).checked() }

    /// An authority and a certificate of it for 400 days, with the policy of real cards.
    private func make() throws -> Certificate {
        try folder.write(
            "authority.cnf", "[x]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n")
        try folder.write(
            "holder.cnf",
            "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\nauthorityKeyIdentifier=keyid\n"
                + "certificatePolicies=\(CertificateUse.productionAuthenticationPolicy)\n")
        try openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-subj", "/C=XX/O=Test", "-days", "4000", "-sha256",
            "-config", "authority.cnf", "-extensions", "x", "-out", "ca.pem")
        try openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-subj", "/C=XX/CN=Holder", "-out", "request")
        try openssl(
            "x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7", "-days", "400", "-sha256",
            "-extfile",
            "holder.cnf", "-outform", "DER", "-out", "holder.der")
        return try Certificate(der: try folder.read("holder.der"))
    }

    private func anchors() throws -> TrustFolder {
        _ = try runProgram(["mkdir", "-p", "anchors/authentication"], in: folder.path).checked()
        try folder.write("anchors/authentication/ca.pem", folder.read("ca.pem"))
        return try TrustFolder(path: folder / "anchors")
    }

    @Test func datesAndChainAreTold() throws {
        let certificate = try make()
        let day: Int64 = 86_400
        let cases: [(after: Int64, of: Int64, with: String, without: String, state: DoctorFinding.State)] = [
            (-1, certificate.notBefore, "certificate-not-yet-valid", "certificate-not-yet-valid", .failed),
            (-200 * day, certificate.notAfter, "ok", "chain-not-checked", .ok),
            (-93 * day, certificate.notAfter, "ok", "chain-not-checked", .ok),
            (-80 * day, certificate.notAfter, "certificate-expires-soon", "certificate-expires-soon", .warning),
            (0, certificate.notAfter, "certificate-expires-soon", "certificate-expires-soon", .warning),
            (1, certificate.notAfter, "certificate-in-grace", "certificate-in-grace", .warning),
            (85 * day, certificate.notAfter, "certificate-in-grace", "certificate-in-grace", .warning),
            (125 * day, certificate.notAfter, "certificate-expired", "certificate-expired", .failed),
        ]
        let anchors = try anchors()
        for (after, moment, with, without, state) in cases {
            func finding(_ trust: TrustFolder?) throws -> DoctorFinding {
                try DoctorCertificate(trust: Trust(trust, isSimulated: false), isSimulated: false, unixTime: moment + after)
                    .finding(certificate, grace: .eligibilityByPlasticCard)
            }
            let known = try finding(anchors)
            #expect(known.code == with && known.state == state, "\(after) after \(moment): \(known.code)")
            #expect(try finding(nil).code == without, "\(after) after \(moment)")
            // A phone's certificate has no grace.
            if with == "certificate-in-grace" {
                let phone = try DoctorCertificate(trust: Trust(anchors, isSimulated: false), isSimulated: false, unixTime: moment + after)
                    .finding(certificate, grace: .untilExpiry)
                #expect(phone.code == "certificate-expired" && phone.category == .notPermitted)
            }
        }
    }

    @Test("A simulated card at a real reader is named so, whenever it is looked at")
    func simulatedCard() throws {
        let certificate = try Certificate(der: SyntheticHolder.expiring.authenticationCertificate)
        for after: Int64 in [-200, -10, 10] {
            let time = certificate.notAfter + after * 86_400
            let finding = try DoctorCertificate(trust: Trust(nil, isSimulated: false), isSimulated: false, unixTime: time)
                .finding(certificate, grace: .eligibilityByPlasticCard)
            #expect(finding.code == "certificate-synthetic" && finding.state == .warning, "\(after)")
        }
    }

    @Test func anUnknownAuthorityIsSaid() throws {
        let certificate = try make()
        let time = certificate.notAfter - 200 * 86_400
        // Another authority of the same name.
        _ = try make()
        let finding = try DoctorCertificate(trust: Trust(anchors(), isSimulated: false), isSimulated: false, unixTime: time)
            .finding(certificate, grace: .eligibilityByPlasticCard)
        #expect(finding.code == "certificate-untrusted" && finding.state == .failed)
    }
}
