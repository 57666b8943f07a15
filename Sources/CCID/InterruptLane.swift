import ReaderTransport

/// Listens to the interrupt endpoint of a CCID interface (USB CCID 1.1 clause 6.3): a read is always under way.
final class InterruptLane {
    /// Whether nothing is heard from it that could be relied on: there is no such endpoint, or it does not follow the standard.
    private(set) var isSilent: Bool

    private let lane: CCIDLane
    private let attachment: any Attachment
    /// Whether what it says is not believed, and only has the reader asked.
    let isHint: Bool
    private var pending: TransferID?
    private var message: [UInt8] = []

    init(_ lane: CCIDLane, of attachment: any Attachment, isHint: Bool) {
        self.lane = lane
        self.isHint = isHint
        isSilent = isHint
        self.attachment = attachment
    }

    func listen() {
        let capacity = InterruptMessage.capacity(slots: lane.slots.count)
        let transfer = Transfer(lane: lane.lane, slot: 0, operation: .readInterrupt(atMost: capacity))
        pending = attachment.submit(transfer, sending: [UInt8]().span)
    }

    func stop() {
        if let pending { attachment.abort(pending) }
        pending = nil
    }

    /// Receives an event of the attachment; `false` where it is not about this endpoint.
    func receive(_ id: TransferID) -> Bool {
        guard id == pending else { return false }
        pending = nil
        switch attachment.collect(id, into: &message) {
        case .completed: take()
        case .unplugged: lane.left()
        default: isSilent = true
        }
        return true
    }

    private func take() {
        do throws(MessageFault) {
            switch try InterruptMessage(message.span, slots: lane.slots.count) {
            // The command that the error is about says so itself.
            case .hardwareError: break
            case .slotChange:
                for index in lane.slots.indices {
                    let state = InterruptMessage.state(of: index, in: message.span)
                    if isHint {
                        lane.slots[index].hear(notice: state.isPresent)
                        lane.poll(index)
                    } else {
                        lane.slots[index].hear(isPresent: state.isPresent, hasChanged: state.hasChanged)
                    }
                }
            }
            listen()
        } catch { isSilent = true }
    }
}
