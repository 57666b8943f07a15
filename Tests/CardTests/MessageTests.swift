import SimulationKit
import Station
import TestSupport
import Testing

@testable import Cards

@Suite("Form of messages, complaints and hostile bytes")
struct MessageTests {
    @Test(
        "Class and instruction (ISO/IEC 7816-4; channels measured: 6881)",
        arguments: [
            ("0184 0000 08", 0x6881), ("0384 0000 08", 0x6881), ("4084 0000 08", 0x6881), ("812A 0097 01 2A 00", 0x6881),
            ("0484 0000 08", 0x6882), ("0C84 0000 08", 0x6882), ("0884 0000 08", 0x6882),
            ("2084 0000 08", 0x6E00), ("A084 0000 08", 0x6E00), ("FF84 0000 08", 0x6E00), ("8084 0000 08", 0x6E00),
            ("0000 0000", 0x6D00), ("00C0 0000 00", 0x6D00), ("00B1 0000 00", 0x6D00), ("8088 0099 01 00", 0x6E00),
        ] as [(String, UInt16)])
    func classes(command: String, status: UInt16) {
        let terminal = Terminal()
        #expect(terminal.status(command) == status)
        #expect(terminal.card.complaints.count == 1)
    }

    @Test(
        "Lengths that disagree are 6700 (ISO/IEC 7816-3 clause 12.1)",
        arguments: [
            "", "00", "00A4", "00A404", "00A4 040C 0A D392F0002601000000", "00A4 040C 0A D392F000260100000001 0000",
            "00A4 040C 00 0A", "00A4 040C 00000A D392F0002601000000", "00A4 040C 00000A D392F000260100000001 00",
            "00A4 040C 00000A D392F000260100000001 000000", "00A4 040C 000000 0000", "00A4 040C 00FFFF D392",
        ])
    func lengths(command: String) {
        let terminal = Terminal()
        #expect(terminal.status(command) == 0x6700)
        #expect(terminal.card.complaints.count == 1)
    }

    @Test("All seven forms of a command are read: no field, Le, Lc, both, short and extended (ISO/IEC 7816-3 clause 12.1)")
    func forms() throws {
        func parse(_ text: String) throws -> CommandMessage { try CommandMessage(hex(text).span) }
        let none = try parse("00200080")
        #expect(none.data.isEmpty && none.expected == 0 && !none.isExtended && !none.expectsAll)
        let le = try parse("00B00000 07")
        #expect(le.data.isEmpty && le.expected == 7 && !le.isExtended && !le.expectsAll)
        let all = try parse("00B00000 00")
        #expect(all.expected == 256 && all.expectsAll)
        let lc = try parse("00A4020C 02 000A")
        #expect(lc.data == 5..<7 && lc.expected == 0)
        let both = try parse("802A0080 01 2A 00")
        #expect(both.data == 5..<6 && both.expected == 256)
        let longLe = try parse("00B00000 000100")
        #expect(longLe.data.isEmpty && longLe.expected == 256 && longLe.isExtended && !longLe.expectsAll)
        let longAll = try parse("00B00000 000000")
        #expect(longAll.expected == 65_536 && longAll.expectsAll)
        let longLc = try parse("00A4020C 000002 000A")
        #expect(longLc.data == 7..<9 && longLc.expected == 0 && longLc.isExtended)
        let longBoth = try parse("802A0080 000001 2A 0000")
        #expect(longBoth.data == 7..<8 && longBoth.expected == 65_536 && longBoth.isExtended)
        let largest = try CommandMessage((hex("802A0080 00FFFF") + [UInt8](repeating: 0, count: 65_537)).span)
        #expect(largest.data == 7..<65_542 && largest.expected == 65_536)
    }

    @Test("Extended fields are 6700 where the profile has none, without a complaint: to try is right (ISO/IEC 7816-4, capabilities)")
    func noExtendedLength() {
        let terminal = Terminal(.myNumberCardShortLength)
        terminal.selectApplication()
        #expect(terminal.status("00B0 8A00 000000") == 0x6700)
        #expect(terminal.status("0020 0098 000004 31323334") == 0x6700)
        #expect(terminal.card.complaints.isEmpty)
        #expect(terminal.status("00B0 8A00 00") == 0x9000)
        #expect(terminal.card.triesLeft(of: .authenticationPIN) == 3)
    }

    @Test("A session by the rules leaves no complaint, even where the card refuses")
    func noComplaint() {
        let terminal = Terminal()
        for command in [
            "00A4 0000 02 3F00", .selectJPKI, "0020 0098", "00B0 8A00 000000", "00B0 8100 00", "00A4 020C 02 0003", "00B0 8A00 FF",
            "00B0 8AFF 00", "0020 0098 04 39393939", "802A 0097 01 2A 00", "0020 0098 04 31323334", "802A 0097 01 2A 00",
        ] {
            terminal.status(command)
        }
        #expect(terminal.card.complaints.isEmpty)
    }

