import ISO7816
import TestSupport
import Testing
import TransmissionProtocols

/// Exchanges of ISO/IEC 7816-3 annex A, written down from the rules as we know them; the numbers are ours. A block of the device that the card
/// gets with an error shows by the card's R-block only.
@Suite struct ScenarioTests {
    static let short = hex("00 84 00")
    static let long = hex("00 2A 9E 9A 05 01 02 03 04 05")  // three blocks of IFSC 4
    static let pieces = [hex("01 02 03 04"), hex("05 06 07 08"), hex("09 90 00")]

    /// Without errors.
    @Test(arguments: [
        ("1 exchange of I-blocks", "I(0,0) I(0,0)"),
        ("2 waiting time extension", "I(0,0) S(WTX?02) | S(WTX!02) I(0,0)"),
        ("4 IFS of the card", "I(0,0) S(IFS?20) | S(IFS!20) I(0,0)"),
        // With errors: a short command and its answer.
        ("8 the command has an error", "I(0,0) R(0)e | I(0,0) I(0,0)"),
        ("9 the answer has an error", "I(0,0) xI(0,0) | R(0)e I(0,0)"),
        ("10 the answer and what asks for it", "I(0,0) xI(0,0) | R(0)e R(1)e | R(0)e I(0,0)"),
        ("11 the command and what asks for it", "I(0,0) xR(0)e | R(0)e R(0)e | I(0,0) I(0,0)"),
        ("12 an error after another", "I(0,0) xI(0,0) | R(0)e xI(0,0) | R(0)e I(0,0)"),
        ("13 the answer is lost", "I(0,0) - | R(0)o I(0,0)"),
        ("14 the command is lost", "I(0,0) - | R(0)o R(0) | I(0,0) I(0,0)"),
        ("15 the request for time has an error", "I(0,0) xS(WTX?02) | R(0)e S(WTX?02) | S(WTX!02) I(0,0)"),
        ("16 the grant of time has an error", "I(0,0) S(WTX?02) | S(WTX!02) R(1)e | S(WTX!02) I(0,0)"),
        ("17 the grant has an error, the card asks anew", "I(0,0) S(WTX?02) | S(WTX!02) S(WTX?02) | S(WTX!02) I(0,0)"),
        ("18 the answer after the grant has an error", "I(0,0) S(WTX?02) | S(WTX!02) xI(0,0) | R(0)e I(0,0)"),
        ("19 the request for another IFSC has an error", "I(0,0) xS(IFS?20) | R(0)e S(IFS?20) | S(IFS!20) I(0,0)"),
        ("20 a doubled answer of before", "I(0,0) I(1,0) | R(0)o I(0,0)"),
    ])
    func aShortCommandIsAnswered(_ name: String, _ script: String) throws {
        // In 20 the first I-block is another one.
        let old = name.hasPrefix("20") ? [hex("6A 82")] : []
        var scenario = try Scenario(fields: old + [hex("01 90 00")])
        #expect(try scenario.play(Self.short, script) == .finished)
        #expect(hex(scenario.protocolUnderTest.response) == "019000")
        #expect(scenario.sent == Self.short)
    }

