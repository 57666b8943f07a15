import ReaderTransport
import SystemBus

/// The objects by which BlueZ knows a reader: its service with two characteristics, and its advertisement (BlueZ, doc/gatt-api.txt and
/// advertising-api.txt).
struct GATTApplication {
    /// Below it are the service and the characteristics.
    static let root = "/kazasu/reader"
    static let write = root + "/service/write"
    static let notify = root + "/service/notify"
    static let advertisement = "/kazasu/advertisement"
    static let characteristic = "org.bluez.GattCharacteristic1"
    static let properties = "org.freedesktop.DBus.Properties"

    let profile: GATTProfile
    /// What the reader calls itself.
    let name: String

    /// The properties of an object, by interface; none of an object that there is not.
    func properties(of path: String) -> [(interface: String, properties: [(String, BusValue)])] {
        switch path {
        case Self.root + "/service":
            [("org.bluez.GattService1", [("UUID", .string("\(profile.service)")), ("Primary", .bool(true))])]
        case Self.write: [(Self.characteristic, characteristic(profile.write, ["write", "write-without-response"]))]
        case Self.notify: [(Self.characteristic, characteristic(profile.notify, ["notify"]))]
        case Self.advertisement:
            [
                (
                    "org.bluez.LEAdvertisement1",
                    [("Type", .string("peripheral")), ("ServiceUUIDs", .strings(["\(profile.service)"])), ("LocalName", .string(name))]
                )
            ]
        default: []
        }
    }

    private func characteristic(_ uuid: GATTUUID, _ flags: [String]) -> [(String, BusValue)] {
        [("UUID", .string("\(uuid)")), ("Service", .path(Self.root + "/service")), ("Flags", .strings(flags))]
    }

    /// The answer to `GetManagedObjects`.
    var objects: BusValue {
        .dictionary(
            key: "o", value: "a{sa{sv}}",
            [Self.root + "/service", Self.write, Self.notify].map { path in
                let interfaces = properties(of: path).map {
                    (key: BusValue.string($0.interface), value: BusValue.properties($0.properties))
                }
                return (.path(path), .dictionary(key: "s", value: "a{sv}", interfaces))
            })
    }
}
