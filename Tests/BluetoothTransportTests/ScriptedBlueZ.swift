import Diagnosis
import Glibc
import ReaderTransport
import Synchronization
import SystemBus
import TestSupport

/// What BlueZ has, and how it and the reader behave.
struct BlueZScript: Sendable {
    static let address = "AA:BB:CC:00:00:01"
    static let name = "Reader One"

    var hasAdapter = true
    var isPowered = true
    /// What is to be said of a second adapter, which is on.
    var second = Second.none
    var services: [String] = []
    /// Whether the reader is known only after a search.
    var isFoundBySearch = false
    /// What each attempt to connect ends with; after these one succeeds. The empty name is never answered.
    var connectErrors: [String] = []
    var characteristics: [(uuid: String, flags: [String])] = []
    var unit: Int64 = 103
    /// Whether another program listens already.
    var isHeld = false
    /// What is notified in the moment in which somebody begins to listen.
    var greetings: [[UInt8]] = []
    var write = Write.echo

    /// A second adapter.
    enum Second: Sendable {
        case none
        /// It has never seen the reader.
        case blind
        /// It finds the reader.
        case finds
    }

    /// What happens when a value is written.
    enum Write: Sendable {
        /// It is notified.
        case echo
        /// So many values are notified: their numbers, in four bytes.
        case storm(Int)
        /// The link goes, and nobody answers.
        case leave
        /// BlueZ goes from the bus, and nobody answers.
        case end
        /// BlueZ refuses it.
        case refuse(String)
    }
}

/// BlueZ and one reader as a script says, on a thread of its own: what it says on the bus is written from BlueZ's documentation.
final class ScriptedBlueZ {
    private let thread: pthread_t
    let flag: Shared
    /// How often somebody tried to connect.
    var attempts: Int { flag.attempts.load(ordering: .sequentiallyConsistent) }

    /// What both threads know.
    final class Shared: Sendable {
        let isStopping = Atomic<Bool>(false)
        let isReady = Atomic<Bool>(false)
        let hasLeft = Atomic<Bool>(false)
        let attempts = Atomic<Int>(0)
        let searches = Atomic<Int>(0)
    }

    init(_ script: BlueZScript, on bus: PrivateBus) throws {
        let flag = Shared()
        self.flag = flag
        let address = bus.address
        thread = startThread {
            if let service = try? BlueZService(script, address, flag) { service.run() }
        }
        try Deadline().wait(for: "the service") { flag.isReady.load(ordering: .sequentiallyConsistent) }
    }

    /// Lets the reader disappear from BlueZ's list.
    func removeReader() { flag.hasLeft.store(true, ordering: .sequentiallyConsistent) }

    deinit {
        flag.isStopping.store(true, ordering: .sequentiallyConsistent)
        pthread_join(thread, nil)
    }
}

private final class BlueZService {
    private static let adapter = "/org/bluez/hci0"
    private static let second = "/org/bluez/hci1"
    private static let device = adapter + "/dev_AA_BB_CC_00_00_01"
    private static let properties = "org.freedesktop.DBus.Properties"

    private let script: BlueZScript
    private let flag: ScriptedBlueZ.Shared
    private let bus: SystemBus
    private var isConnected = false
    private var isSearching = false
    private var hasLeft = false
    private var hasEnded = false
    private var isNotifying = false
    // Never answered: to let go of a call would answer it.
    private var unanswered: [BusReply] = []

    init(_ script: BlueZScript, _ address: String, _ flag: ScriptedBlueZ.Shared) throws {
        self.script = script
        self.flag = flag
        bus = try SystemBus(at: address)
        try bus.export("/") { [unowned self] message, reply in serve(message, reply) }
        try bus.takeName("org.bluez")
        flag.isReady.store(true, ordering: .sequentiallyConsistent)
    }

    func run() {
        while !flag.isStopping.load(ordering: .sequentiallyConsistent), !hasEnded {
            guard (try? bus.wait(for: .milliseconds(5)) { false }) != nil else { return }
            if flag.hasLeft.load(ordering: .sequentiallyConsistent), !hasLeft {
                hasLeft = true
                try? bus.emit(
                    "/", "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved", [.path(Self.device), .strings(["org.bluez.Device1"])])
            }
        }
    }

    private var isKnown: Bool { !hasLeft && (!script.isFoundBySearch || isSearching) }

