import Diagnosis
import ReaderTransport
import Station
import Traces

/// A recording that is being read, line after line.
struct RecordingReading {
    /// Whether the last line was read.
    private(set) var isOver = false

    private let start: RecordingFields
    private let clock: Station.Time
    private let unixTime: Int64
    private let program: String
    private var records: [Recording.Record] = []
    // Where in `records` a line is, for the bytes that come later.
    private var places: [Int: Int] = [:]
    private var devices: [Device] = []
    private var latest: Instant
    private var outcome: String?

    /// What a device has under way.
    private struct Device {
        var submitted = 0
        var open: Set<Int> = []
        var ended: Set<Int> = []
        var isClosed = false
    }

    /// Moments beyond this (146 years) would make sums of them overflow.
    private static let latestMoment = Int64(1) << 62

    /// Begins with the first line.
    init(_ fields: RecordingFields) throws(LineError) {
        guard fields.event == "recording" else { throw LineError(reason: "it does not begin a recording") }
        guard try JSONLine.need(fields.version, "version") == Recording.version else {
            throw LineError(reason: "a version that this program does not know")
        }
        guard let clock = Station.Time(text: try JSONLine.need(fields.clock, "clock")) else {
            throw LineError(reason: "'clock' is no clock")
        }
        start = fields
        self.clock = clock
        unixTime = try JSONLine.need(fields.unixTime, "unixTime")
        // The time of day is a sum of this and the clock.
        guard (0...Self.latestMoment).contains(unixTime) else { throw LineError(reason: "'unixTime' is out of range") }
        program = try JSONLine.need(fields.program, "program")
        latest = .zero
        latest = try moment(fields)
    }

    /// What has been read.
    var recording: Recording {
        Recording(
            program: program, clock: clock, startUnixTime: unixTime, options: start.options ?? [:], records: records, outcome: outcome)
    }

    /// Takes the next line.
    mutating func take(_ fields: RecordingFields, line: Int) throws(LineError) {
        guard !isOver else { throw LineError(reason: "there is more after the last line") }
        if fields.event == "payload" { return try takeLate(fields) }
        let at = try moment(fields)
        if fields.event == "end" {
            guard try JSONLine.need(fields.records, "records") == line else { throw LineError(reason: "lines are missing or too many") }
            outcome = try JSONLine.need(fields.outcome, "outcome")
            isOver = true
        } else {
            let event = try event(fields)
            places[line] = records.count
            records.append(Recording.Record(line: line, at: at, event: event))
        }
        latest = at
    }

    private func moment(_ fields: RecordingFields) throws(LineError) -> Instant {
        let at = try JSONLine.need(fields.at, "at")
        guard (0...Self.latestMoment).contains(at) else { throw LineError(reason: "'at' is out of range") }
        guard at >= latest.nanoseconds else { throw LineError(reason: "it happens before the line above it") }
        return Instant(nanoseconds: at)
    }

    // MARK: Events

    private mutating func event(_ fields: RecordingFields) throws(LineError) -> Recording.Event {
        switch fields.event {
        case "open": return try open(fields)
        case "submit": return try submit(fields)
        case "complete":
            let (device, number) = try underWay(fields)
            guard devices[device].ended.insert(number).inserted else { throw LineError(reason: "the transfer has ended before") }
            guard let status = TransferStatus(text: try JSONLine.need(fields.status, "status")) else {
                throw LineError(reason: "'status' is no status")
            }
            return .complete(device: device, number: number, status, try fields.payload())
        case "abort":
            let (device, number) = try underWay(fields)
            devices[device].open.remove(number)
            return .abort(device: device, number: number)
        case "close":
            let device = try device(fields)
            devices[device].isClosed = true
            return .close(device: device)
        case "post": return .post(name: try JSONLine.need(fields.name, "name"), try fields.payload())
        case "cancel": return .cancel
        default: throw LineError(reason: "an event that this program does not know")
        }
    }

    private mutating func open(_ fields: RecordingFields) throws(LineError) -> Recording.Event {
        guard try JSONLine.need(fields.device, "device") == devices.count else {
            throw LineError(reason: "'device' is not the next number")
        }
        var lanes: [Lane] = []
        for lane in try JSONLine.need(fields.lanes, "lanes") { lanes.append(try lane.lane()) }
        guard Set(lanes.map(\.id)).count == lanes.count else { throw LineError(reason: "two lanes of one number") }
        devices.append(Device())
        return .open(device: devices.count - 1, name: try JSONLine.need(fields.name, "name"), lanes: lanes)
    }

    private mutating func submit(_ fields: RecordingFields) throws(LineError) -> Recording.Event {
        let device = try device(fields)
        let number = try JSONLine.need(fields.transfer, "transfer")
        guard number == devices[device].submitted + 1 else { throw LineError(reason: "'transfer' is not the next number") }
        guard let operation = Transfer.Operation(text: try JSONLine.need(fields.operation, "operation")) else {
            throw LineError(reason: "'operation' is no operation")
        }
        let transfer = Transfer(
            lane: LaneID(rawValue: try JSONLine.need(fields.lane, "lane")), slot: try JSONLine.need(fields.slot, "slot"),
            operation: operation, deadline: Instant(nanoseconds: fields.deadline ?? .max))
        devices[device].submitted = number
        devices[device].open.insert(number)
        return .submit(device: device, number: number, transfer, try fields.payload())
    }

    private func device(_ fields: RecordingFields) throws(LineError) -> Int {
        let device = try JSONLine.need(fields.device, "device")
        guard devices.indices.contains(device) else { throw LineError(reason: "'device' was not opened") }
        guard !devices[device].isClosed else { throw LineError(reason: "'device' was closed") }
        return device
    }

    /// A transfer that was submitted and not given up.
    private func underWay(_ fields: RecordingFields) throws(LineError) -> (device: Int, number: Int) {
        let device = try device(fields)
        let number = try JSONLine.need(fields.transfer, "transfer")
        guard devices[device].open.contains(number) else { throw LineError(reason: "'transfer' is not under way") }
        return (device, number)
    }

    // MARK: Bytes that come later

    /// The bytes of an earlier line, which were held back until the card was proven.
    private mutating func takeLate(_ fields: RecordingFields) throws(LineError) {
        guard let place = places[try JSONLine.need(fields.line, "line")], let payload = records[place].event.payload, payload.bytes == nil
        else { throw LineError(reason: "'line' is no line whose bytes were held back") }
        guard let bytes = Hexadecimal.bytes(try JSONLine.need(fields.bytes, "bytes")), bytes.count == payload.count else {
            throw LineError(reason: "'bytes' is not hexadecimal, or not as long as the line says")
        }
        let record = records[place]
        records[place] = Recording.Record(line: record.line, at: record.at, event: record.event.carrying(Recording.Payload(bytes)))
    }
}

extension Recording.Event {
    /// The same with other bytes.
    fileprivate func carrying(_ payload: Recording.Payload) -> Self {
        switch self {
        case .submit(let device, let number, let transfer, _): .submit(device: device, number: number, transfer, payload)
        case .complete(let device, let number, let status, _): .complete(device: device, number: number, status, payload)
        case .post(let name, _): .post(name: name, payload)
        case .open, .abort, .close, .cancel: self
        }
    }
}
