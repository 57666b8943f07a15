/// What the reader takes from an answer to reset (ISO/IEC 7816-3 clause 8.2): protocols and their parameters.
struct CardParameters: Equatable {
    /// `bProtocolNum`: the protocol in use.
    var number: UInt8
    /// `abProtocolDataStructure` (CCID 1.1 clause 6.1.7): five bytes for T=0, seven for T=1.
    var data: [UInt8]

    /// Before any card: T=0 with the default values.
    static let initial = CardParameters(number: 0, data: [0x11, 0x00, 0x00, 0x0A, 0x00])

    /// The parameters of the protocol that the reader chooses among those that the card offers and `protocols` (`dwProtocols`) has.
    static func chosen(of answer: [UInt8], protocols: UInt32, prefersBlocks: Bool = true) -> Result<CardParameters, CCIDError> {
        guard let first = answer.first, first == 0x3B || first == 0x3F else { return .failure(.badATRFirstByte) }
        guard let bytes = InterfaceBytes(answer) else { return .failure(.badATRChecksum) }
        let offered = bytes.protocols.isEmpty ? [0] : bytes.protocols
        // Where there is a choice the reader negotiates T=1, which is also what the pseudo-ATR of a contactless card means by its list
        // of T=0 and T=1 (PC/SC part 3 clause 3.1.3.2.3).
        let order = prefersBlocks ? [1, 0] : offered
        guard let number = order.first(where: { $0 <= 1 && offered.contains($0) && protocols & (1 << UInt32($0)) != 0 }) else {
            return .failure(.protocolNotSupported)
        }
        let rate = bytes.ta1 ?? 0x11
        let guardTime = bytes.tc1 ?? 0
        if number == 0 { return .success(CardParameters(number: 0, data: [rate, 0x00, guardTime, bytes.tc2 ?? 0x0A, 0x00])) }
        // bmTCCKST1: 10h, LRC, direct convention; bmWaitingIntegersT1; bClockStop; bIFSC; bNadValue.
        return .success(
            CardParameters(
                number: 1, data: [rate, 0x10 | (bytes.tc3 ?? 0) & 1, guardTime, bytes.tb3 ?? 0x4D, 0x00, bytes.ta3 ?? 0x20, 0x00]))
    }
}

extension CardParameters {
    /// The protocols of an answer to reset; T=0 where it names none.
    static func offered(by answer: [UInt8]) -> [UInt8] {
        let protocols = InterfaceBytes(answer)?.protocols ?? []
        return protocols.isEmpty ? [0] : protocols
    }
}

/// The interface bytes of an answer to reset that a reader looks at (ISO/IEC 7816-3 clause 8.2.3).
struct InterfaceBytes {
    var ta1: UInt8?
    var tc1: UInt8?
    var tc2: UInt8?
    /// Of the first group for T=1 after the second.
    var ta3: UInt8?
    var tb3: UInt8?
    var tc3: UInt8?
    var protocols: [UInt8] = []

    /// `nil` where the answer is cut short or its check byte is wrong.
    init?(_ answer: [UInt8]) {
        guard answer.count >= 2 else { return nil }
        var next = 2
        var presence = answer[1] >> 4
        var group = 1
        while true {
            var bytes: [UInt8?] = [nil, nil, nil, nil]
            for place in 0..<4 where presence & (1 << UInt8(place)) != 0 {
                guard next < answer.count else { return nil }
                bytes[place] = answer[next]
                next += 1
            }
            take(bytes, group: group)
            guard let link = bytes[3] else { break }
            if link & 0x0F != 0x0F, !protocols.contains(link & 0x0F) { protocols.append(link & 0x0F) }
            lastProtocol = link & 0x0F
            presence = link >> 4
            group += 1
        }
        let end = next + Int(answer[1] & 0x0F)
        // TCK is there unless T=0 is all there is (ISO/IEC 7816-3 clause 8.2.5).
        let hasCheck = protocols.contains { $0 != 0 } || lastProtocol == 0x0F
        guard answer.count >= end + (hasCheck ? 1 : 0) else { return nil }
        if hasCheck, answer[1...end].reduce(0, ^) != 0 { return nil }
    }

    private var lastProtocol: UInt8?

    private mutating func take(_ bytes: [UInt8?], group: Int) {
        switch group {
        case 1: (ta1, tc1) = (bytes[0], bytes[2])
        case 2: tc2 = bytes[2]
        default: if lastProtocol == 1, ta3 == nil, tb3 == nil { (ta3, tb3, tc3) = (bytes[0], bytes[1], bytes[2]) }
        }
    }
}
