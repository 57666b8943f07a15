import CaptureFile
import ReaderTransport
import Station

/// Repeats what a capture has of one device on a station in virtual time, through a recorder that does not know the difference.
public final class CaptureImport {
    /// The longest transfer that is taken, in bytes.
    public static let longestTransfer = 1 << 20
    /// How many transfers may be under way at once.
    public static let mostUnderWay = 4_096

    /// What was in the capture and is not in the recording.
    public struct Losses: Sendable, Hashable {
        /// Transfers of the device whose bytes were cut when they were captured.
        public var cut = 0
        /// Ends of transfers that were submitted before the capture began.
        public var withoutBeginning = 0
        /// Standard requests and transfers on endpoints of no lane.
        public var ofNoLane = 0
        /// Frames that are said to have been before the one in front of them; they are taken to be at the same moment.
        public var backInTime = 0
    }

    /// What was lost so far.
    public private(set) var losses = Losses()
    /// Is told of every message on the bulk endpoints of a CCID lane before the recorder is: whether it is from the reader, and its bytes.
    public var message: (_ isFromReader: Bool, _ bytes: [UInt8]) -> Void = { _, _ in }

    private let device: CapturedDevice
    private let recorder: Recorder
    private let station: Station
    private let inner: CapturedAttachment
    private let attachment: any Attachment
    private var underWay: [UInt64: Request] = [:]
    // Given up last, and by closing where nothing follows; and when.
    private var closing: [TransferID] = []
    private var latest: Int64
    private let start: Int64

    private struct Request {
        let transfer: TransferID
        /// The lane where a message of CCID is awaited.
        let isReply: Bool
    }

    /// An import of `device` into `recorder` on `station`, which begins at `Station.startUnixTime`; `name` is that of the device there.
    public init(_ device: CapturedDevice, name: String, into recorder: Recorder, on station: Station) {
        self.device = device
        self.recorder = recorder
        self.station = station
        inner = CapturedAttachment(lanes: device.lanes, on: station)
        attachment = recorder.tap(inner, name: name)
        start = station.startUnixTime * 1_000_000_000
        latest = start
    }

    /// Takes the next frame, of whatever device, at a time in nanoseconds since 1970. Throws where it is longer than any transfer may be.
    public func take(_ frame: USBFrame, time: Int64) throws(CaptureLimit) {
        guard frame.device == device.place else { return }
        if time < latest { losses.backInTime += 1 }
        // What is given up when a device is closed is given up one after the other.
        if frame.event != .completion || frame.status != LinuxStatus.closed { giveUpClosing() }
        latest = max(latest, time)
        _ = station.next(until: Instant(nanoseconds: latest - start))
        if frame.event == .submission { try submit(frame) } else { try end(frame) }
    }

    /// Ends the use of the device at the last moment of the capture.
    public func finish() { attachment.close() }

    /// Something followed, so it was not by closing.
    private func giveUpClosing() {
        for transfer in closing { attachment.abort(transfer) }
        closing.removeAll()
    }

    // MARK: Beginnings

    private func submit(_ frame: USBFrame) throws(CaptureLimit) {
        guard let (lane, operation) = meaning(of: frame) else { return losses.ofNoLane += 1 }
        // Its end was lost.
        if let old = underWay.removeValue(forKey: frame.id) { attachment.abort(old.transfer) }
        guard underWay.count < Self.mostUnderWay else { throw CaptureLimit(words: "more than \(Self.mostUnderWay) transfers under way") }
        let isMessage = lane.kind == .ccid && frame.kind == .bulk
        if isMessage, !frame.isFromDevice, !frame.isCut { message(false, frame.data) }
        let transfer = Transfer(lane: lane.id, slot: Self.slot(of: frame, on: lane), operation: operation)
        let data = try bytes(of: frame)
        let id = attachment.submit(transfer, sending: data.span)
        underWay[frame.id] = Request(transfer: id, isReply: isMessage && frame.isFromDevice)
    }

    /// Which slot is meant: `bSlot` of a command, the one that a request ABORT names (CCID 1.1 clauses 6.1 and 5.3.1), else none.
    private static func slot(of frame: USBFrame, on lane: Lane) -> UInt8 {
        guard lane.kind == .ccid else { return 0 }
        if let setup = frame.setup { return setup[0] == 0x21 && setup[1] == 1 ? setup[2] : 0 }
        return !frame.isFromDevice && frame.data.count >= 10 ? frame.data[5] : 0
    }

