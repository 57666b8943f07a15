/// A PPS request as a card reads it (ISO/IEC 7816-3 clause 9.2): PPSS, PPS0, up to three bytes more, PCK.
struct SelectionRequest {
    /// The protocol that is asked for.
    let number: UInt8
    /// PPS1: Fi and Di that are asked for, as in TA1.
    private let rates: UInt8?

    /// `nil` where a byte is missing or too much, or the check is wrong.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 3, bytes[0] == 0xFF, bytes[1] & 0x80 == 0, bytes.reduce(0, ^) == 0 else { return nil }
        guard bytes.count == 3 + (bytes[1] & 0x70).nonzeroBitCount else { return nil }
        number = bytes[1] & 0x0F
        rates = bytes[1] & 0x10 != 0 ? bytes[2] : nil
    }

    /// What the card grants (clause 9.3): the rates where they are within TA1, and neither PPS2 nor PPS3, whose meaning nobody here uses.
    func answer(offering offered: UInt8) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, number]
        if let rates, Self.isWithin(offered, rates) { bytes = [0xFF, number | 0x10, rates] }
        return bytes + [bytes.reduce(0, ^)]
    }

    /// Fi of the card or the default one; Di the card's or slower (the values in the order of their codes, clause 8.3 table 8).
    private static func isWithin(_ offered: UInt8, _ rates: UInt8) -> Bool {
        let multiples: [UInt8: Int] = [1: 1, 2: 2, 3: 4, 4: 8, 5: 16, 6: 32, 7: 64, 8: 12, 9: 20]
        guard let asked = multiples[rates & 0x0F], let most = multiples[offered & 0x0F] else { return false }
        return asked <= most && [offered >> 4, 1].contains(rates >> 4)
    }
}
