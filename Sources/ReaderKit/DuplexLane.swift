import ReaderTransport
import Station

/// A lane on which both sides may speak at any time: a read is always under way, what is written goes out in order, and failures are
/// counted. A halt is ended and the lane goes on, but not for ever.
public final class DuplexLane: EventReceiver {
    /// How often in a row a transfer may fail.
    private static let mostFailures = 8

    /// Receives what was read; the bytes are wiped afterwards, since a PIN may be in them.
    public var hear: (_ bytes: [UInt8]) -> Void = { _ in }
    /// Receives why the lane cannot be used any more, once.
    public var lose: (ReaderError) -> Void = { _ in }
    /// Why the lane cannot be used any more.
    public private(set) var failure: ReaderError?

    private let lane: Lane
    private let mostRead: Int
    private let attachment: any Attachment
    private let station: Station
    private var read: TransferID?
    private var writes: [TransferID] = []
    private var clearing: TransferID?
    private var received: [UInt8] = []
    private var failures = 0

    /// `lane` of `attachment`, of which up to `mostRead` bytes are read at a time, from now on.
    public init(_ lane: Lane, readingAtMost mostRead: Int, of attachment: any Attachment, on station: Station) {
        self.lane = lane
        self.mostRead = mostRead
        self.attachment = attachment
        self.station = station
        station.attach(self, to: attachment.source)
        listen()
    }

    // MARK: Using

    /// Writes bytes. Whether the device has got them shows by what it says.
    public func write(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        writes.append(submit(.write, sending: bytes))
    }

    /// Begins to read anew: a read that brought nothing when something was due may never end, nor may the end of a halt ever come.
    public func listenAnew() {
        for transfer in [read, clearing].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing) = (nil, nil)
        listen()
    }

    /// Gives the lane up, and tells so.
    public func giveUp(_ error: ReaderError) {
        guard failure == nil else { return }
        failure = error
        abortAll()
        lose(error)
    }

    /// Ends the use of the lane; nothing is told any more.
    public func stop() {
        failure = failure ?? ReaderError(.cancelled, cause: "the reader was closed")
        station.detach(self)
        abortAll()
    }

    private func abortAll() {
        for transfer in writes + [read, clearing].compactMap({ $0 }) { attachment.abort(transfer) }
        (read, clearing, writes) = (nil, nil, [])
    }

    private func listen() {
        guard failure == nil, read == nil, clearing == nil else { return }
        read = submit(.read(atMost: mostRead))
    }

    private func submit(_ operation: Transfer.Operation, sending bytes: [UInt8] = []) -> TransferID {
        attachment.submit(Transfer(lane: lane.id, slot: 0, operation: operation), sending: bytes.span)
    }

    // MARK: What ends

    /// Called by the station.
    public func receive(_ event: Event) -> Bool {
        let id = TransferID(rawValue: event.token)
        if id == read {
            readEnded(id)
        } else if id == clearing {
            clearing = nil
            ended(id)
            listen()
        } else if let index = writes.firstIndex(of: id) {
            writes.remove(at: index)
            ended(id)
        } else {
            return false
        }
        return true
    }

    private func readEnded(_ id: TransferID) {
        read = nil
        let status = attachment.collect(id, into: &received)
        judge(status)
        if status == .completed {
            hear(received)
            received.wipe()
        }
        listen()
    }

    private func ended(_ id: TransferID) {
        var nothing: [UInt8] = []
        judge(attachment.collect(id, into: &nothing))
    }

    private func judge(_ status: TransferStatus) {
        switch status {
        case .completed: failures = 0
        case .unplugged: giveUp(ReaderError(.readerGone))
        case .heldByAnother: giveUp(ReaderError(.readerHeld))
        // What was under way when the endpoint halted ends with it.
        case .stalled where clearing != nil: break
        default:
            failures += 1
            if failures >= Self.mostFailures {
                return giveUp(ReaderError(.inputOutput, cause: "the \(lane.kind) lane fails again and again: \(status)"))
            }
            // Only an endpoint of USB can halt.
            if status == .stalled, lane.kind != .serial { clearing = submit(.clearHalt) }
        }
    }
}
