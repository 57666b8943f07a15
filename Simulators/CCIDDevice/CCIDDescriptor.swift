/// What a card reader says of itself in the class descriptor (CCID 1.1 clause 5.1), with the field names of the standard.
public struct CCIDDescriptor: Sendable, Hashable {
    /// `bMaxSlotIndex`: the number of slots less one.
    public var maxSlotIndex: UInt8 = 0
    /// `bVoltageSupport`: 1 for 5.0 V, 2 for 3.0 V, 4 for 1.8 V.
    public var voltageSupport: UInt8 = 0x07
    /// `dwProtocols`: 1 for T=0, 2 for T=1.
    public var protocols: UInt32 = 0x03
    /// `dwDefaultClock`, in kHz.
    public var defaultClock: UInt32 = 4_000
    /// `dwMaximumClock`, in kHz.
    public var maximumClock: UInt32 = 4_000
    /// `dwDataRate`, in bit/s.
    public var dataRate: UInt32 = 10_752
    /// `dwMaxDataRate`, in bit/s.
    public var maxDataRate: UInt32 = 344_086
    /// `dwMaxIFSD`.
    public var maxIFSD: UInt32 = 254
    /// `dwFeatures`, the level of exchange among them.
    public var features: UInt32
    /// `dwMaxCCIDMessageLength`, the header included.
    public var maxMessageLength: UInt32 = 271
    /// `bPINSupport`: 1 for verification at the reader's keypad.
    public var pinSupport: UInt8 = 0
    /// `bMaxCCIDBusySlots`.
    public var maxBusySlots: UInt8 = 1

    /// At which level the host exchanges (`dwFeatures`, CCID 1.1 clause 5.1).
    public enum Level: Sendable, Hashable {
        /// TPDUs (`00010000`): the protocol of the card is the host's.
        case tpdu
        /// Command APDUs of short length fields (`00020000`).
        case shortAPDU
        /// Command APDUs of any length (`00040000`).
        case extendedAPDU
    }

    /// A reader at a level, which does by itself what such a reader must: parameters by the ATR, voltage, clock, bit rate, PPS, IFSD
    /// (`000000BA`, and `00000400` at the extended level). One that takes TPDUs leaves voltage and IFSD to the host (`000000B2`).
    public init(level: Level) {
        features =
            switch level {
            case .tpdu: 0x0001_00B2
            case .shortAPDU: 0x0002_00BA
            case .extendedAPDU: 0x0004_04BA
            }
    }

    /// The level that such a reader acts at where it is another than it tells; `nil` where it is honest.
    public var trueLevel: Level?

    /// The level that it acts at: the one that `dwFeatures` tells, unless it is not honest.
    public var level: Level { trueLevel ?? toldLevel }

    private var toldLevel: Level { features & 0x0004_0000 != 0 ? .extendedAPDU : features & 0x0002_0000 != 0 ? .shortAPDU : .tpdu }

    /// The 54 bytes.
    public var bytes: [UInt8] {
        [54, 0x21, 0x10, 0x01, maxSlotIndex, voltageSupport] + littleEndian(protocols) + littleEndian(defaultClock)
            + littleEndian(maximumClock) + [0] + littleEndian(dataRate) + littleEndian(maxDataRate) + [0] + littleEndian(maxIFSD)
            + littleEndian(0) + littleEndian(0) + littleEndian(features) + littleEndian(maxMessageLength)
            + [0xFF, 0xFF, 0, 0, pinSupport, maxBusySlots]
    }
}

/// Four bytes, least significant first.
func littleEndian(_ value: UInt32) -> [UInt8] {
    stride(from: 0, through: 24, by: 8).map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}
