import Glibc
import ReaderTransport
import Station
import Synchronization
import SystemBus

/// Follows the readers that BlueZ finds; a thread of its own has the connection to the bus.
final class BluetoothWatch: AttachmentWatch {
    let source: SourceID
    private let thread: BusThread
    private let flag: StopFlag
    private var isStopped = false

    final class StopFlag: Sendable { let value = Atomic<Bool>(false) }

    init(_ profiles: [GATTProfile], at address: String?, on station: Station) throws(TransportError) {
        source = station.makeSource()
        let bus: SystemBus
        do throws(BusError) { bus = try SystemBus(at: address) } catch { throw BluetoothCode.withoutBus(error) }
        let wake = WakeUp()
        let flag = StopFlag()
        self.flag = flag
        thread = BusThread(wake)
        let follower = BluetoothFollower(bus, profiles, station.inbox, source)
        guard thread.start({ follower.run(until: flag, wake) }) else {
            throw BluetoothCode.error(BusError(name: "System.Error.\(EAGAIN)", message: "pthread_create"), doing: "watching")
        }
    }

    deinit { stop() }

    func stop() {
        guard !isStopped else { return }
        isStopped = true
        flag.value.store(true, ordering: .sequentiallyConsistent)
        thread.wake.call()
        thread.join()
    }
}

/// What the thread of a watch does: asks BlueZ for its objects whenever devices come, go or change, tells the difference, and has every adapter
/// that is on search.
final class BluetoothFollower {
    private let bus: SystemBus
    private let profiles: [GATTProfile]
    private let inbox: Inbox
    private let source: SourceID
    private var present: [String: AttachmentDescription] = [:]
    private var searching: Set<String> = []
    private var isAsking = false
    private var hasNews = true
    private var isLost = false

    init(_ bus: SystemBus, _ profiles: [GATTProfile], _ inbox: Inbox, _ source: SourceID) {
        self.bus = bus
        self.profiles = profiles
        self.inbox = inbox
        self.source = source
    }

    func run(until flag: BluetoothWatch.StopFlag, _ wake: WakeUp) {
        guard (try? follow()) != nil else { return }
        while !flag.value.load(ordering: .sequentiallyConsistent) {
            guard (try? bus.process()) != nil else { return tell([]) }
            if hasNews, !isAsking { look() }
            var entries = [
                pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: bus.descriptor, events: bus.events, revents: 0),
            ]
            let left = bus.wakeTime.map { Int32(clamping: max(0, $0 - monotonicNanoseconds()) / 1_000_000 + ($0 > 0 ? 1 : 0)) }
            _ = poll(&entries, nfds_t(entries.count), left ?? -1)
        }
    }

    private func follow() throws(BusError) {
        for member in ["InterfacesAdded", "InterfacesRemoved"] {
            try bus.listen(to: BlueZ.service, "interface='\(BlueZ.objectManager)',member='\(member)'") { [unowned self] _ in hasNews = true
            }
        }
        let changes = "interface='\(BlueZ.properties)',member='PropertiesChanged'"
        for interface in [BlueZ.adapter, BlueZ.device] {
            try bus.listen(to: BlueZ.service, "\(changes),arg0='\(interface)'") { [unowned self] message in
                // While there is a search the strength of every device changes all the time.
                let names = message.body.dropFirst().first?.members.keys
                if names?.contains(where: { ["Powered", "Discovering", "UUIDs", "Name"].contains($0) }) == true { hasNews = true }
            }
        }
        try bus.listenToOwner(of: BlueZ.service) { [unowned self] owner in
            searching.removeAll()
            if owner.isEmpty {
                isLost = true
                post(.serviceLost(BluetoothCode.withoutService("org.bluez has left the bus")))
                tell([])
            } else {
                if isLost { post(.serviceBack) }
                isLost = false
                hasNews = true
            }
        }
    }

    private func look() {
        hasNews = false
        isAsking = true
        bus.call(BlueZ.allObjects, startsService: false, timeout: .seconds(10)) { [unowned self] result in
            isAsking = false
            guard case .success(let answer) = result else { return }
            let known = BlueZObjects(answer)
            tell(known.readers(profiles).map(\.description))
            search(known)
        }
    }

    private func search(_ known: BlueZObjects) {
        let powered = Set(known.adapters.filter(\.isPowered).map(\.path))
        searching.formIntersection(powered)
        for path in powered.subtracting(searching) {
            searching.insert(path)
            for call in Discovery.start(path) { bus.call(call, timeout: .seconds(10)) { _ in } }
        }
    }

    private func tell(_ found: [AttachmentDescription]) {
        let now = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        for (name, description) in present.sorted(by: { $0.key < $1.key }) where now[name] == nil { post(.left(description)) }
        for (name, description) in now.sorted(by: { $0.key < $1.key }) where present[name] == nil { post(.arrived(description)) }
        present = now
    }

    private func post(_ change: AttachmentChange) { inbox.post(Event(source: source, token: 0, payload: change)) }
}
