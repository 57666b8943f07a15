import Station

/// Somebody who is told of everything that crosses a cable, on the station's thread and in its order. It must neither wait nor submit.
///
/// Transfers are named by their number: how many were submitted on that attachment so far, this one included.
public protocol CableObserver: AnyObject {
    /// A transfer is about to be submitted.
    func submits(_ number: Int, _ transfer: Transfer, sending bytes: Span<UInt8>, at moment: Instant)
    /// A transfer has ended so, and brought these bytes.
    func completed(_ number: Int, _ status: TransferStatus, receiving bytes: Span<UInt8>, at moment: Instant)
    /// A transfer is about to be given up that the driver has not collected.
    func aborts(_ number: Int, at moment: Instant)
    /// The use of the device is about to end; nothing more is told.
    func closes(at moment: Instant)
}

/// An attachment that somebody listens to. A driver cannot tell it from the one inside.
public final class TappedAttachment: Attachment, EventReceiver {
    private let inner: any Attachment
    private let observer: any CableObserver
    private let station: Station
    private var submitted = 0
    private var isClosed = false
    // Those that the driver has neither collected nor given up.
    private var numbers = TransferTable<Int>()
    // What has been fetched for the observer, until the driver collects it.
    private var ended = TransferTable<(status: TransferStatus, bytes: [UInt8])>()

    /// `inner`, with everything that crosses it told to `observer`. It must be tapped before a driver opens it.
    public init(_ inner: any Attachment, tellingTo observer: any CableObserver, on station: Station) {
        self.inner = inner
        self.observer = observer
        self.station = station
        station.attach(self, to: inner.source)
    }

    /// The source of the attachment inside.
    public var source: SourceID { inner.source }
    /// The lanes of the attachment inside.
    public var lanes: [Lane] { inner.lanes }

    /// Tells of the transfer and passes it on.
    public func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        if isClosed { return inner.submit(transfer, sending: bytes) }
        submitted += 1
        let number = submitted
        // Before it is passed on: an attachment that works on the station's own thread comes back when all is over.
        observer.submits(number, transfer, sending: bytes, at: station.now)
        let id = inner.submit(transfer, sending: bytes)
        numbers[id] = number
        return id
    }

    /// What the attachment inside received.
    public func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        numbers[transfer] = nil
        guard var end = ended.remove(transfer) else { return inner.collect(transfer, into: &buffer) }
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: end.bytes)
        end.bytes.wipe()
        return end.status
    }

    /// Tells that the transfer is given up, and gives it up.
    public func abort(_ transfer: TransferID) {
        if let number = numbers.remove(transfer) { observer.aborts(number, at: station.now) }
        if var end = ended.remove(transfer) { end.bytes.wipe() }
        inner.abort(transfer)
    }

    /// Tells that the use ends, and ends it.
    public func close() {
        if !isClosed { observer.closes(at: station.now) }
        isClosed = true
        numbers.removeAll()
        station.detach(self)
        inner.close()
    }

    /// Called by the station: tells of a completion and leaves it to whoever waits for it.
    public func receive(_ event: Event) -> Bool {
        let id = TransferID(rawValue: event.token)
        guard let number = numbers[id], !ended.contains(id) else { return false }
        var bytes: [UInt8] = []
        let status = inner.collect(id, into: &bytes)
        observer.completed(number, status, receiving: bytes.span, at: station.now)
        ended[id] = (status, bytes)
        return false
    }
}
