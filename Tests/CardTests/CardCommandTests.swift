import TestSupport
import Testing

@testable import Cards

@Suite("Commands beside reading, PINs and signing")
struct CardCommandTests {
    @Test("GET DATA answers at the level of the card only (measured by a public open-source project)")
    func getData() {
        let terminal = Terminal()
        #expect(terminal.send("00CA 0042 00").data == Array("6000020".utf8) + hex("0805 303031 00000000"))
        #expect(terminal.send("00CA 0045 00").data == Array("990431275860117".utf8))
        #expect(terminal.send("00CA 0066 00").data.starts(with: hex("73")))
        #expect(terminal.send("00CA 00F0 00").data == Array("99101".utf8))
        #expect(terminal.send("00CA 00F2 00").data == Array("20350505".utf8))
        #expect(terminal.send("00CA 00F7 00").data == Array("6000120".utf8) + hex("0805 303031 00000000"))
        #expect(terminal.send("00CA 5F51 00").data == hex("DA13FF8131FB468012392F31C173C601C03B"))
        #expect(terminal.status("00CA 00F1 00") == 0x6A88)
        #expect(terminal.status("00CA 00F2") == 0x6700)
        #expect(terminal.status("00CA 00F2 01 00 00") == 0x6700)
        #expect(terminal.status("00CA 00F2 07") == 0x6C08)
        terminal.selectApplication()
        #expect(terminal.status("00CA 00F2 00") == 0x6A88)
        #expect(terminal.status("00CA 5F51 00") == 0x9000)
        terminal.status(.selectIssuer)
        #expect(terminal.status("00CA 00F2 00") == 0x9000)
        terminal.selectApplication()
        terminal.powerCycle()
        #expect(terminal.status("00CA 00F2 00") == 0x9000)
    }

    @Test("The certificates at the level of the card need an extended Le (measured) and are a chain of the test range")
    func cardCertificates() throws {
        let terminal = Terminal()
        #expect(terminal.status("00CA 7F21 00") == 0x6700)
        #expect(terminal.status("00CA 00F8 0000FF") == 0x6700)
        let folder = TemporaryFolder()
        try folder.write("upper", terminal.send("00CA 00F8 000000").data)
        try folder.write("lower", terminal.send("00CA 7F21 000000").data)
        // A public key as DER, made of the modulus in a certificate: an RSAPublicKey (RFC 8017 appendix A.1.1).
        func publicKey(_ name: String, modulus: [UInt8]) throws {
            try folder.write(name, hex("3082010A 02820101 00") + modulus + hex("0203010001"))
        }
        let root = try #require(SyntheticPKI.cardRoots.first)
        #expect(root.keyIdentifier.starts(with: Array("6000020".utf8)))
        try publicKey("root.key", modulus: root.modulus)
        try publicKey("upper.key", modulus: Array(try folder.read("upper")[46..<302]))
        for (name, signer, issuer, subject) in [("upper", "root", "6000020", "6000120"), ("lower", "upper", "6000120", "6000220")] {
            let certificate = try folder.read(name)
            #expect(certificate.count == 563)
            #expect(Array(certificate[5..<12]) == Array(issuer.utf8) && Array(certificate[21..<28]) == Array(subject.utf8))
            try folder.write("body", certificate[5..<302])
            try folder.write("signature", certificate[307...])
            let said = try runProgram(
                ["openssl", "rsa", "-RSAPublicKey_in", "-inform", "DER", "-in", "\(signer).key", "-pubout", "-out", "signer.pem"],
                in: folder.path
            ).checked()
            #expect(said.status == 0)
            let verified = try runProgram(
                ["openssl", "dgst", "-sha256", "-verify", "signer.pem", "-signature", "signature", "body"], in: folder.path)
            #expect(verified.output == "Verified OK\n")
        }
    }

