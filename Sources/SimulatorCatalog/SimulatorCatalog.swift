import ACR1255USimulator
import AlmexCPS100WSimulator
import AtlasEXC9000Simulator
import CCIDDevice
import CanonHiCARASimulator
import Cards
import DualInterfaceSimulator
import ExhibitSimulator
import FeitianBLESimulator
import FujitsuCaoraSimulator
import PanasonicXCSTFR2Simulator
import ReaderClaims
import ReaderTransport
import SimulationKit
import SonyRCS380Simulator

/// A reader that can be simulated.
public struct SimulatorModel: Sendable {
    /// Its name after `sim:` and for hosts, such as `fujitsu-caora`.
    public let name: String
    /// What it is, for people.
    public let product: String
    /// What it announces at USB; `nil` where it is not shown to a kernel.
    public let usb: USBProduct?
    /// What it announces by Bluetooth; `nil` where it is not reached by it.
    public let bluetooth: BluetoothIdentity?
    /// Whether it has a screen and a camera: everything that can be staged happens there, else only what is done to cards and cable.
    public let hasTerminal: Bool
    /// Whether the keypad for the PIN comes with its question and is no screen of its own.
    public let lacksKeypadScreen: Bool
    /// Whether the maker's own commands can be sent to it.
    public let hasEscape: Bool
    /// Whether its cards get APDUs of extended length.
    public let takesExtendedLength: Bool
    /// By what its first slot reaches cards: those of the guidance's readers lie on an antenna, and a reader of TPDUs has contacts.
    public let interfaces: Set<CardInterface>
    /// Whether its cards are reached by a lane of APDUs.
    public var hasCardLane: Bool { makeReader().lanes.contains { $0.kind == .card } }
    /// What is claimed of it, set where the model stands in `all`.
    public internal(set) var claims = ModelClaims()
    private let make: @Sendable (CardLinkTiming) -> SimulatedReader.Parts

    /// A reader of this model without a card; `link` is the way to its cards, where it has more than one.
    public func makeReader(link: CardLinkTiming = .contactless) -> SimulatedReader {
        let own: CardLinkTiming = interfaces.contains(.contact) ? .contact : .contactless
        return SimulatedReader(make(interfaces.count > 1 ? link : own), interfaces: interfaces)
    }

    /// Every model: one line each.
    public static let all: [SimulatorModel] = [
        SimulatorModel(name: "card", product: "simulated reader, a synthetic My Number Card on it", interfaces: both, make: dualInterface)
            .claiming(ModelClaims(source: "a plain reader for either interface")),
        SimulatorModel(.genericExtended, product: "simulated CCID reader, extended APDUs").claiming(ccid),
        SimulatorModel(.genericShort, product: "simulated CCID reader, short APDUs").claiming(ccid),
        SimulatorModel(.genericTPDU, product: "simulated CCID reader, TPDUs, contacts")
            .claiming(
                ModelClaims(
                    evidence: [
                        Evidence(.together, "in a guest kernel"), Evidence(.stockSoftware, "libccid, pcscd, OpenSC"),
                        Evidence(.independentSimulator, "our driver uses one in Python, with the same blocks as libccid"),
                    ], provenance: .published, source: "USB CCID 1.1, ISO/IEC 7816-3")),
        SimulatorModel(
            name: "fujitsu-caora", product: "simulated Fujitsu Caora PD-CA01, reference protocol (assumed)",
            usb: USBProduct(vendor: 0x04C5, product: 0xFFC0), hasTerminal: true, make: caora
        )
        .claiming(
            ModelClaims(
                identity: IdentityWay.allCases,
                evidence: [
                    Evidence(.together, "in a guest kernel, alone and beside pcscd"),
                    Evidence(.stockSoftware, "libccid, pcscd, OpenSC use its CCID interface"),
                ])),
        SimulatorModel(
            name: "almex-cps100w", product: "simulated Almex Sma-pa CPS-100W, reference protocol (assumed)", hasTerminal: true,
            lacksKeypadScreen: true, make: cps100w
        )
        .claiming(ModelClaims(identity: IdentityWay.allCases)),
        SimulatorModel(
            name: "atlas-exc9000", product: "simulated Atlas EXC-9000, reference protocol (assumed)",
            usb: USBProduct(vendor: 0x1209, product: 0x0001), hasTerminal: true, lacksKeypadScreen: true, make: exc9000
        )
        .claiming(ModelClaims(identity: IdentityWay.allCases, evidence: inGuest)),
        SimulatorModel(
            name: "rcs380", product: "simulated Sony RC-S380/S, command set partly assumed",
            usb: USBProduct(vendor: 0x054C, product: 0x06C1), make: rcs380
        )
        .claiming(
            ModelClaims(evidence: inGuest, source: "command set partly published, see PROTOCOL.md beside the driver; ISO/IEC 14443-4")),
        SimulatorModel(
            name: "panasonic-xcstfr2", product: "simulated Panasonic XC-STFR2JMN, reference protocol (assumed)",
            usb: USBProduct(vendor: 0x04DA, product: 0xFFC1), hasTerminal: true, make: xcstfr2
        )
        .claiming(ModelClaims(identity: IdentityWay.allCases, evidence: inGuest)),
        SimulatorModel(
            name: "canon-hicara", product: "simulated Canon Hi-CARA UFT-S190S(NU), reference protocol (assumed)",
            usb: USBProduct(vendor: 0x04A9, product: 0xFFC2), hasTerminal: true, takesExtendedLength: false, make: hicara
        )
        .claiming(ModelClaims(identity: IdentityWay.allCases, evidence: inGuest)),
        SimulatorModel(
            name: "acr1255u", product: "simulated ACS ACR1255U-J1, Bluetooth", bluetooth: .acr1255u, hasEscape: true, make: acr1255u
        )
        .claiming(
            ModelClaims(
                evidence: [Evidence(.together, "also through bluetoothd in a guest kernel"), otherBluetooth], provenance: .published,
                source: "the maker's manual and three implementations; PROTOCOL.md beside the driver")),
        SimulatorModel(
            name: "feitian-ble", product: "simulated Feitian bR301 BLE, Bluetooth", bluetooth: .feitianBLE, interfaces: [.contact],
            make: feitianBLE
        )
        .claiming(
            ModelClaims(
                evidence: [Evidence(.together), otherBluetooth], provenance: .published,
                source: "USB CCID 1.1; identifiers by two implementations, the framing by one")),
        exhibit(),
    ]

