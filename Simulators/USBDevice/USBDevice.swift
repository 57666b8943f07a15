import ReaderTransport
import SimulationKit
import Station

/// What a host asks of an endpoint, as the kernel's USB request blocks (URB) are: one piece of a transfer, or a whole one.
public struct USBRequest: Sendable, Hashable {
    /// The endpoint's address, with the direction in bit 7; 0 and 80 for a control transfer.
    public let endpoint: UInt8
    /// The setup packet of a control transfer.
    public let setup: SetupPacket?
    /// How many bytes the host has room for.
    public let length: Int
    /// Whether an empty packet follows an output of whole packets, to end the transfer (USB 2.0 clause 5.8.3).
    public let addsEmptyPacket: Bool

    /// A request.
    public init(endpoint: UInt8, setup: SetupPacket? = nil, length: Int = 0, addsEmptyPacket: Bool = false) {
        self.endpoint = endpoint
        self.setup = setup
        self.length = length
        self.addsEmptyPacket = addsEmptyPacket
    }
}

/// A simulated full-speed device with one configuration of one or more interfaces, as a passive device.
///
/// Hosts see it in two ways: as the lanes of an attachment (`submit` of a `Transfer`), for the station in this process; and as requests to
/// its endpoints (`submit` of a `USBRequest`), for a kernel. Both end in the same queues.
public final class USBDevice: PassiveDevice {
    /// What it says of itself.
    public let identity: USBIdentity
    /// Its interfaces, by number.
    public let functions: [any USBFunction]
    /// One lane an interface.
    public let lanes: [Lane]
    /// Whether it is in the host's socket.
    public private(set) var isPlugged = true
    /// What hosts asked at the level of USB that is against the book, oldest first, at most 1,000; no byte of a message is in it.
    public private(set) var complaints: [String] = []

    let timing: USBTiming
    let endpoints: [(endpoint: USBEndpoint, function: any USBFunction)]
    var pending = PendingCompletions()
    /// `bConfigurationValue` of the configuration in use; 0 for none.
    public internal(set) var configuration: UInt8 = 0

    private var cable: [(due: Instant, isPlugged: Bool)] = []

    /// A device that is plugged in and not yet configured; endpoints are numbered in the order of the interfaces, at most fifteen.
    public init(
        _ identity: USBIdentity, functions: [any USBFunction], timing: USBTiming = .fullSpeed,
        numbering: EndpointNumbering = .consecutive
    ) {
        self.identity = identity
        self.functions = functions
        self.timing = timing
        endpoints = functions.flatMap { function in function.interface.endpoints.map { ($0, function) } }
        numbering.number(endpoints.map(\.endpoint))
        lanes = functions.enumerated().map { number, function in
            Lane(
                id: LaneID(rawValue: UInt8(truncatingIfNeeded: number)), kind: function.laneKind, slots: function.slots,
                descriptor: function.laneKind == .ccid ? function.interface.classDescriptor : [],
                packetSize: function.interface.input?.packetSize ?? 0)
        }
    }

    // MARK: The cable

    /// Pulls the device out: everything that waits ends, and its functions lose their power. It stays out, whatever was to happen to the cable.
    public func unplug(at now: Instant) {
        progress(to: now)
        cable.removeAll()
        takeOut(at: now)
    }

    private func takeOut(at now: Instant) {
        isPlugged = false
        for (endpoint, _) in endpoints {
            for request in endpoint.requests { pending.add(request.id, .unplugged, [], due: now) }
            endpoint.requests.removeAll()
        }
        configure(0, at: now)
    }

    /// Plugs the device in again.
    public func plug(at now: Instant) { isPlugged = true }

    /// Has the device leave the bus at a moment, as by a restart, and come back after a time, if ever; what was to happen to the cable
    /// otherwise does not. A function may ask for it.
    public func leave(at moment: Instant, backAfter away: Duration?) {
        cable = [(moment, false)]
        if let away { cable.append((moment + away, true)) }
    }

    /// Has somebody pull the cable out, or plug it in, at a moment.
    public func moveCable(isPlugged: Bool, at moment: Instant) {
        cable.insert((moment, isPlugged), at: cable.firstIndex { $0.due > moment } ?? cable.endIndex)
    }

    private func moveCable(at now: Instant) {
        while let step = cable.first, step.due <= now {
            cable.removeFirst()
            if step.isPlugged { plug(at: now) } else if isPlugged { takeOut(at: now) }
        }
    }

    // MARK: Requests

    /// Accepts a request to an endpoint; the completion becomes due later, or never.
    public func submit(_ request: USBRequest, id: TransferID, sending bytes: [UInt8], at now: Instant) {
        progress(to: now)
        accept(request, id: id, sending: bytes, at: now)
    }

