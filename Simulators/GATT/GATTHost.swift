import Diagnosis
import Glibc
import ReaderTransport
import SimulationKit
import Station
import SystemBus

/// What a host tells while it runs, for the log.
public enum GATTReport: Sendable, Equatable {
    /// The reader advertises.
    case advertising
    /// A program somewhere listens to what the reader notifies.
    case attached
    /// It does no more.
    case detached
    /// bluetoothd has gone from the bus; the reader advertises again when it is back.
    case lost
}

/// Shows a simulated device with a `.gatt` lane as a Bluetooth reader, in real time, by BlueZ and one adapter, which is the reader's alone: it is
/// switched on and off with the reader.
///
/// One thread: `run` waits in poll(2) for the bus, for the control input, for the request to stop and for the moment at which the device does
/// something.
public final class GATTHost {
    /// Whether a program listens to the reader.
    public private(set) var isAttached = false
    /// Whether the reader is switched on.
    public private(set) var isPlugged = false

    /// Why it cannot go on, where `run` has ended so.
    public private(set) var failure: GATTHostError?

    private let device: any PassiveDevice
    private let application: GATTApplication
    private let adapter: String
    private let report: (GATTReport) -> Void
    private let hostLeft: (Instant) -> Void
    private let bus: SystemBus
    private let lane: Lane?
    // Whether bluetoothd has left the bus, and whether it has come back and knows nothing of the reader yet.
    private var isServiceGone = false
    private var isServiceNew = false
    private var lastID: UInt64 = 0
    private var writes: [TransferID: (reply: BusReply, isLast: Bool)] = [:]
    private var reading: TransferID?
    /// The largest value of a notification, in bytes: ATT_MTU less 3, of which BlueZ tells with each write; the smallest before.
    private var valueSize = 20

    private static let service = "org.bluez"
    private static let patience = Duration.seconds(10)
    /// The longest value of an attribute (Bluetooth Core Specification Vol. 3 Part F clause 3.2.9), and the ATT_MTU with which it fits.
    private static let longestValue = 512
    private static let longestUnit: Int64 = 515

    /// A reader that nobody sees yet. `adapter` is BlueZ's name of it, such as `hci1`; `name` what the reader calls itself; `hostLeft` is called
    /// when whoever listened does so no more.
    public convenience init(
        _ device: any PassiveDevice, profile: GATTProfile, name: String, adapter: String,
        hostLeft: @escaping (Instant) -> Void = { _ in }, report: @escaping (GATTReport) -> Void
    ) throws(GATTHostError) {
        try self.init(device, profile: profile, name: name, adapter: adapter, at: nil, hostLeft: hostLeft, report: report)
    }

    /// One on the bus at an address of its own.
    init(
        _ device: any PassiveDevice, profile: GATTProfile, name: String, adapter: String, at address: String?,
        hostLeft: @escaping (Instant) -> Void = { _ in }, report: @escaping (GATTReport) -> Void
    ) throws(GATTHostError) {
        self.device = device
        application = GATTApplication(profile: profile, name: name)
        self.adapter = "/org/bluez/" + adapter
        self.report = report
        self.hostLeft = hostLeft
        lane = device.lanes.first { $0.kind == .gatt }
        do throws(BusError) { bus = try SystemBus(at: address) } catch { throw GATTHostError(withoutBus: error) }
        do throws(BusError) {
            try bus.export("/kazasu") { [unowned self] message, reply in serve(message, reply) }
            try bus.listenToOwner(of: Self.service) { [unowned self] owner in serviceChanged(isThere: !owner.isEmpty) }
        } catch { throw GATTHostError(error, doing: "export") }
    }

    // MARK: The switch

    /// Switches the reader on: it advertises, and takes a connection.
    public func plug() throws(GATTHostError) {
        guard !isPlugged else { return }
        try register()
        isPlugged = true
    }

