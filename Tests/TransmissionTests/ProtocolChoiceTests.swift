import ISO7816
import TestSupport
import Testing
import TransmissionProtocols

/// The protocol and the rates for a card and a device (ISO/IEC 7816-3 clauses 6.3 and 9).
@Suite struct ProtocolChoiceTests {
    private let device = ProtocolChoice.Device(protocols: 3, clock: 4_000_000, rate: 344_086)

    private func choose(_ atr: String, for device: ProtocolChoice.Device? = nil) throws -> ProtocolChoice {
        try ProtocolChoice(try AnswerToReset(bytes: hex(atr)), for: device ?? self.device)
    }

    @Test func whatTheCardSpeaksFirstAtItsRates() throws {
        let plain = try choose("3B E0 00 FF 81 31 FE 45 14")
        #expect(plain.number == 1 && plain.rates == 0x11 && !plain.needsSelection)
        // TA1 96: 512 / 32 at 4 MHz are 250,000 bit/s.
        let fast = try choose("3B 90 96 81 11 FE 68")
        #expect(fast.number == 1 && fast.rates == 0x96 && fast.needsSelection && hex(fast.request) == "FF119678")
        // Of T=0 and T=1 the first.
        let both = try choose("3B 80 80 01 01")
        #expect(both.number == 0 && !both.needsSelection && hex(both.request) == "FF00FF")
    }

    @Test func noFasterThanTheDevice() throws {
        // 372 / 4 of 13 are 43,010 bit/s, 2 are 21,505.
        let slow = ProtocolChoice.Device(protocols: 3, clock: 4_000_000, rate: 30_000)
        #expect(try choose("3B 90 13 81 11 FE ED", for: slow).rates == 0x12)
        // Of 97 (500,000 bit/s) no device of 344,086 has more than 96; 18 (12) is slower than 15 (16).
        #expect(try choose("3B 90 97 81 11 FE 69").rates == 0x96)
        #expect(try choose("3B 90 18 81 11 FE E6").rates == 0x18)
        // Slower than the default ones, and reserved.
        #expect(try choose("3B 90 21 81 11 FE DF").rates == 0x11)
        #expect(try choose("3B 90 7F 81 11 FE 81").rates == 0x11)
    }

    @Test func anotherProtocolIsAskedFor() throws {
        let onlyOne = ProtocolChoice.Device(protocols: 2, clock: 4_000_000, rate: 344_086)
        let choice = try choose("3B 80 80 01 01", for: onlyOne)
        #expect(choice.number == 1 && choice.needsSelection && hex(choice.request) == "FF01FE")
        #expect(throws: ProtocolChoice.Failure.noCommonProtocol) { try choose("3B 00", for: onlyOne) }
        #expect(throws: ProtocolChoice.Failure.noCommonProtocol) { try choose("3B 80 0E 8E") }
    }

    /// TA2: the card has chosen already.
    @Test func specificMode() throws {
        let choice = try choose("3B 90 96 91 01 11 FE 79")
        #expect(choice.number == 1 && choice.rates == 0x96 && !choice.needsSelection)
        #expect(throws: ProtocolChoice.Failure.ratesNotSupported) { try choose("3B 90 97 91 01 11 FE 78") }
        #expect(throws: ProtocolChoice.Failure.ratesNotSupported) { try choose("3B 90 96 91 11 11 FE 69") }
        let onlyZero = ProtocolChoice.Device(protocols: 1, clock: 4_000_000, rate: 344_086)
        #expect(throws: ProtocolChoice.Failure.noCommonProtocol) { try choose("3B 90 96 91 01 11 FE 79", for: onlyZero) }
    }

    @Test func whatIsGranted() throws {
        let fast = try choose("3B 90 96 81 11 FE 68")
        #expect(fast.rates(grantedBy: hex("FF 11 96 78").span) == 0x96)
        #expect(fast.rates(grantedBy: hex("FF 01 FE").span) == 0x11)
        for refusal in ["", "FF 11 96 79", "FF 11 95 7B", "FF 00 FF", "FF 11 96 78 00"] {
            #expect(fast.rates(grantedBy: hex(refusal).span) == nil, "\(refusal)")
        }
    }
}
