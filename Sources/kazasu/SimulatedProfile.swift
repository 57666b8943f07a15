import CCIDDevice
import GenericCCID
import SimulatorCatalog
import USBDevice

extension SimulatorModel {
    /// A reader that says of itself what a profile says; `nil` for one that cannot be simulated, because its exchange level is that of characters.
    init?(_ file: ReaderProfileFile) {
        let descriptors = file.profile.interfaces.compactMap { CCIDDescriptor($0) }
        guard let first = descriptors.first, descriptors.count == file.profile.interfaces.count else { return nil }
        let identity = USBIdentity(
            vendorID: file.profile.usb.vendor, productID: file.profile.usb.product, manufacturer: "Kazasu",
            product: "Simulated \(file.profile.name)", serialNumber: "KZ000001")
        self.init(
            CCIDReaderModel(
                name: file.model, identity: identity, descriptor: first, others: Array(descriptors.dropFirst()),
                isMarked: file.profile.interfaces.allSatisfy(\.isMarked)),
            product: "simulated \(file.profile.name)")
    }
}

extension CCIDDescriptor {
    /// `nil` for the level of characters, which takes neither APDUs nor TPDUs.
    fileprivate init?(_ interface: ReaderProfile.Interface) {
        switch interface.level {
        case .extendedAPDU: self.init(level: .extendedAPDU)
        case .shortAPDU: self.init(level: .shortAPDU)
        case .tpdu: self.init(level: .tpdu)
        case .character, nil: return nil
        }
        features = interface.features
        protocols = interface.protocols.isEmpty ? 0x03 : interface.protocols.rawValue
        maxMessageLength = interface.maxMessageLength
        maxIFSD = interface.maxIFSD
        maxSlotIndex = UInt8(clamping: max(1, interface.slots.count) - 1)
    }
}
