import Cards
import Glibc
import TestSupport
import Testing

/// Stock OpenSC on a stock pcscd uses the simulated card and cannot tell.
///
/// What OpenSC prints is compared with what its own source says it prints for a JPKI card (0.23 of Debian 12).
@Suite(.serialized) struct OpenSCTests {
    static let select = ["--send-apdu", "00A4040C0AD392F000260100000001"]
    static let selectPIN = select + ["--send-apdu", "00A4020C020018"]
    static let rightPIN = ["--send-apdu", "002000800431323334"]
    static let countPIN = ["--send-apdu", "00200080"]
    static let atOnce = ["--at-once"]

    @Test(
        "OpenSC says jpki, by the ATR and by SELECT",
        arguments: [
            (["--interface", "contact"], "3b:e0:00:ff:81:31:fe:45:14"),
            (["--interface", "contactless"], "3b:88:80:01:00:00:05:e0:b3:81:a1:00:7f"),
            (["--card", "my-number-card", "--interface", "contact"], "3b:da:13:ff:81:31:fb:46:80:12:39:2f:31:c1:73:c6:01:c0:3b"),
        ])
    func recognition(options: [String], answerToReset: String) throws {
        try PrivatePCSC.with(card: options + Self.atOnce) { (bench, _) throws in
            #expect(try bench.output(["opensc-tool", "--name"]) == "jpki\n")
            #expect(try bench.output(["opensc-tool", "--atr"]) == answerToReset + "\n")
        }
    }

