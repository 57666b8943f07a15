import CCID
import Glibc
import ReaderTransport

/// A card reader that the kernel sees at USB.
struct DoctorUSBReader: Hashable {
    /// Who may use the device's node.
    enum Access: String {
        case open, forbidden, missing
    }

    /// The kernel's name of the device, such as `1-2.3`.
    let device: String
    let vendor: UInt16
    let product: UInt16
    /// Who has claimed its interface: a module of the kernel, or `usbfs` for a program; `nil` for nobody.
    let claimedBy: String?
    /// Whether this user may open `/dev/bus/usb/BBB/DDD`.
    let access: Access
    /// What its CCID interface of the maker's own class says of itself, or what is wrong with that; `nil` where all its interfaces are of the
    /// class of CCID.
    var hidden: Result<ClassDescriptor, DescriptorFault>?
    /// Its serial number, which never leaves this machine.
    let serial: String?

    /// Vendor and product, as lsusb(8) writes them.
    var id: String { [vendor, product].map(Self.digits).joined(separator: ":") }

    /// Its numbers.
    var usb: USBProduct { USBProduct(vendor: vendor, product: product) }

    /// Whether a module of the kernel keeps it from the PC/SC service.
    var isHeldByKernel: Bool { claimedBy.map { $0 != "usbfs" } ?? false }

    private static func digits(_ number: UInt16) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 4 - text.count) + text
    }
}

/// The card readers at USB as sysfs shows them: nothing is opened, nothing is sent.
enum DoctorUSB {
    /// bInterfaceClass of smart card devices (USB CCID 1.1 clause 4.3.1).
    private static let smartCardClass = "0b"
    /// That of a maker's own interfaces.
    private static let makersClass = "ff"
    /// bDescriptorType of an interface (USB 2.0 table 9-5).
    private static let interfaceType: UInt8 = 4
    /// Modules of the kernel that take contactless readers for themselves, also such as have another class.
    private static let contactlessModules: Set<String> = ["pn533_usb", "port100"]

    /// The readers in the kernel's order; `nil` where there is no sysfs.
    static func readers(_ places: DoctorPlaces) -> [DoctorUSBReader]? {
        guard let names = folderNames(places.usbDevices) else { return nil }
        var found: [String: [String]] = [:]
        // Interfaces are called DEVICE:CONFIGURATION.INTERFACE.
        for name in names {
            guard let colon = name.firstIndex(of: ":") else { continue }
            let folder = "\(places.usbDevices)/\(name)"
            let module = linkTarget(folder + "/driver")
            let device = String(name[..<colon])
            let isOfMaker = smallText(folder + "/bInterfaceClass") == makersClass
            guard
                smallText(folder + "/bInterfaceClass") == smartCardClass || module.map(contactlessModules.contains) == true
                    || isOfMaker && hiddenReader(device, places) != nil
            else { continue }
            found[device, default: []] += module.map { [$0] } ?? []
        }
        return found.sorted { $0.key < $1.key }.compactMap { device, modules in
            // Of a device with several card interfaces the one that the kernel holds counts.
            reader(device, claimedBy: modules.first { $0 != "usbfs" } ?? modules.first, places)
        }
    }

    /// What an interface of the maker's own class says of itself as a card reader, in the descriptors that the kernel has read; `nil` where there
    /// is none. The first that is in order counts, else the first that is not.
    private static func hiddenReader(_ device: String, _ places: DoctorPlaces) -> Result<ClassDescriptor, DescriptorFault>? {
        guard var rest = (try? readFile("\(places.usbDevices)/\(device)/descriptors", limit: 1 << 16)).map({ $0[...] }) else { return nil }
        var isOfMaker = false
        var fault: DescriptorFault?
        // Each begins with its length and its type (USB 2.0 clause 9.5).
        while let length = rest.first.map(Int.init), length >= 2, length <= rest.count {
            let descriptor = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            if descriptor[1] == interfaceType, length >= 6 { isOfMaker = descriptor[5] == 0xFF }
            guard isOfMaker else { continue }
            do throws(DescriptorFault) { return .success(try ClassDescriptor(descriptor.span)) } catch {
                if error.isOfReader { fault = fault ?? error }
            }
        }
        return fault.map { .failure($0) }
    }

    private static func reader(_ device: String, claimedBy module: String?, _ places: DoctorPlaces) -> DoctorUSBReader? {
        func attribute(_ name: String) -> String? { smallText("\(places.usbDevices)/\(device)/\(name)") }
        guard let vendor = attribute("idVendor").flatMap({ UInt16($0, radix: 16) }),
            let product = attribute("idProduct").flatMap({ UInt16($0, radix: 16) })
        else { return nil }
        return DoctorUSBReader(
            device: device, vendor: vendor, product: product, claimedBy: module,
            access: access(bus: attribute("busnum"), device: attribute("devnum"), places), hidden: hiddenReader(device, places),
            serial: attribute("serial"))
    }

    private static func access(bus: String?, device: String?, _ places: DoctorPlaces) -> DoctorUSBReader.Access {
        func padded(_ number: String?) -> String? { number.map { String(repeating: "0", count: max(0, 3 - $0.count)) + $0 } }
        guard let bus = padded(bus), let device = padded(device) else { return .missing }
        let node = "\(places.usbNodes)/\(bus)/\(device)"
        if Glibc.access(node, F_OK) != 0 { return .missing }
        return Glibc.access(node, R_OK | W_OK) == 0 ? .open : .forbidden
    }
}

extension DescriptorFault {
    /// Whether it was found in what is a class descriptor of CCID all the same: others have the same type, and none the same length.
    fileprivate var isOfReader: Bool {
        switch self {
        case .wrongLength, .wrongType, .wrongVersion: false
        case .noProtocol, .severalLevels, .messagesTooShort: true
        }
    }
}