    /// A reader that no maker sells, with every part but these: what a program does without them can be tried.
    public static func exhibit(without missing: Set<ExhibitPart> = []) -> SimulatorModel {
        let identity = ExhibitSimulator.identity
        return SimulatorModel(
            name: "exhibit", product: "simulated reader with every part there is, no maker's",
            usb: USBProduct(vendor: identity.vendorID, product: identity.productID), hasTerminal: !missing.contains(.screen),
            takesExtendedLength: !missing.contains(.extendedLength), hasEscape: !missing.contains(.escapes)
        ) { link in
            let reader = ExhibitSimulator(without: missing, link: link)
            return SimulatedReader.Parts(
                device: reader, usb: reader.device, slot: reader.reader, terminal: reader.terminal,
                hasScreen: !missing.contains(.screen),
                others: reader.contacts.map { [SimulatedReader.OtherSlot(slot: $0, interfaces: [.contact])] } ?? [],
                complaints: { reader.complaints })
        }
        .claiming(
            ModelClaims(identity: IdentityWay.allCases, source: "no maker's: CCID 1.1, the panel of fujitsu-caora, escapes of acr1255u"))
    }

    /// Our driver over libusb.
    private static let inGuest = [Evidence(.together, "in a guest kernel")]

    /// What has used both at Bluetooth.
    private static let otherBluetooth = Evidence(.independentSimulator, "our driver uses one in Python at bluetoothd in a guest kernel")

    /// Those with CCID and nothing else.
    private static let ccid = ModelClaims(
        evidence: [
            Evidence(.together, "in a guest kernel"), Evidence(.stockSoftware, "libccid, pcscd, OpenSC, usbip, tshark"),
            Evidence(.independentSimulator, "our driver uses one in Python"),
        ], provenance: .published, source: "USB CCID 1.1")

    /// What can be left out of a model.
    public typealias Part = ExhibitPart

    /// Whether parts can be left out of it.
    public var hasParts: Bool { name == Self.exhibit().name }

    /// Every model, those that have parts without these.
    public static func all(without missing: Set<Part>) -> [SimulatorModel] {
        missing.isEmpty ? all : all.map { $0.hasParts ? exhibit(without: missing) : $0 }
    }

    /// The model of this name.
    public static func named(_ name: String) -> SimulatorModel? { all.first { $0.name == name } }

    private init(
        name: String, product: String, usb: USBProduct? = nil, bluetooth: BluetoothIdentity? = nil, hasTerminal: Bool = false,
        lacksKeypadScreen: Bool = false, takesExtendedLength: Bool = true, hasEscape: Bool = false,
        interfaces: Set<CardInterface> = [.contactless], make: @escaping @Sendable (CardLinkTiming) -> SimulatedReader.Parts
    ) {
        self.name = name
        self.product = product
        self.usb = usb
        self.bluetooth = bluetooth
        self.hasTerminal = hasTerminal
        self.lacksKeypadScreen = lacksKeypadScreen
        self.takesExtendedLength = takesExtendedLength
        self.hasEscape = hasEscape
        self.interfaces = interfaces
        self.make = make
    }

