// The descriptors of a device (USB 2.0 clause 9.6).

extension USBDevice {
    /// The descriptor of a type (high byte) and number (low byte); `nil` for what a full-speed device does not have, such as the device
    /// qualifier (USB 2.0 clause 9.6.2).
    func descriptor(_ value: UInt16) -> [UInt8]? {
        let number = Int(value & 0xFF)
        switch value >> 8 {
        case 1 where number == 0: return deviceDescriptor
        case 2 where number == 0: return configurationDescriptor
        case 3: return stringDescriptor(number)
        default: return nil
        }
    }

    /// The device descriptor (USB 2.0 clause 9.6.1): the interfaces tell the classes; packets of 64 bytes at the control endpoint.
    public var deviceDescriptor: [UInt8] {
        [18, 1] + word(0x0200) + [0, 0, 0, 64] + word(identity.vendorID) + word(identity.productID) + word(identity.release) + [1, 2, 3, 1]
    }

    /// The configuration descriptor with those of the interfaces and endpoints (USB 2.0 clauses 9.6.3, 9.6.5, 9.6.6): powered by the bus,
    /// 100 mA.
    public var configurationDescriptor: [UInt8] {
        let parts = functions.enumerated().flatMap { number, function in interfaceDescriptor(number, function.interface) }
        return [9, 2] + word(UInt16(clamping: 9 + parts.count)) + [UInt8(clamping: functions.count), 1, 0, 0x80, 50] + parts
    }

    private func interfaceDescriptor(_ number: Int, _ interface: USBInterface) -> [UInt8] {
        let name = interface.name.flatMap { name in strings.firstIndex(of: name) }.map { $0 + 1 } ?? 0
        let head: [UInt8] = [
            9, 4, UInt8(clamping: number), 0, UInt8(clamping: interface.endpoints.count), interface.classCode, interface.subclass,
            interface.protocolCode, UInt8(clamping: name),
        ]
        return head + interface.classDescriptor + interface.endpoints.flatMap(endpointDescriptor)
    }

    private func endpointDescriptor(_ endpoint: USBEndpoint) -> [UInt8] {
        let (attributes, interval): (UInt8, UInt8) =
            switch endpoint.kind {
            case .bulk: (2, 0)
            case .interrupt(let interval): (3, interval)
            }
        return [7, 5, endpoint.address, attributes] + word(UInt16(clamping: endpoint.packetSize)) + [interval]
    }

    /// The texts that descriptors name by number, from 1.
    private var strings: [String] {
        [identity.manufacturer, identity.product, identity.serialNumber] + functions.compactMap { $0.interface.name }
    }

    /// A text in UTF-16LE, cut where 255 bytes end it; number 0 tells the only language, English of the USA (USB 2.0 clause 9.6.7).
    private func stringDescriptor(_ number: Int) -> [UInt8]? {
        if number == 0 { return [4, 3] + word(0x0409) }
        guard strings.indices.contains(number - 1) else { return nil }
        let units = strings[number - 1].utf16.prefix(126).flatMap(word)
        return [UInt8(clamping: 2 + units.count), 3] + units
    }
}

/// Two bytes, least significant first (USB 2.0 clause 8.1).
func word(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