    /// A command of three blocks.
    @Test(arguments: [
        ("5 chaining", "I(0,1) R(1) | I(1,1) R(0) | I(0,0) I(0,0)"),
        ("21 a link has an error", "I(0,1) R(0)e | I(0,1) R(1) | I(1,1) R(0) | I(0,0) I(0,0)"),
        ("22 an acknowledgement has an error", "I(0,1) xR(1) | R(0)e R(1) | I(1,1) R(0) | I(0,0) I(0,0)"),
        ("23 both", "I(0,1) R(0)e | I(0,1) xR(1) | R(0)e R(1) | I(1,1) R(0) | I(0,0) I(0,0)"),
        ("24 the last link has an error", "I(0,1) R(1) | I(1,1) R(0) | I(0,0) R(0)e | I(0,0) I(0,0)"),
        ("25 an acknowledgement is lost", "I(0,1) R(1) | I(1,1) - | R(0)o R(0) | I(0,0) I(0,0)"),
        ("26 time in a chain", "I(0,1) S(WTX?01) | S(WTX!01) R(1) | I(1,1) R(0) | I(0,0) I(0,0)"),
        ("33 resynchronization in a chain", "I(0,1) R(1) | I(1,1) - | R(0)o - | R(0)o - | S(RESYNCH?) S(RESYNCH!) | " + whole),
        ("34 the second attempt succeeds", "I(0,1) - | R(0)o - | R(0)o - | S(RESYNCH?) - | S(RESYNCH?) S(RESYNCH!) | " + whole),
    ])
    func aChainedCommandIsAnswered(_ name: String, _ script: String) throws {
        var scenario = try Scenario()
        #expect(try scenario.play(Self.long, script) == .finished)
        #expect(hex(scenario.protocolUnderTest.response) == "9000")
        // What goes again goes from the beginning.
        let again = name.hasPrefix("33") ? Array(Self.long[..<8]) : name.hasPrefix("34") ? Array(Self.long[..<4]) : []
        #expect(scenario.sent == (name.hasPrefix("34") ? Self.long : again + Self.long))
    }

    private static let whole = "I(0,1) R(1) | I(1,1) R(0) | I(0,0) I(0,0)"

    /// An answer of three blocks.
    @Test(arguments: [
        ("6 chaining by the card", "I(0,0) I(0,1) | R(1) I(1,1) | R(0) I(0,0)"),
        ("27 the first link has an error", "I(0,0) xI(0,1) | R(0)e I(0,1) | R(1) I(1,1) | R(0) I(0,0)"),
        ("28 another has", "I(0,0) I(0,1) | R(1) xI(1,1) | R(1) I(1,1) | R(0) I(0,0)"),
        ("29 an acknowledgement has an error", "I(0,0) I(0,1) | R(1) R(1)e | R(1) I(1,1) | R(0) I(0,0)"),
        ("30 a link comes twice", "I(0,0) I(0,1) | R(1) I(0,1) | R(1) I(1,1) | R(0) I(0,0)"),
        ("31 a link is lost", "I(0,0) I(0,1) | R(1) - | R(1) I(1,1) | R(0) I(0,0)"),
        ("32 time in a chain", "I(0,0) I(0,1) | R(1) S(WTX?01) | S(WTX!01) I(1,1) | R(0) I(0,0)"),
    ])
    func aChainedAnswerIsRead(_ name: String, _ script: String) throws {
        var scenario = try Scenario(fields: Self.pieces)
        #expect(try scenario.play(Self.short, script) == .finished)
        #expect(hex(scenario.protocolUnderTest.response) == "0102030405060708099000")
    }

    @Test func bothSidesChain() throws {  // 7
        var scenario = try Scenario(fields: Self.pieces)
        let script = "I(0,1) R(1) | I(1,1) R(0) | I(0,0) I(0,1) | R(1) I(1,1) | R(0) I(0,0)"
        #expect(try scenario.play(Self.long, script) == .finished)
        #expect(hex(scenario.protocolUnderTest.response) == "0102030405060708099000" && scenario.sent == Self.long)
        // The numbers go on in the next command: three I-blocks each way.
        #expect(try scenario.play(Self.short, "I(1,0) I(1,0)") == .finished)
    }

    /// The card's new size holds for the next block, not for one that goes again.
    @Test func anotherFieldSizeHoldsAtOnce() throws {
        var scenario = try Scenario()
        #expect(try scenario.play(Self.long, "I(0,1) S(IFS?20) | S(IFS!20) R(1) | I(1,0) I(0,0)") == .finished)
        #expect(scenario.sent == Self.long)
    }

    /// Where a block that goes again has become too long, the chain begins anew: a part of it would not be the same block.
    @Test func aBlockNeverGoesAgainInAnotherSize() throws {
        var scenario = try Scenario()
        let script = "I(0,1) S(IFS?02) | S(IFS!02) R(0) | S(RESYNCH?) S(RESYNCH!) | I(0,1) R(1) | I(1,1) R(0) | I(0,0) I(0,0)"
        #expect(try scenario.play(Self.long, script) == .finished)
        #expect(scenario.sent == Self.long)  // the first block came twice in a row
    }