    private func register() throws(GATTHostError) {
        isServiceNew = false
        try ask("org.freedesktop.DBus.Properties", "Set", [.string("org.bluez.Adapter1"), .string("Powered"), .variant(.bool(true))])
        try ask("org.bluez.GattManager1", "RegisterApplication", [.path(GATTApplication.root), .properties([])])
        try ask("org.bluez.LEAdvertisingManager1", "RegisterAdvertisement", [.path(GATTApplication.advertisement), .properties([])])
        report(.advertising)
    }

    /// A bluetoothd that goes takes the link with it, and the next one knows nothing of the reader.
    private func serviceChanged(isThere: Bool) {
        if !isThere, !isServiceGone {
            isServiceGone = true
            detach()
            if isPlugged { report(.lost) }
        }
        if isThere, isServiceGone { (isServiceGone, isServiceNew) = (false, true) }
    }

    /// Switches it off: whoever is connected loses the link.
    public func unplug() {
        guard isPlugged else { return }
        isPlugged = false
        // Nobody is there to be told, and nobody is to be started for it.
        guard !isServiceGone else { return }
        try? ask("org.freedesktop.DBus.Properties", "Set", [.string("org.bluez.Adapter1"), .string("Powered"), .variant(.bool(false))])
        try? ask("org.bluez.LEAdvertisingManager1", "UnregisterAdvertisement", [.path(GATTApplication.advertisement)])
        try? ask("org.bluez.GattManager1", "UnregisterApplication", [.path(GATTApplication.root)])
        detach()
    }

    /// BlueZ asks for our objects while it registers them: what comes meanwhile is answered. An adapter that is being switched is busy.
    private func ask(_ interface: String, _ member: String, _ arguments: [BusValue]) throws(GATTHostError) {
        let end = Instant.now + Self.patience
        while true {
            do throws(BusError) {
                try bus.ask(BusCall(Self.service, adapter, interface, member, arguments), timeout: Self.patience)
                return
            } catch {
                // An adapter comes some time after bluetoothd has begun.
                let isPassing = error.name == "org.bluez.Error.Busy" || error.name == "org.freedesktop.DBus.Error.UnknownObject"
                guard isPassing, Instant.now < end else { throw GATTHostError(error, doing: member) }
            }
            do throws(BusError) { try bus.wait(for: .milliseconds(50)) { false } } catch { throw GATTHostError(error, doing: member) }
        }
    }

    // MARK: Time

    /// Makes time pass until it is asked to stop; the reader is switched off then, also when `onControl` throws.
    ///
    /// - Parameters:
    ///   - cancellation: a descriptor that becomes readable to stop.
    ///   - control: a descriptor that `onControl` reads from, if any.
    ///   - onControl: called when `control` has something to read or has ended.
    /// - Returns: what has ended it; `.cancelled` with a `failure` where the bus has gone or bluetoothd does not take the reader again.
    /// - Throws: what `onControl` throws.
    public func run<Failure: Error>(
        cancellation: Int32, control: Int32?, onControl: () throws(Failure) -> ControlOutcome
    ) throws(Failure) -> HostEnding {
        defer { unplug() }
        var control = control
        while true {
            do throws(BusError) { try bus.process() } catch {
                isServiceGone = true
                failure = GATTHostError(withoutBus: error)
                detach()
                return .cancelled
            }
            if isServiceNew, isPlugged {
                do throws(GATTHostError) { try register() } catch {
                    // Gone again meanwhile: it is waited for.
                    if !isServiceGone {
                        failure = error
                        return .cancelled
                    }
                }
            }
            advance()
            var entries = [
                pollfd(fd: cancellation, events: Int16(POLLIN), revents: 0), pollfd(fd: control ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bus.descriptor, events: bus.events, revents: 0),
            ]
            wait(for: &entries, until: [device.nextDue, bus.wakeTime.map { Instant(nanoseconds: $0) }].compactMap { $0 }.min())
            if entries[0].revents != 0 { return .cancelled }
            guard entries[1].revents != 0 else { continue }
            switch try onControl() {
            case .goOn: break
            case .ended: control = nil
            case .quit: return .quit
            }
        }
    }

