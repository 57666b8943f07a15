/// The answer to reset of a card, taken apart (ISO/IEC 7816-3 clause 8).
///
/// Parsing is lenient: what breaks the standard is kept as far as it can be read and listed in `irregularities`.
public struct AnswerToReset: Hashable, Sendable {
    /// The longest answer: TS and 32 characters.
    public static let maximumCount = 33

    /// All bytes, as they came.
    public let bytes: [UInt8]
    /// The interface bytes by group: group i holds TA(i), TB(i), TC(i) and TD(i). There is at least one group.
    public let groups: [InterfaceGroup]
    /// How many historical bytes T0 announces (K), 0...15.
    public let announcedHistoricalCount: Int
    /// Where the historical bytes lie; fewer than announced when the answer is truncated.
    public let historicalRange: Range<Int>
    /// TCK, when it is there.
    public let checkByte: UInt8?
    /// What breaks the standard, in the order of the bytes.
    public let irregularities: [Irregularity]

    /// Takes an answer to reset apart.
    ///
    /// - Throws: `ATRError` for fewer than two bytes (TS and T0) and for more than 33.
    public init(bytes: [UInt8]) throws(ATRError) {
        guard bytes.count >= 2 else { throw .tooShort(bytes.count) }
        guard bytes.count <= AnswerToReset.maximumCount else { throw .tooLong(bytes.count) }
        self.bytes = bytes
        var found: [Irregularity] = []
        if Convention(initialCharacter: bytes[0]) == nil { found.append(.undefinedInitialCharacter(bytes[0])) }

        var reader = InterfaceReader(bytes: bytes)
        let isComplete = reader.readGroups()
        groups = reader.groups
        announcedHistoricalCount = Int(bytes[1] & 0x0F)
        let start = reader.position
        let historicalEnd = min(start + announcedHistoricalCount, bytes.count)
        historicalRange = start..<historicalEnd
        checkByte = historicalEnd < bytes.count ? bytes[historicalEnd] : nil

        let missing = announcedHistoricalCount - historicalRange.count
        if !isComplete {
            found.append(.truncatedInterfaceBytes)
        } else if missing > 0 {
            found.append(.truncatedHistoricalBytes(missing: missing))
        } else {
            found += AnswerToReset.checkIrregularities(
                bytes, checkByte: checkByte, extra: bytes.count - historicalEnd - 1, isRequired: AnswerToReset.needsCheckByte(groups))
        }
        irregularities = found
    }

    /// What is wrong behind complete historical bytes; `extra` counts the bytes behind TCK.
    private static func checkIrregularities(_ bytes: [UInt8], checkByte: UInt8?, extra: Int, isRequired: Bool) -> [Irregularity] {
        guard let checkByte else { return isRequired ? [.missingCheckByte] : [] }
        guard isRequired || extra == 0 else { return [.extraBytes(extra + 1)] }  // there is no TCK: all of them are extra
        var found: [Irregularity] = isRequired ? [] : [.unneededCheckByte]
        let expected = bytes[1..<bytes.count - extra - 1].reduce(0, ^)
        if checkByte != expected { found.append(.wrongCheckByte(expected: expected)) }
        if extra > 0 { found.append(.extraBytes(extra)) }
        return found
    }

    /// TCK is there unless only T=0 is offered, by default or by name (clause 8.2.5).
    private static func needsCheckByte(_ groups: [InterfaceGroup]) -> Bool {
        groups.contains { ($0.protocolNumber ?? 0) != 0 }
    }
}

extension AnswerToReset {
    /// TS, the first byte.
    public var initialCharacter: UInt8 { bytes[0] }
    /// T0: which interface bytes group 1 has, and how many historical bytes there are.
    public var formatByte: UInt8 { bytes[1] }
    /// How bits are coded; nil when TS is neither `3B` nor `3F`.
    public var convention: Convention? { Convention(initialCharacter: bytes[0]) }
    /// The historical bytes that are there.
    public var historicalBytes: [UInt8] { Array(bytes[historicalRange]) }
    /// Whether TCK must be there (clause 8.2.5).
    public var requiresCheckByte: Bool { AnswerToReset.needsCheckByte(groups) }

    /// The protocols offered, in order and each once; T=0 when none is named. T=15 is none (clause 8.2.3).
    public var offeredProtocols: [UInt8] {
        var offered: [UInt8] = []
        for case let number? in groups.map(\.protocolNumber) where number != 15 && !offered.contains(number) { offered.append(number) }
        return offered.isEmpty ? [0] : offered
    }
}

/// How bits are coded on the line (ISO/IEC 7816-3 clause 8.1).
public enum Convention: Hashable, Sendable {
    /// TS is `3B`.
    case direct
    /// TS is `3F`.
    case inverse

    init?(initialCharacter: UInt8) {
        switch initialCharacter {
        case 0x3B: self = .direct
        case 0x3F: self = .inverse
        default: return nil
        }
    }
}

/// Why bytes are no answer to reset at all.
public enum ATRError: Error, Hashable, Sendable {
    /// Fewer than two bytes.
    case tooShort(Int)
    /// More than 33 bytes.
    case tooLong(Int)
}

/// Where an answer to reset breaks the standard.
public enum Irregularity: Hashable, Sendable {
    /// TS is neither `3B` nor `3F` (clause 8.1).
    case undefinedInitialCharacter(UInt8)
    /// The answer ends before the last announced interface byte.
    case truncatedInterfaceBytes
    /// The answer ends this many bytes before the last historical byte.
    case truncatedHistoricalBytes(missing: Int)
    /// TCK must be there and is not (clause 8.2.5).
    case missingCheckByte
    /// TCK is there although only T=0 is offered (clause 8.2.5).
    case unneededCheckByte
    /// TCK is not the exclusive-or of the bytes from T0 on.
    case wrongCheckByte(expected: UInt8)
    /// This many bytes follow behind the end.
    case extraBytes(Int)
}