    /// Accepts a request where time has passed already.
    func accept(_ request: USBRequest, id: TransferID, sending bytes: [UInt8], at now: Instant) {
        guard isPlugged else { return pending.add(id, .unplugged, [], due: now) }
        if request.endpoint & 0x0F == 0 {
            guard let setup = request.setup else {
                complain("a control transfer without a setup packet")
                return pending.add(id, .stalled, [], due: now)
            }
            return control(setup, id: id, data: bytes, at: now)
        }
        guard configuration != 0, let endpoint = endpoint(request.endpoint) else {
            complain("a transfer to endpoint \(request.endpoint), which is not there")
            return pending.add(id, .failed(0), [], due: now)
        }
        endpoint.requests.append(
            USBEndpoint.Request(
                id: id, bytes: endpoint.isInput ? [] : bytes, length: max(0, request.length),
                endsTransfer: bytes.count % endpoint.packetSize != 0 || bytes.isEmpty || request.addsEmptyPacket))
        serve(at: now)
    }

    /// Gives a transfer up: it completes no more.
    public func abort(_ transfer: TransferID, at now: Instant) {
        progress(to: now)
        pending.remove(transfer)
        for (endpoint, _) in endpoints {
            if !endpoint.isInput, endpoint.requests.first?.id == transfer { endpoint.arrival = nil }
            endpoint.requests.removeAll { $0.id == transfer }
        }
        serve(at: now)
    }

    // MARK: Time

    /// When the next completion is due or the device changes by itself.
    public var nextDue: Instant? { Instant.earliest(nextStep, pending.nextDue) }

    /// Lets time pass.
    public func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void) {
        progress(to: now)
        pending.takeDue(at: now, complete)
    }

    /// The next moment at which something happens inside.
    private var nextStep: Instant? {
        var earliest: Instant?
        func consider(_ moment: Instant?) {
            if let moment { earliest = min(earliest ?? moment, moment) }
        }
        for function in functions { consider(function.nextDue) }
        consider(cable.first?.due)
        for (endpoint, _) in endpoints { consider(endpoint.nextDue) }
        return earliest
    }

    /// Carries out everything that happens up to `now`, in the order of time.
    func progress(to now: Instant) {
        while let moment = nextStep, moment <= now {
            for function in functions { if let due = function.nextDue, due <= moment { function.advance(to: moment) } }
            moveCable(at: moment)
            for (endpoint, function) in endpoints { deliver(endpoint, to: function, at: moment) }
            serve(at: moment)
        }
    }

    /// Hands the function what has arrived.
    private func deliver(_ endpoint: USBEndpoint, to function: any USBFunction, at now: Instant) {
        guard let arrival = endpoint.arrival, arrival <= now, !endpoint.requests.isEmpty else { return }
        let request = endpoint.requests.removeFirst()
        endpoint.arrival = nil
        pending.add(request.id, .completed, [], due: arrival)
        function.receive(request.bytes, endsTransfer: request.endsTransfer, at: arrival)
    }

    /// Begins what can begin at the endpoints.
    func serve(at now: Instant) {
        for (endpoint, function) in endpoints where !endpoint.requests.isEmpty {
            if endpoint.isHalted {
                for request in endpoint.requests { pending.add(request.id, .stalled, [], due: now) }
                endpoint.requests.removeAll()
                endpoint.arrival = nil
            } else if endpoint.isInput {
                send(from: endpoint, at: now)
            } else if endpoint.arrival == nil, let request = endpoint.requests.first, function.takesOutput {
                endpoint.arrival = end(of: request.bytes.count, at: endpoint, from: now)
            }
        }
    }

    private func send(from endpoint: USBEndpoint, at now: Instant) {
        while let request = endpoint.requests.first, let due = endpoint.firstMessageDue, due <= now {
            endpoint.requests.removeFirst()
            let part = endpoint.takePart(request.length)
            pending.add(
                request.id, part.overflows ? .overflow : .completed, part.bytes, due: end(of: part.bytes.count, at: endpoint, from: now))
        }
    }

    /// When the bus has carried `count` bytes.
    private func end(of count: Int, at endpoint: USBEndpoint, from now: Instant) -> Instant {
        var start = max(now, endpoint.freeAt)
        if case .interrupt(let interval) = endpoint.kind { start = timing.nextPoll(from: start, interval: interval) }
        endpoint.freeAt = start + timing.bulk(count, packetSize: endpoint.packetSize)
        return endpoint.freeAt
    }

    // MARK: Parts

    func endpoint(_ address: UInt8) -> USBEndpoint? { endpoints.first { $0.endpoint.address == address }?.endpoint }

    /// Begins (1) or ends (0) the use of the functions.
    func configure(_ value: UInt8, at now: Instant) {
        if configuration != 0 { for function in functions { function.stop(at: now) } }
        for (endpoint, _) in endpoints {
            endpoint.reset()
            for request in endpoint.requests { pending.add(request.id, .aborted, [], due: now) }
            endpoint.requests.removeAll()
        }
        configuration = value
        if value != 0 { for function in functions { function.start(at: now) } }
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}
