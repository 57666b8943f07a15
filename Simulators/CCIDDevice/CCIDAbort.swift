import Station
import USBDevice

// Ending what is under way in a slot: the host asks on both pipes, in either order (CCID 1.1 clauses 5.3.1 and 6.1.13).

extension CCIDFunction {
    /// The request on the control pipe, and those that the descriptor does not announce (CCID 1.1 clause 5.3).
    public func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? {
        guard setup.requestType == 0x21, setup.request == 0x01, setup.length == 0 else {
            complain("request \(setup.requestType) \(setup.request) is not supported")
            return nil
        }
        let number = Int(setup.value & 0xFF)
        let sequence = UInt8(truncatingIfNeeded: setup.value >> 8)
        guard bays.indices.contains(number) else {
            complain("there is no slot \(number) to abort")
            return nil
        }
        let slot = bays[number]
        if slot.abort == .onBulkPipe(sequence: sequence) {
            endAbort(slot, sequence, at: now)
        } else {
            slot.abort = .onControlPipe(sequence: sequence)
        }
        return []
    }

    func abort(_ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) {
        guard message.data.isEmpty else { return put(0x81, message, .badLength, at: now) }
        if slot.abort == .onControlPipe(sequence: message.sequence) {
            endAbort(slot, message.sequence, at: now)
        } else if case .onControlPipe = slot.abort {
            complain("an abort whose bSeq is not that of the control pipe")
            put(0x81, message, .aborted, at: now)
        } else {
            slot.abort = .onBulkPipe(sequence: message.sequence)
        }
    }

    /// Both pipes have asked: what was under way fails, the slot takes commands again.
    private func endAbort(_ slot: CCIDSlot, _ sequence: UInt8, at now: Instant) {
        counts.aborts += 1
        slot.abort = .none
        slot.forgetChains()
        if let stopped = slot.underWay {
            // The card goes on computing, and hears nothing until it has answered or is reset.
            let isComputing = stopped.command == .transferBlock || (stopped.command == .secure && slot.entry == nil)
            if isComputing { slot.cardFreeAt = stopped.due }
            forgetEntry(slot, at: now)
            fail(stopped, slot, .aborted, at: now)
        }
        answer(.abort, slot, sequence, .success(CCIDReply()), at: now)
    }
}
