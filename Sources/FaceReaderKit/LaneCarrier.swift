import ReaderKit
import ReaderTransport
import Station

/// Carries commands over a lane of their own, bulk or reports, as the messages of a codec. A read is always under way.
public final class LaneCarrier<Codec: ControlCodec>: ControlCarrier, EventReceiver {
    /// How often in a row the endpoint may fail.
    private static var mostFailures: Int { 8 }

    /// How much of a photograph goes into one command, in bytes.
    public var mostPhotograph: Int { Codec.mostPhotograph }

    private let lane: LaneID
    private let attachment: any Attachment
    private let station: Station
    private var codec: Codec
    private weak var dialogue: ControlDialogue?
    private var read: TransferID?
    private var write: TransferID?
    // What is still to be written of the command, in order.
    private var unsent: ArraySlice<[UInt8]> = []
    private var clearing: TransferID?
    private var message: [UInt8] = []
    private var failures = 0
    private var isStopped = false

    /// A carrier over a lane of `attachment`.
    public init(_ codec: Codec, over lane: LaneID, of attachment: any Attachment, on station: Station) {
        self.codec = codec
        self.lane = lane
        self.attachment = attachment
        self.station = station
    }

    /// Begins to listen.
    public func start(for dialogue: ControlDialogue) {
        self.dialogue = dialogue
        station.attach(self, to: attachment.source)
        listen()
    }

    // MARK: Sending

    /// Sends a command from its first message on.
    public func send(_ command: FaceCommand, number: UInt8) {
        finish()
        unsent = codec.messages(command, number: number)[...]
        writeNext()
        dialogue?.hasSent()
    }

    /// Writes nothing more of the command.
    public func finish() {
        if let write { attachment.abort(write) }
        write = nil
        unsent = []
    }

    private func writeNext() {
        guard let next = unsent.popFirst() else { return }
        write = submit(.write, sending: next)
    }

    private func wrote(_ id: TransferID) {
        write = nil
        var nothing: [UInt8] = []
        let status = attachment.collect(id, into: &nothing)
        guard status != .completed else { return writeNext() }
        // Whether the device has got it shows by its response.
        unsent = []
        failed(status)
    }

    // MARK: Receiving

    /// Called by the station.
    public func receive(_ event: Event) -> Bool {
        let id = TransferID(rawValue: event.token)
        guard event.source == attachment.source else { return false }
        switch id {
        case read: readEnded(id)
        case write: wrote(id)
        case clearing: cleared(id)
        default: return false
        }
        return true
    }

    /// A read that brought nothing when a response was due may never bring anything.
    public func missResponse() {
        if let read { attachment.abort(read) }
        read = nil
        if clearing == nil { listen() }
    }

    /// Ends everything that is under way.
    public func stop() {
        isStopped = true
        station.detach(self)
        finish()
        for transfer in [read, clearing].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing) = (nil, nil)
    }

    private func listen() {
        guard !isStopped, read == nil else { return }
        read = submit(.read(atMost: Codec.mostMessage))
    }

    private func readEnded(_ id: TransferID) {
        read = nil
        let status = attachment.collect(id, into: &message)
        guard status == .completed else { return failed(status) }
        let taken = codec.read(message.span)
        if taken != nil { failures = 0 }
        // Digits may have been in it.
        for index in message.indices { message[index] = 0 }
        dialogue?.take(taken)
        listen()
    }

    private func cleared(_ id: TransferID) {
        clearing = nil
        var nothing: [UInt8] = []
        if attachment.collect(id, into: &nothing) == .unplugged { return giveUp(ReaderError(.readerGone)) }
        listen()
    }

    /// A transfer has failed: a halt is ended and the lane goes on, but not for ever.
    private func failed(_ status: TransferStatus) {
        failures += 1
        if status == .unplugged { return giveUp(ReaderError(.readerGone)) }
        if status == .heldByAnother { return giveUp(ReaderError(.readerHeld)) }
        guard failures < Self.mostFailures else {
            return giveUp(ReaderError(.inputOutput, cause: "the control lane fails again and again: \(status)"))
        }
        guard status == .stalled else { return listen() }
        if clearing == nil { clearing = submit(.clearHalt) }
    }

    private func giveUp(_ error: ReaderError) { dialogue?.giveUp(error) }

    private func submit(_ operation: Transfer.Operation, sending bytes: [UInt8] = []) -> TransferID {
        attachment.submit(Transfer(lane: lane, slot: 0, operation: operation), sending: bytes.span)
    }
}
