import ReaderTransport
import Station

// The control endpoint (USB 2.0 clauses 9.3 and 9.4).

/// `bRequest` of the standard requests (USB 2.0 table 9-4).
private enum StandardRequest: UInt8 {
    case getStatus = 0
    case clearFeature = 1
    case setFeature = 3
    case setAddress = 5
    case getDescriptor = 6
    case setDescriptor = 7
    case getConfiguration = 8
    case setConfiguration = 9
    case getInterface = 10
    case setInterface = 11
    case synchFrame = 12
}

extension USBDevice {
    /// Carries out a control transfer; what is not there is answered by STALL (USB 2.0 clause 9.2.7).
    func control(_ setup: SetupPacket, id: TransferID, data: [UInt8], at now: Instant) {
        let end = now + timing.control
        guard let reply = answer(setup, data: data, at: now) else { return pending.add(id, .stalled, [], due: end) }
        pending.add(id, .completed, setup.isFromDevice ? Array(reply.prefix(Int(setup.length))) : [], due: end)
        serve(at: now)
    }

    private func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? {
        guard setup.isFromDevice || data.count == Int(setup.length) else {
            complain("a control transfer whose data does not have the announced length")
            return nil
        }
        guard setup.type == 0 else { return function(of: setup)?.answer(setup, data: data, at: now) }
        guard let request = StandardRequest(rawValue: setup.request) else { return nil }
        switch setup.recipient {
        case 0: return answerForDevice(request, setup, at: now)
        case 1: return answerForInterface(request, setup, data: data, at: now)
        case 2: return answerForEndpoint(request, setup)
        default: return nil
        }
    }

    /// The function that a request to an interface or to one of its endpoints is meant for.
    private func function(of setup: SetupPacket) -> (any USBFunction)? {
        guard configuration != 0 else { return nil }
        let index = Int(setup.index & 0xFF)
        switch setup.recipient {
        case 1: return functions.indices.contains(index) ? functions[index] : nil
        case 2: return endpoints.first { $0.endpoint.address == UInt8(truncatingIfNeeded: index) }?.function
        default: return nil
        }
    }

    private func answerForDevice(_ request: StandardRequest, _ setup: SetupPacket, at now: Instant) -> [UInt8]? {
        switch request {
        // Powered by the bus; no remote wake-up.
        case .getStatus where setup.isFromDevice: return [0, 0]
        case .setAddress where !setup.isFromDevice && setup.value <= 127: return []
        case .getDescriptor where setup.isFromDevice: return descriptor(setup.value)
        case .getConfiguration where setup.isFromDevice: return [configuration]
        case .setConfiguration where !setup.isFromDevice && setup.value <= 1:
            configure(UInt8(truncatingIfNeeded: setup.value), at: now)
            return []
        default: return nil
        }
    }

    private func answerForInterface(_ request: StandardRequest, _ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? {
        guard let function = function(of: setup) else { return nil }
        switch request {
        case .getStatus where setup.isFromDevice: return [0, 0]
        case .getInterface where setup.isFromDevice: return [0]
        // The only alternate setting; setting it makes the endpoints as new (USB 2.0 clause 9.1.1.5).
        case .setInterface where !setup.isFromDevice && setup.value == 0:
            for endpoint in function.interface.endpoints { endpoint.clearHalt() }
            return []
        case .getDescriptor: return function.answer(setup, data: data, at: now)
        default: return nil
        }
    }

    private func answerForEndpoint(_ request: StandardRequest, _ setup: SetupPacket) -> [UInt8]? {
        let address = UInt8(truncatingIfNeeded: setup.index)
        // The control endpoint is never halted.
        if address & 0x7F == 0 { return request == .getStatus && setup.isFromDevice ? [0, 0] : nil }
        guard configuration != 0, let endpoint = endpoint(address) else { return nil }
        switch request {
        case .getStatus where setup.isFromDevice: return [endpoint.isHalted ? 1 : 0, 0]
        // Feature 0 is ENDPOINT_HALT (USB 2.0 table 9-6).
        case .clearFeature where !setup.isFromDevice && setup.value == 0: endpoint.clearHalt()
        case .setFeature where !setup.isFromDevice && setup.value == 0: endpoint.halt()
        default: return nil
        }
        return []
    }
}