    /// A reader with CCID and nothing else, which says of itself what it is told to say. `slotNames` are those of all its interfaces, in order.
    public init(_ model: CCIDReaderModel, product: String, slotNames: [String] = []) {
        self.init(
            name: model.name, product: product, usb: USBProduct(vendor: model.identity.vendorID, product: model.identity.productID),
            takesExtendedLength: model.descriptor.level != .shortAPDU,
            interfaces: Self.interfaces(of: model.descriptor, named: slotNames.first)
        ) { link in
            let (device, reader, others) = model.makeInterfaces(timing: CCIDTiming(link: link))
            let readers = [reader] + others
            let places = readers.flatMap { reader in (0..<Int(reader.slots)).map { (reader, $0) } }
            let slots = places.enumerated().map { index, place in
                let name = slotNames.indices.contains(index) ? slotNames[index] : nil
                return SimulatedReader.OtherSlot(
                    slot: FurtherSlot(place.0, place.1), interfaces: Self.interfaces(of: place.0.descriptor, named: name))
            }
            return SimulatedReader.Parts(
                device: device, usb: device, slot: reader, others: Array(slots.dropFirst()),
                complaints: { device.complaints + readers.flatMap(\.complaints) })
        }
    }

    private static let both = Set(CardInterface.allCases)

    /// The protocols of the lower level are those of the contacts; where APDUs are exchanged it may be either, unless the slot's name says it.
    private static func interfaces(of descriptor: CCIDDescriptor, named name: String?) -> Set<CardInterface> {
        if descriptor.level == .tpdu { return [.contact] }
        return switch name {
        case "contact", "SAM": [.contact]
        case "contactless": [.contactless]
        default: both
        }
    }

    private static func dualInterface(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = DualInterfaceReaderSimulator(timing: link)
        return SimulatedReader.Parts(device: reader, slot: reader, complaints: { reader.complaints })
    }

    private static func caora(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = FujitsuCaoraSimulator(link: link)
        return SimulatedReader.Parts(
            device: reader, usb: reader.device, slot: reader.reader, terminal: reader.terminal, complaints: { reader.complaints })
    }

    private static func acr1255u(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = ACR1255USimulator(card: link)
        return SimulatedReader.Parts(device: reader, radio: reader, slot: reader, complaints: { reader.complaints })
    }

    private static func feitianBLE(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = FeitianBLESimulator(card: link)
        return SimulatedReader.Parts(device: reader, radio: reader, slot: reader.reader, complaints: { reader.complaints })
    }

    private static func exc9000(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = AtlasEXC9000Simulator(link: link)
        return SimulatedReader.Parts(
            device: reader, usb: reader.device, terminal: reader.terminal, complaints: { reader.complaints })
    }

    private static func rcs380(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = SonyRCS380Simulator(link: link)
        return SimulatedReader.Parts(device: reader, usb: reader.device, slot: reader, complaints: { reader.complaints })
    }

    private static func cps100w(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = AlmexCPS100WSimulator(link: link)
        return SimulatedReader.Parts(device: reader, terminal: reader.terminal, complaints: { reader.complaints })
    }

    private static func xcstfr2(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = PanasonicXCSTFR2Simulator(link: link)
        return SimulatedReader.Parts(
            device: reader, usb: reader.device, slot: reader.reader, terminal: reader.terminal, complaints: { reader.complaints })
    }

    private static func hicara(_ link: CardLinkTiming) -> SimulatedReader.Parts {
        let reader = CanonHiCARASimulator(link: link)
        return SimulatedReader.Parts(
            device: reader, usb: reader.device, slot: reader.reader, terminal: reader.terminal, complaints: { reader.complaints })
    }
}

/// What a simulated reader announces by Bluetooth.
public struct BluetoothIdentity: Sendable, Hashable {
    /// What it calls itself.
    public let name: String
    /// Its service.
    public let profile: GATTProfile

    /// The name that the reader has, up to its serial number (H), and its characteristics (H).
    static let acr1255u = BluetoothIdentity(
        name: "ACR1255U-J1-000001", "3c4afff0-4783-3de5-a983-d348718ef133", write: "3c4afff1-4783-3de5-a983-d348718ef133",
        notify: "3c4afff2-4783-3de5-a983-d348718ef133")
    /// The family C4 (H); the name is assumed.
    static let feitianBLE = BluetoothIdentity(
        name: "FT_000001", "46540001-0002-00c4-0000-465453414645", write: "46540002-0002-00c4-0000-465453414645",
        notify: "46540003-0002-00c4-0000-465453414645")

    private init?(name: String, _ service: String, write: String, notify: String) {
        guard let service = GATTUUID(service), let write = GATTUUID(write), let notify = GATTUUID(notify) else { return nil }
        self.name = name
        profile = GATTProfile(service: service, write: write, notify: notify)
    }
}
