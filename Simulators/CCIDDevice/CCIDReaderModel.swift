import SimulationKit
import USBDevice

/// A reader with CCID and nothing else, by name: what it says of itself and how it is built.
///
/// None is a maker's device. Stock libccid takes only the identifiers in its list and none of ours, so each announces those of a device
/// in the list that has the same level (published descriptors); strings and everything else are our own.
public struct CCIDReaderModel: Sendable, Hashable {
    /// Its name on the command line.
    public let name: String
    /// What it announces.
    public let identity: USBIdentity
    /// What it says of its reader.
    public let descriptor: CCIDDescriptor
    /// What it says of further interfaces.
    public let others: [CCIDDescriptor]
    /// Whether its class is that of CCID (0B), or the maker's own (FF).
    public let isMarked: Bool

    /// Every model.
    public static let all = [genericExtended, genericShort, genericTPDU]

    /// Any APDU in messages of 271 bytes; announces the identifiers of an RC-S300/S.
    public static let genericExtended = CCIDReaderModel(
        name: "generic-ccid", identity: identity(0x054C, 0x0DC8, "Simulated CCID Reader"), descriptor: CCIDDescriptor(level: .extendedAPDU))

    /// Short APDUs only; announces the identifiers of an ACR3901U.
    public static let genericShort = CCIDReaderModel(
        name: "generic-ccid-short", identity: identity(0x072F, 0xB000, "Simulated CCID Reader, short APDUs"),
        descriptor: CCIDDescriptor(level: .shortAPDU))

    /// TPDUs, contacts only; announces the identifiers and the descriptor of an ACR39U.
    public static let genericTPDU = CCIDReaderModel(
        name: "generic-ccid-tpdu", identity: identity(0x072F, 0xB100, "Simulated CCID Reader, TPDUs"), descriptor: contactsOnly)

    private static var contactsOnly: CCIDDescriptor {
        var descriptor = CCIDDescriptor(level: .tpdu)
        (descriptor.defaultClock, descriptor.maximumClock) = (4_800, 16_000)
        (descriptor.dataRate, descriptor.maxDataRate) = (12_903, 826_000)
        descriptor.maxIFSD = 247
        return descriptor
    }

    /// A model of one's own.
    public init(
        name: String, identity: USBIdentity, descriptor: CCIDDescriptor, others: [CCIDDescriptor] = [], isMarked: Bool = true
    ) {
        self.name = name
        self.identity = identity
        self.descriptor = descriptor
        self.others = others
        self.isMarked = isMarked
    }

    private static func identity(_ vendorID: UInt16, _ productID: UInt16, _ product: String) -> USBIdentity {
        USBIdentity(vendorID: vendorID, productID: productID, manufacturer: "Kazasu", product: product, serialNumber: "KZ000001")
    }

    /// A device of this model, and its reader, to handle cards at.
    public func makeDevice(timing: CCIDTiming) -> (device: USBDevice, reader: CCIDFunction) {
        let (device, reader, _) = makeInterfaces(timing: timing)
        return (device, reader)
    }

    /// A device of this model, its reader and the readers of its further interfaces.
    public func makeInterfaces(timing: CCIDTiming) -> (device: USBDevice, reader: CCIDFunction, others: [CCIDFunction]) {
        let reader = CCIDFunction(descriptor, timing: timing, isMarked: isMarked)
        let beside = others.map { CCIDFunction($0, timing: timing, isMarked: isMarked) }
        return (USBDevice(identity, functions: [reader] + beside), reader, beside)
    }
}