    // MARK: The end of a chain

    @Test(arguments: [
        "I(0,1) R(1) | I(1,1) S(ABORT?) | S(ABORT!) R(0)", "I(0,1) R(1) | I(1,1) S(ABORT?) | S(ABORT!) I(0,0)",
        "I(0,1) R(1) | I(1,1) S(ABORT?) | S(ABORT!) xR(0) | R(0)e R(0)",
        "I(0,1) R(1) | I(1,1) S(ABORT?) | S(ABORT!) S(ABORT?) | S(ABORT!) R(0)",
    ])
    func aCardEndsOurChain(_ script: String) throws {
        var scenario = try Scenario()
        #expect(try scenario.play(Self.long, script) == .failed(.abortedByCard))
        // The card awaits what its R-block says, or the next after the I-block that it answered.
        let next = script.hasSuffix("I(0,0)") ? "I(1,0) I(1,0)" : "I(0,0) I(0,0)"
        #expect(try scenario.play(Self.short, next) == .finished)
    }

    @Test func aCardEndsItsOwnChain() throws {
        var scenario = try Scenario(fields: Self.pieces)
        #expect(try scenario.play(Self.short, "I(0,0) I(0,1) | R(1) S(ABORT?) | S(ABORT!) R(1)") == .failed(.abortedByCard))
        #expect(scenario.protocolUnderTest.response.isEmpty)
        #expect(try scenario.play(Self.short, "I(1,0) I(1,0)") == .finished)
    }

    @Test func weEndAChainThatIsLongerThanAnyAnswer() throws {
        var scenario = try Scenario()
        var step = scenario.protocolUnderTest.begin(Self.short.span)
        var number: UInt8 = 0
        for _ in 0..<259 {
            guard case .send = step else { throw BenchError("ended early") }
            step = scenario.protocolUnderTest.receive(
                Notation.sealed([0, number << 6 | 0x20, 254] + [UInt8](repeating: 7, count: 254)).span)
            number ^= 1
        }
        #expect(hex(scenario.protocolUnderTest.block) == "00C200C2")
        step = scenario.protocolUnderTest.receive(hex("00 E2 00 E2").span)
        #expect(step == .failed(.responseTooLong) && scenario.protocolUnderTest.response.isEmpty)
    }

    // MARK: Giving up

    /// A command that the card may have carried out is not sent again.
    @Test func afterAWholeCommandResynchronizationIsAFailure() throws {  // 35
        var scenario = try Scenario()
        let script = "I(0,0) - | R(0)o - | R(0)o - | S(RESYNCH?) S(RESYNCH!)"
        #expect(try scenario.play(Self.short, script) == .failed(.commandUncertain))
        #expect(try scenario.play(Self.short, "I(0,0) I(0,0)") == .finished)
    }

    @Test func threeRequestsAreTheEnd() throws {
        var scenario = try Scenario()
        let script = "I(0,0) - | R(0)o - | R(0)o - | S(RESYNCH?) - | S(RESYNCH?) xS(RESYNCH!) | S(RESYNCH?) I(0,0)"
        #expect(try scenario.play(Self.short, script) == .failed(.cardLost))
        #expect(scenario.protocolUnderTest.begin(Self.short.span) == .failed(.cardLost))
    }

    /// Before anything has come, a reset is the only way (rule 7.4.1).
    @Test func atTheStartNothingIsResynchronized() throws {
        var scenario = try Scenario(begun: false)
        #expect(try scenario.play(Self.short, "I(0,0) - | R(0)o - | R(0)o -") == .failed(.cardLost))
    }

    @Test func anInterruptedCommandIsGivenUpFirst() throws {
        var scenario = try Scenario()
        _ = scenario.protocolUnderTest.begin(Self.long.span)
        scenario.protocolUnderTest.interrupt()
        #expect(scenario.protocolUnderTest.block.isEmpty)
        // What comes late is no answer.
        #expect(try scenario.play(Self.short, "S(RESYNCH?) I(0,0) | S(RESYNCH?) S(RESYNCH!) | I(0,0) I(0,0)") == .finished)
    }
}
