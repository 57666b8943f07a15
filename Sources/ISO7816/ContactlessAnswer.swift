/// What the pseudo-ATR of a contactless card holds (PC/SC part 3 clause 3.1.3.2.3): `3B 8n 80 01`, historical bytes, TCK.
public enum ContactlessAnswer: Hashable, Sendable {
    /// A storage card: standard and card name by the numbers of the PC/SC part 3 supplement.
    case storage(StorageCard)
    /// A type B card with the ISO/IEC 14443-4 protocol.
    case typeB(TypeBAnswer)
    /// A type A card with the ISO/IEC 14443-4 protocol, and the historical bytes of its answer to select; maybe none.
    case typeA([UInt8])

    /// The numbers of a storage card.
    public struct StorageCard: Hashable, Sendable {
        /// SS: the standard, such as 3 for ISO/IEC 14443 A part 3 and `11` hexadecimal for FeliCa.
        public let standard: UInt8
        /// NN NN: the name of the card.
        public let name: UInt16
    }
}

extension AnswerToReset {
    /// The contents of a contactless pseudo-ATR; nil for any other answer.
    ///
    /// The pseudo-ATR does not name the type. Eight historical bytes that do not begin with category `80` and that make sense as
    /// protocol information (ISO/IEC 14443-3 clause 7.9.4) are taken for type B.
    public var contactless: ContactlessAnswer? {
        guard bytes.count >= 4, bytes[0] == 0x3B, bytes[1] & 0xF0 == 0x80, bytes[2] == 0x80, bytes[3] == 0x01 else { return nil }
        let historical = historicalBytes
        guard historical.count == announcedHistoricalCount else { return nil }
        if historical.count >= 11, historical.starts(with: [0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06]) {
            return .storage(.init(standard: historical[8], name: UInt16(historical[9]) << 8 | UInt16(historical[10])))
        }
        if let typeB = TypeBAnswer(historical) { return .typeB(typeB) }
        return .typeA(historical)
    }
}

/// The fields of a type B card's answer to request, as the pseudo-ATR carries them (ISO/IEC 14443-3 clause 7.9, PC/SC part 3).
public struct TypeBAnswer: Hashable, Sendable {
    /// The four bytes of application data.
    public let applicationData: [UInt8]
    /// The three bytes of protocol information.
    public let protocolInformation: [UInt8]
    /// Maximum buffer length index, 0...15; 0 tells nothing.
    public let maximumBufferLengthIndex: UInt8
    /// The card identifier of the session, 0...15; PC/SC part 3 wants 0.
    public let cardIdentifier: UInt8

    /// Takes eight historical bytes apart; nil when they cannot be those of a type B card.
    init?(_ historical: [UInt8]) {
        guard historical.count == 8, historical[0] != 0x80 else { return nil }
        applicationData = Array(historical[0..<4])
        protocolInformation = Array(historical[4..<7])
        maximumBufferLengthIndex = historical[7] >> 4
        cardIdentifier = historical[7] & 0x0F
        // Bit 4 of the rates and of the protocol type are zero, ISO/IEC 14443-4 is supported, FWI 15 is reserved.
        guard protocolInformation[0] & 0x08 == 0, protocolInformation[1] & 0x09 == 0x01, frameWaitingInteger != 15 else { return nil }
    }
}

extension TypeBAnswer {
    /// Bit rates beside 106 kbit/s, in kbit/s, from card to reader.
    public var bitRatesFromCard: [Int] { TypeBAnswer.rates(protocolInformation[0] >> 4) }
    /// Bit rates beside 106 kbit/s, in kbit/s, from reader to card.
    public var bitRatesToCard: [Int] { TypeBAnswer.rates(protocolInformation[0]) }
    /// Whether both directions must have the same bit rate.
    public var needsSameBitRate: Bool { protocolInformation[0] & 0x80 != 0 }
    /// The longest frame the card takes, in bytes; nil for reserved values.
    public var maximumFrameSize: Int? {
        let sizes = [16, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096]
        let code = Int(protocolInformation[1] >> 4)
        return code < sizes.count ? sizes[code] : nil
    }
    /// Frame waiting time integer FWI, 0...14: the card answers within 302 µs times two to this power.
    public var frameWaitingInteger: UInt8 { protocolInformation[2] >> 4 }
    /// Whether application data is coded as ISO/IEC 14443-3 says (family, checksum of the AID, number of applications).
    public var hasStandardApplicationData: Bool { protocolInformation[2] >> 2 & 0x03 == 1 }
    /// Whether the card takes a node address.
    public var supportsNodeAddress: Bool { protocolInformation[2] & 0x02 != 0 }
    /// Whether the card takes a card identifier.
    public var supportsCardIdentifier: Bool { protocolInformation[2] & 0x01 != 0 }

    private static func rates(_ bits: UInt8) -> [Int] {
        var rates: [Int] = []
        if bits & 0x1 != 0 { rates.append(212) }
        if bits & 0x2 != 0 { rates.append(424) }
        if bits & 0x4 != 0 { rates.append(848) }
        return rates
    }
}
