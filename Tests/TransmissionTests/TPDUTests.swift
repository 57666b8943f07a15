import ISO7816
import TestSupport
import Testing
import TransmissionProtocols

/// Cases of ISO/IEC 7816-3 clause 12.2: a command APDU, TPDUs with what comes back, the response APDU.
@Suite struct TPDUTests {
    private static func play(_ command: String, _ script: [(String, String)], envelopes: Bool = false) throws -> String {
        var protocolUnderTest = CommandTPDUs(takesEnvelopes: envelopes)
        var step = protocolUnderTest.begin(hex(command).span)
        for (sent, answer) in script {
            guard step == .send else { return "\(step)" }
            #expect(hex(protocolUnderTest.tpdu) == hex(hex(sent)))
            step = protocolUnderTest.receive(hex(answer).span)
        }
        #expect(protocolUnderTest.tpdu.isEmpty || step == .send)
        return step == .finished ? hex(protocolUnderTest.response) : "\(step)"
    }

    @Test func theCases() throws {
        #expect(try Self.play("00 20 00 80", [("00 20 00 80 00", "63 C3")]) == "63C3")  // 1
        #expect(try Self.play("00 B0 00 00 02", [("00 B0 00 00 02", "01 02 90 00")]) == "01029000")  // 2S.1
        #expect(try Self.play("00 B0 00 00 02", [("00 B0 00 00 02", "67 00")]) == "6700")  // 2S.2
        #expect(try Self.play("00 B0 00 00 00", [("00 B0 00 00 00", "6C 02"), ("00 B0 00 00 02", "01 02 90 00")]) == "01029000")  // 2S.3
        #expect(try Self.play("00 D6 00 00 02 01 02", [("00 D6 00 00 02 01 02", "90 00")]) == "9000")  // 3S
        #expect(try Self.play("00 A4 04 00 02 3F 00 00", [("00 A4 04 00 02 3F 00", "6A 82")]) == "6A82")  // 4S.1
        #expect(
            try Self.play("00 A4 04 00 02 3F 00 00", [("00 A4 04 00 02 3F 00", "61 03"), ("00 C0 00 00 03", "01 02 03 90 00")])
                == "0102039000")  // 4S.3
        #expect(
            try Self.play(
                "00 A4 04 00 02 3F 00 00",
                [("00 A4 04 00 02 3F 00", "61 00"), ("00 C0 00 00 00", "6C 02"), ("00 C0 00 00 02", "01 02 90 00")]) == "01029000")
    }

    /// Case 4S.2: 9000 without a word of data, which is asked for all the same; a card that refuses has none.
    @Test func dataMayBeThereThatWasNotAnnounced() throws {
        let select = ("00 A4 04 00 02 3F 00", "90 00")
        #expect(try Self.play("00 A4 04 00 02 3F 00 02", [select, ("00 C0 00 00 02", "01 02 90 00")]) == "01029000")
        #expect(
            try Self.play("00 A4 04 00 02 3F 00 00", [select, ("00 C0 00 00 00", "6C 01"), ("00 C0 00 00 01", "07 90 00")]) == "079000")
        for refusal in ["6D 00", "69 85", "6F 00"] {
            #expect(try Self.play("00 A4 04 00 02 3F 00 00", [select, ("00 C0 00 00 00", refusal)]) == "9000")
        }
        // Where none is expected none is asked for.
        #expect(try Self.play("00 A4 04 00 02 3F 00", [select]) == "9000")
    }

    /// What was begun before, perhaps with a PIN, is not sent with the next command.
    @Test func aCommandEndsTheOneBefore() {
        var protocolUnderTest = CommandTPDUs(takesEnvelopes: false)
        _ = protocolUnderTest.begin(hex("00 20 00 80 04 31 32 33 34").span)
        _ = protocolUnderTest.begin(hex("00 D6 00 00 01 07").span)
        #expect(protocolUnderTest.tpdu == hex("00 D6 00 00 01 07"))
    }

    @Test func noMoreIsFetchedThanWasAskedFor() throws {
        let script = [("00 A4 04 00 02 3F 00", "61 03"), ("00 C0 00 00 02", "01 02 61 01")]
        #expect(try Self.play("00 A4 04 00 02 3F 00 02", script) == "01026101")
        // And none where nothing was: the status word is for whoever asked.
        #expect(try Self.play("00 A4 04 00 02 3F 00", [("00 A4 04 00 02 3F 00", "61 03")]) == "6103")
        #expect(try Self.play("00 B0 00 00 02", [("00 B0 00 00 02", "6C 10")]) == "6C10")
    }

    /// The class of the command where it is an interindustry one (ISO/IEC 7816-4 clause 5.4.1).
    @Test func getResponseFollowsTheClass() throws {
        #expect(try Self.play("01 CA 00 00 00", [("01 CA 00 00 00", "61 01"), ("01 C0 00 00 01", "07 90 00")]) == "079000")
        #expect(try Self.play("80 CA 00 00 00", [("80 CA 00 00 00", "61 01"), ("00 C0 00 00 01", "07 90 00")]) == "079000")
    }

    @Test func extendedFieldsThatFitAreMapped() throws {
        #expect(try Self.play("00 D6 00 00 00 00 02 01 02", [("00 D6 00 00 02 01 02", "90 00")]) == "9000")  // 3E.1
        let part = [UInt8](repeating: 0x33, count: 256)
        let rest = [UInt8](repeating: 0x44, count: 4)
        let script = [("00 B0 00 00 00", hex(part) + "6104"), ("00 C0 00 00 04", hex(rest) + "9000")]
        #expect(try Self.play("00 B0 00 00 00 01 04", script) == hex(part + rest) + "9000")  // 2E
    }

    @Test func envelopesAreForCardsThatSaySo() throws {
        let data = [UInt8](repeating: 0xA5, count: 300)
        let command = "00 2A 00 BE 00 01 2C" + hex(data) + "0000"
        var refusing = CommandTPDUs(takesEnvelopes: false)
        #expect(refusing.begin(hex(command).span) == .failed(.tooLong))
        // 309 bytes in pieces of 255.
        let bytes = hex(command)
        let script = [
            ("00 C2 00 00 FF" + hex(Array(bytes[..<255])), "90 00"), ("00 C2 00 00 36" + hex(Array(bytes[255...])), "61 02"),
            ("00 C0 00 00 02", "01 02 90 00"),
        ]
        #expect(try Self.play(command, script, envelopes: true) == "01029000")
        #expect(try Self.play(command, [("00 C2 00 00 FF" + hex(Array(bytes[..<255])), "6D 00")], envelopes: true) == "6D00")
    }

    @Test(arguments: ["", "90", "01 90 00", "01 02 03 90 00"])
    func whatDoesNotFitIsNoAnswer(_ answer: String) throws {
        let count = hex(answer).count
        let isShort = count < 2
        let command = isShort ? "00 B0 00 00 02" : count == 3 ? "00 D6 00 00 01 05" : "00 B0 00 00 02"
        #expect(try Self.play(command, [(command, answer)]) == "\(CommandTPDUs.Step.failed(.malformed(count: count)))")
    }

    @Test func nobodyAsksForEver() throws {
        let loop = [("00 A4 04 00 02 3F 00", "61 03"), ("00 C0 00 00 03", "61 03")]
        #expect(try Self.play("00 A4 04 00 02 3F 00 00", loop) == "\(CommandTPDUs.Step.failed(.endless(.noProgress)))")
        let wrong = [("00 B0 00 00 00", "6C 02"), ("00 B0 00 00 02", "6C 03")]
        #expect(try Self.play("00 B0 00 00 00", wrong) == "\(CommandTPDUs.Step.failed(.endless(.repeatedWrongLength)))")
    }

    @Test func whatIsNoCommandIsNotSent() {
        var protocolUnderTest = CommandTPDUs(takesEnvelopes: true)
        #expect(protocolUnderTest.begin(hex("00 A4").span) == .failed(.notACommand(.commandTooShort(2))))
    }
}