    @Test("pkcs15-tool lists PINs, keys and certificates, with the card's computing times")
    func listing() throws {
        try PrivatePCSC.with { bench, _ in
            let result = try bench.run(["pkcs15-tool", "--dump"])
            #expect(result.status == 0, "\(result.error)")
            #expect(objects("PIN", in: result.output) == ["User Authentication PIN", "Digital Signature PIN"])
            #expect(objects("Private RSA Key", in: result.output) == ["User Authentication Key", "Digital Signature Key"])
            #expect(
                objects("X.509 Certificate", in: result.output) == [
                    "User Authentication Certificate", "Digital Signature Certificate", "User Authentication Certificate CA",
                    "Digital Signature Certificate CA",
                ])
            #expect(triesLeft(in: result.output) == [3, 5])
        }
    }

    @Test("the certificates that OpenSC reads are those of the holder, byte for byte", arguments: ["hanako", "taro", "expired"])
    func certificates(name: String) throws {
        let holder = try #require(SyntheticHolder.all.first { $0.name == name })
        try PrivatePCSC.with(card: Self.atOnce + ["--holder", name]) { bench, _ in
            // The signature certificate comes last: it needs the password, and OpenSC does not open a card that has one verified.
            for (number, options, bytes) in [
                ("1", [], holder.authenticationCertificate), ("3", [], holder.authenticationAuthority),
                ("4", [], holder.signatureAuthority),
                ("2", ["--verify-pin", "--auth-id", "02", "--pin", "ABC123"], holder.signatureCertificate),
            ] {
                let result = try bench.run(["pkcs15-tool", "--read-certificate", number, "--output", bench.folder / "pem"] + options)
                #expect(result.status == 0, "certificate \(number): \(result.error)")
                _ = try bench.run(["openssl", "x509", "-in", bench.folder / "pem", "-outform", "DER", "-out", bench.folder / "der"])
                #expect(try bench.folder.read("der") == bytes, "certificate \(number)")
            }
        }
    }

    @Test(
        "a signature made through PKCS #11 is right for the holder's certificate",
        arguments: [
            ("JPKI (User Authentication PIN)", "1234", "01", \SyntheticHolder.authenticationCertificate),
            ("JPKI (Digital Signature PIN)", "ABC123", "02", \SyntheticHolder.signatureCertificate),
        ] as [(String, String, String, KeyPath<SyntheticHolder, [UInt8]> & Sendable)])
    func signature(token: String, pin: String, key: String, path: KeyPath<SyntheticHolder, [UInt8]> & Sendable) throws {
        let certificate = SyntheticHolder.hanako[keyPath: path]
        try PrivatePCSC.with(card: Self.atOnce) { bench, _ in
            try bench.folder.write("message", Array("かざす".utf8))
            let result = try bench.run(sign(bench, token: token, pin: pin, key: key))
            #expect(result.status == 0, "\(result.error)")
            #expect(try verification(bench, certificate) == "Verified OK\n")
            // The same check refuses another message: it does check.
            try bench.folder.write("message", Array("かざす。".utf8))
            #expect(try verification(bench, certificate) != "Verified OK\n")
        }
    }

    @Test("a wrong PIN costs a try as OpenSC sees it, and the right one gives all back")
    func wrongPIN() throws {
        try PrivatePCSC.with(card: Self.atOnce) { bench, card in
            #expect(try !verifies("9999", bench))
            #expect(try listedTries(bench) == [2, 5])
            #expect(try !verifies("9999", bench))
            #expect(try listedTries(bench) == [1, 5])
            #expect(try verifies("1234", bench))
            // OpenSC asks for the counter by an empty VERIFY and does not open a card that answers 9000, as a verified one does.
            try bench.resetCold()
            #expect(try listedTries(bench) == [3, 5])
            #expect(try card.number("pinTriesLeft") == 3)
        }
    }

    @Test("three wrong PINs block the card, for the right one too, and not the password")
    func blockedPIN() throws {
        try PrivatePCSC.with(card: Self.atOnce) { bench, card in
            for _ in 0..<3 { #expect(try !verifies("9999", bench)) }
            let status = try card.status()
            #expect(status.number("pinTriesLeft") == 0)
            #expect(status.number("passwordTriesLeft") == 5)
            try bench.resetCold()
            #expect(try bench.lastStatusWord(Self.selectPIN + Self.rightPIN) == "6984")
            #expect(try !verifies("1234", bench))
            #expect(try card.number("pinTriesLeft") == 0)
        }
    }

    @Test("the PIN may be another one, from the environment")
    func otherPIN() throws {
        try PrivatePCSC.with(card: Self.atOnce, environment: ["KAZASU_PIN=2580", "KAZASU_SIGN_PASSWORD=KAZASU1"]) { bench, _ in
            #expect(try !verifies("1234", bench))
            #expect(try verifies("2580", bench))
            try bench.resetCold()
            #expect(try verifies("KAZASU1", id: "02", bench))
        }
    }

    // MARK: What OpenSC is asked, and what it prints

    func sign(_ bench: PrivatePCSC, token: String, pin: String, key: String) -> [String] {
        [
            "pkcs11-tool", "--token-label", token, "--login", "--pin", pin, "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", key,
            "--input-file", bench.folder / "message", "--output-file", bench.folder / "signature",
        ]
    }

    func verification(_ bench: PrivatePCSC, _ certificate: [UInt8]) throws -> String {
        try bench.folder.write("der", certificate)
        let key = try bench.run(["openssl", "x509", "-inform", "DER", "-in", bench.folder / "der", "-noout", "-pubkey"]).output
        try bench.folder.write("key", key)
        return try bench.run([
            "openssl", "dgst", "-sha256", "-verify", bench.folder / "key", "-signature", bench.folder / "signature",
            bench.folder / "message",
        ]).output
    }

    private func verifies(_ pin: String, id: String = "01", _ bench: PrivatePCSC) throws -> Bool {
        try bench.succeeds(["pkcs15-tool", "--verify-pin", "--auth-id", id, "--pin", pin])
    }

    private func listedTries(_ bench: PrivatePCSC) throws -> [Int] {
        triesLeft(in: try bench.run(["pkcs15-tool", "--list-pins"]).output)
    }

    private func objects(_ kind: String, in output: String) -> [String] {
        output.split(separator: "\n").filter { $0.hasPrefix(kind + " [") }.map { String($0.dropFirst(kind.count + 2).dropLast()) }
    }

    private func triesLeft(in output: String) -> [Int] {
        output.split(separator: "\n").filter { $0.contains("Tries left") }.compactMap { line in
            line.split(separator: " ").last.flatMap { Int($0) }
        }
    }
}

extension PrivatePCSC {
    /// Sends command APDUs and returns the status words in their order.
    func exchange(_ options: [String]) throws -> [String] {
        let result = try run(["opensc-tool"] + options)
        return result.output.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("Received (SW1=0x") else { return nil }
            let digits = line.filter(\.isHexDigit)
            return String(digits.suffix(6).prefix(2) + digits.suffix(2))
        }
    }

    /// The last status word of such an exchange.
    func lastStatusWord(_ options: [String]) throws -> String? { try exchange(options).last }

    /// Takes the card's power away and gives it back.
    func resetCold() throws {
        let result = try run(["opensc-tool", "--reset=cold"])
        #expect(result.status == 0, "\(result.error)")
    }
}
