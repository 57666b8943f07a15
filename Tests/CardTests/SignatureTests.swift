import TestSupport
import Testing

@testable import Cards

@Suite("COMPUTE DIGITAL SIGNATURE and GET CHALLENGE")
struct SignatureTests {
    let terminal = Terminal()
    let message = Array("a message of the test".utf8)

    init() { terminal.selectApplication() }

    private func key() throws -> PublicKey {
        try #require(PublicKey(certificate: terminal.send("00B0 8A00 000000").data))
    }

    private func sign(_ p1: UInt8, _ p2: UInt8, _ input: [UInt8]) -> Response {
        terminal.send([0x80, 0x2A, p1, p2, UInt8(input.count)] + input + [0x00])
    }

    @Test("P1=00 pads what it is given, 1 to 245 bytes (measured by a public open-source project; RFC 8017 clause 9.2)")
    func prepared() throws {
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        let key = try key()
        for count in [1, 51, 245] {
            let input = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
            let answer = sign(0x00, 0x97, input)
            #expect(answer.status == 0x9000)
            #expect(answer.data.count == 256)
            #expect(key.recover(answer.data) == input)
        }
        let answer = sign(0x00, 0x97, digestInfoPrefix + sha256(message))
        #expect(key.verifies(answer.data, over: message))
        #expect(!key.verifies(answer.data, over: message + [0]))
    }

    @Test("P1=01 to 05 digest, add DigestInfo and pad by PSS (measured by a public open-source project; RFC 8017 clauses 9.1, 9.2)")
    func operations() throws {
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        let key = try key()
        let digest = sha256(message)
        #expect(key.recover(sign(0x01, 0x97, message).data) == digest)
        #expect(key.recover(sign(0x02, 0x97, digest).data) == digestInfoPrefix + digest)
        #expect(key.recover(sign(0x03, 0x97, message).data) == digestInfoPrefix + digest)
        #expect(key.verifies(sign(0x03, 0x97, message).data, over: message))
        #expect(key.verifies(sign(0x04, 0x97, digest).data, over: message, pss: true))
        #expect(key.verifies(sign(0x05, 0x97, message).data, over: message, pss: true))
        #expect(!key.verifies(sign(0x05, 0x97, message).data, over: message))
        // The ways to sign do not disturb each other.
        #expect(key.recover(sign(0x00, 0x97, message).data) == message)
    }

