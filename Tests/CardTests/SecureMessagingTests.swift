import TestSupport
import Testing

@testable import Cards

/// The other side of secure messaging: keys, padding and blocks by the openssl program, counters by hand.
private struct SecurePeer {
    let folder = TemporaryFolder()
    let seed: [UInt8] = (0..<32).map { UInt8($0 * 7 + 3) }
    var counter: UInt8 = 1

    /// Runs openssl over a file and returns what it writes.
    private func openssl(_ words: [String], _ input: [UInt8]) throws -> [UInt8] {
        try folder.write("in", input)
        return try runProgram(["openssl"] + words + ["-in", "in"], in: folder.path).checked().bytes
    }

    /// The body of SET SESSION KEY, encrypted to the public key in EF 0006.
    func delivery(_ message: [UInt8], to file: [UInt8]) throws -> [UInt8] {
        // A1 82 0109 { 90 03 010001, 91 82 0100 modulus } as an RSAPublicKey (RFC 8017 appendix A.1.1).
        try folder.write("key.der", hex("3082010A 02820101 00") + file[13..<269] + hex("0203010001"))
        let conversion = ["openssl", "rsa", "-RSAPublicKey_in", "-inform", "DER", "-in", "key.der", "-pubout", "-out", "key.pem"]
        _ = try runProgram(conversion, in: folder.path).checked()
        return try openssl(
            [
                "pkeyutl", "-encrypt", "-pubin", "-inkey", "key.pem", "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256",
            ], message)
    }

    private var initialVector: String {
        get throws {
            let block = [UInt8](repeating: 0, count: 15) + [counter]
            return hex(try openssl(["enc", "-aes-128-ecb", "-K", hex(seed.prefix(16)), "-nopad"], block))
        }
    }

    func sealed(_ data: [UInt8]) throws -> [UInt8] {
        let padded = data + [0x80] + [UInt8](repeating: 0, count: 15 - data.count % 16)
        let cryptogram = try openssl(["enc", "-aes-128-cbc", "-K", hex(seed.prefix(16)), "-iv", try initialVector, "-nopad"], padded)
        return [0x86, UInt8(cryptogram.count + 1), 0x01] + cryptogram
    }

    /// The data of an answer, its object's length in one or three bytes.
    func opened(_ object: [UInt8]) throws -> [UInt8] {
        let start = object[1] < 0x80 ? 3 : Int(object[1] & 0x0F) + 3
        let padded = try openssl(
            ["enc", "-d", "-aes-128-cbc", "-K", hex(seed.prefix(16)), "-iv", try initialVector, "-nopad"], Array(object[start...]))
        let end = try #require(padded.lastIndex(of: 0x80))
        return Array(padded[..<end])
    }
}

@Suite("Secure messaging of the text application, against openssl")
struct SecureMessagingTests {
    private let terminal = Terminal()
    private var peer = SecurePeer()

    init() { terminal.select(CardApplication.textIdentifier) }

    private func deliver(_ message: [UInt8]) throws -> UInt16 {
        let cryptogram = try peer.delivery(message, to: SyntheticHolder.hanako.file(0x06))
        return terminal.send(hex("80AE 0000 000100") + cryptogram).status
    }

    private func open() throws {
        #expect(terminal.verify(.textPIN, 0x11) == 0x9000)
        #expect(try deliver([0xA0, 0x22, 0x80, 0x20] + peer.seed) == 0x9000)
    }

    @Test("PIN, key, then the four items encrypted: counter from 1, an initial vector of it, 7816-4 padding (measured by a public project)")
    func read() throws {
        try open()
        var peer = peer
        let plain = terminal.file(2)
        let select = try peer.sealed([0x00, 0x02])
        #expect(terminal.send(hex("08A4 020C") + [UInt8(select.count)] + select).status == 0x9000)
        peer.counter += 1
        let answer = terminal.send("08B0 0000 000005 96 03 00 0010 0000")
        #expect(answer.status == 0x9000)
        #expect(try peer.opened(answer.data) == Array(plain.prefix(16)))
        // A plain command in between does not count.
        #expect(terminal.file(2) == plain)
        peer.counter += 1
        let whole = terminal.send("08B0 0000 000005 96 03 00 0000 0000")
        #expect(try peer.opened(whole.data) == plain)
    }

    @Test("A secret is verified encrypted, and its counter is not protected: a wrong one costs a try and a step (measured)")
    func verify() throws {
        try open()
        var peer = peer
        let wrong = try peer.sealed(Array("00000000000000".utf8))
        #expect(terminal.send(hex("0820 0095") + [UInt8(wrong.count)] + wrong).status == 0x63C9)
        peer.counter += 1
        let right = try peer.sealed(Array(SyntheticHolder.hanako.card.verificationNumberB.utf8))
        #expect(terminal.send(hex("0820 0095") + [UInt8(right.count)] + right).status == 0x9000)
        #expect(terminal.card.triesLeft(of: .verificationNumberB, in: CardApplication.textIdentifier) == 10)
    }

