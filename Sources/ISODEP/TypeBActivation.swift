/// The answer of a type B card to a request (ATQB, ISO/IEC 14443-3 clause 7.9), of twelve bytes or the thirteen of the extended one.
public struct TypeBRequestAnswer: Sendable, Hashable {
    /// PUPI: the card's number, for this time in the field.
    public let identifier: [UInt8]
    /// Application data.
    public let applicationData: [UInt8]
    /// Protocol information, its first three bytes.
    public let protocolInformation: [UInt8]

    /// REQB or WUPB (clause 7.7): a command to all families; with `wakes` halted cards answer too. One slot.
    public static func request(wakes: Bool) -> [UInt8] { [0x05, 0x00, wakes ? 0x08 : 0x00] }

    /// From what has come without its CRC; `nil` for what is no ATQB, or one of a card without ISO/IEC 14443-4.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 12 || bytes.count == 13, bytes[0] == 0x50, bytes[10] & 0x09 == 0x01 else { return nil }
        identifier = Array(bytes[1..<5])
        applicationData = Array(bytes[5..<9])
        protocolInformation = Array(bytes[9..<12])
    }

    /// FSC: the longest frame that the card takes, in bytes; reserved values count as 256.
    public var frameSize: Int {
        let sizes = [16, 24, 32, 40, 48, 64, 96, 128, 256]
        let code = Int(protocolInformation[1] >> 4)
        return code < sizes.count ? sizes[code] : 256
    }

    /// FWI, 0 to 14; the reserved 15 counts as 4.
    public var waitingInteger: UInt8 { protocolInformation[2] >> 4 == 15 ? 4 : protocolInformation[2] >> 4 }

    /// FWT in nanoseconds: 256 × 16 / fc × 2^FWI, with fc of 13.56 MHz.
    public var frameWaitingTime: Int64 { (4_096 << Int64(waitingInteger)) * 1_000_000_000 / 13_560_000 }

    /// ATTRIB (clause 7.10) for this card: 106 kbit/s, frames of 256 bytes to the reader, ISO/IEC 14443-4, CID 0.
    public var attribute: [UInt8] { [0x1D] + identifier + [0x00, 0x08, 0x01, 0x00] }

    /// MBLI in the answer to ATTRIB; `nil` where that is none of this card's.
    public static func bufferLengthIndex(_ answer: [UInt8]) -> UInt8? {
        guard let first = answer.first, first & 0x0F == 0 else { return nil }
        return first >> 4
    }

    /// The answer to reset by which PC/SC shows such a card (PC/SC part 3 clause 3.1.3.2.3).
    public func answerToReset(bufferLengthIndex: UInt8) -> [UInt8] {
        let answer = [0x3B, 0x88, 0x80, 0x01] + applicationData + protocolInformation + [bufferLengthIndex << 4]
        return answer + [answer.dropFirst().reduce(0, ^)]
    }
}
