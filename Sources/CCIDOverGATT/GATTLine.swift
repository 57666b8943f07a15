import ReaderKit
import ReaderTransport
import Station

/// One GATT service of a reader: writes what is sent in pieces of 20 bytes, and hears every notification.
///
/// A read is always under way, because a Bluetooth reader says on one characteristic what a USB reader says on two endpoints.
public final class GATTLine: EventReceiver {
    /// How much goes into one value: what fits the smallest ATT_MTU of 23 (Bluetooth Core Specification, Vol. 3 Part F clause 3.2.8). The
    /// implementations that are public cut so whatever the MTU is (H: three of them for the ACR1255U; M for Feitian).
    public static let pieceSize = 20
    /// The longest value of an attribute (Vol. 3 Part F clause 3.2.9).
    static let longestValue = 512
    /// How many pieces are under way at a time.
    static let window = 8
    /// More than the radio can carry in a second by far.
    static let mostValuesASecond = 20_000
    /// How often in a row notifications may fail to come in.
    static let mostFailures = 8

    /// Receives every notification.
    public var hear: (_ value: [UInt8]) -> Void = { _ in }
    /// Receives why the line cannot be used any more, once.
    public var lose: (TransferStatus) -> Void = { _ in }
    /// Why the line cannot be used any more.
    public private(set) var failure: TransferStatus?

    private let lane: Lane
    private let attachment: any Attachment
    private let station: Station
    // They may hold a PIN, and are wiped when they have gone out.
    private var pieces: [[UInt8]] = []
    private var writes: [TransferID] = []
    private var written: ((TransferStatus) -> Void)?
    private var read: TransferID?
    private var value: [UInt8] = []
    private var failures = 0
    private var values = RateLimit(mostValuesASecond)

    /// The line of `lane`, which listens from now on.
    public init(_ lane: Lane, of attachment: any Attachment, on station: Station) {
        self.lane = lane
        self.attachment = attachment
        self.station = station
        station.attach(self, to: attachment.source)
        listen()
    }

    // MARK: Sending

    /// Writes each of `messages` in pieces, one message after the other, none of which begins within a piece of another. `done` is told how it
    /// ended, unless it was taken back. What was being sent before is taken back.
    public func send(_ messages: [[UInt8]], done: @escaping (TransferStatus) -> Void) {
        takeBack()
        if let failure { return done(failure) }
        let size = min(Self.pieceSize, lane.packetSize > 0 ? lane.packetSize : Self.pieceSize)
        for message in messages {
            for start in stride(from: 0, to: message.count, by: size) {
                pieces.append(Array(message[start..<min(start + size, message.count)]))
            }
        }
        // From the end, so that none is moved.
        pieces.reverse()
        written = done
        fill()
    }

    /// Writes no more of what is being sent.
    public func takeBack() {
        for write in writes { attachment.abort(write) }
        for index in pieces.indices { pieces[index].wipe() }
        (writes, pieces, written) = ([], [], nil)
    }

    private func fill() {
        while writes.count < Self.window, var piece = pieces.popLast() {
            writes.append(attachment.submit(Transfer(lane: lane.id, slot: 0, operation: .write), sending: piece.span))
            piece.wipe()
        }
    }

    private func wrote(_ status: TransferStatus) {
        if status == .unplugged { return giveUp(status) }
        if status == .completed { fill() }
        guard status != .completed || writes.isEmpty, let done = written else { return }
        takeBack()
        done(status)
    }

    // MARK: Receiving

    /// Begins to listen anew: a read that brought nothing when something was due may never bring anything.
    public func listenAnew() {
        if let read { attachment.abort(read) }
        read = nil
        listen()
    }

    /// Called by the station.
    public func receive(_ event: Event) -> Bool {
        let id = TransferID(rawValue: event.token)
        if id == read {
            read = nil
            readEnded(attachment.collect(id, into: &value))
        } else if let index = writes.firstIndex(of: id) {
            writes.remove(at: index)
            var nothing: [UInt8] = []
            wrote(attachment.collect(id, into: &nothing))
        } else {
            return false
        }
        return true
    }

    private func listen() {
        guard failure == nil, read == nil else { return }
        let transfer = Transfer(lane: lane.id, slot: 0, operation: .read(atMost: Self.longestValue))
        read = attachment.submit(transfer, sending: [UInt8]().span)
    }

    private func readEnded(_ status: TransferStatus) {
        failures = status == .completed ? 0 : failures + 1
        if status == .unplugged || failures >= Self.mostFailures { return giveUp(status) }
        // More than a reader can say: nobody else's turn would come.
        guard values.admits(at: station.now) else { return giveUp(.overflow) }
        if status == .completed { hear(value) }
        listen()
    }

    // MARK: Ending

    /// Ends the use of the line; nothing is told any more.
    public func stop() {
        failure = failure ?? .aborted
        takeBack()
        if let read { attachment.abort(read) }
        read = nil
        station.detach(self)
    }

    private func giveUp(_ status: TransferStatus) {
        guard failure == nil else { return }
        stop()
        failure = status
        lose(status)
    }
}
