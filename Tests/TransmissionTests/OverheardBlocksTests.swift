import TestSupport
import Testing
import TransmissionProtocols

/// Blocks that somebody else exchanges, in the notation of ISO/IEC 7816-3 annex A.
@Suite struct OverheardBlocksTests {
    private var line = OverheardBlocks(.longitudinalRedundancy)

    private func block(_ notation: String, _ field: String = "") throws -> [UInt8] {
        var bytes = try Notation.prologue(notation)
        if notation.hasPrefix("I") { bytes[2] = UInt8(hex(field).count) }
        return Notation.sealed(bytes + (notation.hasPrefix("I") ? hex(field) : []))
    }

    private mutating func send(_ notation: String, _ field: String = "") throws -> OverheardBlocks.Meaning {
        line.send(try block(notation, field))
    }

    private mutating func receive(_ notation: String, _ field: String = "") throws -> OverheardBlocks.Meaning {
        line.receive(try block(notation, field))
    }

    @Test mutating func aCommandAndItsAnswer() throws {
        #expect(try send("S(IFS?20)") == .nothing)
        #expect(try receive("S(IFS!20)") == .nothing)
        #expect(try send("I(0,0)", "00A40000") == .command(beginning: hex("00A40000"), isWhole: true))
        #expect(try receive("S(WTX?02)") == .nothing)
        #expect(try send("S(WTX!02)") == .nothing)
        #expect(try receive("I(0,0)", "9000") == .exchange(command: hex("00A40000"), response: hex("9000")))
        #expect(try send("I(1,0)", "00B00000") == .command(beginning: hex("00B00000"), isWhole: true))
        #expect(try receive("I(1,0)", "6A82") == .exchange(command: hex("00B00000"), response: hex("6A82")))
    }

    /// Chains both ways, with a block of each that is sent again because its receiver asked for it.
    @Test mutating func chainsArePutTogether() throws {
        #expect(try send("I(0,1)", "00B0") == .command(beginning: hex("00B0"), isWhole: false))
        #expect(try receive("R(0)e") == .nothing)
        #expect(try send("I(0,1)", "00B0") == .nothing)
        #expect(try receive("R(1)") == .nothing)
        #expect(try send("I(1,0)", "0000") == .nothing)
        #expect(try receive("I(0,1)", "01") == .nothing)
        #expect(line.receive(hex("00 20 01 01 FF")) == .nothing)
        #expect(try send("R(0)o") == .nothing)
        #expect(try receive("I(0,1)", "01") == .nothing)
        #expect(try send("R(1)") == .nothing)
        #expect(try receive("I(1,0)", "9000") == .exchange(command: hex("00B00000"), response: hex("019000")))
    }

    /// What cannot be followed may have been anything.
    @Test mutating func whatIsNoBlockOfTheDeviceIsUnknown() throws {
        #expect(line.send(hex("00 00 02 00A4 A5")) == .unknown)
        #expect(line.send(hex("FF 11 18 F6")) == .unknown)
        #expect(line.send([]) == .unknown)
        #expect(try send("I(0,0)", "00200080") == .command(beginning: hex("00200080"), isWhole: true))
        #expect(try send("I(0,0)", "00200081") == .unknown)
    }

    /// After S(RESYNCH) numbers begin again, so that the same number is another block; after S(ABORT) they go on.
    @Test mutating func aChainMayEndBeforeItsTime() throws {
        #expect(try send("I(0,1)", "00B0") == .command(beginning: hex("00B0"), isWhole: false))
        #expect(try send("S(RESYNCH?)") == .nothing)
        #expect(try receive("S(RESYNCH!)") == .nothing)
        #expect(try send("I(0,1)", "00C0") == .command(beginning: hex("00C0"), isWhole: false))
        #expect(try receive("S(ABORT?)") == .nothing)
        #expect(try send("S(ABORT!)") == .nothing)
        #expect(try send("I(1,0)", "00840000") == .command(beginning: hex("00840000"), isWhole: true))
        #expect(try receive("I(0,0)", "9000") == .exchange(command: hex("00840000"), response: hex("9000")))
        // An answer to nothing is none.
        #expect(try receive("I(1,0)", "9000") == .nothing)
    }

    @Test mutating func anAPDUWithoutEndIsUnknown() throws {
        let field = String(repeating: "00", count: 254)
        var last = try send("I(0,1)", field)
        for count in 1..<300 where last != .unknown { last = try send(count % 2 == 0 ? "I(0,1)" : "I(1,1)", field) }
        #expect(last == .unknown)
    }
}
