import CLibUSB
import Glibc
import ReaderTransport
import Station

/// The card readers at this machine's USB, over libusb.
public final class USBSource: TransportSource {
    /// `usb`.
    public let scheme = "usb"

    private let products: ReaderProducts
    private var context: USBContext?

    /// The source; USB is looked at only when readers are listed or used. `products` are those that are known beforehand.
    public init(_ products: ReaderProducts = ReaderProducts()) { self.products = products }

    /// The readers that are plugged in, by their place. Nothing is opened, so those that this user may not use are listed too.
    public func attachments() throws(TransportError) -> [AttachmentDescription] {
        guard Self.hasUSB else { return [] }
        var found: [USBDevice] = []
        try Self.forEachReader(try usedContext(), products) { reader, _ in found.append(reader) }
        return found.map(\.description).sorted { $0.name < $1.name }
    }

    /// Opens a reader by its name and claims the interfaces that nobody else holds. Throws where none is left, where somebody else holds a CCID
    /// interface that the reader's driver needs, or this user may not.
    public func open(_ description: AttachmentDescription, on station: Station) throws(TransportError) -> any Attachment {
        let context = try usedContext()
        var found: (reader: USBDevice, device: OpaquePointer)?
        try Self.forEachReader(context, products) { reader, device in
            guard found == nil, reader.identity.name == description.name else { return }
            found = (reader, libusb_ref_device(device))
        }
        guard let found else { throw USBCode.gone(USBIdentity(vendor: 0, product: 0, place: ""), cause: description.name) }
        defer { libusb_unref_device(found.device) }
        try context.handleEvents()
        var pointer: OpaquePointer?
        let code = libusb_open(found.device, &pointer)
        guard code == 0, let pointer else { throw USBCode.error(code, found.reader.identity, doing: "libusb_open") }
        let handle = USBHandle(pointer, context: context)
        let claimed = try Self.claim(
            found.reader.lanes, of: found.reader.identity,
            needsCards: !products.cardsElsewhere.contains(found.reader.identity.usbProduct)
        ) { interface in handle.claim(interface) }
        return USBAttachment(handle, claimed, on: station)
    }

    /// Claims what can be claimed. Throws the refusal of a CCID interface that is needed: a reader without its cards would say that there is no
    /// driver for it, and with some of them its slots would be numbered otherwise. `claim` returns the code of libusb.
    static func claim(
        _ lanes: [(interface: USBInterface, lane: Lane)], of device: USBIdentity, needsCards: Bool, _ claim: (USBInterface) -> Int32
    ) throws(TransportError) -> [(interface: USBInterface, lane: Lane)] {
        var claimed: [(interface: USBInterface, lane: Lane)] = []
        var refusal = LIBUSB_ERROR_NOT_FOUND.rawValue
        for (interface, lane) in lanes {
            let code = claim(interface)
            if code == 0 {
                claimed.append((interface, lane))
            } else if needsCards, lane.kind == .ccid {
                throw USBCode.error(code, device, doing: "libusb_claim_interface")
            } else {
                refusal = code
            }
        }
        if claimed.isEmpty { throw USBCode.error(refusal, device, doing: "libusb_claim_interface") }
        return claimed
    }

    /// Follows readers that come and go. Their cards are told by a reader once it is open.
    public func watch(on station: Station) throws(TransportError) -> (any AttachmentWatch)? {
        guard Self.hasUSB, libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG.rawValue) != 0 else { return nil }
        return try USBReaderWatch(try usedContext(), products, on: station)
    }

    /// A machine, or a container, without USB is no failure.
    private static var hasUSB: Bool { access("/dev/bus/usb", F_OK) == 0 }

    private func usedContext() throws(TransportError) -> USBContext {
        if let context { return context }
        let made = try USBContext()
        context = made
        return made
    }

    /// Shows every reader with its device, which is valid during the call.
    private static func forEachReader(
        _ context: USBContext, _ products: ReaderProducts, _ body: (USBDevice, OpaquePointer) -> Void
    ) throws(TransportError) {
        var list: UnsafeMutablePointer<OpaquePointer?>?
        let count = libusb_get_device_list(context.pointer, &list)
        guard count >= 0 else { throw USBCode.failure(Int32(truncatingIfNeeded: count), doing: "libusb_get_device_list") }
        defer { libusb_free_device_list(list, 1) }
        for device in UnsafeBufferPointer(start: list, count: count) {
            if let device, let reader = USBDevice(device, products) { body(reader, device) }
        }
    }
}
