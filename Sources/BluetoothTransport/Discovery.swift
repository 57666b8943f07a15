import ReaderTransport
import SystemBus

/// The search for devices by one adapter (org.bluez.Adapter1); BlueZ ends it with the connection that has asked for it.
enum Discovery {
    /// Begins it: Bluetooth Low Energy only, and only devices that advertise one of the services, or any where there is none.
    static func start(_ adapter: String, _ services: [GATTUUID]) -> [BusCall] {
        var filter: [(String, BusValue)] = [("Transport", .string("le"))]
        if !services.isEmpty { filter.append(("UUIDs", .strings(services.map(\.description)))) }
        return [
            BusCall(BlueZ.service, adapter, BlueZ.adapter, "SetDiscoveryFilter", [.properties(filter)]),
            BusCall(BlueZ.service, adapter, BlueZ.adapter, "StartDiscovery"),
        ]
    }

    /// Ends it.
    static func stop(_ adapter: String) -> BusCall { BusCall(BlueZ.service, adapter, BlueZ.adapter, "StopDiscovery") }
}
