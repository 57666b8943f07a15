import TestSupport
import Testing

/// What Wireshark must find in the data of CCID messages, read once more from the bytes: what is whole, and what is a part of what.
struct CarriedBytes {
    private let takesBlocks: Bool
    private var isPowering = false
    private var parts: [Bool: [UInt8]] = [:]

    /// By the class descriptor: whether the level of exchange is that of TPDUs (CCID 1.1 clause 5.1, dwFeatures).
    init(_ descriptor: [UInt8]) { takesBlocks = descriptor.count == 54 && descriptor[42] & 0x07 == 1 }

    mutating func check(_ frame: Dissection.Frame, _ message: [UInt8], carries: Bool) {
        if message[0] == 0x62 { (isPowering, parts) = (true, [:]) }
        guard carries else { return #expect(!frame.layers.contains("iso7816")) }
        let (isFromCard, data) = (message[0] == 0x80, Array(message.dropFirst(10)))
        if message[0] == 0x6B || message[0] == 0x83 { return #expect(frame["ccid_card.escape"] == hex(data, separator: "").lowercased()) }
        if isFromCard, isPowering {
            isPowering = false
            return #expect(frame["iso7816.atr.init_char"] == "0x3b")
        }
        if takesBlocks { return checkBlock(frame, data, isFromCard) }
        let level = message[isFromCard ? 9 : 8]
        #expect((frame["ccid_card.part"] != "") == (level != 0))
        checkAPDU(frame, data, isFromCard, more: level == 1 || level == 3)
    }

    /// A block of T=1 (ISO/IEC 7816-3 clause 11.3).
    private mutating func checkBlock(_ frame: Dissection.Frame, _ block: [UInt8], _ isFromCard: Bool) {
        #expect(number(frame["iso7816_t1.nad"]) == block[0])
        #expect(number(frame["iso7816_t1.pcb"]) == block[1])
        #expect(frame["iso7816_t1.len"] == "\(block.count - 4)")
        #expect(number(frame["iso7816_t1.lrc"]) == block.last)
        let field = Array(block.dropFirst(3).dropLast())
        #expect(frame["iso7816_t1.inf"] == hex(field, separator: "").lowercased())
        guard block[1] & 0x80 == 0 else { return #expect(!frame.layers.contains("iso7816")) }
        #expect(frame["iso7816_t1.ns"] == "\(block[1] >> 6)")
        #expect(frame["iso7816_t1.more"] == (block[1] & 0x20 == 0 ? "0" : "1"))
        checkAPDU(frame, field, isFromCard, more: block[1] & 0x20 != 0)
    }

    private mutating func checkAPDU(_ frame: Dissection.Frame, _ part: [UInt8], _ isFromCard: Bool, more: Bool) {
        parts[isFromCard, default: []] += part
        #expect(frame.layers.contains("iso7816") == !more)
        guard !more, let whole = parts.removeValue(forKey: isFromCard) else { return }
        if isFromCard {
            #expect([number(frame["iso7816.apdu.sw1"]), number(frame["iso7816.apdu.sw2"])] == Array(whole.suffix(2)))
            #expect(frame["iso7816.apdu.body"] == hex(Array(whole.dropLast(2)), separator: "").lowercased())
        } else {
            #expect(number(frame["iso7816.apdu.cla"]) == whole[0])
            // Of a proprietary class Wireshark knows no instructions.
            #expect(number(frame["iso7816.apdu.ins"]) == (whole[0] & 0x80 == 0 ? whole[1] : nil))
        }
    }

    private func number(_ text: String) -> UInt8? { UInt8(text.dropFirst(2), radix: 16) }
}
