import Diagnosis
import ReaderTransport
import Station
import Traces
import USBCapture

/// What a recording that is made of a capture begins and ends with: what `kazasu trace export` has put into a comment, else what is known.
struct CapturedProvenance {
    let program: String?
    let clock: Station.Time
    let unixTime: Int64
    let options: [String: String]
    let outcome: String?
    private let names: [String]

    private struct Fields: Decodable {
        let program: String
        let clock: String
        let unixTime: Int64
        let outcome: String?
        let options: [String: String]
        let devices: [String]
    }

    /// By the comments of a capture whose first packet has this time, in nanoseconds since 1970.
    init(_ comments: [String], beginning: Int64) {
        let comment = CaptureComment.json(in: comments).flatMap { try? JSONLine.decode(Fields.self, from: Array($0.utf8)[...]) }
        // The comment may be anybody's: packets before its start would be before the recording.
        if let comment, let clock = Station.Time(text: comment.clock), (0...beginning / 1_000_000_000).contains(comment.unixTime) {
            program = comment.program
            self.clock = clock
            unixTime = comment.unixTime
            outcome = comment.outcome
            // Only what a recorded visit may have.
            options =
                RecordedOptions(
                    Recording(
                        program: comment.program, clock: clock, startUnixTime: comment.unixTime, options: comment.options, records: [],
                        outcome: nil)
                ).texts
            names = comment.devices
        } else {
            (program, clock, unixTime, outcome) = (nil, .real, beginning / 1_000_000_000, nil)
            (options, names) = (["command": "trace import"], [])
        }
    }

    /// The name of a device: that of the recording which was exported, else by what it is and where.
    func name(of device: CapturedDevice) -> String {
        let index = (Int(device.place.bus) - 1) * 127 + Int(device.place.address) - 1
        if names.indices.contains(index) { return names[index] }
        return RecordedDevice(capturedAt: "\(device.place.bus).\(device.place.address)", usb: device.product).text
    }
}