    @Test("Cards with the same key sign on many threads at once, and a card of another holder by another key")
    func oneKeyOnManyThreads() async throws {
        let input = digestInfoPrefix + sha256(message)
        let signatures = await withTaskGroup(of: [UInt8].self) { group in
            for number in 0..<8 {
                group.addTask {
                    let terminal = Terminal(holder: number == 7 ? .taro : .hanako)
                    terminal.selectApplication()
                    _ = terminal.log(in: .authenticationPIN)
                    return terminal.send([0x80, 0x2A, 0x00, 0x97, UInt8(input.count)] + input + [0x00]).data
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let key = try key()
        #expect(signatures.count { key.verifies($0, over: message) } == 7)
    }

    @Test("A message may be longer than a short command (ISO/IEC 7816-3 clause 12.1)")
    func longMessage() throws {
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        let long = [UInt8](repeating: 0x5A, count: 60_000)
        let answer = terminal.send(hex("802A0397 00EA60") + long + [0x01, 0x00])
        #expect(answer.status == 0x9000)
        #expect(try key().verifies(answer.data, over: long))
    }

    @Test("The signature key belongs to the signature certificate and needs the password (measured by public open-source projects)")
    func signatureKey() throws {
        #expect(sign(0x00, 0x9A, message).status == 0x6982)
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(sign(0x00, 0x9A, message).status == 0x6982)
        #expect(terminal.log(in: .signaturePassword) == 0x9000)
        let answer = sign(0x00, 0x9A, message)
        #expect(answer.status == 0x9000)
        let certificate = terminal.send("00B0 8100 000000").data
        #expect(try #require(PublicKey(certificate: certificate)).recover(answer.data) == message)
    }

    @Test("The current file is the key with P2=80; a key named by its short identifier becomes current (measured; ISO/IEC 7816-4)")
    func currentFile() throws {
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(sign(0x00, 0x80, message).status == 0x6981, "the PIN's file is current")
        terminal.status("00A4 020C 02 0017")
        #expect(sign(0x00, 0x80, message).status == 0x9000)
        terminal.selectApplication()
        #expect(sign(0x00, 0x80, message).status == 0x6986)
        #expect(sign(0x00, 0x97, message).status == 0x9000)
        #expect(sign(0x00, 0x80, message).status == 0x9000)
    }

    @Test("Nothing is signed without a PIN, nor after the PIN was wrong (measured: 6982)")
    func access() {
        #expect(sign(0x00, 0x97, message).status == 0x6982)
        terminal.status("0020 0098 04 31323334")
        #expect(sign(0x00, 0x97, message).status == 0x9000)
        terminal.status("0020 0098 04 39393939")
        #expect(sign(0x00, 0x97, message) == Response(bytes: hex("6982"), computing: CardProfile.myNumberCard.computingTimes.refuse))
    }

    @Test(
        "Wrong forms (measured: other P1 6A86, lengths 6700; the rest assumed)",
        arguments: [
            ("802A 0697 01 00 00", 0x6A86), ("802A FF97 01 00 00", 0x6A86), ("802A 0097", 0x6700), ("802A 0097 00", 0x6700),
            ("802A 0097 01 00", 0x6700), ("802A 0097 02 00 00", 0x6700), ("802A 0297 01 00 00", 0x6700), ("802A 0497 01 00 00", 0x6700),
            ("802A 0000 01 00 00", 0x6A88), ("802A 0017 01 00 00", 0x6A86), ("802A 008A 01 00 00", 0x6981),
            ("002A 0097 01 00 00", 0x6E00),
        ] as [(String, UInt16)])
    func wrongForms(command: String, status: UInt16) {
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(terminal.status(command) == status)
        #expect(terminal.card.complaints.count == 1)
    }

    @Test("246 bytes are one too many for RSA-2048 (RFC 8017 clause 9.2: eleven bytes of padding)")
    func tooLong() {
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(sign(0x00, 0x97, [UInt8](repeating: 1, count: 246)).status == 0x6700)
    }

    @Test("An Le too small for the signature is 6C00, and the right one is answered (ISO/IEC 7816-4: exact length in SW2; assumed)")
    func smallLe() {
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(terminal.send("802A 0097 01 2A FF").status == 0x6C00)
        #expect(terminal.send("802A 0097 01 2A FF").data.isEmpty)
        #expect(terminal.send("802A 0097 01 2A 00").data.count == 256)
        #expect(terminal.send("802A 0097 000001 2A 0100").data.count == 256)
    }

    @Test("A default key serves P2=00 where the profile has one")
    func defaultKey() throws {
        var application = CardApplication.jpki()
        application.defaultKey = 0x0017
        let terminal = Terminal(CardProfile(name: "default", applications: [application]))
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        let answer = terminal.send("802A 0000 01 2A 00")
        #expect(try key().recover(answer.data) == [0x2A])
    }

    @Test("GET CHALLENGE answers 1 to 256 bytes in any application; extended 6985 (measured by a public open-source project)")
    func challenge() {
        let terminal = Terminal()
        #expect(terminal.send("0084 0000 08").data.count == 8)
        terminal.selectApplication()
        #expect(terminal.send("0084 0000 01").data.count == 1)
        #expect(terminal.send("0084 0000 00").data.count == 256)
        #expect(terminal.status("0084 0000 000008") == 0x6985)
        #expect(terminal.status("0084 0000") == 0x6700)
        #expect(terminal.status("0084 0000 01 00 08") == 0x6700)
        #expect(terminal.status("0084 0100 08") == 0x6A86)
        #expect(terminal.status("0084 0001 08") == 0x6A86)
    }

    @Test("Challenges follow from the seed and never begin again (SplitMix64's published values for the seed 1234567)")
    func seed() {
        let published: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        let terminal = Terminal(seed: 1_234_567)
        #expect(terminal.send("0084 0000 03").data == published.map { UInt8(truncatingIfNeeded: $0) })
        let later = terminal.send("0084 0000 10").data
        terminal.powerCycle()
        #expect(terminal.send("0084 0000 10").data != later)
        #expect(Terminal(seed: 5).send("0084 0000 10") == Terminal(seed: 5).send("0084 0000 10"))
        #expect(Terminal(seed: 5).send("0084 0000 10") != Terminal(seed: 6).send("0084 0000 10"))
    }
}
