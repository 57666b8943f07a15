import ACR1255U
import AlmexCPS100W
import AtlasEXC9000
import CanonHiCARA
import Diagnosis
import FeitianBLE
import FujitsuCaora
import GenericCCID
import PanasonicXCSTFR2
import ReaderKit
import ReaderTransport
import SonyRCS380
import Station

/// Which driver is for which reader: one line a model.
///
/// Kept for as long as a program uses readers, because drivers remember what they have seen of a reader that restarts.
public final class DriverCatalog {
    private enum Mark {
        /// A model by its numbers.
        case usb(USBProduct)
        /// Models by the services that they offer over Bluetooth.
        case services([GATTProfile])
        /// A kind of lane that no other model's control has.
        case lane(Lane.Kind)

        /// A model by numbers that others may have too, and by having no CCID interface.
        case usbWithoutCCID(USBProduct)

        var isProduct: Bool {
            switch self {
            case .usb, .usbWithoutCCID: true
            case .services, .lane: false
            }
        }

        /// Whether it is the mark of a reader with these numbers, lanes and services.
        func isBorne(by usb: USBProduct?, _ lanes: Set<Lane.Kind>, services: [[UInt8]]) -> Bool {
            switch self {
            case .usb(let product): usb == product
            case .usbWithoutCCID(let product): usb == product && !lanes.contains(.ccid)
            case .services(let profiles): profiles.contains { services.contains($0.service.bytes) }
            case .lane(let kind): lanes.contains(kind)
            }
        }
    }

    /// A driver, what it is for, and the name of that model; `nil` for whatever model is of a class.
    private struct Entry {
        let mark: Mark
        let driver: any ReaderDriver
        let model: String?

        init(_ mark: Mark, _ driver: any ReaderDriver, for model: String? = nil) {
            self.mark = mark
            self.driver = driver
            self.model = model
        }
    }

    // A number of pid.codes for tests: the maker's is not known.
    private static let exc9000 = USBProduct(vendor: 0x1209, product: 0x0001)
    // Another one: what every part can be tried at has no maker.
    private static let exhibit = USBProduct(vendor: 0x1209, product: 0x0010)
    private static let exhibitSlots = ["contactless", "contact"]
    private static let caora = USBProduct(vendor: 0x04C5, product: 0xFFC0)

    // The two that are sold, /S and /P (published).
    private static let rcs380 = [USBProduct(vendor: 0x054C, product: 0x06C1), USBProduct(vendor: 0x054C, product: 0x06C3)]

    /// What the interfaces of readers do not say; `profiles` are of readers beside those that are built in.
    public static func products(_ profiles: [ReaderProfile] = []) -> ReaderProducts {
        ReaderProducts(
            unmarked: (ReaderProfile.builtIn + profiles).unmarkedReaders, withoutCCID: Set([exc9000] + rcs380), cardsElsewhere: [caora])
    }

    /// What the slots of a product are for, as far as that is known before it is opened; `profiles` come before those that are built in.
    public static func slotNames(of product: USBProduct?, _ profiles: [ReaderProfile] = []) -> [String] {
        guard let product else { return [] }
        if product == exhibit { return exhibitSlots }
        return (profiles + ReaderProfile.builtIn).first { $0.usb == product }?.slotNames ?? []
    }

    // The first that fits is taken: models before the classes that they belong to.
    private let entries: [Entry]

    /// Finds the reader that gives way, by another program such as pcscd, to the cards of the device with this serial number.
    public typealias CardsElsewhere = (_ serialNumber: String, _ station: Station) throws(ReaderError) -> any Reader

    /// The services by which Bluetooth readers are known, and what is used of each.
    public static let bluetooth: [GATTProfile] =
        ACR1255UDriver.profiles
        + FeitianBLEDriver.profiles

    /// The drivers of this program. `cardsElsewhere` is asked where another program has the card interface of a reader whose other interfaces
    /// are ours; without it such a reader is refused. `profiles` come before those that are built in. `readerKey` is the key that a site has
    /// given its Bluetooth readers; without it they have the maker's. `random` makes so many bytes that nobody can foretell.
    public init(
        profiles: [ReaderProfile] = [], cardsElsewhere: CardsElsewhere? = nil, readerKey: Secret? = nil,
        random: @escaping @Sendable (Int) -> [UInt8]? = { UnforetellableBytes.make($0) }
    ) {
        let models = [
            Entry(.usb(Self.caora), FujitsuCaoraDriver(cardsElsewhere: cardsElsewhere), for: "fujitsu-caora"),
            Entry(.usb(Self.exhibit), FujitsuCaoraDriver(slotNames: Self.exhibitSlots), for: "exhibit"),
            Entry(.usb(USBProduct(vendor: 0x04DA, product: 0xFFC1)), PanasonicXCSTFR2Driver(), for: "panasonic-xcstfr2"),
            Entry(.usb(USBProduct(vendor: 0x04A9, product: 0xFFC2)), CanonHiCARADriver(), for: "canon-hicara"),
            Entry(
                .services(ACR1255UDriver.profiles), ACR1255UDriver(masterKey: readerKey ?? ACR1255UDriver.factoryKey, random: random),
                for: "acr1255u"),
            Entry(.services(FeitianBLEDriver.profiles), FeitianBLEDriver(), for: "feitian-ble"),
            Entry(.usbWithoutCCID(Self.exc9000), AtlasEXC9000Driver(), for: "atlas-exc9000"),
            Entry(.usb(Self.rcs380[0]), SonyRCS380Driver(), for: "rcs380"),
            Entry(.usb(Self.rcs380[1]), SonyRCS380Driver(), for: "rcs380"),
            Entry(.lane(.serial), AlmexCPS100WDriver(), for: "almex-cps100w"),
            Entry(.lane(.ccid), GenericCCIDDriver()),
            Entry(.lane(.card), CardLaneDriver()),
        ]
        let known = (profiles + ReaderProfile.builtIn).map { Entry(.usb($0.usb), GenericCCIDDriver($0)) }
        entries = models.filter(\.mark.isProduct) + known + models.filter { !$0.mark.isProduct }
    }

    /// What speaks the protocol of `attachment`, which was described so. Throws `.readerUnusable` where there is no driver for it.
    public func driver(
        for attachment: any Attachment, described description: AttachmentDescription
    ) throws(ReaderError) -> any ReaderDriver {
        let lanes = Set(attachment.lanes.map(\.kind))
        let services = attachment.lanes.filter { $0.kind == .gatt }.map(\.descriptor)
        guard let entry = entries.first(where: { $0.mark.isBorne(by: description.usb, lanes, services: services) }) else {
            throw ReaderError(.readerUnusable, cause: "there is no driver for '\(description.name)'")
        }
        return entry.driver
    }

    /// The model whose driver a reader of this description gets; `nil` for one that is of a class, and where only its services would tell.
    public func model(of description: AttachmentDescription) -> String? {
        entries.first { $0.mark.isBorne(by: description.usb, description.lanes, services: []) }?.model
    }

    /// The products that have a driver of their own, whatever interfaces they have: no profile is asked of them.
    public static var ownProducts: Set<USBProduct> {
        Set(
            DriverCatalog().entries.compactMap { entry in
                guard case .usb(let product) = entry.mark, entry.model != nil else { return nil }
                return product
            })
    }
}
