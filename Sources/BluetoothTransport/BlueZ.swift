import ReaderTransport
import SystemBus

/// The names of BlueZ on the bus (its documentation in doc/, such as device-api.txt).
enum BlueZ {
    static let service = "org.bluez"
    static let adapter = "org.bluez.Adapter1"
    static let device = "org.bluez.Device1"
    static let gattService = "org.bluez.GattService1"
    static let characteristic = "org.bluez.GattCharacteristic1"
    static let properties = "org.freedesktop.DBus.Properties"
    static let objectManager = "org.freedesktop.DBus.ObjectManager"

    /// Every object that BlueZ has, with its properties.
    static var allObjects: BusCall { BusCall(service, "/", objectManager, "GetManagedObjects") }
}

/// What BlueZ knows: its adapters, the devices that were seen or paired, and what those that are connected offer.
struct BlueZObjects {
    struct Adapter {
        let path: String
        let isPowered: Bool
    }

    struct Device {
        let path: String
        let adapter: String
        let address: String
        let name: String
        let services: Set<GATTUUID>
        let isConnected: Bool
        let isResolved: Bool

        /// How it is listed.
        var description: AttachmentDescription {
            AttachmentDescription(name: address, product: name.isEmpty ? "Bluetooth" : "\(name) (Bluetooth)", alias: name)
        }
    }

    struct Service {
        let path: String
        let device: String
        let uuid: GATTUUID
    }

    struct Characteristic {
        let path: String
        let service: String
        let uuid: GATTUUID
        let flags: Set<String>
    }

    private(set) var adapters: [Adapter] = []
    private(set) var devices: [Device] = []
    private(set) var services: [Service] = []
    private(set) var characteristics: [Characteristic] = []

    /// From the answer to `GetManagedObjects`, in the order of the paths; what lacks a property that it must have is left out.
    init(_ answer: [BusValue]) {
        for (path, interfaces) in (answer.first?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (interface, properties) in interfaces.members { add(path, interface, properties.members) }
        }
    }

    private mutating func add(_ path: String, _ interface: String, _ properties: [String: BusValue]) {
        switch interface {
        case BlueZ.adapter: adapters.append(Adapter(path: path, isPowered: properties["Powered"]?.truth ?? false))
        case BlueZ.device:
            guard let adapter = properties["Adapter"]?.text, let address = properties["Address"]?.text else { return }
            let uuids = properties["UUIDs"]?.elements.compactMap { $0.text.flatMap { GATTUUID($0) } } ?? []
            devices.append(
                Device(
                    path: path, adapter: adapter, address: address, name: properties["Name"]?.text ?? "", services: Set(uuids),
                    isConnected: properties["Connected"]?.truth ?? false, isResolved: properties["ServicesResolved"]?.truth ?? false))
        case BlueZ.gattService:
            guard let device = properties["Device"]?.text, let uuid = properties["UUID"]?.text.flatMap({ GATTUUID($0) }) else { return }
            services.append(Service(path: path, device: device, uuid: uuid))
        case BlueZ.characteristic:
            guard let service = properties["Service"]?.text, let uuid = properties["UUID"]?.text.flatMap({ GATTUUID($0) }) else { return }
            let flags = properties["Flags"]?.elements.compactMap(\.text) ?? []
            characteristics.append(Characteristic(path: path, service: service, uuid: uuid, flags: Set(flags)))
        default: break
        }
    }

    /// The devices that offer one of the services or are called so, one for each address: of several adapters that know it the one that has it
    /// connected, else the first that is on.
    func readers(_ profiles: [GATTProfile]) -> [Device] {
        let wanted = Set(profiles.map(\.service))
        let starts = profiles.compactMap(\.nameStart)
        return unique(
            devices.filter { device in !device.services.isDisjoint(with: wanted) || starts.contains { device.name.hasPrefix($0) } })
    }

    /// The devices that are called exactly so, by address or name, whatever they say that they offer.
    func devices(called name: String) -> [Device] { unique(devices.filter { $0.description.isCalled(name) }) }

    /// Whether the adapter that has seen it is on.
    func isInReach(_ device: Device) -> Bool { adapters.contains { $0.path == device.adapter && $0.isPowered } }

    private func unique(_ devices: [Device]) -> [Device] {
        let powered = Set(adapters.filter(\.isPowered).map(\.path))
        func rank(_ device: Device) -> Int { device.isConnected ? 0 : powered.contains(device.adapter) ? 1 : 2 }
        return Dictionary(grouping: devices, by: \.address).values
            .compactMap { same in same.min { (rank($0), $0.path) < (rank($1), $1.path) } }.sorted { $0.address < $1.address }
    }

    /// Where commands are written to and answers notified, if a device has a service of one of the profiles with both.
    func lane(of device: String, _ profiles: [GATTProfile]) -> GATTLane? {
        for profile in profiles {
            for service in services where service.device == device && service.uuid == profile.service {
                let offered = characteristics.filter { $0.service == service.path }
                let write = offered.first { $0.uuid == profile.write && !$0.flags.isDisjoint(with: ["write", "write-without-response"]) }
                let notify = offered.first { $0.uuid == profile.notify && !$0.flags.isDisjoint(with: ["notify", "indicate"]) }
                guard let write, let notify else { continue }
                return GATTLane(
                    profile: profile, writePath: write.path, isAcknowledged: write.flags.contains("write"), notifyPath: notify.path)
            }
        }
        return nil
    }
}

/// The two characteristics of a connected reader that are used.
struct GATTLane {
    let profile: GATTProfile
    let writePath: String
    /// Whether the reader acknowledges what is written (ATT_WRITE_REQ, Bluetooth Core Specification Vol. 3 Part F clause 3.4.5.1).
    let isAcknowledged: Bool
    let notifyPath: String
}
