import ISO7816
import TestSupport
import Testing
import TransmissionProtocols

/// Blocks in the notation of ISO/IEC 7816-3 annex A, made into bytes without the code under test: `I(0,1)` with N(S) and M, `R(1)` with N(R),
/// `R(1)e` for one that tells of a wrong code and `R(1)o` of another error, `S(IFS?20)` a request and `S(IFS!20)` a response (hexadecimal).
struct Notation {
    /// What a card's I-blocks carry, one after the other; the same N(S) twice in a row is the same block again.
    var fields: [[UInt8]] = []
    private var last: (block: String, field: [UInt8])?

    init(fields: [[UInt8]]) { self.fields = fields }

    static func sealed(_ prologueAndField: [UInt8]) -> [UInt8] { prologueAndField + [prologueAndField.reduce(0, ^)] }

    /// The bytes of a card's block.
    mutating func bytes(_ text: String) throws -> [UInt8] {
        guard text.hasPrefix("I") else { return try Self.sealed(Self.prologue(text)) }
        if last?.block != text {
            last = (text, fields.isEmpty ? hex("90 00") : fields.removeFirst())
        }
        let field = last?.field ?? []
        var bytes = try Self.prologue(text)
        bytes[2] = UInt8(field.count)
        return Self.sealed(bytes + field)
    }

    /// NAD, PCB and LEN, and the byte of an S-block.
    static func prologue(_ text: String) throws -> [UInt8] {
        let symbols = Array(text)
        switch symbols[0] {
        case "I": return [0, (symbols[2] == "1" ? 0x40 : 0) | (symbols[4] == "1" ? 0x20 : 0), 0]
        case "R": return [0, 0x80 | (symbols[2] == "1" ? 0x10 : 0) | (symbols.last == "e" ? 1 : symbols.last == "o" ? 2 : 0), 0]
        default:
            let services: [(String, UInt8)] = [("RESYNCH", 0), ("IFS", 1), ("ABORT", 2), ("WTX", 3)]
            let number = try #require(services.first { text.contains($0.0) }?.1)
            let pcb = (text.contains("?") ? 0xC0 : 0xE0) | number
            let value = text.split { $0 == "?" || $0 == "!" }.last.map { hex(String($0.dropLast())) } ?? []
            return [0, pcb, UInt8(value.count)] + value
        }
    }
}

/// A card that follows a script, and the protocol under test.
struct Scenario {
    var protocolUnderTest: BlockProtocol
    private var notation: Notation
    /// The data of the I-blocks that the device sent, without those sent again in a row.
    private(set) var sent: [UInt8] = []
    private var lastInformation: [UInt8] = []

    /// IFSC 4, LRC, and a card whose I-blocks carry these fields.
    init(fields: [[UInt8]] = [], begun: Bool = true) throws {
        let answer = try AnswerToReset(bytes: hex("3B 80 81 11 04 14"))
        protocolUnderTest = BlockProtocol(BlockProtocol.Settings(answer, blockSize: 261))
        notation = Notation(fields: fields)
        guard begun else { return }
        // An error-free block has come: the rules of the start are over.
        _ = protocolUnderTest.announce(fieldSize: 32)
        guard protocolUnderTest.receive(Notation.sealed(hex("00 E1 01 20")).span) == .finished else { throw BenchError("no IFSD") }
    }

    /// Plays `script`: pairs of what the device must send and what comes back, where `-` is nothing and an `x` before a block is a wrong code.
    mutating func play(_ command: [UInt8], _ script: String) throws -> BlockProtocol.Step {
        var step = protocolUnderTest.begin(command.span)
        let lines = script.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
        for line in lines {
            guard case .send = step else {
                Issue.record("\(step) where \(line[0]) was awaited")
                return step
            }
            try check(line[0])
            step = try answer(line[1])
        }
        return step
    }

    private mutating func check(_ text: String) throws {
        let block = protocolUnderTest.block
        #expect(block.reduce(0, ^) == 0 && block.count == Int(block[2]) + 4)
        let expected = try Notation.prologue(text)
        #expect(hex([block[1]]) == hex([expected[1]]), "\(text)")
        if text.hasPrefix("I") {
            if block != lastInformation { sent += block[3..<block.count - 1] }
            lastInformation = block
        } else {
            #expect(Array(block.dropLast()) == expected)
        }
    }

    private mutating func answer(_ text: String) throws -> BlockProtocol.Step {
        if text == "-" { return protocolUnderTest.receiveNothing(isGarbled: false) }
        var bytes = try notation.bytes(text.hasPrefix("x") ? String(text.dropFirst()) : text)
        if text.hasPrefix("x") { bytes[bytes.count - 1] ^= 0x01 }
        return protocolUnderTest.receive(bytes.span)
    }
}
