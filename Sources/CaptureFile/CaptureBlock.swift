// The blocks of pcapng (draft-ietf-opsawg-pcapng clauses 3 and 4).

/// The kinds of blocks that are read here.
enum BlockKind: UInt32 {
    case sectionHeader = 0x0A0D_0D0A
    case interfaceDescription = 1
    /// The obsolete Packet Block.
    case packet = 2
    case enhancedPacket = 6
}

/// The codes of options.
enum OptionCode {
    static let end: UInt16 = 0, comment: UInt16 = 1
    /// In a Section Header Block.
    static let application: UInt16 = 4
    /// In an Interface Description Block.
    static let name: UInt16 = 2, resolution: UInt16 = 9, offset: UInt16 = 14
}

/// The options at the end of a block.
struct BlockOptions {
    private(set) var all: [(code: UInt16, value: ArraySlice<UInt8>)] = []

    /// Reads options up to their end, or to that of the block. Throws, with words, where one is longer than the rest.
    init(_ bytes: ArraySlice<UInt8>, order: ByteOrder) throws(BlockFault) {
        var rest = bytes
        while rest.count >= 4 {
            let code = order.number(UInt16.self, in: rest, at: 0)
            let count = Int(order.number(UInt16.self, in: rest, at: 2))
            if code == OptionCode.end { return }
            rest = rest.dropFirst(4)
            guard count <= rest.count else { throw BlockFault(words: "an option is longer than its block") }
            all.append((code, rest.prefix(count)))
            rest = rest.dropFirst(padded(count))
        }
        guard rest.isEmpty else { throw BlockFault(words: "something stands behind the options") }
    }

    func first(_ code: UInt16) -> ArraySlice<UInt8>? { all.first { $0.code == code }?.value }

    func texts(_ code: UInt16) -> [String] { all.filter { $0.code == code }.map { String(decoding: $0.value, as: UTF8.self) } }
}

/// What is wrong with a block.
struct BlockFault: Error {
    let words: String
}

/// An interface of a section, by what its packets need.
struct CaptureInterface {
    let linkType: UInt16
    /// How many units of time are a second.
    private let unitsPerSecond: UInt64
    /// What is added to every time, in seconds.
    private let offset: Int64

    /// The body of an Interface Description Block.
    init(_ body: ArraySlice<UInt8>, order: ByteOrder) throws(BlockFault) {
        guard body.count >= 8 else { throw BlockFault(words: "an interface description that is too short") }
        linkType = order.number(UInt16.self, in: body, at: 0)
        let options = try BlockOptions(body.dropFirst(8), order: order)
        let resolution = options.first(OptionCode.resolution)?.first ?? 6
        guard let units = Self.units(resolution) else { throw BlockFault(words: "a unit of time that is too small") }
        unitsPerSecond = units
        let offset = options.first(OptionCode.offset)
        guard offset.map({ $0.count == 8 }) ?? true else { throw BlockFault(words: "an offset of time that is no number") }
        self.offset = offset.map { order.number(Int64.self, in: $0, at: 0) } ?? 0
    }

    /// The option if_tsresol: a negative power of 10, or of 2 where the highest bit is set.
    private static func units(_ resolution: UInt8) -> UInt64? {
        let exponent = resolution & 0x7F
        if resolution & 0x80 != 0 { return exponent < 64 ? 1 << UInt64(exponent) : nil }
        return exponent <= 19 ? (0..<exponent).reduce(1) { units, _ in units * 10 } : nil
    }

    /// A number of units in nanoseconds since 1970; `nil` for a moment that no clock has.
    func time(_ units: UInt64) -> Int64? {
        let (seconds, rest) = units.quotientAndRemainder(dividingBy: unitsPerSecond)
        // The rest is less than a second, so the quotient is less than 10⁹.
        let nanoseconds = unitsPerSecond.dividingFullWidth(rest.multipliedFullWidth(by: 1_000_000_000)).quotient
        guard let whole = Int64(exactly: seconds) else { return nil }
        let (sum, overflows) = whole.addingReportingOverflow(offset)
        guard !overflows, (0...Self.latest).contains(sum) else { return nil }
        return sum * 1_000_000_000 + Int64(nanoseconds)
    }

    /// In the year 2116, in seconds: sums of moments up to there do not overflow.
    private static let latest: Int64 = (1 << 62) / 1_000_000_000 - 1
}

/// A length with what is filled up to 32 bits.
func padded(_ count: Int) -> Int { (count + 3) & ~3 }
