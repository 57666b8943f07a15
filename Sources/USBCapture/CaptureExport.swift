import CaptureFile
import Diagnosis
import ReaderTransport
import Station

/// A recording as a capture of the USB requests that it consists of, as usbmon shows them.
public struct CaptureExport {
    /// The capture, a pcapng file.
    public var bytes: [UInt8] { writer.bytes }
    /// How many transfers are not in it, by the kind of lane, because that has no form at USB.
    public private(set) var leftOut: [Lane.Kind: Int] = [:]

    private var writer: CaptureWriter
    private let start: Int64
    private var devices: [Int: Device] = [:]
    private var kinds: [Int: [LaneID: Lane.Kind]] = [:]
    private var requests: UInt64 = 0

    private struct Device {
        let synthesized: SynthesizedDevice
        let place: USBFrame.Device
        /// By the number of the transfer: the requests that are left, the first of which was submitted.
        var underWay: [Int: [Request]] = [:]
    }

    private struct Request {
        let id: UInt64
        let kind: USBFrame.Kind
        let endpoint: UInt8
        var setup: [UInt8]?
        var count = 0
        var data: [UInt8] = []
    }

    /// Exports a recording; `product` finds the numbers of a device by its name there. Throws where nothing of it has a form at USB, and
    /// where its times do not fit.
    public init(_ recording: Recording, product: (_ name: String) -> USBProduct?) throws(CaptureExportError) {
        let (start, overflows) = recording.startUnixTime.multipliedReportingOverflow(by: 1_000_000_000)
        let length = recording.records.last?.at.nanoseconds ?? 0
        guard !overflows, start >= 0, start <= Int64.max / 2, length <= Int64.max / 4 else { throw CaptureExportError.timesTooLate }
        self.start = start
        writer = CaptureWriter(
            linkType: USBFrame.linkType, name: "kazasu", application: recording.program,
            comments: [CaptureComment.remark, CaptureComment.text(of: recording)])
        for record in recording.records { take(record, product) }
        guard !devices.isEmpty else { throw CaptureExportError.noUSB }
    }

    private mutating func take(_ record: Recording.Record, _ product: (String) -> USBProduct?) {
        switch record.event {
        case .open(let device, let name, let lanes): open(device, lanes, product(name), at: record.at)
        case .submit(let device, let number, let transfer, let payload): submit(device, number, transfer, payload, at: record.at)
        case .complete(let device, let number, let status, let payload):
            end(device, number, LinuxStatus.number(status), payload, at: record.at)
        case .abort(let device, let number): end(device, number, LinuxStatus.givenUp, Recording.Payload([]), at: record.at)
        case .close(let device):
            for number in (devices[device]?.underWay.keys).map({ $0.sorted() }) ?? [] {
                end(device, number, LinuxStatus.closed, Recording.Payload([]), at: record.at)
            }
        case .post, .cancel: break
        }
    }

    // MARK: Devices

    private mutating func open(_ device: Int, _ lanes: [Lane], _ product: USBProduct?, at moment: Instant) {
        kinds[device] = Dictionary(lanes.map { ($0.id, $0.kind) }) { first, _ in first }
        guard let synthesized = SynthesizedDevice(lanes, product: product) else { return }
        // A device that comes back has another address; 127 fit on a bus.
        let place = USBFrame.Device(bus: UInt16(clamping: 1 + device / 127), address: UInt8(1 + device % 127))
        devices[device] = Device(synthesized: synthesized, place: place)
        for (type, descriptor) in [(1, synthesized.deviceDescriptor), (2, synthesized.configurationDescriptor)] as [(UInt8, [UInt8])] {
            let length = UInt16(clamping: descriptor.count)
            let getDescriptor = ControlRequest(requestType: 0x80, request: 6, value: UInt16(type) << 8, length: length)
            let request = control(getDescriptor, index: 0)
            write(request, .submission, LinuxStatus.submitted, at: place, moment)
            write(request, .completion, 0, Recording.Payload(descriptor), at: place, moment)
        }
    }

    // MARK: Requests

    private mutating func submit(_ device: Int, _ number: Int, _ transfer: Transfer, _ payload: Recording.Payload, at moment: Instant) {
        guard let known = devices[device], let lane = known.synthesized.lanes[transfer.lane],
            let requests = requests(of: transfer.operation, on: lane, payload)
        else { return leaveOut(kinds[device]?[transfer.lane]) }
        devices[device]?.underWay[number] = requests
        write(requests[0], .submission, LinuxStatus.submitted, at: known.place, moment)
    }

