import SimulationKit
import TestSupport
import Testing

@testable import Cards

@Suite("Whole sessions")
struct SequenceTests {
    @Test("An identity in five commands: application, counter, certificate, PIN, signature over a challenge")
    func fiveCommands() throws {
        let terminal = Terminal()
        let challenge = Array("a challenge of the terminal".utf8)
        #expect(terminal.status(.selectJPKI) == 0x9000)
        #expect(terminal.status("0020 0098") == 0x63C3)
        let certificate = terminal.send("00B0 8A00 000000")
        #expect(certificate.status == 0x9000)
        #expect(terminal.status("0020 0098 04 31323334") == 0x9000)
        let signature = terminal.send(hex("802A0097 33") + digestInfoPrefix + sha256(challenge) + [0x00])
        #expect(signature.status == 0x9000)
        #expect(try #require(PublicKey(certificate: certificate.data)).verifies(signature.data, over: challenge))
        #expect(terminal.card.complaints.isEmpty)
    }

    @Test("The order of a host that selects every file (as public open-source projects do), with short lengths only")
    func selectingHost() throws {
        let terminal = Terminal(.myNumberCardShortLength, interface: .contact)
        let document = Array("a document".utf8)
        #expect(terminal.status(.selectJPKI) == 0x9000)
        #expect(terminal.status("00A4 020C 02 001B") == 0x9000)
        #expect(terminal.status("0020 0080") == 0x63C5)
        #expect(terminal.status("0020 0080 06 414243313233") == 0x9000)
        #expect(terminal.status("00A4 020C 02 0001") == 0x9000)
        let head = terminal.send("00B0 0000 04").data
        let length = (Int(head[2]) << 8 | Int(head[3])) + 4
        var certificate: [UInt8] = []
        while certificate.count < length {
            let rest = min(256, length - certificate.count)
            let answer = terminal.send(
                [0x00, 0xB0, UInt8(certificate.count >> 8), UInt8(certificate.count & 0xFF), UInt8(truncatingIfNeeded: rest)])
            try #require(answer.status == 0x9000)
            certificate += answer.data
        }
        #expect(certificate == SyntheticHolder.hanako.signatureCertificate)
        #expect(terminal.status("00A4 020C 02 001A") == 0x9000)
        let signature = terminal.send(hex("802A0080 33") + digestInfoPrefix + sha256(document) + [0x00])
        #expect(try #require(PublicKey(certificate: certificate)).verifies(signature.data, over: document))
        #expect(terminal.card.complaints.isEmpty)
    }

    @Test("Two cards in one session answer the same bytes (RSASSA-PKCS1-v1_5 has no random part)")
    func deterministic() {
        func session() -> [Response] {
            let terminal = Terminal(seed: 7)
            return [.selectJPKI, "00B0 8A00 000000", "0084 0000 20", "0020 0098 04 31323334", "802A 0097 01 2A 00"].map(terminal.send)
        }
        #expect(session() == session())
    }

    /// What the counter rules say, in as few words as they have.
    struct Model {
        let tries: Int
        var left: Int
        var verified = false
        var secret = 0

        mutating func verify(_ candidate: Int) -> UInt16 {
            if left == 0 { return 0x6984 }
            verified = candidate == secret
            left = verified ? tries : left - 1
            return verified ? 0x9000 : 0x63C0 + UInt16(left)
        }

        mutating func change(to new: Int) -> UInt16 {
            if left == 0 { return 0x6984 }
            if !verified { return 0x6982 }
            secret = new
            return 0x9000
        }

        var inquiry: UInt16 { verified ? 0x9000 : left == 0 ? 0x6984 : 0x63C0 + UInt16(left) }
    }

    @Test("A random walk over PIN and password agrees with a model of the counter rules", arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func randomWalk(seed: UInt64) {
        var random = SeededGenerator(seed: seed &* 0x9E37_79B9)
        let secrets = [["31323334", "35363738", "39303132"], ["414243313233", "444546343536", "474849373839"]]
        let names = ["98", "9B"]
        let credentials: [Credential] = [.authenticationPIN, .signaturePassword]
        let terminal = Terminal()
        var models = [Model(tries: 3, left: 3), Model(tries: 5, left: 5)]
        terminal.selectApplication()
        func body(_ which: Int, _ secret: Int) -> String { (which == 0 ? " 04 " : " 06 ") + secrets[which][secret] }

        for step in 0..<2_000 {
            let which = Int(random.next() >> 20) % 2
            let secret = Int(random.next() >> 20) % 3
            switch Int(random.next() >> 20) % 16 {
            case 0..<4:
                #expect(terminal.status("0020 00" + names[which]) == models[which].inquiry, "step \(step)")
            case 4..<9:
                // Mostly right, or every walk would end blocked at once.
                let candidate = Int(random.next() >> 20) % 3 == 0 ? secret : models[which].secret
                #expect(
                    terminal.status("0020 00" + names[which] + body(which, candidate)) == models[which].verify(candidate), "step \(step)")
            case 9..<11:
                #expect(
                    terminal.status("0024 01" + names[which] + body(which, secret)) == models[which].change(to: secret), "step \(step)")
            case 11:
                #expect(terminal.status("0020 00" + names[which] + " 05 313233") == 0x6700, "step \(step)")
            case 12..<14:
                terminal.card.warmReset(at: .zero)
                terminal.selectApplication()
            default:
                terminal.powerCycle()
                terminal.selectApplication()
                for index in models.indices { models[index].verified = false }
                if models[which].left == 0, Int(random.next() >> 20) % 8 == 0 {
                    // The municipal office sets the counter back.
                    terminal.card.preset(triesLeft: models[which].tries, of: credentials[which])
                    models[which].left = models[which].tries
                }
            }
            for index in models.indices {
                #expect(terminal.card.triesLeft(of: credentials[index]) == models[index].left, "step \(step)")
                #expect(terminal.card.isVerified(credentials[index]) == models[index].verified, "step \(step)")
            }
        }
    }
}
