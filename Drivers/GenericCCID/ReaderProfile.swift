import CCID
import ReaderTransport

/// What is known of a CCID reader beforehand, as data: an entry of `readers.yaml`, or a file of the same form that is given to the program.
///
/// A reader that says everything of itself needs none. What a profile adds: in what the reader differs from what it says, and what the slots
/// are for.
public struct ReaderProfile: Sendable, Hashable {
    /// The product, for people.
    public let name: String
    /// What it is called when it is simulated, after `sim:`; `nil` where it is not.
    public let model: String?
    /// Its numbers.
    public let usb: USBProduct
    /// Its CCID interfaces, in the order of their numbers.
    public let interfaces: [Interface]
    /// Where this is from.
    public let provenance: String

    /// A profile.
    public init(name: String, model: String? = nil, usb: USBProduct, interfaces: [Interface], provenance: String) {
        self.name = name
        self.model = model
        self.usb = usb
        self.interfaces = interfaces
        self.provenance = provenance
    }

    /// What one CCID interface says of itself (USB CCID 1.1 clause 5.1).
    public struct Interface: Sendable, Hashable {
        /// In what it differs from that.
        public let quirks: Set<Quirk>
        /// `dwProtocols`.
        public let protocols: CardProtocols
        /// `dwFeatures`, the exchange level among them.
        public let features: UInt32
        /// `dwMaxCCIDMessageLength`, in bytes.
        public let maxMessageLength: UInt32
        /// `dwMaxIFSD`, in bytes.
        public let maxIFSD: UInt32
        /// What the slots are for, in their order, such as `contactless`; empty for one slot that nobody has named.
        public let slots: [String]

        /// An interface.
        public init(
            quirks: Set<Quirk> = [], protocols: CardProtocols, features: UInt32, maxMessageLength: UInt32, maxIFSD: UInt32,
            slots: [String] = []
        ) {
            self.quirks = quirks
            self.protocols = protocols
            self.features = features
            self.maxMessageLength = maxMessageLength
            self.maxIFSD = maxIFSD
            self.slots = slots
        }

        /// What a profile takes as `dwMaxCCIDMessageLength`: room for data, and no more than the longest APDU needs.
        static let messageLengths = UInt32(ClassDescriptor.headerCount + 1)...UInt32(ClassDescriptor.longestMessage)
        /// What it takes as `dwMaxIFSD`.
        static let fieldLengths: ClosedRange<UInt32> = 1...65_536
        /// The longest information field of T=1 (ISO/IEC 7816-3 clause 11.4.2), in bytes: what it takes at the level of TPDUs.
        static let longestField: UInt32 = 254

        /// Whether no APDU of extended length reaches its cards, be it that it says so or not.
        var takesShortAPDUsOnly: Bool {
            quirks.contains(.shortAPDUsOnly) || level == .shortAPDU && !quirks.contains(.chainsAPDUs)
        }

        /// What is exchanged with it; `nil` where `dwFeatures` names no level or several.
        public var level: ExchangeLevel? { ExchangeLevel(rawValue: features & 0x0007_0000) }
    }

    /// What its slots are for, one interface after the other; empty where they have no names.
    public var slotNames: [String] {
        let named = interfaces.map { $0.slots.isEmpty ? [""] : $0.slots }.joined()
        return named.allSatisfy(\.isEmpty) ? [] : Array(named)
    }
}

/// Transmission protocols (`dwProtocols`, USB CCID 1.1 clause 5.1).
public struct CardProtocols: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32

    /// A set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// T=0.
    public static let t0 = CardProtocols(rawValue: 0x01)
    /// T=1.
    public static let t1 = CardProtocols(rawValue: 0x02)
}
