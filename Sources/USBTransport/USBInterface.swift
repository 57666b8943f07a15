import ReaderTransport

/// What a USB device says of one of its interfaces (USB 2.0 clauses 9.6.5 and 9.6.6).
struct USBInterface: Sendable, Equatable {
    /// An endpoint.
    struct Endpoint: Sendable, Equatable {
        /// `bEndpointAddress`: the number, with bit 7 for data from the device.
        var address: UInt8
        /// `bmAttributes`: in bits 0 and 1 the type of transfer.
        var attributes: UInt8
        /// `wMaxPacketSize`, in bytes.
        var packetSize: UInt16
        /// The descriptors behind it that belong to a class.
        var extra: [UInt8] = []

        var isFromDevice: Bool { address & 0x80 != 0 }
        var isBulk: Bool { attributes & 0x03 == 2 }
        var isInterrupt: Bool { attributes & 0x03 == 3 }
    }

    /// `bInterfaceNumber`.
    var number: UInt8
    /// `bAlternateSetting`: what is described is one of several settings of the interface, of which 0 is in force at first.
    var setting: UInt8 = 0
    /// `bInterfaceClass`.
    var classCode: UInt8
    /// `bInterfaceProtocol`.
    var protocolCode: UInt8 = 0
    /// The endpoints.
    var endpoints: [Endpoint]
    /// The descriptors behind it that belong to a class.
    var extra: [UInt8] = []

    /// What can be done with it.
    enum Use: Equatable {
        /// A pair of bulk endpoints with the CCID class descriptor.
        case ccid(descriptor: [UInt8])
        /// A pair of bulk endpoints in the maker's own class.
        case bulk
        /// Reports.
        case hid
    }

    /// What can be done with it; `nil` for nothing that is of use here. `isKnownReader` is for models that have a CCID interface and do not
    /// say so: the maker's own class with the descriptor of CCID.
    func use(isKnownReader: Bool) -> Use? {
        switch classCode {
        // bInterfaceProtocol 1 and 2 are ICCD: a card with USB contacts, spoken to by control transfers (USB ICCD 1.0).
        case 0x0B where protocolCode == 0: return hasBulkPair ? .ccid(descriptor: classDescriptor ?? []) : nil
        case 0xFF:
            if isKnownReader, hasBulkPair, let classDescriptor { return .ccid(descriptor: classDescriptor) }
            return hasBulkPair ? .bulk : nil
        // A keyboard or a mouse (bInterfaceProtocol 1 and 2, HID 1.11 clause 4.3) stays with the kernel.
        case 0x03 where protocolCode == 0: return interruptIn == nil ? nil : .hid
        default: return nil
        }
    }

    /// Of the settings of one interface the first that is of use, else the first.
    static func best(of settings: [USBInterface], isKnownReader: Bool) -> USBInterface? {
        settings.first { $0.use(isKnownReader: isKnownReader) != nil } ?? settings.first
    }

    var bulkIn: Endpoint? { endpoints.first { $0.isBulk && $0.isFromDevice } }
    var bulkOut: Endpoint? { endpoints.first { $0.isBulk && !$0.isFromDevice } }
    var interruptIn: Endpoint? { endpoints.first { $0.isInterrupt && $0.isFromDevice } }
    var interruptOut: Endpoint? { endpoints.first { $0.isInterrupt && !$0.isFromDevice } }

    private var hasBulkPair: Bool { bulkIn != nil && bulkOut != nil }

    /// The CCID class descriptor (USB CCID 1.1 clause 5.1). It follows the interface's; some readers put it behind an endpoint's.
    private var classDescriptor: [UInt8]? {
        for bytes in [extra] + endpoints.map(\.extra) {
            if let found = Self.find(type: 0x21, count: 54, in: bytes) { return found }
        }
        return nil
    }

    /// The first descriptor of this type and length among several.
    static func find(type: UInt8, count: Int, in bytes: [UInt8]) -> [UInt8]? {
        var offset = 0
        while offset + 2 <= bytes.count {
            let length = Int(bytes[offset])
            guard length >= 2, offset + length <= bytes.count else { return nil }
            if bytes[offset + 1] == type, length == count { return Array(bytes[offset..<offset + length]) }
            offset += length
        }
        return nil
    }
}

/// A USB device that may be a card reader.
struct USBIdentity: Sendable, Hashable {
    /// `idVendor`.
    let vendor: UInt16
    /// `idProduct`.
    let product: UInt16
    /// Where it is plugged in: bus, then the port at every hub, as the kernel writes it: `1-2.3`.
    let place: String

    /// Vendor and product, as lsusb(8) writes them.
    var id: String { "\(Self.digits(vendor)):\(Self.digits(product))" }

    /// What a selector is matched against. Two readers of a model differ by their place; the serial number is not asked for.
    var name: String { "\(id)@\(place)" }

    /// The numbers as the rest of the program has them.
    var usbProduct: USBProduct { USBProduct(vendor: vendor, product: product) }

    /// The rule by which udev(7) lets the person at this machine, and the group `plugdev`, use the device.
    var udevRule: String {
        "SUBSYSTEM==\"usb\", ATTR{idVendor}==\"\(Self.digits(vendor))\", ATTR{idProduct}==\"\(Self.digits(product))\", "
            + "MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\""
    }

    static func digits(_ number: UInt16) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 4 - text.count) + text
    }
}