    @Test("A complaint names the command and the reason, and nothing of a data field")
    func complaintText() {
        let terminal = Terminal()
        terminal.selectApplication()
        terminal.status("0020 0098 05 31323334")
        terminal.status("3132 3334 35363738")
        #expect(
            terminal.card.complaints == [
                "00 20 00 98, 9 bytes: Lc and the length of the message do not agree (6700)",
                "8 bytes: the card does not know the class (6E00)",
            ])
        terminal.card.forgetComplaints()
        #expect(terminal.card.complaints.isEmpty)
    }

    @Test("Two secrets of one length leave the same complaints (non-interference)")
    func nonInterference() {
        func complaints(_ secret: String) -> [String] {
            let terminal = Terminal()
            terminal.selectApplication()
            for prefix in ["", "0020 0098 03", "0020 0098 05", "0024 0198 03", "0020 0198 04", "0020 008A 04", "8020 0098 04"] {
                terminal.status(prefix + secret)
            }
            return terminal.card.complaints
        }
        #expect(complaints("31323334") == complaints("39383736"))
        #expect(complaints("31323334").count == 7)
    }

    @Test("The list of complaints does not grow without end")
    func boundedComplaints() {
        let terminal = Terminal()
        for _ in 0..<1_500 { terminal.status("00") }
        #expect(terminal.card.complaints.count == 1_000)
    }

    @Test("The response buffer of the host is used again")
    func reusedBuffer() {
        let terminal = Terminal()
        var response: [UInt8] = []
        response.reserveCapacity(4_096)
        let room = response.withUnsafeBufferPointer(\.baseAddress)
        for command in [String.selectJPKI, "00B0 8A00 000000", "0020 0098 04 31323334", "802A 0097 01 2A 00", "0000"] {
            _ = terminal.card.process(hex(command).span, into: &response, at: .zero)
            #expect(response.withUnsafeBufferPointer(\.baseAddress) == room)
        }
    }

    @Test("100,000 messages of random bytes, up to 70,000 long, never trap and never touch a counter")
    func randomBytes() {
        var random = SeededGenerator(seed: 0x6B61_7A61_7375)
        let instructions: [UInt8] = [0x20, 0x24, 0x2A, 0x32, 0x84, 0x88, 0xA2, 0xA4, 0xAE, 0xB0, 0xB2, 0xCA, 0xFC]
        let terminal = Terminal()
        terminal.selectApplication()
        for round in 0..<100_000 {
            if round % 64 == 0 {
                terminal.select(CardProfile.myNumberCard.applications[round / 64 % 5].identifier)
                terminal.status(round % 128 == 0 ? "00A4 020C 02 0018" : "00A4 020C 02 0017")
            }
            let count = random.next() % 512 == 0 ? Int(random.next() % 70_000) : Int(random.next() % 24)
            var bytes = random.bytes(count)
            if count >= 4, random.next() % 4 != 0 {
                bytes[0] = [0x00, 0x80, 0x08, 0x10, 0x90, 0x00, 0x80, 0x0C][Int(random.next() % 8)]
                bytes[1] = instructions[Int(random.next() % 13)]
                if random.next() % 2 == 0 { bytes[2] = UInt8(random.next() % 6) }
                if random.next() % 2 == 0 { bytes[3] = 0x80 | UInt8(random.next() % 32) }
            }
            if isTry(bytes) { bytes[2] = 0x01 }
            let answer = terminal.send(bytes)
            #expect(answer.computing != nil && answer.status != 0)
        }
        for application in CardProfile.myNumberCard.applications {
            for credential in Credential.allCases {
                let left = terminal.card.triesLeft(of: credential, in: application.identifier)
                #expect(left == nil || left == application.tries(of: credential), "\(credential)")
            }
        }
    }

    /// Whether a message might be a well-formed VERIFY with a body; generous.
    private func isTry(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 5, bytes[0] & 0x6F == 0x00, bytes[1] == 0x20, bytes[2] == 0x00 else { return false }
        if Int(bytes[4]) == bytes.count - 5 { return true }
        return bytes[4] == 0 && bytes.count > 7 && Int(bytes[5]) << 8 | Int(bytes[6]) == bytes.count - 7
    }
}

extension CardApplication {
    /// The tries of a secret as the profile says.
    func tries(of credential: Credential) -> Int? {
        for file in files {
            if case .reference(let reference) = file.body, reference.credential == credential, reference.issue == .usable {
                return reference.tries
            }
        }
        return nil
    }
}
