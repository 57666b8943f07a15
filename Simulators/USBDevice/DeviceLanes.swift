import ReaderTransport
import Station

// The device as the lanes of an attachment. Whoever attaches it has configured it.

extension USBDevice {
    /// Accepts a transfer on a lane.
    public func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {
        progress(to: now)
        guard isPlugged else { return pending.add(id, .unplugged, [], due: now) }
        if configuration == 0 { configure(1, at: now) }
        guard let number = lanes.firstIndex(where: { $0.id == transfer.lane }) else {
            return refuse(id, "there is no lane \(transfer.lane.rawValue)", at: now)
        }
        let interface = functions[number].interface
        let data = bytes.withUnsafeBufferPointer { Array($0) }
        switch transfer.operation {
        case .write: write(data, to: interface, number: number, id: id, at: now)
        case .read(let limit): read(limit, from: interface.input, id: id, at: now)
        case .readInterrupt(let limit): read(limit, from: interface.interrupt, id: id, at: now)
        case .control(let request):
            let setup = SetupPacket(
                requestType: request.requestType, request: request.request, value: request.value,
                index: UInt16(clamping: number), length: request.length)
            control(setup, id: id, data: data, at: now)
        case .clearHalt:
            // One CLEAR_FEATURE an endpoint.
            let halting = [interface.output, interface.input].compactMap { $0 }
            for endpoint in halting { endpoint.clearHalt() }
            pending.add(id, .completed, [], due: now + timing.control * halting.count)
            serve(at: now)
        case .powerCard, .powerOffCard, .exchange, .watchPresence: refuse(id, "a USB interface is no card lane", at: now)
        }
    }

    /// A message to the output endpoint; a report to an interface without one is set by request (HID 1.11 clause 7.2.2).
    private func write(_ data: [UInt8], to interface: USBInterface, number: Int, id: TransferID, at now: Instant) {
        if let output = interface.output {
            return accept(USBRequest(endpoint: output.address, addsEmptyPacket: true), id: id, sending: data, at: now)
        }
        let setReport = SetupPacket(
            requestType: 0x21, request: 9, value: 0x0200, index: UInt16(clamping: number), length: UInt16(clamping: data.count))
        control(setReport, id: id, data: data, at: now)
    }

    private func read(_ limit: Int, from endpoint: USBEndpoint?, id: TransferID, at now: Instant) {
        guard let endpoint else { return refuse(id, "the interface has no such endpoint", at: now) }
        accept(USBRequest(endpoint: endpoint.address, length: limit), id: id, sending: [], at: now)
    }

    private func refuse(_ id: TransferID, _ reason: String, at now: Instant) {
        complain(reason)
        pending.add(id, .failed(0), [], due: now)
    }
}
