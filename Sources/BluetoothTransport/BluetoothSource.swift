import Glibc
import ReaderTransport
import Station
import SystemBus

/// The Bluetooth readers that BlueZ (bluetoothd) knows, over the system bus.
///
/// Nothing is searched for unless somebody asks: `scan`, a watch, or a reader that is named and not known.
public final class BluetoothSource: TransportSource {
    /// `ble`.
    public let scheme = "ble"
    private let profiles: [GATTProfile]
    private let address: String?

    /// How long one look around takes. Controllers tell of a device once in each; one that was missed is found in the next.
    private static let round = Duration.seconds(3)
    /// How often BlueZ is asked what it has found.
    private static let glance = Duration.milliseconds(150)
    /// How long a reader is searched for that was named.
    private static let search = Duration.seconds(12)

    /// The source; the bus is connected to only when readers are listed or used. `profiles` are the services that there are drivers for.
    public convenience init(profiles: [GATTProfile]) { self.init(profiles: profiles, at: nil) }

    /// The source on the bus at an address of its own.
    init(profiles: [GATTProfile], at address: String?) {
        self.profiles = profiles
        self.address = address
    }

    /// The readers that BlueZ knows, by address: nothing is searched for and nobody connected to. A machine without Bluetooth has none.
    public func attachments() throws(TransportError) -> [AttachmentDescription] {
        guard hasBus else { return [] }
        let client = try BlueZClient(at: address, cancellation: WakeUp())
        do throws(BusError) {
            // Looking at a list is no reason to start a service.
            return try client.objects(startsService: false).readers(profiles).map(\.description)
        } catch {
            if error.isWithoutService { return [] }
            throw BluetoothCode.error(error, doing: "GetManagedObjects")
        }
    }

    /// The readers that BlueZ knows and, where none of them is meant, those that a search finds until it has found one. A device that is named
    /// in full is meant whatever it says that it offers.
    public func attachments(
        meant pattern: String, on station: Station
    ) throws(TransportError) -> [AttachmentDescription] {
        let cancellation = WakeUp()
        return try Self.cancelled(by: cancellation, on: station) { () throws(TransportError) in
            let client = try BlueZClient(at: address, cancellation: cancellation)
            func found(_ known: BlueZObjects) -> [BlueZObjects.Device] {
                let named = known.devices(called: pattern)
                return named.isEmpty ? known.readers(profiles).filter { $0.description.isMeant(by: pattern) } : named
            }
            // One that only an adapter has seen that is off may be near another one.
            let known = try Self.discover(with: client, for: Self.search) { known in found(known).contains { known.isInReach($0) } }
            let meant = found(known)
            return (meant.isEmpty ? known.readers(profiles) : meant).map(\.description)
        }
    }

    /// The adapters that are on, by BlueZ's names. Throws what is missing: the bus, bluetoothd, an adapter, one that is on.
    public func adaptersInUse() throws(TransportError) -> [String] {
        let client = try BlueZClient(at: address, cancellation: WakeUp())
        let known = try client.ask("GetManagedObjects") { () throws(BusError) in try client.objects() }
        return try Self.adaptersInUse(known).compactMap { $0.split(separator: "/").last.map(String.init) }
    }

    private static func adaptersInUse(_ known: BlueZObjects) throws(TransportError) -> [String] {
        if known.adapters.isEmpty { throw BluetoothCode.withoutAdapter() }
        let powered = known.adapters.filter(\.isPowered).map(\.path)
        if powered.isEmpty { throw BluetoothCode.off(known.adapters.map(\.path).joined(separator: ", ")) }
        return powered
    }

    /// Searches for readers for so long.
    public func scan(for duration: Duration, on station: Station) throws(TransportError) -> [AttachmentDescription] {
        let cancellation = WakeUp()
        return try Self.cancelled(by: cancellation, on: station) { () throws(TransportError) in
            let client = try BlueZClient(at: address, cancellation: cancellation)
            return try Self.discover(with: client, for: duration) { _ in false }.readers(profiles).map(\.description)
        }
    }

    /// Connects to a reader, where nobody has, and has its answers notified.
    public func open(_ description: AttachmentDescription, on station: Station) throws(TransportError) -> any Attachment {
        let cancellation = WakeUp()
        let reader = try Self.cancelled(by: cancellation, on: station) { () throws(TransportError) in
            try BluetoothOpening(client: BlueZClient(at: address, cancellation: cancellation), profiles: profiles).open(description.name)
        }
        return try BluetoothAttachment(reader, on: station)
    }

    /// Follows the readers that BlueZ finds, and searches as long as it runs.
    public func watch(on station: Station) throws(TransportError) -> (any AttachmentWatch)? {
        guard hasBus else { return nil }
        return try BluetoothWatch(profiles, at: address, on: station)
    }

    /// A machine, or a container, without system bus is no failure.
    private var hasBus: Bool {
        address != nil || getenv("DBUS_SYSTEM_BUS_ADDRESS") != nil || access("/run/dbus/system_bus_socket", F_OK) == 0
    }

    /// Runs `body`, which waits on the station's own thread, so that whoever cancels the station ends the wait.
    private static func cancelled<Result>(
        by cancellation: WakeUp, on station: Station, _ body: () throws(TransportError) -> Result
    ) throws(TransportError) -> Result {
        guard !station.isShielded else { return try body() }
        let handler = station.inbox.onCancel { cancellation.call() }
        defer { station.inbox.removeCancellationHandler(handler) }
        if station.isCancelled { throw BluetoothCode.error(BusError.cancelled, doing: "waiting") }
        return try body()
    }

    /// Has BlueZ search with every adapter that is on, until `isEnough` or the time is over. Nothing is searched for where it is enough at once.
    private static func discover(
        with client: BlueZClient, for duration: Duration, until isEnough: (BlueZObjects) -> Bool
    ) throws(TransportError) -> BlueZObjects {
        var known = try client.ask("GetManagedObjects") { () throws(BusError) in try client.objects() }
        if isEnough(known) { return known }
        let adapters = try adaptersInUse(known)
        let end = monotonicNanoseconds() + duration.wholeNanoseconds
        return try client.ask("StartDiscovery") { () throws(BusError) in
            while true {
                for path in adapters {
                    for call in Discovery.start(path) { try client.call(call) }
                }
                let endOfRound = min(end, monotonicNanoseconds() + round.wholeNanoseconds)
                repeat {
                    try client.wait(for: glance) { false }
                    known = try client.objects()
                } while monotonicNanoseconds() < endOfRound && !isEnough(known)
                for path in adapters { try client.call(Discovery.stop(path)) }
                if isEnough(known) || monotonicNanoseconds() >= end { return known }
            }
        }
    }
}
