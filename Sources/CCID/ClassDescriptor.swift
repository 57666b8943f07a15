/// The CCID class descriptor (USB CCID 1.1 clause 5.1): what a reader says of itself.
public struct ClassDescriptor: Sendable, Hashable {
    /// `bLength`: how long the descriptor is, in bytes.
    public static let count = 54
    /// `bDescriptorType`.
    public static let type: UInt8 = 0x21
    /// The header of every bulk message, in bytes (clause 6).
    public static let headerCount = 10
    /// The longest message that any reader needs: header and an extended APDU of 65,544 bytes.
    public static let longestMessage = 65_544 + headerCount
    /// The least that a reader should take at an APDU level: header and a short APDU of 261 bytes.
    public static let shortestMessage = 261 + headerCount

    /// `bcdCCID`: the version of the specification, such as 0x0110.
    public let version: UInt16
    /// `bMaxSlotIndex`: the number of the last slot.
    public let lastSlot: UInt8
    /// `bVoltageSupport`.
    public let voltages: Voltages
    /// `dwProtocols`: bit 0 for T=0, bit 1 for T=1.
    public let protocols: UInt32
    /// `dwDefaultClock`, in kHz.
    public let defaultClock: UInt32
    /// `dwMaximumClock`, in kHz.
    public let maximumClock: UInt32
    /// `bNumClockSupported`: how many frequencies can be set by hand; 0 for the default and the highest one.
    public let clockCount: UInt8
    /// `dwDataRate`, in bits per second.
    public let dataRate: UInt32
    /// `dwMaxDataRate`, in bits per second.
    public let maximumDataRate: UInt32
    /// `bNumDataRatesSupported`: how many rates can be set by hand; 0 for all between the two.
    public let dataRateCount: UInt8
    /// `dwMaxIFSD`: the largest information field of T=1, in bytes.
    public let maximumIFSD: UInt32
    /// `dwSynchProtocols`.
    public let synchronousProtocols: UInt32
    /// `dwMechanical`: accepts, ejects, captures, locks.
    public let mechanics: UInt32
    /// `dwFeatures` without the exchange level.
    public let features: Features
    /// The exchange level of `dwFeatures`, or the one that is known to be right.
    public let level: ExchangeLevel
    /// `dwMaxCCIDMessageLength`: the longest message with its header, in bytes.
    public let maximumMessageLength: UInt32
    /// `bClassGetResponse`: CLA of GET RESPONSE at the APDU levels; 0xFF for that of the command.
    public let getResponseClass: UInt8
    /// `bClassEnvelope`: CLA of ENVELOPE at the extended APDU level; 0xFF for that of the command.
    public let envelopeClass: UInt8
    /// `wLcdLayout`: lines in the upper byte, characters a line in the lower; 0 for no display.
    public let displayLayout: UInt16
    /// `bPINSupport`: bit 0 for verification, bit 1 for modification.
    public let pinSupport: UInt8
    /// `bMaxCCIDBusySlots`: how many slots can be busy at a time; 0, which says that none can be used, is taken for 1 by everybody.
    public let busySlots: UInt8

    /// The descriptor in `bytes`, put right where the reader has a quirk. Throws what is wrong with it; bits that are reserved for the future
    /// are ignored.
    public init(_ bytes: Span<UInt8>, quirks: Set<Quirk> = []) throws(DescriptorFault) {
        guard bytes.count == Self.count, bytes[0] == Self.count else { throw .wrongLength(bytes.count) }
        guard bytes[1] == Self.type else { throw .wrongType(bytes[1]) }
        version = UInt16(truncatingIfNeeded: bytes.littleEndian(at: 2, count: 2))
        guard version >> 8 == 1 else { throw .wrongVersion(version) }
        lastSlot = bytes[4]
        voltages = Voltages(rawValue: bytes[5] & 0x07)
        protocols = bytes.littleEndian(at: 6)
        guard protocols & 0x03 != 0 else { throw .noProtocol(protocols) }
        defaultClock = bytes.littleEndian(at: 10)
        maximumClock = bytes.littleEndian(at: 14)
        clockCount = bytes[18]
        dataRate = bytes.littleEndian(at: 19)
        maximumDataRate = bytes.littleEndian(at: 23)
        dataRateCount = bytes[27]
        maximumIFSD = bytes.littleEndian(at: 28)
        synchronousProtocols = bytes.littleEndian(at: 32)
        mechanics = bytes.littleEndian(at: 36)
        let declared = bytes.littleEndian(at: 40)
        features = Features(rawValue: declared & ~ExchangeLevel.mask)
        guard let level = ExchangeLevel(rawValue: declared & ExchangeLevel.mask) else { throw .severalLevels(declared) }
        self.level = quirks.corrected(level)
        maximumMessageLength = bytes.littleEndian(at: 44)
        // Less than 271 is against the book (clause 5.1); blocks carry an APDU all the same at the extended level.
        guard maximumMessageLength > Self.headerCount else { throw .messagesTooShort(maximumMessageLength) }
        getResponseClass = bytes[48]
        envelopeClass = bytes[49]
        displayLayout = UInt16(truncatingIfNeeded: bytes.littleEndian(at: 50, count: 2))
        pinSupport = quirks.contains(.noPINEntry) ? 0 : bytes[52]
        busySlots = bytes[53]
    }

    /// How many slots there are, 1 to 256.
    public var slotCount: Int { Int(lastSlot) + 1 }

    /// The longest message that is sent, in bytes; a reader that declares more than any APDU needs gets no more than that.
    public var messageCapacity: Int { min(Int(maximumMessageLength), Self.longestMessage) }

    /// The longest message that is awaited, in bytes: the answer to a short APDU has room even where less was declared.
    public var answerCapacity: Int { max(messageCapacity, Self.shortestMessage) }
}

/// Why bytes are not a CCID class descriptor (USB CCID 1.1 clause 5.1).
public enum DescriptorFault: Error, Sendable, Hashable {
    /// Not 54 bytes, or not said to be.
    case wrongLength(Int)
    /// `bDescriptorType` is another one.
    case wrongType(UInt8)
    /// `bcdCCID` is not of version 1.
    case wrongVersion(UInt16)
    /// Neither T=0 nor T=1.
    case noProtocol(UInt32)
    /// More than one exchange level in `dwFeatures`.
    case severalLevels(UInt32)
    /// `dwMaxCCIDMessageLength` leaves no room for data.
    case messagesTooShort(UInt32)
}

extension Span where Element == UInt8 {
    /// The number in `count` bytes from `offset` on, lowest first (USB 2.0 clause 8.1).
    func littleEndian(at offset: Int, count: Int = 4) -> UInt32 {
        (0..<count).reversed().reduce(0) { $0 << 8 | UInt32(self[offset + $1]) }
    }
}
