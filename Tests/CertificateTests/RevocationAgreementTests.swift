import AuthoritySimulator
import Cards
import Certificates
import SimulationKit
import TestSupport
import Testing

/// The openssl program as the other side: it answers our requests, issues lists for us, and judges our simulated authority.
struct RevocationAgreementTests {
    let openssl = OpenSSLProgram()
    let hanako: Certificate
    let issuer: Certificate
    let nonce: Challenge

    init() throws {
        hanako = try Certificate(der: SyntheticHolder.hanako.authenticationCertificate)
        issuer = try Certificate(der: SyntheticHolder.hanako.authenticationAuthority)
        nonce = try Challenge(bytes: [UInt8](0..<32))
        let authority = SyntheticPKI.authenticationAuthority(.of2023)
        try openssl.folder.write("ca.der", authority.certificate)
        try openssl.folder.write("ca.key.der", authority.key)
        try openssl.folder.write("holder.der", hanako.der)
        for name in ["ca", "holder"] { try openssl.run(["x509", "-inform", "DER", "-in", name + ".der", "-out", name + ".pem"]) }
        try openssl.run(["pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-in", "ca.key.der", "-out", "ca.key"])
    }

    // MARK: it answers us

    @Test func itReadsOurRequest() throws {
        let request = try OCSPRequest(for: hanako, issuedBy: issuer, nonce: nonce)
        try openssl.folder.write("request.der", request.der)
        let text = try openssl.text(["ocsp", "-reqin", "request.der", "-req_text"])
        #expect(text.contains("Serial Number: \(hex(hanako.serial.bytes))"))
        #expect(text.contains("OCSP Nonce"))
        #expect(text.contains("0420" + hex(nonce.bytes)))
    }

