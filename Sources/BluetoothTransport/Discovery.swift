import ReaderTransport
import SystemBus

/// The search for devices by one adapter (org.bluez.Adapter1); BlueZ ends it with the connection that has asked for it.
enum Discovery {
    /// Begins it: Bluetooth Low Energy only. Not only devices that advertise a service that is known, because not every reader does.
    static func start(_ adapter: String) -> [BusCall] {
        [
            BusCall(BlueZ.service, adapter, BlueZ.adapter, "SetDiscoveryFilter", [.properties([("Transport", .string("le"))])]),
            BusCall(BlueZ.service, adapter, BlueZ.adapter, "StartDiscovery"),
        ]
    }

    /// Ends it.
    static func stop(_ adapter: String) -> BusCall { BusCall(BlueZ.service, adapter, BlueZ.adapter, "StopDiscovery") }
}