    /// Lets the device's time pass up to now and sends what there is to send.
    public func advance() {
        var ended: [(id: TransferID, status: TransferStatus, bytes: [UInt8])] = []
        device.advance(to: .now) { ended.append(($0, $1, $2)) }
        for (id, status, bytes) in ended { end(id, status, bytes) }
    }

    private func end(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8]) {
        if let (reply, isLast) = writes.removeValue(forKey: id) {
            if status != .completed { reply.fail("org.bluez.Error.Failed", "the reader refuses it") } else if isLast { reply.answer() }
        } else if id == reading {
            reading = nil
            if status == .completed { notify(bytes) }
            read()
        }
    }

    /// Notifies in pieces that fit.
    private func notify(_ bytes: [UInt8]) {
        var rest = bytes[...]
        repeat {
            let piece = Array(rest.prefix(valueSize))
            rest = rest.dropFirst(piece.count)
            let changes: [BusValue] = [
                .string(GATTApplication.characteristic), .properties([("Value", .bytes(Secret(piece)))]), .strings([]),
            ]
            try? bus.emit(GATTApplication.notify, GATTApplication.properties, "PropertiesChanged", changes)
        } while !rest.isEmpty
    }

    // MARK: What BlueZ asks for

    private func serve(_ message: BusMessage, _ reply: BusReply) {
        switch (message.interface, message.member, message.path) {
        case ("org.freedesktop.DBus.ObjectManager", "GetManagedObjects", GATTApplication.root): reply.answer([application.objects])
        case (GATTApplication.properties, "GetAll", _):
            let found = application.properties(of: message.path).first { $0.interface == message.body.first?.text }
            reply.answer([.properties(found?.properties ?? [])])
        case (GATTApplication.characteristic, "WriteValue", GATTApplication.write): write(message.body, reply)
        case (GATTApplication.characteristic, "StartNotify", GATTApplication.notify):
            attach()
            reply.answer()
        case (GATTApplication.characteristic, "StopNotify", GATTApplication.notify):
            detach()
            reply.answer()
        case ("org.bluez.LEAdvertisement1", "Release", _): reply.answer()
        default: reply.fail("org.freedesktop.DBus.Error.UnknownMethod", message.member)
        }
    }

    private func write(_ arguments: [BusValue], _ reply: BusReply) {
        guard let lane, let value = arguments.first?.octets else {
            return reply.fail("org.bluez.Error.InvalidArguments", "WriteValue")
        }
        if let unit = arguments.dropFirst().first?.members["mtu"]?.integer { valueSize = Int(min(max(23, unit), Self.longestUnit)) - 3 }
        // BlueZ may agree with the host on longer values than the reader takes: then one arrives in pieces.
        let size = max(1, lane.packetSize)
        value.withBytes { bytes in
            var start = 0
            repeat {
                let end = min(start + size, bytes.count)
                writes[submit(.write, bytes.extracting(start..<end), on: lane)] = (reply, end == bytes.count)
                start = end
            } while start < bytes.count
        }
    }

    private func attach() {
        if !isAttached { report(.attached) }
        isAttached = true
        read()
    }

    /// Nobody listens any more; what was under way is given up.
    private func detach() {
        let wasAttached = isAttached
        isAttached = false
        if let reading { device.abort(reading, at: .now) }
        reading = nil
        for (id, write) in writes {
            device.abort(id, at: .now)
            write.reply.fail("org.bluez.Error.Failed", "the link is gone")
        }
        writes.removeAll()
        valueSize = 20
        guard wasAttached else { return }
        report(.detached)
        hostLeft(.now)
    }

    private func read() {
        guard isAttached, reading == nil, let lane else { return }
        reading = submit(.read(atMost: Self.longestValue), Span(), on: lane)
    }

    private func submit(_ operation: Transfer.Operation, _ bytes: Span<UInt8>, on lane: Lane) -> TransferID {
        lastID += 1
        let id = TransferID(rawValue: lastID)
        device.submit(Transfer(lane: lane.id, slot: 0, operation: operation), id: id, sending: bytes, at: .now)
        return id
    }
}
