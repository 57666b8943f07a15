import Diagnosis
import ReaderTransport
import Station
import SystemBus

/// From the description of a reader to its two characteristics, answers notified: connects where nobody has, and tries again, later and later,
/// where the radio fails.
struct BluetoothOpening {
    let client: BlueZClient
    let profiles: [GATTProfile]
    /// The pauses before the attempts.
    var pauses: [Duration] = [.zero, .milliseconds(250), .seconds(1), .seconds(2)]

    /// What a failed attempt means for the next one.
    private enum Failure: Error {
        /// The same may work in a moment.
        case again(TransportError)
        case final(TransportError)
    }

    /// How long one connection may take. A controller gives up after a few seconds by itself.
    private static let connecting = Duration.seconds(10)
    private static let resolving = Duration.seconds(10)

    /// Opens it. Throws what is wrong with the machine's Bluetooth, or the failure of the last attempt.
    func open(_ name: String) throws(TransportError) -> OpenedReader {
        var last = BluetoothCode.gone(name)
        for pause in pauses {
            do throws(BusError) { try client.wait(for: pause) { false } } catch { throw BluetoothCode.error(error, doing: "waiting") }
            do throws(Failure) { return try attempt(name) } catch {
                switch error {
                case .again(let reason): last = reason
                case .final(let reason): throw reason
                }
            }
        }
        throw last
    }

    private func attempt(_ name: String) throws(Failure) -> OpenedReader {
        let known = try objects()
        if known.adapters.isEmpty { throw .final(BluetoothCode.withoutAdapter()) }
        let powered = known.adapters.filter(\.isPowered).map(\.path)
        if powered.isEmpty { throw .final(BluetoothCode.off(known.adapters.map(\.path).joined(separator: ", "))) }
        guard let device = known.devices(called: name).first else { throw .final(BluetoothCode.gone(name)) }
        guard powered.contains(device.adapter) else { throw .final(BluetoothCode.offThere(device.adapter)) }
        let link = LinkState(device.path)
        do throws(BusError) { try link.follow(client.bus) } catch { throw .final(BluetoothCode.error(error, doing: "AddMatch")) }
        try connect(device.path)
        try resolve(link)
        guard let lane = try objects().lane(of: device.path, profiles) else {
            throw .final(BluetoothCode.withoutReader("\(name) offers none of \(profiles.map { "\($0.service)" })"))
        }
        return try acquire(lane, link)
    }

    private func objects() throws(Failure) -> BlueZObjects {
        do throws(BusError) { return try client.objects() } catch { throw .final(BluetoothCode.error(error, doing: "GetManagedObjects")) }
    }

    private func connect(_ path: String) throws(Failure) {
        do throws(BusError) {
            try client.call(BusCall(BlueZ.service, path, BlueZ.device, "Connect"), timeout: Self.connecting)
        } catch {
            switch error.name {
            case "org.bluez.Error.AlreadyConnected": return
            case "org.bluez.Error.Failed", "org.bluez.Error.InProgress", "org.bluez.Error.ConnectionAttemptFailed":
                throw .again(BluetoothCode.unreachable("Connect: \(error)"))
            default: break
            }
            // BlueZ would go on.
            if error.isTimeout || error == BusError.cancelled {
                client.bus.call(BusCall(BlueZ.service, path, BlueZ.device, "Disconnect"), timeout: .seconds(1)) { _ in }
            }
            throw .final(error.isTimeout ? BluetoothCode.unreachable("Connect: \(error)") : BluetoothCode.error(error, doing: "Connect"))
        }
    }

    /// Waits until BlueZ has asked the reader what it offers.
    private func resolve(_ link: LinkState) throws(Failure) {
        do throws(BusError) {
            // What was so before the signals were listened to; an answer that comes after one tells the same.
            let properties = try client.call(
                BusCall(BlueZ.service, link.path, BlueZ.properties, "GetAll", [.string(BlueZ.device)])
            ).first?.members
            link.take(properties ?? [:])
            try client.wait(for: Self.resolving) { link.isResolved || link.isLost }
        } catch {
            throw .final(BluetoothCode.error(error, doing: "ServicesResolved"))
        }
        if link.isLost || !link.isResolved { throw .again(BluetoothCode.unreachable("lost while its services were asked for")) }
    }