    private func serve(_ message: BusMessage, _ reply: BusReply) {
        switch message.member {
        case "GetManagedObjects": reply.answer([objects])
        case "GetAll" where message.path == Self.device: reply.answer([.properties(deviceProperties)])
        case "GetAll":
            reply.answer([.properties([("Notifying", .bool(script.isHeld || isNotifying)), ("MTU", .number(script.unit, .uint16))])])
        case "SetDiscoveryFilter", "StopDiscovery", "Disconnect": reply.answer()
        case "StartDiscovery":
            isSearching = true
            flag.searches.add(1, ordering: .sequentiallyConsistent)
            reply.answer()
            try? bus.emit("/", "org.freedesktop.DBus.ObjectManager", "InterfacesAdded", [.path(Self.device), interfaces(deviceProperties)])
        case "Connect": connect(reply)
        case "StartNotify":
            isNotifying = true
            // In the same moment, before the call is answered.
            for value in script.greetings { notify(Secret(value)) }
            reply.answer()
        case "WriteValue":
            guard let value = message.body.first?.octets else { return reply.fail("org.bluez.Error.InvalidArguments", "") }
            write(value, reply)
        default: reply.fail("org.freedesktop.DBus.Error.UnknownMethod", message.member)
        }
    }

    private func connect(_ reply: BusReply) {
        let attempt = flag.attempts.add(1, ordering: .sequentiallyConsistent).newValue
        if attempt <= script.connectErrors.count {
            let name = script.connectErrors[attempt - 1]
            return name.isEmpty ? unanswered.append(reply) : reply.fail(name, "le-connection-abort-by-local")
        }
        isConnected = true
        reply.answer()
        tell([("Connected", .bool(true)), ("ServicesResolved", .bool(true))])
    }

    private func write(_ value: Secret, _ reply: BusReply) {
        switch script.write {
        case .echo:
            notify(value)
            reply.answer()
        case .storm(let count):
            reply.answer()
            for number in 0..<count { notify(Secret((0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })) }
        case .leave:
            unanswered.append(reply)
            isNotifying = false
            tell([("Connected", .bool(false))])
        case .end:
            unanswered.append(reply)
            hasEnded = true
        case .refuse(let name): reply.fail(name, "")
        }
    }

    private func notify(_ value: Secret) {
        guard isNotifying else { return }
        let path = "\(Self.device)/service0001/char000\(script.characteristics.firstIndex { !$0.flags.contains("write") } ?? 0)"
        let changes: [BusValue] = [
            .string("org.bluez.GattCharacteristic1"), .properties([("Value", .bytes(value))]), .strings([]),
        ]
        try? bus.emit(path, Self.properties, "PropertiesChanged", changes)
    }

    private func tell(_ changes: [(String, BusValue)]) {
        try? bus.emit(
            Self.device, Self.properties, "PropertiesChanged", [.string("org.bluez.Device1"), .properties(changes), .strings([])])
    }

    private var deviceProperties: [(String, BusValue)] {
        [
            ("Address", .string(BlueZScript.address)), ("Name", .string(BlueZScript.name)), ("Adapter", .path(Self.adapter)),
            ("UUIDs", .strings(script.services)), ("Connected", .bool(isConnected)), ("ServicesResolved", .bool(isConnected)),
            ("RSSI", .number(-60, .int16)),
        ]
    }

    private var objects: BusValue {
        var all: [(String, String, [(String, BusValue)])] = []
        if script.hasAdapter { all.append((Self.adapter, "org.bluez.Adapter1", [("Powered", .bool(script.isPowered))])) }
        if script.second != .none { all.append((Self.second, "org.bluez.Adapter1", [("Powered", .bool(true))])) }
        if script.second == .finds, isSearching {
            let there = deviceProperties.map { $0.0 == "Adapter" ? ($0.0, BusValue.path(Self.second)) : $0 }
            all.append((Self.second + "/dev_AA_BB_CC_00_00_01", "org.bluez.Device1", there))
        }
        if script.hasAdapter, isKnown { all.append((Self.device, "org.bluez.Device1", deviceProperties)) }
        if isConnected {
            let service = Self.device + "/service0001"
            for uuid in script.services {
                all.append((service, "org.bluez.GattService1", [("UUID", .string(uuid)), ("Device", .path(Self.device))]))
            }
            for (index, (uuid, flags)) in script.characteristics.enumerated() {
                all.append(
                    (
                        "\(service)/char000\(index)", "org.bluez.GattCharacteristic1",
                        [("UUID", .string(uuid)), ("Service", .path(service)), ("Flags", .strings(flags))]
                    ))
            }
        }
        return .dictionary(
            key: "o", value: "a{sa{sv}}",
            all.map { path, interface, properties in
                (.path(path), .dictionary(key: "s", value: "a{sv}", [(.string(interface), .properties(properties))]))
            })
    }

    private func interfaces(_ properties: [(String, BusValue)]) -> BusValue {
        .dictionary(key: "s", value: "a{sv}", [(.string("org.bluez.Device1"), .properties(properties))])
    }
}
