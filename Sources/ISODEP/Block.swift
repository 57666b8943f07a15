/// A block of the half-duplex block transmission protocol without its CRC (ISO/IEC 14443-4 clause 7.1); neither CID nor NAD is used.
struct Block {
    /// What the protocol control byte says (clause 7.1.1.1).
    enum Kind: Equatable {
        /// I-block, with the chaining bit.
        case information(number: UInt8, more: Bool)
        /// R-block that acknowledges: R(ACK).
        case acknowledge(number: UInt8)
        /// S(WTX): more time, so many times the frame waiting time.
        case waiting(multiplier: UInt8)
        /// S(DESELECT).
        case deselect
    }

    /// What is before the information field, and the CRC behind it, in bytes.
    static let overhead = 3

    let kind: Kind
    /// The information field.
    let field: ArraySlice<UInt8>

    /// The block of a card in `bytes`; `nil` for what a card cannot send.
    init?(_ bytes: [UInt8]) {
        guard let control = bytes.first else { return nil }
        field = bytes.dropFirst()
        switch control {
        case 0x02, 0x03, 0x12, 0x13:
            let more = control & 0x10 != 0
            // A chain of nothing would never end.
            guard !(more && field.isEmpty) else { return nil }
            kind = .information(number: control & 1, more: more)
        // A card sends no R(NAK) (clause 7.5.4.2).
        case 0xA2, 0xA3: if field.isEmpty { kind = .acknowledge(number: control & 1) } else { return nil }
        case 0xF2:
            // Bits 1 to 6; 0 and 60 to 63 are reserved (clause 7.3). The upper bits tell of power.
            guard field.count == 1, let multiplier = field.first.map({ $0 & 0x3F }), (1...59).contains(multiplier) else { return nil }
            kind = .waiting(multiplier: multiplier)
        case 0xC2: if field.isEmpty { kind = .deselect } else { return nil }
        default: return nil
        }
    }

    static func information(_ number: UInt8, more: Bool, _ field: ArraySlice<UInt8>) -> [UInt8] {
        [0x02 | (more ? 0x10 : 0) | number] + field
    }
    static func acknowledge(_ number: UInt8) -> [UInt8] { [0xA2 | number] }
    static func refuse(_ number: UInt8) -> [UInt8] { [0xB2 | number] }
    static func waiting(_ multiplier: UInt8) -> [UInt8] { [0xF2, multiplier] }
    static let deselect: [UInt8] = [0xC2]
}