    /// Has BlueZ tell what the reader says by signals on the bus (`StartNotify`).
    ///
    /// These lose nothing: the bus queues them, what comes before the answer to the call is among them, and each is sent at once with its own
    /// value (BlueZ 5.66, `write_characteristic_cb`). The socket of `AcquireNotify` would be private and exclusive, but BlueZ 5.66, which is
    /// Debian 12's, drops what comes before it is made or finds it full (`notify_io_cb`), has none for indications, and when the program
    /// leaves the bus before its socket is seen to be closed, as a killed one may, uses memory that it has freed (`notify_io_destroy`): measured,
    /// bluetoothd ends. What speaks against signals: every user of the machine whom the bus lets listen can hear them.
    ///
    /// Refused where another program listens already; of two that begin in the same moment both would hear.
    private func acquire(_ lane: GATTLane, _ link: LinkState) throws(Failure) -> OpenedReader {
        do throws(BusError) {
            let known = try client.call(
                BusCall(BlueZ.service, lane.notifyPath, BlueZ.properties, "GetAll", [.string(BlueZ.characteristic)])
            ).first?.members
            if known?["Notifying"]?.truth == true { throw BusError(name: "org.bluez.Error.InProgress", message: "another program listens") }
            try link.hearValues(of: lane.notifyPath, client.bus)
            try client.call(BusCall(BlueZ.service, lane.notifyPath, BlueZ.characteristic, "StartNotify"), timeout: Self.resolving)
            return OpenedReader(bus: client.bus, lane: lane, link: link, transferUnit: Int(clamping: known?["MTU"]?.integer ?? 0))
        } catch {
            throw Self.failure(error, doing: "StartNotify")
        }
    }

    /// Whoever used it last may not have let go yet, and a link may be lost at any time.
    private static func failure(_ error: BusError, doing: String) -> Failure {
        let reason = BluetoothCode.error(error, doing: doing)
        let isPassing = ["org.bluez.Error.NotPermitted", "org.bluez.Error.InProgress", "org.bluez.Error.Failed"].contains(error.name)
        return isPassing ? .again(reason) : .final(reason)
    }
}

/// A reader whose answers are notified: what the thread of its attachment begins with.
struct OpenedReader {
    let bus: SystemBus
    let lane: GATTLane
    let link: LinkState
    /// ATT_MTU (Bluetooth Core Specification Vol. 3 Part F clause 3.2.8); 0 where BlueZ does not tell
    /// (5.62 does).
    let transferUnit: Int

    /// The largest value of one write, in bytes: ATT_MTU, at least 23, less opcode and handle; BlueZ 5.66 takes no more than 510 (measured).
    var valueSize: Int { min(max(23, transferUnit) - 3, 510) }
}

/// What BlueZ tells of a link while it is used; on the thread that has the bus.
final class LinkState {
    let path: String
    private(set) var isResolved = false
    /// Whether the link, the device or bluetoothd has gone.
    private(set) var isLost = false
    /// They may be what a card answers.
    private var values: [Secret] = []

    /// The longest value of an attribute (Bluetooth Core Specification Vol. 3 Part F clause 3.2.9).
    private static let longestValue = 512

    init(_ path: String) { self.path = path }

    /// Keeps what a characteristic notifies or indicates, until it is taken.
    func hearValues(of characteristic: String, _ bus: SystemBus) throws(BusError) {
        let rule = "interface='\(BlueZ.properties)',member='PropertiesChanged',path='\(characteristic)'"
        try bus.listen(to: BlueZ.service, rule) { [weak self] message in
            guard let self, message.body.count >= 2, message.body[0].text == BlueZ.characteristic,
                let value = message.body[1].members["Value"]?.octets, value.count <= Self.longestValue
            else { return }
            // One more than the link takes makes it tell that some are missing.
            if values.count <= BluetoothLink.mostNotifications { values.append(value) }
        }
    }

    /// What has come since the last time.
    func takeValues() -> [Secret] {
        defer { values.removeAll(keepingCapacity: true) }
        return values
    }

    func follow(_ bus: SystemBus) throws(BusError) {
        try bus.listen(to: BlueZ.service, "interface='\(BlueZ.properties)',member='PropertiesChanged',path='\(path)'") {
            [weak self] message in
            guard message.body.count >= 2, message.body[0].text == BlueZ.device else { return }
            self?.take(message.body[1].members)
        }
        try bus.listen(to: BlueZ.service, "interface='\(BlueZ.objectManager)',member='InterfacesRemoved',arg0path='\(path)'") {
            [weak self] _ in
            self?.isLost = true
        }
        try bus.listenToOwner(of: BlueZ.service) { [weak self] _ in self?.isLost = true }
    }

    /// The link has ended by another sign.
    func lose() { isLost = true }

    func take(_ properties: [String: BusValue]) {
        if let value = properties["ServicesResolved"]?.truth { isResolved = value }
        if let value = properties["Connected"]?.truth, !value { isLost = true }
    }
}
