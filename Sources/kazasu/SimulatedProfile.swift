import CCID
import CCIDDevice
import GenericCCID
import ReaderClaims
import SimulatorCatalog
import USBDevice

extension SimulatorModel {
    /// A reader that says of itself what a profile says, and differs from it by its quirks; `nil` for one that has no name as a model.
    init?(_ profile: ReaderProfile) {
        let descriptors = profile.interfaces.compactMap { CCIDDescriptor($0) }
        guard let name = profile.model, let first = descriptors.first, descriptors.count == profile.interfaces.count else { return nil }
        let identity = USBIdentity(
            vendorID: profile.usb.vendor, productID: profile.usb.product, manufacturer: "Kazasu",
            product: "Simulated \(profile.name)", serialNumber: "KZ000001")
        let model = SimulatorModel(
            CCIDReaderModel(
                name: name, identity: identity, descriptor: first, others: Array(descriptors.dropFirst()),
                isMarked: !profile.interfaces.contains { $0.quirks.contains(.vendorClass) }),
            product: "simulated \(profile.name)", slotNames: profile.slotNames)
        self = model.claiming(profile.claims)
    }
}

extension ReaderProfile {
    /// What is claimed of it: what its author says, which is assumed unless it begins with the word for a provenance, a colon, and a source.
    fileprivate var claims: ModelClaims {
        for stated in Provenance.allCases where provenance.hasPrefix(stated.rawValue + ":") {
            let source = provenance.dropFirst(stated.rawValue.count + 1).drop { $0 == " " }
            if !source.isEmpty { return ModelClaims(provenance: stated, source: String(source)) }
        }
        return ModelClaims(provenance: .assumed, source: provenance)
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
        if interface.quirks.contains(.chainsAPDUs) { trueLevel = .extendedAPDU }
        if interface.quirks.contains(.shortAPDUsOnly) { trueLevel = .shortAPDU }
        // It announces a keypad that it does not have.
        if interface.quirks.contains(.noPINEntry) { pinSupport = 1 }
        protocols = interface.protocols.rawValue
        maxMessageLength = interface.maxMessageLength
        maxIFSD = interface.maxIFSD
        maxSlotIndex = UInt8(clamping: max(1, interface.slots.count) - 1)
    }
}