    /// The lane of a request, and what it is there; `nil` for what no lane has.
    private func meaning(of frame: USBFrame) -> (lane: Lane, operation: Transfer.Operation)? {
        if let setup = frame.setup { return meaning(of: setup) }
        for part in device.parts {
            switch frame.endpoint {
            case part.output: return (part.lane, .write)
            case part.input: return (part.lane, .read(atMost: frame.count))
            case part.interrupt: return (part.lane, .readInterrupt(atMost: frame.count))
            default: continue
            }
        }
        return nil
    }

    private func meaning(of setup: [UInt8]) -> (lane: Lane, operation: Transfer.Operation)? {
        func word(_ index: Int) -> UInt16 { UInt16(setup[index + 1]) << 8 | UInt16(setup[index]) }
        let request = ControlRequest(requestType: setup[0], request: setup[1], value: word(2), length: word(6))
        // CLEAR_FEATURE(ENDPOINT_HALT): a lane has it for both of its endpoints, and that of the second counts.
        if setup[0] == 0x02, setup[1] == 1, word(2) == 0 {
            return device.parts.first { $0.input == setup[4] }.map { ($0.lane, .clearHalt) }
        }
        // Requests of a class or a maker to an interface; the others configure the device.
        guard setup[0] & 0x1F == 1, setup[0] & 0x60 != 0, let part = device.parts.first(where: { $0.interface == setup[4] }) else {
            return nil
        }
        return (part.lane, .control(request))
    }

    // MARK: Ends

    private func end(_ frame: USBFrame) throws(CaptureLimit) {
        guard let request = underWay.removeValue(forKey: frame.id) else {
            if frame.kind != .control { losses.withoutBeginning += 1 }
            return
        }
        if frame.event == .completion, frame.status == LinuxStatus.givenUp { return attachment.abort(request.transfer) }
        if frame.event == .completion, frame.status == LinuxStatus.closed { return closing.append(request.transfer) }
        if request.isReply, !frame.isCut { message(true, frame.data) }
        let status = frame.event == .refusal ? .failed(Int64(frame.status)) : LinuxStatus.status(frame.status)
        inner.complete(request.transfer, status, try bytes(of: frame))
        var buffer: [UInt8] = []
        // The recorder hears of it now.
        _ = station.next(from: attachment.source, token: request.transfer.rawValue, until: station.now)
        _ = attachment.collect(request.transfer, into: &buffer)
    }

    /// The bytes of a frame. Where they were cut, no byte of the recording is written any more, and only their count counts.
    private func bytes(of frame: USBFrame) throws(CaptureLimit) -> [UInt8] {
        let count = frame.carriesData ? frame.count : 0
        guard count <= Self.longestTransfer else { throw CaptureLimit(words: "a transfer of \(count) bytes") }
        guard frame.isCut else { return frame.data }
        losses.cut += 1
        recorder.withhold()
        return [UInt8](repeating: 0, count: count)
    }
}

/// A capture has more of something than is taken.
public struct CaptureLimit: Error, Sendable {
    /// Of what.
    public let words: String
}

/// The device of a capture, as an attachment: its transfers end when the capture says so.
private final class CapturedAttachment: Attachment {
    let source: SourceID
    let lanes: [Lane]
    private let station: Station
    private var ended: [TransferID: (status: TransferStatus, bytes: [UInt8])] = [:]

    init(lanes: [Lane], on station: Station) {
        self.lanes = lanes
        self.station = station
        source = station.makeSource()
    }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID { TransferID(rawValue: station.makeToken()) }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        buffer.removeAll(keepingCapacity: true)
        guard let end = ended.removeValue(forKey: transfer) else { return .aborted }
        buffer.append(contentsOf: end.bytes)
        return end.status
    }

    func abort(_ transfer: TransferID) { ended[transfer] = nil }

    func close() { ended.removeAll() }

    func complete(_ transfer: TransferID, _ status: TransferStatus, _ bytes: [UInt8]) {
        ended[transfer] = (status, bytes)
        station.schedule(Event(source: source, token: transfer.rawValue), at: station.now)
    }
}
