import TestSupport
import Testing

@testable import Cards

@Suite("Kinds of cards by name")
struct CardKindTests {
    private func terminal(_ name: String, interface: CardInterface? = nil, seed: UInt64 = 0) throws -> Terminal {
        Terminal(try #require(CardKind.named(name)), interface: interface, seed: seed)
    }

    @Test("Names are different, lines are there in both languages, and every card can be made")
    func catalog() {
        #expect(Set(CardKind.all.map(\.name)).count == CardKind.all.count)
        for kind in CardKind.all {
            #expect(!kind.japanese.isEmpty && kind.english.allSatisfy(\.isASCII) && !kind.english.isEmpty, "\(kind.name)")
            #expect(kind.profile.name == kind.name)
            #expect(kind.card().complaints.isEmpty, "\(kind.name)")
            #expect(kind.name == "dead" || !kind.card().answerToReset.isEmpty, "\(kind.name)")
        }
        #expect(CardKind.named("no such kind") == nil)
    }

    @Test("Every answer to reset is right by its check byte (ISO/IEC 7816-3 clause 8.2.5)", arguments: CardKind.all)
    func checkBytes(kind: CardKind) {
        for answer in [kind.profile.contactAnswerToReset, kind.profile.contactlessAnswerToReset] {
            #expect(answer.count <= 33)
            // Where no interface byte names a protocol it is T=0, which has none.
            let hasCheckByte = answer.count > 1 && answer[1] & 0x80 != 0
            #expect(!hasCheckByte || answer.dropFirst().reduce(0, ^) == 0)
            #expect(answer.isEmpty || hasCheckByte || kind.name == "my-number-card-t0")
        }
    }

    @Test("A PIN that was tried too often is 6984 from the beginning; the other secrets are usable")
    func blocked() throws {
        let terminal = try terminal("pin-blocked")
        terminal.selectApplication()
        #expect(terminal.status("0020 0098") == 0x6984)
        #expect(terminal.verify(.authenticationPIN, 0x18) == 0x6984)
        #expect(terminal.verify(.signaturePassword, 0x1B) == 0x9000)
        #expect(terminal.send("00B0 8A00 00").status == 0x9000, "the certificate is free")
    }

    @Test("顔認証マイナンバーカード: no PIN can be used from issue on, the face can (published by the Digital Agency)")
    func faceOnly() throws {
        for credential in [Credential.authenticationPIN, .signaturePassword, .textPIN, .commonPIN, .residentRegistryPIN] {
            #expect(try terminal("face-only").log(in: credential) == 0x6984)
        }
        let terminal = try terminal("face-only")
        #expect(terminal.log(in: .verificationNumberB) == 0x9000)
        #expect(terminal.status("00B0 8200 00") == 0x9000)
        terminal.selectApplication()
        #expect(terminal.status("0020 0098") == 0x63C0)
        #expect(terminal.status("00B0 8A00 00") == 0x9000)
    }

    @Test("A child's card has no signature certificate and says so (the rule is published, the bytes are assumed)")
    func child() throws {
        let terminal = try terminal("child")
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(terminal.send("00B0 8800 00").data == [0x00, 0x8F, 0x00])
        for file in ["81", "82"] { #expect(terminal.status("00B0 \(file)00 00") == 0x6A82) }
        #expect(terminal.status("802A 009A 01 2A 00") == 0x6A82)
        #expect(terminal.status("802A 0097 01 2A 00") == 0x9000)
    }

    @Test(
        "Tokens say what they are in EF 0006 (several independent open-source projects)",
        arguments: [
            ("my-number-card", "JPKIAPICCTOKEN2"), ("resident-registry-card", "JPKIAPICCTOKEN"), ("android-token", "JPKIAPGPSETOKEN"),
            ("iphone-token", "JPKIAPIOSTOKEN"),
        ])
    func labels(name: String, label: String) throws {
        let terminal = try terminal(name)
        terminal.selectApplication()
        #expect(terminal.send("00B0 8600 20").data == Array(label.utf8) + [UInt8](repeating: 0x20, count: 32 - label.utf8.count))
    }

    @Test("Phones ask for the PIN before the certificate, and have one application (several independent open-source projects)")
    func phones() throws {
        for name in ["android-token", "iphone-token"] {
            let terminal = try terminal(name)
            terminal.selectApplication()
            #expect(terminal.status("00B0 8A00 00") == 0x6982)
            #expect(terminal.log(in: .authenticationPIN) == 0x9000)
            #expect(terminal.status("00B0 8A00 00") == 0x9000)
            #expect(terminal.select(CardApplication.surfaceIdentifier) == 0x6A82)
            #expect(terminal.status("80FC 0000 00") == (name == "iphone-token" ? 0x9000 : 0x6700))
            terminal.card.place(on: .contact)
            #expect(terminal.card.answerToReset.isEmpty)
        }
    }

    @Test("The card of the resident register has the signature certificate only")
    func residentRegistryCard() throws {
        let terminal = try terminal("resident-registry-card")
        #expect(terminal.card.answerToReset == hex("3BE000FF8131FE4514"))
        #expect(terminal.log(in: .signaturePassword) == 0x9000)
        #expect(terminal.status("00B0 8100 00") == 0x9000)
        #expect(terminal.status("802A 009A 01 2A 00") == 0x9000)
        for file in ["8A", "96", "97", "98"] { #expect(terminal.status("00B0 \(file)00 00") == 0x6A82) }
    }

    @Test("A driving licence has other applications, and its PINs stand above them (assumed)")
    func licence() throws {
        let terminal = try terminal("driving-licence")
        #expect(terminal.status(.selectJPKI) == 0x6A82)
        #expect(terminal.status(.selectIssuer) == 0x6A82)
        #expect(terminal.status("00A4 0000") == 0x9000)
        #expect(terminal.status("00A4 020C 02 2F01") == 0x9000)
        #expect(terminal.status("00B0 0000 00") == 0x9000)
        #expect(terminal.status("0020 0081") == 0x63C3)
        #expect(terminal.log(in: .licencePIN1) == 0x9000)
        #expect(terminal.status("00A4 040C 10 A0000002310100000000000000000000") == 0x9000)
        #expect(terminal.status("00B0 8100 00") == 0x9000)
        #expect(terminal.status("00B0 8200 00") == 0x6982, "the second PIN is missing")
        #expect(terminal.status("00A4 0000 02 3F00") == 0x9000)
        #expect(terminal.status("0020 0081") == 0x9000)
        #expect(terminal.status("00A4 0000 02 3F01") == 0x6A82)
    }

    @Test("A residence card has other applications, and nothing of it opens (assumed)")
    func residenceCard() throws {
        let terminal = try terminal("residence-card")
        #expect(terminal.status(.selectJPKI) == 0x6A82)
        #expect(terminal.status("00B0 8100 00") == 0x9000)
        #expect(terminal.status("00A4 040C 10 D392F0004F0200000000000000000000") == 0x9000)
        #expect(terminal.status("00B0 8500 00") == 0x6982)
    }

    @Test("The identifier in the field is another one at each power-up where the kind says so, and the seed decides it")
    func randomIdentifier() throws {
        let random = try terminal("random-pupi")
        let first = random.card.answerToRequest
        random.powerCycle()
        #expect(first.count == 12 && first.first == 0x50)
        #expect(first[1..<5] != random.card.answerToRequest[1..<5])
        #expect(first[5...] == random.card.answerToRequest[5...])
        #expect(random.card.answerToReset == hex("3B888001004B51FFB381D1000F"))
        #expect(try terminal("random-pupi").card.answerToRequest == first)
        #expect(try terminal("random-pupi", seed: 1).card.answerToRequest != first)
        let fixed = try terminal("my-number-card")
        let before = fixed.card.answerToRequest
        fixed.powerCycle()
        #expect(fixed.card.answerToRequest == before)
        fixed.card.place(on: .contact)
        #expect(fixed.card.answerToRequest.isEmpty)
    }

    @Test("Dead gives no answer to reset, mute no answer to a command, slow takes twenty times as long")
    func broken() throws {
        #expect(try terminal("dead").card.answerToReset.isEmpty)
        let mute = try terminal("mute")
        #expect(!mute.card.answerToReset.isEmpty)
        #expect(mute.send(.selectJPKI).computing == nil)
        #expect(try terminal("slow").send(.selectJPKI).computing == ComputingTimes.assumed.select * 20)
        #expect(try terminal("first-command-fails").status(.selectJPKI) == 0x6F00)
    }

    @Test("The next generation signs by ECDSA on P-384 with another map of applications and two secrets (assumed); openssl verifies")
    func nextGeneration() throws {
        let terminal = try terminal("next-generation")
        let folder = TemporaryFolder()
        #expect(terminal.status(.selectJPKI) == 0x6A82)
        terminal.select([0xF0, 0x00, 0x00, 0x00, 0x02, 0x01])
        try folder.write("file", terminal.file(1))
        try folder.write("authority", terminal.file(2))
        #expect(terminal.status("802A 0183 01 2A 00") == 0x6982)
        #expect(terminal.verify(.authenticationPIN, 0x04) == 0x9000)
        try folder.write("message", [0x2A])
        try folder.write("signature", terminal.send("802A 0183 01 2A 00").data)
        func openssl(_ words: String...) throws -> String { try runProgram(["openssl"] + words, in: folder.path).checked().output }
        try folder.write("certificate.pem", openssl("x509", "-inform", "DER", "-in", "file"))
        try folder.write("authority.pem", openssl("x509", "-inform", "DER", "-in", "authority"))
        try folder.write("key.pem", openssl("x509", "-in", "certificate.pem", "-noout", "-pubkey"))
        #expect(try openssl("dgst", "-sha384", "-verify", "key.pem", "-signature", "signature", "message") == "Verified OK\n")
        let chain = ["verify", "-attime", "1795219200", "-CAfile", "authority.pem", "certificate.pem"]
        #expect(try runProgram(["openssl"] + chain, in: folder.path).output == "certificate.pem: OK\n")
        terminal.select([0xF0, 0x00, 0x00, 0x00, 0x02, 0x02])
        #expect(terminal.status("00B0 8200 00") == 0x6982)
        #expect(terminal.verify(.verificationNumberB, 0x04) == 0x9000)
        #expect(terminal.status("00B0 8200 00") == 0x9000)
    }
}
