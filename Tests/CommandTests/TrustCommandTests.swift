import Cards
import TestSupport
import Testing

/// Whose certificates count: what `card certificate --check` says of simulated cards, beside the openssl program.
@Suite struct TrustCommandTests {
    let card = CardProcess()

    /// Options, exit status, verdict, what revocation says.
    @Test(
        arguments: [
            ([], 0, "valid-synthetic", "not-asked"), (["--kind", "signature"], 0, "valid-synthetic", "not-asked"),
            (["--revocation", "ocsp"], 0, "valid-synthetic", "good"), (["--revocation", "crl"], 0, "valid-synthetic", "good"),
            (["--revocation", "ocsp", "--authority-says", "revoked"], 77, "certificate-revoked", "revoked"),
            (["--revocation", "crl", "--authority-says", "revoked"], 77, "certificate-revoked", "revoked"),
            (["--revocation", "ocsp", "--authority-says", "unknown"], 77, "certificate-unknown-to-authority", "unknown"),
            (["--revocation", "ocsp", "--authority-says", "silent"], 77, "certificate-revocation-undetermined", "revocation-unavailable"),
            (["--card", "expired"], 77, "certificate-expired", "not-asked"),
            (["--card", "expiring", "--at", "2027-02-01"], 0, "valid-synthetic-in-grace", "not-asked"),
            (["--card", "expiring", "--at", "2027-04-30T23:59:59"], 0, "valid-synthetic-in-grace", "not-asked"),
            (["--card", "expiring", "--at", "2027-05-01"], 77, "certificate-expired", "not-asked"),
            (["--card", "expiring", "--at", "2027-02-01", "--kind", "signature"], 77, "certificate-expired", "not-asked"),
            (["--card", "android-token"], 0, "valid-synthetic", "not-asked"),
            (["--card", "android-token", "--holder", "expired", "--at", "2024-04-01"], 77, "certificate-expired", "not-asked"),
            (["--holder", "expired", "--at", "2024-04-01"], 0, "valid-synthetic-in-grace", "not-asked"),
            (["--card", "next-generation"], 0, "valid-synthetic", "not-asked"),
        ] as [([String], Int32, String, String)])
    func verdicts(_ options: [String], _ status: Int32, _ verdict: String, _ revocation: String) throws {
        let error = status == 0 ? "None" : "'\(verdict)'"
        #expect(
            try card.json(
                ["certificate", "--check"] + options, "v['verdict'], v['revocation'], v.get('error', {}).get('code')", status: status)
                == "('\(verdict)', '\(revocation)', \(error))")
    }

    @Test("A list that openssl has issued counts as it says", arguments: [(false, "good"), (true, "revoked")])
    func listOfOpenSSL(_ isRevoked: Bool, _ revocation: String) throws {
        try writeAuthority()
        let holder = SyntheticHolder.hanako
        try card.folder.write("holder.der", holder.authenticationCertificate)
        let serial = try openssl(["x509", "-inform", "DER", "-in", "holder.der", "-noout", "-serial"]).dropFirst("serial=".count).dropLast()
        try card.folder.write("index.txt", isRevoked ? "R\t300505145959Z\t261101000000Z,keyCompromise\t\(serial)\tunknown\t/CN=x\n" : "")
        try card.folder.write(
            "ca.cnf",
            """
            [ca]
            default_ca = it
            [it]
            database = \(card.folder / "index.txt")
            certificate = \(card.folder / "ca.pem")
            private_key = \(card.folder / "ca.key")
            default_md = sha256
            """)
        try openssl([
            "ca", "-config", "ca.cnf", "-gencrl", "-crl_lastupdate", "20261101000000Z", "-crl_nextupdate", "20261201000000Z", "-out",
            "list.pem",
        ])
        try openssl(["crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der"])
        for file in ["list.pem", "list.der"] {
            let words = ["certificate", "--check", "--at", "2026-11-21", "--crl", card.folder / file]
            #expect(try card.json(words, "v['revocation']", status: isRevoked ? 77 : 0) == revocation)
        }
        let late = ["certificate", "--check", "--at", "2026-12-25", "--crl", card.folder / "list.pem"]
        #expect(try card.json(late, "v['revocation']", status: 77) == "revocation-outdated")
        let junk = ["certificate", "--check", "--crl", "/dev/null"]
        #expect(try card.json(junk, "v['error']['code']", status: 65) == "revocation-list-malformed")
    }

    @Test("A folder of anchors that cannot be used is said before a card is touched")
    func folders() throws {
        try writeAuthority()
        let cases: [(folder: String, code: String)] = [
            ("nowhere", "trust-folder-unusable"), ("empty", "trust-folder-unusable"), ("other", "trust-folder-unusable"),
            ("synthetic", "trust-anchor-unfit"),
        ]
        for folder in ["empty", "other", "synthetic"] {
            _ = try runProgram(["mkdir", "-p", card.folder / "\(folder)/authentication"]).checked()
        }
        _ = try runProgram(["rmdir", card.folder / "empty/authentication"]).checked()
        try card.folder.write("other/authentication/notes.txt", "nothing")
        try card.folder.write("synthetic/authentication/ca.pem", card.folder.read("ca.pem"))
        for (folder, code) in cases {
            let words = ["certificate", "--check", "--trust", card.folder / folder, "--trace", card.folder / "trace"]
            #expect(try card.json(words, "v['error']['code']", status: 65) == code, "\(folder)")
        }
        // A simulated card is judged by the authorities of simulated cards, whoever else is trusted.
        try openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key", "-out", "other.pem", "-subj", "/CN=other", "-days",
            "9",
        ])
        try card.folder.write("other/authentication/notes.txt", card.folder.read("other.pem"))
        #expect(
            try card.json(["certificate", "--check", "--trust", card.folder / "other"], "v['verdict']") == "valid-synthetic")
    }

    @Test(arguments: [
        ["--revocation", "ocsp"], ["--crl", "list"], ["--check", "--revocation", "ocsp", "--crl", "list"],
        ["--check", "--kind", "signature-ca"],
    ])
    func wrongUse(_ options: [String]) throws {
        #expect(try card.run(["certificate"] + options).status == 64)
    }

    private func writeAuthority() throws {
        let authority = SyntheticPKI.authenticationAuthority(.of2023)
        try card.folder.write("ca.der", authority.certificate)
        try card.folder.write("ca.key.der", authority.key)
        try openssl(["x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem"])
        try openssl(["pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-in", "ca.key.der", "-out", "ca.key"])
    }

    @discardableResult
    private func openssl(_ words: [String]) throws -> String {
        let inFolder = words.map {
            card.folder.has($0) || ["ca.pem", "ca.key", "list.pem", "list.der", "other.key", "other.pem"].contains($0)
                ? card.folder / $0 : $0
        }
        return try runProgram(["openssl"] + inFolder).checked().output
    }
}
