import ReaderTransport
import Station

/// A transfer of a recording from beginning to end.
public struct RecordedTransfer: Sendable, Hashable {
    /// The line of the recording on which it was submitted.
    public let line: Int
    /// Its device, counted from 0.
    public let device: Int
    /// The kind of its lane; `nil` where the device has no such lane.
    public let kind: Lane.Kind?
    /// What was submitted.
    public let transfer: Transfer
    /// When, on the station's clock.
    public let submitted: Instant
    /// What it sent.
    public let sent: Recording.Payload
    /// How and when it ended; `nil` where the recording does not say.
    public fileprivate(set) var end: End?

    /// How a transfer ended.
    public struct End: Sendable, Hashable {
        /// When, on the station's clock.
        public let at: Instant
        /// How; `nil` where it was given up.
        public let status: TransferStatus?
        /// What it received.
        public let received: Recording.Payload
    }
}

/// A step of a session, as people look at it.
public enum SessionStep: Sendable, Hashable {
    /// A device was opened.
    case open(line: Int, at: Instant, device: Int, name: String, lanes: [Lane])
    /// A transfer.
    case transfer(RecordedTransfer)
    /// The use of a device ended.
    case close(line: Int, at: Instant, device: Int)
    /// Something came from elsewhere.
    case post(line: Int, at: Instant, name: String, Recording.Payload)
    /// Somebody asked to stop.
    case cancel(line: Int, at: Instant)

    /// Its line in the recording.
    public var line: Int {
        switch self {
        case .open(let line, _, _, _, _), .close(let line, _, _), .post(let line, _, _, _), .cancel(let line, _): line
        case .transfer(let transfer): transfer.line
        }
    }
}

extension Recording {
    /// What happened, in the order of its beginnings.
    public var steps: [SessionStep] {
        var steps: [SessionStep] = []
        // Where in `steps` a transfer under way is.
        var underWay: [Int: [Int: Int]] = [:]
        var lanes: [Int: [LaneID: Lane.Kind]] = [:]
        func end(_ device: Int, _ number: Int, _ end: RecordedTransfer.End) {
            guard let index = underWay[device]?.removeValue(forKey: number), case .transfer(var transfer) = steps[index] else { return }
            transfer.end = end
            steps[index] = .transfer(transfer)
        }
        for record in records {
            let (line, at) = (record.line, record.at)
            switch record.event {
            case .open(let device, let name, let opened):
                lanes[device] = Dictionary(opened.map { ($0.id, $0.kind) }) { first, _ in first }
                steps.append(.open(line: line, at: at, device: device, name: name, lanes: opened))
            case .submit(let device, let number, let transfer, let payload):
                underWay[device, default: [:]][number] = steps.count
                let kind = lanes[device]?[transfer.lane]
                steps.append(
                    .transfer(
                        RecordedTransfer(line: line, device: device, kind: kind, transfer: transfer, submitted: at, sent: payload, end: nil)
                    ))
            case .complete(let device, let number, let status, let payload):
                end(device, number, RecordedTransfer.End(at: at, status: status, received: payload))
            case .abort(let device, let number): end(device, number, RecordedTransfer.End(at: at, status: nil, received: Payload([])))
            case .close(let device): steps.append(.close(line: line, at: at, device: device))
            case .post(let name, let payload): steps.append(.post(line: line, at: at, name: name, payload))
            case .cancel: steps.append(.cancel(line: line, at: at))
            }
        }
        return steps
    }

    /// Whether bytes of it were withheld.
    public var isWithheld: Bool { records.contains { $0.event.payload.map { $0.bytes == nil } ?? false } }
}