    @Test("A wrong counter is 6988 and ends the session: 69FC afterwards (measured by a public open-source project)")
    func wrongCounter() throws {
        try open()
        var peer = peer
        peer.counter = 2
        let object = try peer.sealed([0x00, 0x02])
        #expect(terminal.send(hex("08A4 020C") + [UInt8(object.count)] + object).status == 0x6988)
        peer.counter = 1
        let right = try peer.sealed([0x00, 0x02])
        #expect(terminal.send(hex("08A4 020C") + [UInt8(right.count)] + right).status == 0x69FC)
        #expect(terminal.status("08B0 0000 000005 96 03 00 0010 0000") == 0x69FC)
    }

    @Test(
        "Wrong objects end the session: other tags, two of them, another padding indicator, no whole block (measured: 6988)",
        arguments: [
            "08B0 8200 05 86 03 01 0010 00", "08B0 8200 0A 96 03 00 0010 96 03 00 0010 00", "08B0 8200 04 96 02 0010 00",
            "08B0 8200 05 96 03 01 0010 00", "0820 0091 05 96 03 00 0010", "0820 0091 13 86 11 02 00112233445566778899AABBCCDDEEFF",
            "0820 0091 12 86 10 01 00112233445566778899AABBCCDDEE", "0820 0091 14 86 11 01 00112233445566778899AABBCCDDEEFF 00",
            "0820 0091 03 86 01 01", "0820 0091 02 86 81", "0820 0091 04 86 82 0001", "0820 0091",
        ])
    func wrongObjects(command: String) throws {
        try open()
        #expect(terminal.status(command) == 0x6988)
        #expect(terminal.status("08B0 8200 05 96 03 00 0010 00") == 0x69FC)
    }

    @Test("An authenticated header is 6987: there is no key for it (measured by a public open-source project)")
    func authenticatedHeader() throws {
        #expect(terminal.status("0CB0 8200 05 96 03 00 0010 00") == 0x6882)
        try open()
        #expect(terminal.status("0CB0 8200 05 96 03 00 0010 00") == 0x6987)
    }

    @Test("A long form of the length is taken, and an answer that Le cannot hold is 6700 (measured; assumed)")
    func lengths() throws {
        try open()
        let object = try peer.sealed([0x00, 0x02])
        let long = [0x86, 0x81, 0x11] + object.dropFirst(2)
        #expect(terminal.send(hex("08A4 020C 14") + long).status == 0x9000)
        #expect(terminal.status("08B0 0000 05 96 03 00 0100 10") == 0x6700)
    }

    @Test("No key without the PIN: not after nothing, not after 照合番号A (measured: 6982)")
    func access() throws {
        #expect(try deliver([0xA0, 0x22, 0x80, 0x20] + peer.seed) == 0x6982)
        #expect(terminal.verify(.verificationNumberA, 0x14) == 0x9000)
        #expect(try deliver([0xA0, 0x22, 0x80, 0x20] + peer.seed) == 0x6982)
    }

    @Test(
        "Wrong deliveries: a number above the modulus 6F00, wrong padding or structure 6A80, wrong length 6700 (measured; the last assumed)"
    )
    func wrongDeliveries() throws {
        #expect(terminal.verify(.textPIN, 0x11) == 0x9000)
        #expect(try deliver([0xA0, 0x22, 0x81, 0x20] + peer.seed) == 0x6A80)
        #expect(try deliver([0xA0, 0x12, 0x80, 0x10] + peer.seed.prefix(16)) == 0x6A80)
        #expect(try deliver([]) == 0x6A80)
        #expect(terminal.send(hex("80AE 0000 000100") + [UInt8](repeating: 0xFF, count: 256)).status == 0x6F00)
        #expect(terminal.send(hex("80AE 0000 000100") + [UInt8](repeating: 0x01, count: 256)).status == 0x6A80)
        #expect(terminal.send(hex("80AE 0000 0000FF") + [UInt8](repeating: 0x01, count: 255)).status == 0x6700)
        #expect(terminal.status("80AE 0001 01 00") == 0x6A86)
        #expect(terminal.status("08B0 8200 05 96 03 00 0010 00") == 0x69FC)
    }

    @Test("Other applications refuse a key: 66F1 in the common and surface ones, 6982 in JPKI and 住基 (measured by a public project)")
    func otherApplications() {
        let body = hex("80AE 0000 000100") + [UInt8](repeating: 0x01, count: 256)
        for (application, status) in [
            (CardApplication.commonIdentifier, UInt16(0x66F1)), (CardApplication.surfaceIdentifier, 0x66F1),
            (CardApplication.jpkiIdentifier, 0x6982), (CardApplication.residentRegistryIdentifier, 0x6982),
        ] {
            terminal.select(application)
            #expect(terminal.send(body).status == status)
            #expect(terminal.status("08B0 8200 05 96 03 00 0010 00") == 0x6882)
        }
    }

    @Test("SELECT of an application and a reset end the session (measured: like the security status)")
    func ends() throws {
        try open()
        terminal.select(CardApplication.textIdentifier)
        #expect(terminal.status("08B0 8200 05 96 03 00 0010 00") == 0x69FC)
        try open()
        terminal.powerCycle()
        terminal.select(CardApplication.textIdentifier)
        #expect(terminal.status("08B0 8200 05 96 03 00 0010 00") == 0x69FC)
    }
}

extension SyntheticHolder {
    /// A file of the text application, read by another terminal after its PIN.
    fileprivate func file(_ short: UInt8) -> [UInt8] {
        let terminal = Terminal(holder: self)
        _ = terminal.log(in: .textPIN)
        return terminal.file(short)
    }
}