    private mutating func leaveOut(_ kind: Lane.Kind?) { if let kind { leftOut[kind, default: 0] += 1 } }

    /// The requests that a transfer consists of, one after the other; `nil` for what is done on card lanes only.
    private mutating func requests(
        of operation: Transfer.Operation, on lane: SynthesizedDevice.Endpoints, _ payload: Recording.Payload
    ) -> [Request]? {
        switch operation {
        case .write: return [request(lane.kind, lane.output, count: payload.count, payload.bytes ?? [])]
        case .read(let limit): return [request(lane.kind, lane.input, count: limit)]
        case .readInterrupt(let limit): return [request(.interrupt, lane.kind == .interrupt ? lane.input : lane.interrupt, count: limit)]
        case .control(let setup): return [control(setup, index: UInt16(lane.interface), payload)]
        case .clearHalt:
            // CLEAR_FEATURE(ENDPOINT_HALT) (USB 2.0 clause 9.4.1).
            let clear = ControlRequest(requestType: 0x02, request: 1, value: 0, length: 0)
            return [lane.output, lane.input].map { control(clear, index: UInt16($0)) }
        case .powerCard, .powerOffCard, .exchange, .watchPresence: return nil
        }
    }

    private mutating func request(_ kind: USBFrame.Kind, _ endpoint: UInt8, count: Int, _ data: [UInt8] = []) -> Request {
        requests += 1
        return Request(id: requests, kind: kind, endpoint: endpoint, count: count, data: data)
    }

    private mutating func control(_ setup: ControlRequest, index: UInt16, _ payload: Recording.Payload = Recording.Payload([])) -> Request {
        let numbers = [setup.value, index, setup.length].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        var made = request(.control, setup.isFromDevice ? 0x80 : 0, count: setup.isFromDevice ? Int(setup.length) : payload.count)
        made.setup = [setup.requestType, setup.request] + numbers
        made.data = payload.bytes ?? []
        return made
    }

    /// Ends the request of a transfer that is under way, and submits the next one.
    private mutating func end(_ device: Int, _ number: Int, _ status: Int32, _ payload: Recording.Payload, at moment: Instant) {
        guard let place = devices[device]?.place, var left = devices[device]?.underWay.removeValue(forKey: number) else { return }
        while !left.isEmpty {
            write(left.removeFirst(), .completion, status, payload, at: place, moment)
            guard status == 0, let next = left.first else { return }
            write(next, .submission, LinuxStatus.submitted, at: place, moment)
        }
    }

    private mutating func write(
        _ request: Request, _ event: USBFrame.Event, _ status: Int32, _ received: Recording.Payload = Recording.Payload([]),
        at place: USBFrame.Device, _ moment: Instant
    ) {
        var frame = USBFrame(
            id: request.id, event: event, kind: request.kind, endpoint: request.endpoint, device: place, status: status,
            count: request.count,
            data: [])
        if event == .submission {
            frame.setup = request.setup
            if frame.carriesData { frame.data = request.data }
        } else if frame.isFromDevice {
            frame.count = received.count
            frame.data = received.bytes ?? []
        } else if status != 0 {
            frame.count = 0
        }
        let time = start + moment.nanoseconds
        let packet = frame.packet(time: time)
        writer.add(packet, originalCount: packet.count + (frame.carriesData ? frame.count - frame.data.count : 0), time: time)
    }
}

/// A recording cannot be exported.
public enum CaptureExportError: DiagnosedError, Equatable {
    /// No lane of it has a form at USB.
    case noUSB
    /// Its times are beyond what a capture can have.
    case timesTooLate

    /// Which of both.
    public var code: String { self == .noUSB ? "nothing-at-usb" : "times-out-of-range" }
    /// What to do.
    public var sentence: Sentence {
        switch self {
        case .noUSB:
            Sentence(
                ja: "この通信記録にUSBの通信はありません。sim:generic-ccid など、USBのリーダーの記録を指定してください。",
                en: "Nothing in this recording is USB; name one of a reader at USB, such as sim:generic-ccid.")
        case .timesTooLate: Sentence(ja: "通信記録の時刻が範囲外です。", en: "The times of the recording are out of range.")
        }
    }
    /// Nothing more is known.
    public var cause: String? { nil }
    /// Always the data.
    public var category: FailureCategory { .badData }
}