    @Test("INTERNAL AUTHENTICATE signs in the common application without a credential (measured by a public open-source project)")
    func internalAuthenticate() throws {
        let terminal = Terminal()
        let challenge = [UInt8](repeating: 0x5A, count: 255)
        terminal.select(CardApplication.commonIdentifier)
        let answer = terminal.send([0x00, 0x88, 0x00, 0x99, 0xFF] + challenge + [0x00])
        #expect(answer.status == 0x9000)
        let folder = TemporaryFolder()
        try folder.write("key.der", #require(SyntheticHolder.hanako.keys[.common]))
        try folder.write("challenge", challenge)
        try folder.write("signature", answer.data)
        let said = try runProgram(
            ["openssl", "dgst", "-sha256", "-prverify", "key.der", "-keyform", "DER", "-signature", "signature", "challenge"],
            in: folder.path)
        #expect(said.output == "Verified OK\n")
        #expect(terminal.status("0088 0099") == 0x6700)
        #expect(terminal.status("0088 0099 000100 \(hex([UInt8](repeating: 0, count: 256))) 0000") == 0x6700)
        #expect(terminal.status("0088 0099 01 00") == 0x6700)
        #expect(terminal.status("0088 0099 01 00 10") == 0x6C00)
        #expect(terminal.status("802A 0099 01 00 00") == 0x6A86, "the key does nothing else")
        terminal.select(CardApplication.textIdentifier)
        #expect(terminal.status("0088 0093 01 00 00") == 0x6985)
        #expect(terminal.status("0088 0099 01 00 00") == 0x6985)
        terminal.selectApplication()
        #expect(terminal.status("0088 0097 01 00 00") == 0x6982)
        #expect(terminal.status("0088 008A 01 00 00") == 0x6985)
    }

    @Test("Two applications sign without a PIN by P2=00, the 公的個人認証AP does not (measured by a public open-source project)")
    func keysWithoutPIN() {
        let terminal = Terminal()
        for application in [CardApplication.textIdentifier, CardApplication.surfaceIdentifier] {
            terminal.select(application)
            #expect(terminal.send("802A 0000 01 2A 00").data.count == 256)
        }
        terminal.select(CardApplication.surfaceIdentifier)
        #expect(terminal.status("802A 009A 01 2A 00") == 0x9000)
        terminal.selectApplication()
        #expect(terminal.status("802A 0000 01 2A 00") == 0x6A88)
        terminal.select(CardApplication.commonIdentifier)
        #expect(terminal.status("802A 0000 01 2A 00") == 0x6A88)
    }

    @Test("CHANGE KEY changes the PINs of the common and 住基 applications, CHANGE REFERENCE DATA those of JPKI and text (measured)")
    func changeKey() {
        for (credential, short, isKey) in [
            (Credential.commonPIN, "9C", true), (.residentRegistryPIN, "9C", true), (.textPIN, "91", false),
            (.authenticationPIN, "98", false),
        ] {
            let terminal = Terminal()
            let right = isKey ? "8032 00\(short) 04 39383736" : "0024 01\(short) 04 39383736"
            let wrong = isKey ? "0024 01\(short) 04 39383736" : "8032 00\(short) 04 39383736"
            #expect(terminal.log(in: credential) == 0x9000)
            #expect(terminal.status(wrong) == 0x6985)
            #expect(terminal.status(isKey ? "8032 01\(short) 04 39383736" : "0024 00\(short) 04 39383736") == 0x6A86)
            #expect(terminal.status(right) == 0x9000)
            terminal.card.warmReset(at: .zero)
            #expect(terminal.log(in: credential) == 0x63C2, "the old one is wrong now")
            #expect(terminal.status("0020 00\(short) 04 39383736") == 0x9000)
        }
        let terminal = Terminal()
        #expect(terminal.log(in: .verificationNumberB) == 0x9000)
        #expect(terminal.status("0024 0192 0E 3030303030303030303030303030") == 0x6985, "what is printed cannot be changed")
    }

    @Test("A terminal's certificate: wrong lengths 6700, other parameters 6A86 (measured); none is trusted, and nothing is signed after it")
    func terminalCertificate() {
        let terminal = Terminal()
        let body = hex(SyntheticPKI.cardVerifiableCertificate(.upper).prefix(307))
        let signature = hex(SyntheticPKI.cardVerifiableCertificate(.upper).suffix(261))
        terminal.selectApplication()
        #expect(terminal.status("80A2 06C1 000133 \(body)") == 0x6985, "EF 0016 has to be selected")
        terminal.status("00A4 020C 02 0016")
        #expect(terminal.status("80A2 06C1 000100 \(hex([UInt8](repeating: 0, count: 256)))") == 0x6700)
        #expect(terminal.status("80A2 06C2 000133 \(body)") == 0x6A86)
        #expect(terminal.status("80A2 06C1 000133 \(body)") == 0x6982)
        #expect(terminal.status("80A2 00C1 000105 \(signature)") == 0x6982)
        #expect(terminal.status("80A2 00C1 000104 \(signature.dropLast(2))") == 0x6982)
        #expect(terminal.status("802A 0097 01 2A 00") == 0x6982)
        #expect(terminal.status("00B0 9600 00") == 0x6981)
        let short = Terminal(.myNumberCardShortLength)
        short.selectApplication()
        short.status("00A4 020C 02 0016")
        #expect(short.status("80A2 06C1 000133 \(body)") == 0x6700, "it needs an extended Lc")
    }

    @Test("The last-command indicator is 6700 on plastic (measured by a public open-source project)")
    func lastCommandIndicator() { #expect(Terminal().status("80FC 0000 00") == 0x6700) }

    @Test("A chain is one command where the ATR declares it (ISO/IEC 7816-4 clause 5.3.3)")
    func chaining() throws {
        let terminal = Terminal()
        let message = [UInt8](repeating: 0x42, count: 600)
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(terminal.send(hex("902A 0397 FF") + message.prefix(255)).status == 0x9000)
        #expect(terminal.send(hex("902A 0397 FF") + message.prefix(255)).status == 0x9000)
        let answer = terminal.send(hex("802A 0397 5A") + message.prefix(90) + [0x00])
        let key = try #require(PublicKey(certificate: SyntheticHolder.hanako.authenticationCertificate))
        #expect(key.verifies(answer.data, over: message))
        #expect(terminal.send("802A 0097 01 2A 00").data == terminal.send("802A 0097 01 2A 00").data, "the chain is over")
        #expect(key.recover(terminal.send("802A 0097 01 2A 00").data) == [0x2A])
    }

    @Test("A chain that breaks is 6883 and is forgotten; without data 6700; too long 6700; reset ends it (ISO/IEC 7816-4; assumed)")
    func brokenChain() {
        let terminal = Terminal()
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(terminal.status("902A 0097 01 2A") == 0x9000)
        #expect(terminal.status("802A 0197 01 2A 00") == 0x6883)
        #expect(terminal.status("802A 0197 01 2A 00") == 0x9000)
        #expect(terminal.status("902A 0097 00") == 0x6700)
        #expect(terminal.status("902A 0097 01 2A 00") == 0x6700)
        for block in 0..<16 {
            #expect(terminal.send(hex("902A 0397 FF") + [UInt8](repeating: 1, count: 255)).status == 0x9000, "\(block)")
        }
        #expect(terminal.send(hex("902A 0397 FF") + [UInt8](repeating: 1, count: 255)).status == 0x6700)
        #expect(terminal.status("902A 0097 01 2A") == 0x9000)
        terminal.card.warmReset(at: .zero)
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(terminal.status("1020 0098 02 3132") == 0x9000)
        #expect(terminal.status("0020 0098 02 3334") == 0x9000, "two halves of the PIN")
    }

    @Test("A card that does not declare chaining refuses it", arguments: [CardProfile.myNumberCardKnownToOpenSC, .myNumberCardShortLength])
    func noChaining(profile: CardProfile) {
        let terminal = Terminal(profile)
        #expect(terminal.status("1084 0000 01 00") == 0x6884)
        #expect(terminal.status("902A 0097 01 2A") == 0x6884)
    }
}
