import Glibc
import SimulationKit
import Station
import USBDevice

/// What a host tells while it runs, for the log.
public enum USBIPReport: Sendable, Equatable {
    /// Clients may come now.
    case listening
    /// A kernel has the device.
    case attached
    /// The kernel no longer has it.
    case detached
    /// A client has sent what none sends; it was turned out.
    case complaint(String)
}

/// Shows a simulated device to kernels, in real time: over TCP by USB/IP, or to the one that it runs on by the virtual host controller.
///
/// A device that leaves the bus by itself is detached, and attached again when it is back.
///
/// One thread: `run` waits in poll(2) for clients, for the control input, for the request to stop and for the moment at which the device
/// does something.
public final class USBIPHost {
    /// Where the device is to be seen.
    public enum Place: Sendable, Hashable {
        /// A USB/IP server listens there.
        case server(NetworkAddress)
        /// In the USB of this machine.
        case thisMachine
    }

    /// The device.
    public let device: USBDevice
    /// Whether a kernel has the device.
    public var isAttached: Bool { attached != nil }

    private let place: Place
    private let report: (USBIPReport) -> Void
    private var listener: Listener?
    private var connections: [Connection] = []
    /// The client that has the device.
    private var attached: Connection?
    /// Whether the hand at the plug has it in the socket; the device may be off the bus for a while all the same.
    private var isInSocket = false
    /// Whether it has left the bus by itself and this machine is to get it again.
    private var isAway = false
    /// When this machine is next asked to take a device that has come back.
    private var nextAttempt: Instant?

    private static let mostConnections = 8
    /// The kernel's port is not free at once after a device has left it.
    private static let attemptInterval = Duration.milliseconds(200)

    /// A host that nobody sees yet; `device` is in its socket.
    public init(_ device: USBDevice, at place: Place, report: @escaping (USBIPReport) -> Void) {
        self.device = device
        self.place = place
        self.report = report
    }

    // MARK: The hand at the plug

    /// Plugs the device in: clients may import it, or the machine has it.
    public func plug() throws(USBIPHostError) {
        isInSocket = true
        isAway = false
        device.plug(at: .now)
        switch place {
        case .server(let address):
            if listener == nil {
                listener = try Listener(address)
                report(.listening)
            }
        case .thisMachine:
            if attached == nil { try attachHere() }
        }
    }

    private func attachHere() throws(USBIPHostError) {
        let descriptor = try VirtualHostController.attach()
        attach(Connection(descriptor, session(isAttached: true)))
    }

    /// Pulls the device out: the client that has it loses it.
    public func unplug() {
        isInSocket = false
        isAway = false
        nextAttempt = nil
        detach()
        device.unplug(at: .now)
    }

    // MARK: Time

    /// Makes time pass until it is asked to stop; the device is pulled out then, also when `onControl` throws.
    ///
    /// - Parameters:
    ///   - cancellation: a descriptor that becomes readable to stop.
    ///   - control: a descriptor that `onControl` reads from, if any.
    ///   - onControl: called when `control` has something to read or has ended.
    /// - Returns: what has ended it.
    /// - Throws: what `onControl` throws.
    public func run<Failure: Error>(
        cancellation: Int32, control: Int32?, onControl: () throws(Failure) -> ControlOutcome
    ) throws(Failure) -> HostEnding {
        defer { unplug() }
        var control = control
        while true {
            advance()
            // Descriptors below zero are passed over by poll(2).
            let served = connections
            var entries = [
                pollfd(fd: cancellation, events: Int16(POLLIN), revents: 0), pollfd(fd: control ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listener?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            entries += served.map { pollfd(fd: $0.descriptor, events: $0.interest, revents: 0) }
            wait(for: &entries, until: [device.nextDue, nextAttempt].compactMap { $0 }.min())
            if entries[0].revents != 0 { return .cancelled }
            for (connection, entry) in zip(served, entries[3...]) where entry.revents != 0 { serve(connection) }
            if entries[2].revents != 0 { accept() }
            if entries[1].revents != 0 {
                switch try onControl() {
                case .goOn: break
                case .ended: control = nil
                case .quit: return .quit
                }
            }
        }
    }

    /// Lets the device's time pass up to now and sends what there is to send.
    public func advance() {
        device.advance(to: .now) { id, status, bytes in attached?.session.complete(id, status, bytes) }
        // What ends by the device's leaving is told first.
        for connection in connections where !connection.flush() { end(connection) }
        followDevice()
        for connection in connections where connection.session.isToBeEnded && connection.session.output.isEmpty { end(connection) }
    }

    /// The device leaves the bus by itself and comes back, as by a restart: a kernel loses it, and this machine gets it again. A client of
    /// the server has to import it again.
    private func followDevice() {
        guard device.isPlugged else {
            isAway = isInSocket
            return detach()
        }
        // It has come back while its cable is out.
        guard isInSocket else { return device.unplug(at: .now) }
        guard isAway, place == .thisMachine, nextAttempt ?? .now <= .now else { return }
        do throws(USBIPHostError) {
            try attachHere()
            isAway = false
            nextAttempt = nil
        } catch {
            nextAttempt = .now + Self.attemptInterval
        }
    }

    private func accept() {
        while let descriptor = listener?.accept() {
            // Who came first and has still not imported the device makes room.
            if connections.count >= Self.mostConnections, let idle = connections.first(where: { $0 !== attached }) { end(idle) }
            connections.append(Connection(descriptor, session(isAttached: false)))
        }
    }

    private func serve(_ connection: Connection) {
        // Before anything is asked of the device, its time comes to now.
        advance()
        guard connections.contains(where: { $0 === connection }) else { return }
        guard connection.receive(at: .now), !connection.session.isToBeEnded else { return end(connection) }
        if connection.session.isAttached, attached == nil { attach(connection) }
    }

    private func session(isAttached: Bool) -> USBIPSession {
        USBIPSession(
            device, isAttached: isAttached, isFree: { [weak self] in self?.attached == nil },
            complain: { [report] in report(.complaint($0)) })
    }

    private func attach(_ connection: Connection) {
        attached = connection
        if !connections.contains(where: { $0 === connection }) { connections.append(connection) }
        report(.attached)
    }

    private func detach() { if let attached { end(attached) } }

    private func end(_ connection: Connection) {
        connections.removeAll { $0 === connection }
        guard connection === attached else { return }
        connection.session.end(at: .now)
        attached = nil
        // The next client finds it as new.
        if device.isPlugged {
            device.unplug(at: .now)
            device.plug(at: .now)
        }
        device.advance(to: .now) { _, _, _ in }
        report(.detached)
    }
}
