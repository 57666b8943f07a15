import CLibUSB
import Glibc
import ReaderTransport

/// A device on the bus that is a card reader, as it is listed: nothing is opened, nothing is sent.
struct USBDevice {
    let identity: USBIdentity
    let interfaces: [USBInterface]
    /// What the device calls itself; the kernel has read it when the device came.
    let product: String
    /// Whether its CCID interface is of the maker's own class.
    private let isUnmarked: Bool

    /// The reader that `device` is; `nil` for any other device.
    init?(_ device: OpaquePointer, _ products: ReaderProducts) {
        var descriptor = libusb_device_descriptor()
        guard libusb_get_device_descriptor(device, &descriptor) == 0, let place = Self.place(of: device) else { return nil }
        let identity = USBIdentity(vendor: descriptor.idVendor, product: descriptor.idProduct, place: place)
        let isUnmarked = products.unmarked.contains(identity.usbProduct)
        let interfaces = Self.interfaces(of: device, isKnownReader: isUnmarked)
        guard Self.isReader(identity.usbProduct, interfaces, products) else { return nil }
        self.isUnmarked = isUnmarked
        self.identity = identity
        self.interfaces = interfaces
        product = Self.kernelText(place, "product") ?? "USB card reader"
    }

    var description: AttachmentDescription {
        AttachmentDescription(
            name: identity.name, product: product, usb: identity.usbProduct, lanes: Set(lanes.map(\.lane.kind)))
    }

    /// The lanes of the interfaces that are of use, numbered in their order.
    var lanes: [(interface: USBInterface, lane: Lane)] {
        Self.lanes(of: interfaces, isKnownReader: isUnmarked)
    }

    /// Whether a product with these interfaces is a reader.
    static func isReader(_ product: USBProduct, _ interfaces: [USBInterface], _ products: ReaderProducts) -> Bool {
        let isUnmarked = products.unmarked.contains(product)
        return interfaces.contains { interface in
            switch interface.use(isKnownReader: isUnmarked) {
            case .ccid: true
            case .bulk: products.withoutCCID.contains(product)
            case .hid, nil: false
            }
        }
    }

    static func lanes(of interfaces: [USBInterface], isKnownReader: Bool) -> [(interface: USBInterface, lane: Lane)] {
        var found: [(USBInterface, Lane)] = []
        for interface in interfaces {
            let id = LaneID(rawValue: UInt8(truncatingIfNeeded: found.count))
            switch interface.use(isKnownReader: isKnownReader) {
            case .ccid(let descriptor):
                // bMaxSlotIndex (USB CCID 1.1 clause 5.1) is the number of the last one.
                let slots = descriptor.count > 4 ? UInt8(min(255, Int(descriptor[4]) + 1)) : 1
                let size = Int(interface.bulkIn?.packetSize ?? 0)
                found.append((interface, Lane(id: id, kind: .ccid, slots: slots, descriptor: descriptor, packetSize: size)))
            case .bulk:
                found.append((interface, Lane(id: id, kind: .bulk, slots: 0, packetSize: Int(interface.bulkIn?.packetSize ?? 0))))
            case .hid:
                found.append((interface, Lane(id: id, kind: .hid, slots: 0, packetSize: Int(interface.interruptIn?.packetSize ?? 0))))
            case nil: break
            }
        }
        return found
    }

    /// Bus and ports as the kernel names a device; `nil` for a root hub.
    private static func place(of device: OpaquePointer) -> String? {
        // Seven hubs deep at most (USB 3.1 clause 8.9).
        var ports = [UInt8](repeating: 0, count: 7)
        let count = libusb_get_port_numbers(device, &ports, Int32(ports.count))
        guard count > 0 else { return nil }
        return "\(libusb_get_bus_number(device))-" + ports.prefix(Int(count)).map { String($0) }.joined(separator: ".")
    }

    private static func interfaces(of device: OpaquePointer, isKnownReader: Bool) -> [USBInterface] {
        var pointer: UnsafeMutablePointer<libusb_config_descriptor>?
        // A device that nobody has configured yet has its first configuration described.
        if libusb_get_active_config_descriptor(device, &pointer) != 0, libusb_get_config_descriptor(device, 0, &pointer) != 0 { return [] }
        guard let pointer else { return [] }
        defer { libusb_free_config_descriptor(pointer) }
        let interfaces = UnsafeBufferPointer(start: pointer.pointee.interface, count: Int(pointer.pointee.bNumInterfaces))
        return interfaces.compactMap { interface in
            let settings = UnsafeBufferPointer(start: interface.altsetting, count: Int(max(0, interface.num_altsetting)))
            return USBInterface.best(of: settings.map { USBInterface($0) }, isKnownReader: isKnownReader)
        }
    }

    /// What the kernel has read of the device.
    private static func kernelText(_ place: String, _ attribute: String) -> String? {
        let descriptor = open("/sys/bus/usb/devices/\(place)/\(attribute)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let text = String(decoding: buffer[..<count], as: UTF8.self).prefix { !$0.isNewline }
        return text.isEmpty ? nil : String(text)
    }
}

extension USBInterface {
    init(_ descriptor: libusb_interface_descriptor) {
        let endpoints = UnsafeBufferPointer(start: descriptor.endpoint, count: Int(descriptor.bNumEndpoints))
        self.init(
            number: descriptor.bInterfaceNumber, setting: descriptor.bAlternateSetting, classCode: descriptor.bInterfaceClass,
            protocolCode: descriptor.bInterfaceProtocol,
            endpoints: endpoints.map {
                Endpoint(
                    address: $0.bEndpointAddress, attributes: $0.bmAttributes, packetSize: $0.wMaxPacketSize & 0x7FF,
                    extra: Self.bytes($0.extra, $0.extra_length))
            }, extra: Self.bytes(descriptor.extra, descriptor.extra_length))
    }

    private static func bytes(_ pointer: UnsafePointer<UInt8>?, _ count: Int32) -> [UInt8] {
        count > 0 ? Array(UnsafeBufferPointer(start: pointer, count: Int(count))) : []
    }
}