    /// The state in the database of `openssl ocsp`: V, R, or no line.
    @Test(arguments: ["V", "R", ""]) func weReadItsAnswer(state: String) throws {
        let request = try OCSPRequest(for: hanako, issuedBy: issuer, nonce: nonce)
        try openssl.folder.write("request.der", request.der)
        let revoked = state == "R" ? "261101000000Z,keyCompromise" : ""
        try openssl.folder.write(
            "index.txt", state.isEmpty ? "" : "\(state)\t300505145959Z\t\(revoked)\t\(hex(hanako.serial.bytes))\tunknown\t/CN=x\n")
        try openssl.run([
            "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key", "-reqin", "request.der", "-respout",
            "answer.der", "-ndays", "30",
        ])
        let answer = try openssl.folder.read("answer.der")
        // The program stamps with the machine's clock: the moment to judge at is that which it wrote.
        let time = try #require(try Self.thisUpdate(in: openssl.text(["ocsp", "-respin", "answer.der", "-noverify", "-resp_text"])))
        let status = request.status(in: answer, at: time)
        switch state {
        case "V": #expect(status == .good(thisUpdate: time))
        case "R": #expect(status == .revoked(since: 1_793_491_200, reason: .keyCompromise))
        default: #expect(status == .unknown)
        }
        #expect(request.status(in: answer, at: time + 40 * 86_400) == .undetermined(.outdated))
        let other = try OCSPRequest(for: hanako, issuedBy: issuer, nonce: Challenge())
        #expect(other.status(in: answer, at: time) == .undetermined(.wrongNonce))
        let taro = try Certificate(der: SyntheticHolder.taro.authenticationCertificate)
        let another = try OCSPRequest(for: taro, issuedBy: issuer, nonce: nonce)
        #expect(another.status(in: answer, at: time) == .undetermined(.otherCertificate))
        let generation = try Certificate(der: SyntheticPKI.authenticationAuthorities[1])
        #expect(
            try OCSPRequest(for: hanako, issuedBy: generation, nonce: nonce).status(in: answer, at: time) == .undetermined(.wrongSigner))
    }

    @Test(arguments: [false, true]) func weReadItsList(isRevoked: Bool) throws {
        let line = "\t300505145959Z\t261101000000Z,superseded\t\(isRevoked ? hex(hanako.serial.bytes) : "7E57AA")\tunknown\t/CN=x\n"
        try openssl.folder.write("index.txt", "R" + line)
        try openssl.folder.write("crlnumber", "01\n")
        try openssl.folder.write(
            "ca.cnf",
            "[ca]\ndefault_ca = a\n[a]\ndatabase = index.txt\ncrlnumber = crlnumber\ndefault_md = sha256\ncrl_extensions = e\n[e]\nauthorityKeyIdentifier = keyid:always\n"
        )
        try openssl.run([
            "ca", "-config", "ca.cnf", "-gencrl", "-cert", "ca.pem", "-keyfile", "ca.key", "-crl_lastupdate", "20261120000000Z",
            "-crl_nextupdate", "20261220000000Z", "-out", "list.pem",
        ])
        let list = RevocationList(der: try openssl.run(["crl", "-in", "list.pem", "-outform", "DER"]))
        #expect(
            list.status(of: hanako, issuedBy: issuer, at: Moment.today)
                == (isRevoked ? .revoked(since: 1_793_491_200, reason: .superseded) : .good(thisUpdate: Moment.today - 86_400)))
        let other = try Certificate(der: SyntheticPKI.authenticationAuthorities[1])
        #expect(list.status(of: hanako, issuedBy: other, at: Moment.today) == .undetermined(.wrongSigner))
    }

    // MARK: it judges our authority

    /// What each side says; the openssl program compares times with the machine's clock, so it is given ten years of skew.
    @Test(arguments: [nil, AuthorityFault.spoiltSignature, .wrongSigner, .responderWithoutPurpose, .responderOfAnother, .expiredResponder])
    func itAgreesOnAnswers(fault: AuthorityFault?) throws {
        let request = try OCSPRequest(for: hanako, issuedBy: issuer, nonce: nonce)
        var authority = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2023))
        authority.fault = fault
        let answer = try #require(try authority.answer(toOCSP: request.der, at: Moment.today))
        try openssl.folder.write("request.der", request.der)
        try openssl.folder.write("answer.der", answer)
        let result = try runProgram(
            [
                "openssl", "ocsp", "-respin", "answer.der", "-no_nonce", "-issuer", "ca.pem", "-cert", "holder.pem", "-CAfile",
                "ca.pem",
                "-verify_other", "ca.pem", "-attime", "\(Moment.today)", "-validity_period", "315360000",
            ], in: openssl.folder.path)
        let isAccepted = result.error.contains("Response verify OK") && result.output.contains("holder.pem: good")
        #expect(isAccepted == (fault == nil), "\(result.error) \(result.output)")
        #expect((request.status(in: answer, at: Moment.today) == .good(thisUpdate: Moment.today)) == isAccepted)
    }

    @Test(arguments: [nil, AuthorityFault.spoiltSignature, .stale, .future, .unknownExtension, .otherPart], [false, true])
    func itAgreesOnLists(fault: AuthorityFault?, isRevoked: Bool) throws {
        var authority = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2023))
        authority.fault = fault
        if isRevoked { authority.states[hanako.serial.bytes] = .revoked(since: Moment.today, reason: 1) }
        let list = try #require(try authority.revocationList(forPartOf: hanako.der, at: Moment.today))
        try openssl.folder.write("list.der", list)
        try openssl.run(["crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem"])
        let isAccepted =
            (try? openssl.run([
                "verify", "-no-CApath", "-no-CAstore", "-CAfile", "ca.pem", "-CRLfile", "list.pem", "-crl_check",
                "-attime",
                "\(Moment.today + 600)", "holder.pem",
            ])) != nil
        #expect(isAccepted == (fault == nil && !isRevoked))
        let status = RevocationList(der: list).status(of: hanako, issuedBy: issuer, at: Moment.today + 600)
        #expect((status == .good(thisUpdate: Moment.today)) == isAccepted)
    }

    // MARK: damage

    @Test func noDamagedAnswerIsBelieved() throws {
        let request = try OCSPRequest(for: hanako, issuedBy: issuer, nonce: nonce)
        var authority = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2023))
        authority.states[hanako.serial.bytes] = .unknown
        let answer = try #require(try authority.answer(toOCSP: request.der, at: Moment.today))
        for position in answer.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = answer
                damaged[position] ^= mask
                guard case .undetermined = request.status(in: damaged, at: Moment.today) else {
                    Issue.record("byte \(position)")
                    continue
                }
            }
            guard case .undetermined = request.status(in: Array(answer.prefix(position)), at: Moment.today) else {
                Issue.record("\(position) bytes")
                continue
            }
        }
    }

    @Test func noDamagedListIsBelieved() throws {
        var authority = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2023))
        authority.states[hanako.serial.bytes] = .revoked(since: Moment.today, reason: 1)
        let list = try #require(try authority.revocationList(forPartOf: hanako.der, at: Moment.today))
        for position in list.indices {
            var damaged = list
            damaged[position] ^= 0x01
            guard case .undetermined = RevocationList(der: damaged).status(of: hanako, issuedBy: issuer, at: Moment.today) else {
                Issue.record("byte \(position)")
                continue
            }
        }
    }

    @Test func randomBytesSayNothing() throws {
        var generator = SeededGenerator(seed: 20_261_121)
        let request = try OCSPRequest(for: hanako, issuedBy: issuer, nonce: nonce)
        for _ in 0..<1_000 {
            let bytes = [0x30] + generator.bytes(Int.random(in: 0...300, using: &generator))
            #expect(request.status(in: bytes, at: Moment.today) == .undetermined(.malformed))
            #expect(RevocationList(der: bytes).status(of: hanako, issuedBy: issuer, at: Moment.today) == .undetermined(.malformed))
        }
        #expect(request.status(in: [], at: Moment.today) == .undetermined(.malformed))
    }

    @Test func theAuthorityRefusesWhatIsNoRequest() throws {
        let authority = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2023))
        let request = try OCSPRequest(for: hanako, issuedBy: issuer, nonce: nonce)
        for bytes in [[], [0x30], request.der + [0], Array(request.der.dropLast())] {
            #expect(try authority.answer(toOCSP: bytes, at: Moment.today) == hex("3003 0A0101"), "malformedRequest, RFC 6960 clause 4.2.1")
        }
    }

    /// "This Update: Nov 21 12:34:56 2026 GMT" in Unix time, by the date program.
    private static func thisUpdate(in text: String) throws -> Int64? {
        guard let line = text.split(separator: "\n").first(where: { $0.contains("This Update: ") }),
            let start = line.firstRange(of: "This Update: ")?.upperBound
        else { return nil }
        return Int64(try runProgram(["date", "-u", "-d", String(line[start...]), "+%s"]).checked().output.filter(\.isNumber))
    }
}
